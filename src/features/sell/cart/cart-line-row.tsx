import Ellipsis from 'lucide-react/icons/ellipsis'
import Minus from 'lucide-react/icons/minus'
import Plus from 'lucide-react/icons/plus'
import StickyNote from 'lucide-react/icons/sticky-note'
import Tag from 'lucide-react/icons/tag'
import Trash2 from 'lucide-react/icons/trash'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { memo, type ReactNode, useCallback, useLayoutEffect, useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CartLine, Discount } from '../../../domain/cart.ts'
import {
  acceptBelowStock,
  isBelowStock,
  keepGoneProduct,
  keepPrice,
  removeLine,
  setQuantity,
  takeNewPrice,
} from '../../../domain/change-cart.ts'
import { addQuantities } from '../../../domain/quantity.ts'
import { quantityStep } from '../../../domain/unit.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Badge } from '../../../ui/badge.tsx'
import { Button, IconButton } from '../../../ui/button.tsx'
import { useCatalogue } from '../../shared/goods/catalogue-store.ts'
import { useProductRow } from '../../shared/goods/use-product-row.ts'
import { useStockAge } from '../../shared/goods/use-stock-age.ts'
import { useSell } from '../sell-context.ts'
import styles from './cart-line-row.module.css'

interface CartLineRowProps {
  line: CartLine
  /** Rupiah off the line, and what is left of it. */
  discount: number
  total: number
  /** The line that was changed last: shortcuts mean this one. */
  isActive: boolean
}

/** One line of the cart, with what the cashier should know about it. Repaints for itself alone. */
export const CartLineRow = memo(function CartLineRow({ line, discount, total, isActive }: CartLineRowProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { store, apply, open } = useSell()
  const discountWords = useDiscountWords()
  const element = useRef<HTMLLIElement>(null)
  const { lineId, name, unit, quantity, price } = line
  const stock = useProductRow(line.productId)?.stock ?? line.stockShown
  const step = quantityStep(unit)
  const isLast = quantity <= step
  const shown = `${format.quantity(quantity)} ${unit}`

  // What was just added or changed stays in sight, also when the cart is longer than the screen.
  useLayoutEffect(() => {
    if (isActive) element.current?.scrollIntoView({ block: 'nearest' })
  }, [isActive])

  const set = (next: number) => apply((cart) => setQuantity(cart, lineId, next, stock), { unit })
  return (
    <li ref={element} className={styles.line} data-testid={`line-${line.productId}`} data-active={isActive}>
      <div className={styles.head}>
        <span className={styles.name}>{name}</span>
        <span className={styles.total}>{format.rupiah(total)}</span>
      </div>
      {line.discount || line.note !== '' ? (
        <div className={styles.facts}>
          {line.discount ? (
            <Badge tone="quiet" icon={<Tag size={16} aria-hidden />}>
              {discountWords(line.discount, discount)}
            </Badge>
          ) : null}
          {line.note === '' ? null : (
            <Badge tone="quiet" icon={<StickyNote size={16} aria-hidden />}>
              {line.note}
            </Badge>
          )}
        </div>
      ) : null}
      <div className={styles.controls}>
        <IconButton
          label={t(isLast ? 'sell.removeName' : 'sell.less', { name })}
          icon={isLast ? <Trash2 size={20} aria-hidden /> : <Minus size={20} aria-hidden />}
          onClick={() =>
            isLast ? store.change((cart) => removeLine(cart, lineId)) : set(addQuantities(quantity, -step))
          }
        />
        <button
          type="button"
          className={styles.quantity}
          aria-label={t('sell.quantityOf', { name, quantity: shown })}
          onClick={() => open({ kind: 'quantity', lineId })}
        >
          {shown}
        </button>
        <IconButton
          label={t('sell.more', { name })}
          icon={<Plus size={20} aria-hidden />}
          onClick={() => set(addQuantities(quantity, step))}
        />
        <span className={styles.price}>{t('sell.each', { price: format.rupiah(price) })}</span>
        <IconButton
          label={t('sell.lineMore', { name })}
          icon={<Ellipsis size={20} aria-hidden />}
          onClick={() => open({ kind: 'line', lineId })}
        />
      </div>
      <LineQuestion line={line} stock={stock} />
    </li>
  )
})

/** What changed around the line since it was made; the line itself keeps what it holds. One question at a time. */
function LineQuestion({ line, stock }: { line: CartLine; stock: number | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { store, apply } = useSell()
  const { index, state } = useCatalogue()
  const age = useStockAge()
  const { lineId } = line
  const entry = index.get(line.productId)
  const held = format.rupiah(line.price)

  if (state === 'ready' && !entry?.active && !line.goneAccepted) {
    return (
      <Question text={t('sell.productGone')}>
        <Button onClick={() => store.change((cart) => keepGoneProduct(cart, lineId))}>{t('sell.goneKeep')}</Button>
        <Button onClick={() => store.change((cart) => removeLine(cart, lineId))}>{t('sell.remove')}</Button>
      </Question>
    )
  }
  if (entry && entry.price !== line.masterPrice) {
    const { price } = entry
    return (
      <Question text={t('sell.priceChanged', { price: format.rupiah(price), held })}>
        <Button onClick={() => apply((cart) => takeNewPrice(cart, lineId, price))}>{t('sell.priceTake')}</Button>
        <Button onClick={() => store.change((cart) => keepPrice(cart, lineId, price))}>
          {t('sell.priceKeep', { held })}
        </Button>
      </Question>
    )
  }
  if (stock !== null && !line.belowStockAccepted && isBelowStock({ quantity: line.quantity, stockShown: stock })) {
    return (
      <Question
        text={t('sell.belowStock', { stock: [format.quantity(stock), line.unit, age].filter(Boolean).join(' ') })}
      >
        <Button onClick={() => store.change((cart) => acceptBelowStock(cart, [lineId]))}>
          {t('sell.belowStockContinue')}
        </Button>
      </Question>
    )
  }
  return null
}

function Question({ text, children }: { text: string; children: ReactNode }) {
  return (
    <div className={styles.question} role="status">
      <p>
        <TriangleAlert size={20} aria-hidden />
        {text}
      </p>
      <div className={styles.answers}>{children}</div>
    </div>
  )
}

/** "Diskon 10% (Rp 1.500)" or "Diskon Rp 1.500". `amount`: what it comes to, in rupiah. */
function useDiscountWords(): (discount: Discount, amount: number) => string {
  const { t } = useTranslation()
  const format = useFormat()
  return useCallback(
    (discount, amount) =>
      discount.kind === 'percent'
        ? t('sell.discountShownPercent', {
            percent: format.quantity(discount.basisPoints / 100),
            amount: format.rupiah(amount),
          })
        : t('sell.discountShown', { amount: format.rupiah(amount) }),
    [t, format],
  )
}
