import X from 'lucide-react/icons/x'
import { type InputHTMLAttributes, type ReactNode, type Ref, useId, useRef } from 'preact/compat'
import { IconButton } from './button.tsx'
import { cx } from './cx.ts'
import styles from './text-field.module.css'

interface TextFieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'onChange' | 'value'> {
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
  className,
  ...input
}: TextFieldProps) {
  const id = useId()
  const frame = useRef<HTMLDivElement>(null)
  const note = error ?? hint
  return (
    <div className={cx(styles.field, className)}>
      <label htmlFor={id} className={hideLabel ? 'visually-hidden' : styles.label}>
        {label}
      </label>
      <div className={cx(styles.frame, error && styles.wrong)} ref={frame}>
        {icon ? <span className={styles.icon}>{icon}</span> : null}
        <input
          {...input}
          id={id}
          ref={inputRef}
          value={value}
          aria-invalid={error ? true : undefined}
          aria-describedby={note ? `${id}-note` : undefined}
          onChange={(event) => onValue(event.target.value)}
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
