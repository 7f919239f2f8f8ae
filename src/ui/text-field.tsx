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
  /** Shows the label to screen readers only, where placeholder and icon already show it. */
  hideLabel?: boolean
  icon?: ReactNode
  hint?: string
  error?: string | null
  /** Label of the clear button; absent: no button. */
  clearLabel?: string
  inputRef?: Ref<HTMLInputElement>
  /** Focuses the field when it mounts: for screens that have one main field. */
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
  // The `autofocus` attribute works only once per document, so focus the field here.
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
          // The element's type restricts `list` and `role` by input type; this field has no role.
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
