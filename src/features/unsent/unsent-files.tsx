import { useMutation } from '@tanstack/react-query'
import Download from 'lucide-react/icons/download'
import Upload from 'lucide-react/icons/upload'
import { useTranslation } from 'react-i18next'
import type { ImportOutcome } from '../../sync/outbox/sales.ts'
import { IMPORT_BYTES_MAX } from '../../sync/outbox/unsent-file.ts'
import { Button } from '../../ui/button.tsx'
import { FileButton } from '../../ui/file-button.tsx'
import { useExportUnsent } from '../shared/device/use-export-unsent.ts'
import { useServices } from '../shared/services.ts'
import { useDecider } from './use-decider.ts'

const IMPORT_PROBLEMS = {
  'not-a-file-of-ours': 'unsent.importNotOurs',
  'too-large': 'unsent.importTooLarge',
  'other-branch': 'unsent.importOtherBranch',
  damaged: 'unsent.importDamaged',
  'storage-full': 'unsent.importStorage',
  storage: 'unsent.importStorage',
} as const satisfies Record<Extract<ImportOutcome, { ok: false }>['reason'], string>

/** Everything unsent into a file, and such a file of another counter into this queue (rule Q7). */
export function UnsentFiles({ onNote }: { onNote(words: string): void }) {
  const { t } = useTranslation()
  const { sales } = useServices()
  const actor = useDecider()
  const exporting = useExportUnsent()
  const exportAll = () =>
    exporting.mutate(undefined, {
      onSuccess: ({ fileName, count, unknown }) =>
        onNote(
          count === 0
            ? t('unsent.exportNone')
            : sentences(
                t('unsent.exportDone', { count, file: fileName }),
                unknown > 0 && t('unsent.exportForSupport', { count: unknown }),
              ),
        ),
      onError: () => onNote(t('unsent.exportFailed')),
    })
  const importing = useMutation({
    mutationFn: async (file: File): Promise<ImportOutcome | null> => {
      if (actor === null) return null
      // Before it is in memory.
      if (file.size > IMPORT_BYTES_MAX) return { ok: false, reason: 'too-large' }
      return await sales.importUnsent(await file.text(), actor)
    },
    onSuccess(outcome) {
      if (outcome === null) onNote(t('unsent.signIn'))
      else if (outcome.ok) {
        const { added, known, skipped, left } = outcome
        onNote(
          sentences(
            t('unsent.importDone', { added, known }),
            skipped > 0 && t('unsent.importSkipped', { count: skipped }),
            left > 0 && t('unsent.importLeft', { count: left }),
          ),
        )
      } else onNote(t(IMPORT_PROBLEMS[outcome.reason]))
    },
    // The file itself could not be read.
    onError: () => onNote(t('unsent.importDamaged')),
  })
  return (
    <>
      <Button icon={<Download size={20} aria-hidden />} disabled={exporting.isPending} onClick={exportAll}>
        {t('unsent.export')}
      </Button>
      <FileButton
        label={t('unsent.import')}
        icon={<Upload size={20} aria-hidden />}
        accept=".json,application/json"
        disabled={importing.isPending}
        testId="unsent-file"
        onAsk={() => {
          if (actor === null) onNote(t('unsent.signIn'))
          return actor !== null
        }}
        onFile={(file) => importing.mutate(file)}
      />
    </>
  )
}

function sentences(...parts: readonly (string | false)[]): string {
  return parts.filter((part) => part !== false).join(' ')
}
