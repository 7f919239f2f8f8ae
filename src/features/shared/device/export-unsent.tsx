import Download from 'lucide-react/icons/download'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/button.tsx'
import type { useExportUnsent } from './use-export-unsent.ts'

interface ExportUnsentProps {
  exporting: ReturnType<typeof useExportUnsent>
}

/** The one thing to do while something unsent is in no file. */
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

/** What the file lacks for another counter, or why there is none. */
export function ExportProblems({ exporting: { data, isError } }: ExportUnsentProps) {
  const { t } = useTranslation()
  return (
    <>
      {data && data.unknown > 0 ? <p role="alert">{t('unsent.exportForSupport', { count: data.unknown })}</p> : null}
      {isError ? <p role="alert">{t('unsent.exportFailed')}</p> : null}
    </>
  )
}
