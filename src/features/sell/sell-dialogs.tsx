import { useTranslation } from 'react-i18next'
import type { CartLine } from '../../domain/cart.ts'
import { setCartDiscount, setLineDiscount } from '../../domain/cart-discount.ts'
import { cartTotals } from '../../domain/cart-totals.ts'
import { LABEL_MAX, NOTE_MAX, setCartNote, setLabel, setLineNote, setQuantity } from '../../domain/change-cart.ts'
import { lineGross } from '../../domain/sale-totals.ts'
import { BelowStockDialog } from './cart/below-stock-dialog.tsx'
import { DiscountDialog } from './cart/discount-dialog.tsx'
import { QuantityDialog } from './cart/quantity-dialog.tsx'
import { TextDialog } from './cart/text-dialog.tsx'
import { HelpDialog } from './help-dialog.tsx'
import { CartMenu, ClearDialog, LineMenu } from './menu-dialogs.tsx'
import { BearersDialog } from './scanner/bearers-dialog.tsx'
import { CameraDialog } from './scanner/camera-dialog.tsx'
import { type OpenDialog, useCurrentCart, useSell } from './sell-context.ts'

interface SellDialogsProps {
  dialog: OpenDialog
  onCode(code: string): string
}

/** Whatever question is open. */
export function SellDialogs({ dialog, onCode }: SellDialogsProps) {
  const { t } = useTranslation()
  const sell = useSell()
  const kept = useCurrentCart(sell)
  const close = () => sell.open(null)
  if (!kept) return null
  const { cart } = kept
  switch (dialog.kind) {
    case 'weigh':
      return (
        <QuantityDialog
          key={dialog.entry.id}
          name={dialog.entry.name}
          unit={dialog.entry.unit}
          quantity={null}
          onQuantity={(quantity) => sell.add(dialog.entry, quantity, { isSaidElsewhere: true })}
          onClose={close}
        />
      )
    case 'bearers':
      return <BearersDialog code={dialog.code} entries={dialog.entries} onClose={close} />
    case 'quantity':
    case 'line':
    case 'line-discount':
    case 'line-note': {
      const line = cart.lines.find(({ lineId }) => lineId === dialog.lineId)
      return line ? <LineDialog key={dialog.lineId} kind={dialog.kind} line={line} /> : null
    }
    case 'below-stock':
      return <BelowStockDialog lines={dialog.lines} onClose={close} />
    case 'cart-discount': {
      const { subtotal, lines } = cartTotals(cart, null)
      return (
        <DiscountDialog
          title={t('sell.discountCartTitle')}
          discount={cart.discount}
          base={subtotal - lines.reduce((sum, { discount }) => sum + discount, 0)}
          onDiscount={(discount) => sell.discount((current) => setCartDiscount(current, discount))}
          onClose={close}
        />
      )
    }
    case 'cart-note':
      return (
        <TextDialog
          title={t('sell.noteCartTitle')}
          label={t('sell.note')}
          hint={t('sell.noteHint', { max: NOTE_MAX })}
          maxLength={NOTE_MAX}
          text={cart.note}
          onText={(text) => sell.store.change((current) => setCartNote(current, text))}
          onClose={close}
        />
      )
    case 'label':
      return (
        <TextDialog
          title={t('sell.labelTitle')}
          label={t('sell.label')}
          hint={t('sell.labelHint', { max: LABEL_MAX })}
          maxLength={LABEL_MAX}
          text={cart.label}
          onText={(text) => sell.store.change((current) => setLabel(current, text))}
          onClose={close}
        />
      )
    case 'clear':
      return <ClearDialog kept={kept} />
    case 'cart':
      return <CartMenu kept={kept} />
    case 'camera':
      return <CameraDialog onCode={onCode} onClose={close} />
    case 'help':
      return <HelpDialog onClose={close} />
  }
}

function LineDialog({ kind, line }: { kind: 'quantity' | 'line' | 'line-discount' | 'line-note'; line: CartLine }) {
  const { t } = useTranslation()
  const sell = useSell()
  const close = () => sell.open(null)
  const { lineId, name, unit } = line
  switch (kind) {
    case 'line':
      return <LineMenu line={line} />
    case 'quantity':
      return (
        <QuantityDialog
          name={name}
          unit={unit}
          quantity={line.quantity}
          onQuantity={(quantity) =>
            sell.apply((cart) => setQuantity(cart, lineId, quantity, line.stockShown), { isSaidElsewhere: true })
          }
          onClose={close}
        />
      )
    case 'line-discount':
      return (
        <DiscountDialog
          title={t('sell.discountLineTitle', { name })}
          discount={line.discount}
          base={lineGross(line)}
          onDiscount={(discount) => sell.discount((cart) => setLineDiscount(cart, lineId, discount))}
          onClose={close}
        />
      )
    case 'line-note':
      return (
        <TextDialog
          title={t('sell.noteLineTitle', { name })}
          label={t('sell.note')}
          hint={t('sell.noteHint', { max: NOTE_MAX })}
          maxLength={NOTE_MAX}
          text={line.note}
          onText={(text) => sell.store.change((cart) => setLineNote(cart, lineId, text))}
          onClose={close}
        />
      )
  }
}
