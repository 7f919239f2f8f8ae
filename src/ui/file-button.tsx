import { type ReactNode, useRef } from 'preact/compat'
import { Button } from './button.tsx'

interface FileButtonProps {
  label: string
  /** What the file is for, where several buttons say the same. */
  fileLabel?: string
  icon: ReactNode
  accept: string
  disabled?: boolean
  testId?: string
  /** False: a file can't be taken now, and none is asked for. */
  onAsk?(): boolean
  onFile(file: File): void
}

/** Asks for one file; the browser's own field looks different in each of them. */
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
          // The same file can be chosen again.
          event.currentTarget.value = ''
        }}
      />
      <Button icon={icon} disabled={disabled} onClick={() => (onAsk?.() ?? true) && field.current?.click()}>
        {label}
      </Button>
    </div>
  )
}
