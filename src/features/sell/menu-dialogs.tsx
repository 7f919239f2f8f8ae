import Hash from 'lucide-react/icons/hash'
import NotebookPen from 'lucide-react/icons/notebook-pen'
import Pencil from 'lucide-react/icons/pencil'
import Tag from 'lucide-react/icons/tag'
import Trash2 from 'lucide-react/icons/trash'
import { useTranslation } from 'react-i18next'
import type { KeptCart } from '../../db/sales/carts.ts'
import type { CartLine } from '../../domain/cart.ts'
import { cartTotals } from '../../domain/cart-totals.ts'
import { clearCart, removeLine } from '../../domain/change-cart.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useCartName } from './cart/cart-name.ts'
import { usePieces } from './cart/pieces.ts'
import styles from './menu-dialogs.module.css'
import { useSell } from './sell-context.ts'

/** What can be done with one line. */
export function LineMenu({ line }: { line: CartLine }) {
  const { t } = useTranslation()
  const { store, open } = useSell()
  const { lineId } = line
  return (
    <Dialog
      title={line.name}
      onClose={() => open(null)}
      actions={<Button onClick={() => open(null)}>{t('app.close')}</Button>}
    >
      <div className={styles.choices}>
        <Button wide icon={<Hash size={20} aria-hidden />} onClick={() => open({ kind: 'quantity', lineId })}>
          {t('sell.quantity', { unit: line.unit })}
        </Button>
        <Button wide icon={<Tag size={20} aria-hidden />} onClick={() => open({ kind: 'line-discount', lineId })}>
          {t('sell.lineDiscount')}
        </Button>
        <Button wide icon={<NotebookPen size={20} aria-hidden />} onClick={() => open({ kind: 'line-note', lineId })}>
          {t('sell.note')}
        </Button>
        <Button
          wide
          icon={<Trash2 size={20} aria-hidden />}
          onClick={() => {
            store.change((cart) => removeLine(cart, lineId))
            open(null)
          }}
        >
          {t('sell.remove')}
        </Button>
      </div>
    </Dialog>
  )
}

/** What can be done with the whole cart. One that was on hold is only deleted with a supervisor. */
export function CartMenu({ kept }: { kept: KeptCart }) {
  const { t } = useTranslation()
  const { open, deleteHeld } = useSell()
  const nameOf = useCartName()
  const isEmpty = kept.cart.lines.length === 0
  return (
    <Dialog
      title={nameOf(kept)}
      onClose={() => open(null)}
      actions={<Button onClick={() => open(null)}>{t('app.close')}</Button>}
    >
      <div className={styles.choices}>
        <Button wide icon={<Pencil size={20} aria-hidden />} onClick={() => open({ kind: 'label' })}>
          {t('sell.labelTitle')}
        </Button>
        <Button
          wide
          icon={<Tag size={20} aria-hidden />}
          disabled={isEmpty}
          onClick={() => open({ kind: 'cart-discount' })}
        >
          {t('sell.discountCartTitle')}
        </Button>
        <Button wide icon={<NotebookPen size={20} aria-hidden />} onClick={() => open({ kind: 'cart-note' })}>
          {t('sell.noteCartTitle')}
        </Button>
        <Button
          wide
          icon={<Trash2 size={20} aria-hidden />}
          disabled={isEmpty}
          onClick={() => (kept.state === 'held' ? void deleteHeld() : open({ kind: 'clear' }))}
        >
          {t(kept.state === 'held' ? 'sell.deleteCart' : 'sell.clear')}
        </Button>
      </div>
    </Dialog>
  )
}

export function ClearDialog({ kept }: { kept: KeptCart }) {
  const { t } = useTranslation()
  const format = useFormat()
  const pieces = usePieces()
  const { store, open } = useSell()
  return (
    <Dialog
      title={t('sell.clearTitle')}
      onClose={() => open(null)}
      actions={
        <>
          <Button onClick={() => open(null)}>{t('app.cancel')}</Button>
          <Button
            kind="danger"
            onClick={() => {
              store.change(clearCart)
              open(null)
            }}
          >
            {t('sell.clearConfirm')}
          </Button>
        </>
      }
    >
      <p>
        {t('sell.clearText', {
          pieces: pieces(kept.cart),
          total: format.rupiah(cartTotals(kept.cart, null).grandTotal),
        })}
      </p>
    </Dialog>
  )
}
