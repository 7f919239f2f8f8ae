import { useLayoutEffect, useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CartLine } from '../../../domain/cart.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog } from '../../../ui/dialog.tsx'
import { FactList } from '../../../ui/fact-list.tsx'
import { useStockAge } from '../../shared/goods/use-stock-age.ts'
import { useSell } from '../sell-context.ts'

/** The one warning before selling below zero: never a refusal, because the goods are in the cashier's hands (rule S9). */
export function BelowStockDialog({ lines, onClose }: { lines: readonly CartLine[]; onClose(): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { payBelowStock } = useSell()
  const age = useStockAge()
  const goOn = useRef<HTMLButtonElement>(null)
  // A dialog puts the focus on its first button; this warning is read and answered with Enter.
  useLayoutEffect(() => goOn.current?.focus(), [])
  return (
    <Dialog
      title={t('sell.belowTitle')}
      onClose={onClose}
      actions={
        <>
          <Button onClick={onClose}>{t('sell.belowBack')}</Button>
          <Button kind="primary" ref={goOn} onClick={() => payBelowStock(lines.map(({ lineId }) => lineId))}>
            {t('sell.belowStockContinue')}
          </Button>
        </>
      }
    >
      <p>{t('sell.belowText')}</p>
      <FactList
        facts={lines.map(({ name, quantity, unit, stockShown }) => [
          name,
          t('sell.belowLine', {
            quantity: `${format.quantity(quantity)} ${unit}`,
            stock: [format.quantity(stockShown ?? 0), age].filter(Boolean).join(' '),
          }),
        ])}
      />
    </Dialog>
  )
}
