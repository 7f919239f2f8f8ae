import { useTranslation } from 'react-i18next'
import { useUnsentTotals } from '../../db/sales/unsent.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ExportProblems, ExportUnsentButton } from '../shared/device/export-unsent.tsx'
import { useExportUnsent } from '../shared/device/use-export-unsent.ts'
import { useServices } from '../shared/services.ts'

interface ReplaceDialogProps {
  branchName: string
  onClose(): void
  onReplace(): void
}

/**
 * Asks before an enrolled device becomes another one. As with its removal: not while a record is only here and in no file
 * (rule Q7), because another branch's device would not send it.
 */
export function ReplaceDialog({ branchName, onClose, onReplace }: ReplaceDialogProps) {
  const { t } = useTranslation()
  const totals = useUnsentTotals(useServices().salesDb)
  const exporting = useExportUnsent()
  if (totals === undefined) return null
  const isRefused = totals.notExported > 0
  return (
    <Dialog
      title={t(isRefused ? 'unsent.replaceRefusedTitle' : 'enrol.replaceTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('app.cancel')}</Button>
          {isRefused ? (
            <ExportUnsentButton exporting={exporting} />
          ) : (
            <Button kind="primary" onClick={onReplace}>
              {t('enrol.replaceConfirm')}
            </Button>
          )}
        </>
      }
    >
      {isRefused ? (
        <p>{t('unsent.removeRefused', { count: totals.notExported })}</p>
      ) : (
        <p>{t('enrol.replaceText', { branch: branchName })}</p>
      )}
      <ExportProblems exporting={exporting} />
    </Dialog>
  )
}
