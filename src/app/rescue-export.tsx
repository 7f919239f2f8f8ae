import Download from 'lucide-react/icons/download'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { saveTextFile } from '../features/shared/device/save-file.ts'
import { type RescuedFile, rescueUnsent } from '../sync/outbox/rescue-unsent.ts'
import { Button } from '../ui/button.tsx'
import styles from './problem-screen.module.css'

type Outcome =
  | { readonly kind: 'exported'; readonly count: number; readonly unknown: number; readonly file: string }
  | { readonly kind: 'none' }
  | { readonly kind: 'failed' }

/**
 * Saves everything unsent to a file, whatever state the app is in: it needs no services and writes nothing. `unsent`: rows already
 * read; without them they are read now.
 */
export function RescueExport({ unsent = null }: { unsent?: RescuedFile | null }) {
  const { t } = useTranslation()
  const [isReading, setReading] = useState(false)
  const [outcome, setOutcome] = useState<Outcome | null>(null)

  async function exportUnsent() {
    setReading(true)
    setOutcome(null)
    try {
      const { fileName, text, count, unknown } = unsent ?? (await rescueUnsent(Date.now()))
      if (count > 0) saveTextFile(fileName, text, 'application/json')
      setOutcome(count > 0 ? { kind: 'exported', count, unknown, file: fileName } : { kind: 'none' })
    } catch {
      setOutcome({ kind: 'failed' })
    } finally {
      setReading(false)
    }
  }

  return (
    <div className={styles.rescue}>
      <Button icon={<Download size={20} aria-hidden />} disabled={isReading} onClick={() => void exportUnsent()}>
        {isReading ? t('update.exporting') : t('update.export')}
      </Button>
      <p role="status" data-testid="rescue-note">
        {outcome === null
          ? null
          : outcome.kind === 'none'
            ? t('update.exportedNone')
            : outcome.kind === 'failed'
              ? t('update.exportFailed')
              : t('update.exported', { count: outcome.count, file: outcome.file })}
        {outcome?.kind === 'exported' && outcome.unknown > 0
          ? ` ${t('update.exportedPartly', { count: outcome.unknown })}`
          : null}
      </p>
    </div>
  )
}
