import { useId } from 'preact/compat'
import styles from './text-area.module.css'

interface TextAreaProps {
  label: string
  hint?: string
  maxLength: number
  value: string
  onValue(value: string): void
}

/** A few lines of text. */
export function TextArea({ label, hint, maxLength, value, onValue }: TextAreaProps) {
  const id = useId()
  return (
    <div className={styles.field}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={3}
        maxLength={maxLength}
        value={value}
        aria-describedby={hint ? `${id}-note` : undefined}
        onChange={(event) => onValue(event.target.value)}
      />
      {hint ? <p id={`${id}-note`}>{hint}</p> : null}
    </div>
  )
}
