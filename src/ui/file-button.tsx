import { type ReactNode, useRef } from 'preact/compat'
import { Button } from './button.tsx'

interface FileButtonProps {
  label: string
  /** What the file is for, if several buttons have the same text. */
  fileLabel?: string
  icon: ReactNode
  accept: string
  disabled?: boolean
  testId?: string
  /** Called before the file picker opens; false keeps it closed. */
  onAsk?(): boolean
  onFile(file: File): void
}

/** A button that picks one file, because the native file input looks different in each browser. */
export function FileButton({
  label,
  fileLabel = label,
  icon,
  accept,
  disabled,
  testId,
  onAsk,
  onFile,
}: FileButtonProps) {
  const field = useRef<HTMLInputElement>(null)
  return (
    <div>
      <input
        ref={field}
        className="visually-hidden"
        type="file"
        accept={accept}
        data-testid={testId}
        aria-label={fileLabel}
        tabIndex={-1}
        onChange={(event) => {
          const chosen = event.currentTarget.files?.[0]
          if (chosen) onFile(chosen)
          // Clear the value so that choosing the same file again fires an event.
          event.currentTarget.value = ''
        }}
      />
      <Button icon={icon} disabled={disabled} onClick={() => (onAsk?.() ?? true) && field.current?.click()}>
        {label}
      </Button>
    </div>
  )
}
