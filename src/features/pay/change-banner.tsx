import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/use-format.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import type { BillChange } from './bill.ts'

const CAUSES = {
  cart: 'pay.changedCart',
  settings: 'pay.changedSettings',
  parts: 'pay.changedParts',
} as const satisfies Record<BillChange, string>

interface ChangeBannerProps {
  readonly changed: BillChange
  /** Whole rupiah: the sum shown, and the sum now due. */
  readonly due: number
  readonly newDue: number
  onAccept(): void
}

/** The sum that the customer was told has changed: no money is taken until the cashier accepts the new one. */
export function ChangeBanner({ changed, due, newDue, onAccept }: ChangeBannerProps) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <Banner
      tone="warn"
      icon={<TriangleAlert size={24} aria-hidden />}
      title={
        newDue === due
          ? t('pay.changedSame')
          : t('pay.changedSum', { due: format.rupiah(newDue), before: format.rupiah(due) })
      }
      actions={<Button onClick={onAccept}>{t('pay.changedAccept', { due: format.rupiah(newDue) })}</Button>}
    >
      {t(CAUSES[changed])}
    </Banner>
  )
}
