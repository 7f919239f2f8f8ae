import X from 'lucide-react/icons/x'
import type { PartialInputHTMLAttributes } from 'preact'
import { type InputHTMLAttributes, type ReactNode, type Ref, useId, useLayoutEffect, useRef } from 'preact/compat'
import { IconButton } from './button.tsx'
import { cx } from './cx.ts'
import styles from './text-field.module.css'
import { useRedraw } from './use-redraw.ts'

type OwnProps = 'className' | 'icon' | 'list' | 'onChange' | 'ref' | 'role' | 'type' | 'value'

interface TextFieldProps extends Omit<PartialInputHTMLAttributes<HTMLInputElement>, OwnProps> {
  className?: string | undefined
  type?: 'text' | 'search' | 'password' | 'date'
  /** Id of a datalist with what may be meant. */
  list?: string | undefined
  label: string
  value: string
  onValue(value: string): void
  /** Only for screen readers, where the placeholder and the icon say it to the eye. */
  hideLabel?: boolean
  icon?: ReactNode
  hint?: string
  error?: string | null
  /** Words of the clear button; without them there is none. */
  clearLabel?: string
  inputRef?: Ref<HTMLInputElement>
  /** Whoever comes to it has nothing else to do here. */
  takesFocus?: boolean
}

export function TextField({
  label,
  value,
  onValue,
  hideLabel,
  icon,
  hint,
  error,
  clearLabel,
  inputRef,
  takesFocus,
  className,
  ...input
}: TextFieldProps) {
  const id = useId()
  const redraw = useRedraw()
  const frame = useRef<HTMLDivElement>(null)
  const note = error ?? hint
  // The browser's own `autofocus` is for the first one of a document alone.
  const focusesFirst = useRef(takesFocus)
  useLayoutEffect(() => {
    if (focusesFirst.current) frame.current?.querySelector('input')?.focus()
  }, [])
  return (
    <div className={cx(styles.field, className)}>
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : styles.label}>
        {label}
      </label>
      <div className={cx(styles.frame, error && styles.wrong)} ref={frame}>
        {icon ? <span className={styles.icon}>{icon}</span> : null}
        <input
          // Of a list and a role the element's type asks which type they go with; a field here has no role.
          {...(input as InputHTMLAttributes<HTMLInputElement>)}
          id={id}
          ref={inputRef ?? null}
          value={value}
          aria-invalid={error ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          onChange={(event) => {
            onValue(event.currentTarget.value)
            redraw()
          }}
        />
        {clearLabel && value !== '' ? (
          <IconButton
            label={clearLabel}
            icon={<X size={20} aria-hidden />}
            onClick={() => {
              onValue('')
              frame.current?.querySelector('input')?.focus()
            }}
          />
        ) : null}
      </div>
      {note ? (
        <p id={`${id}-note`} className={cx(styles.note, error && styles.error)} role={error ? 'alert' : undefined}>
          {note}
        </p>
      ) : null}
    </div>
  )
}
