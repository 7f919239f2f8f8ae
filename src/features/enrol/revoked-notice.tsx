import ShieldX from 'lucide-react/icons/shield-x'
import { useTranslation } from 'react-i18next'
import { useUnsentTotals } from '../../db/sales/unsent.ts'
import { Banner } from '../../ui/banner.tsx'
import { ExportUnsentButton } from '../shared/device/export-unsent.tsx'
import { useExportUnsent } from '../shared/device/use-export-unsent.ts'
import { useServices } from '../shared/services.ts'

/** To whoever holds a tablet that the owner revoked: what was deleted, and what is still here and how it is saved (rule Q12). */
export function RevokedNotice() {
  const { t } = useTranslation()
  const { salesDb } = useServices()
  const unsent = useUnsentTotals(salesDb)?.unsent ?? 0
  const exporting = useExportUnsent()
  return (
    <Banner
      tone="bad"
      icon={<ShieldX size={24} aria-hidden />}
      title={t('enrol.revokedTitle')}
      actions={unsent > 0 ? <ExportUnsentButton exporting={exporting} /> : null}
    >
      {t('enrol.revokedText')} {unsent > 0 ? t('enrol.revokedUnsent', { count: unsent }) : null}{' '}
      {exporting.data ? <span role="status">{t('enrol.revokedSaved', { file: exporting.data.fileName })}</span> : null}
      {exporting.data && exporting.data.unknown > 0 ? (
        <span role="alert"> {t('unsent.exportForSupport', { count: exporting.data.unknown })}</span>
      ) : null}
      {exporting.isError ? <span role="alert">{t('unsent.exportFailed')}</span> : null}
    </Banner>
  )
}
