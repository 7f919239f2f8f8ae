import { useMutation } from '@tanstack/react-query'
import Trash2 from 'lucide-react/icons/trash'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useUnsentTotals } from '../../db/sales/unsent.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { ExportProblems, ExportUnsentButton } from '../shared/device/export-unsent.tsx'
import { useExportUnsent } from '../shared/device/use-export-unsent.ts'
import { useServices } from '../shared/services.ts'

/** Not while a record is only on this device and in no file (rule Q7): then it offers the file instead. */
export function RemoveDevice() {
  const { t } = useTranslation()
  const { forgetDevice, salesDb } = useServices()
  const totals = useUnsentTotals(salesDb)
  const [isAsking, setAsking] = useState(false)
  // Success needs no words: without a device the app shows enrolment. `unsent`: something was sold meanwhile, and the text says so.
  const removing = useMutation({
    mutationFn: forgetDevice,
    onSuccess: (outcome) => outcome === 'done' && setAsking(false),
  })
  const exporting = useExportUnsent()
  const isRefused = totals !== undefined && totals.notExported > 0
  return (
    <>
      <div>
        <Button icon={<Trash2 size={20} aria-hidden />} onClick={() => setAsking(true)}>
          {t('settings.remove')}
        </Button>
      </div>
      {isAsking && totals ? (
        <Dialog
          title={t(isRefused ? 'unsent.removeRefusedTitle' : 'settings.removeTitle')}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>{t('app.cancel')}</Button>
              {isRefused ? (
                <ExportUnsentButton exporting={exporting} />
              ) : (
                <Button kind="danger" disabled={removing.isPending} onClick={() => removing.mutate()}>
                  {t('settings.removeConfirm')}
                </Button>
              )}
            </>
          }
        >
          {isRefused ? (
            <>
              <p>{t('unsent.removeRefused', { count: totals.notExported })}</p>
              <p>
                <Link href="/unsent">{t('unsent.removeLook')}</Link>
              </p>
            </>
          ) : (
            <>
              {totals.unsent > 0 ? <p role="status">{t('unsent.removeExported', { count: totals.unsent })}</p> : null}
              <p>{t('settings.removeText')}</p>
            </>
          )}
          <ExportProblems exporting={exporting} />
          {removing.isError ? <p role="alert">{t('settings.removeFailed')}</p> : null}
        </Dialog>
      ) : null}
    </>
  )
}
