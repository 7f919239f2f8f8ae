import Download from 'lucide-react/icons/download'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/button.tsx'
import type { useExportUnsent } from './use-export-unsent.ts'

interface ExportUnsentProps {
  exporting: ReturnType<typeof useExportUnsent>
}

/** Saves the unsent records to a file. */
export function ExportUnsentButton({ exporting }: ExportUnsentProps) {
  const { t } = useTranslation()
  return (
    <Button
      kind="primary"
      icon={<Download size={20} aria-hidden />}
      disabled={exporting.isPending}
      onClick={() => exporting.mutate()}
    >
      {t('unsent.export')}
    </Button>
  )
}

/** What the file lacks for import on another counter, or why no file was made. */
export function ExportProblems({ exporting: { data, isError } }: ExportUnsentProps) {
  const { t } = useTranslation()
  return (
    <>
      {data && data.unknown > 0 ? <p role="alert">{t('unsent.exportForSupport', { count: data.unknown })}</p> : null}
      {isError ? <p role="alert">{t('unsent.exportFailed')}</p> : null}
    </>
  )
}
