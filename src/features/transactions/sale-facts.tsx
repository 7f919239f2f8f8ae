import Ban from 'lucide-react/icons/ban'
import Undo2 from 'lucide-react/icons/undo-2'
import { useMemo } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useMeta } from '../../db/use-meta.ts'
import { useProductNames } from '../../db/use-product-names.ts'
import { useStaff } from '../../db/use-staff.ts'
import { lineTotal } from '../../domain/sale-totals.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { FactList } from '../../ui/fact-list.tsx'
import { methodName } from '../shared/sales/payment-method.ts'
import { useServices } from '../shared/services.ts'
import type { PastSale, Undoing } from './past-sale.ts'
import { StandingBadge } from './sale-badges.tsx'
import styles from './sale-facts.module.css'

/** Who, when, where, and under which numbers. */
export function SaleFacts({ sale }: { sale: PastSale }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { db } = useServices()
  const staff = useStaff(db)
  const device = useMeta(db, 'device')
  const cashier = staff?.find(({ id }) => id === sale.staffId)?.name ?? sale.madeBy
  const isThisCounter = device?.device_id === sale.deviceId
  return (
    <section className={styles.section}>
      <h2>{t('history.facts')}</h2>
      <FactList
        facts={[
          [t('history.reference'), sale.reference === '' ? t('app.none') : sale.reference],
          [t('history.code'), sale.code ?? t('history.codeLater')],
          [t('history.time'), format.dateTime(sale.at)],
          [t('history.cashier'), cashier === '' ? t('app.none') : cashier],
          [
            t('history.counter'),
            isThisCounter ? t('history.thisCounter', { id: sale.deviceId }) : sale.deviceId || t('app.none'),
          ],
          ...(sale.note === '' ? [] : ([[t('history.note'), sale.note]] as const)),
        ]}
      />
    </section>
  )
}

export function SaleGoods({ sale }: { sale: PastSale }) {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useLineNames(sale)
  const lineDiscounts = sale.lines.reduce((sum, { discount }) => sum + discount, 0)
  const cartDiscount = sale.discountTotal - lineDiscounts
  const { tax } = sale
  const rate = tax === null ? '' : format.quantity(tax.rateBp / 100)
  const sums: [string, string][] = [
    ...(cartDiscount === 0
      ? []
      : [[t('history.cartDiscount'), format.rupiah(-cartDiscount)] satisfies [string, string]]),
    ...(tax === null || tax.included
      ? []
      : [[t('history.tax', { rate }), format.rupiah(tax.amount)] satisfies [string, string]]),
    ...(sale.rounding === 0 ? [] : [[t('history.rounding'), format.rupiah(sale.rounding)] satisfies [string, string]]),
  ]
  return (
    <section className={styles.section}>
      <h2>{t('history.goods')}</h2>
      <ul className={styles.lines}>
        {sale.lines.map((line, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a sold line has no name but its place, and none moves
          <li key={place} className={styles.line}>
            <span className={styles.name}>{nameOf(line)}</span>
            <span className={styles.amount}>{format.rupiah(lineTotal(line))}</span>
            <span className={styles.muted}>
              {[format.quantity(line.quantity), line.unit].filter((part) => part !== '').join(' ')} ×{' '}
              {format.number(line.price)}
              {line.discount === 0 ? '' : ` · ${t('history.discount')} ${format.rupiah(-line.discount)}`}
            </span>
            {line.note === '' ? null : <span className={styles.muted}>{line.note}</span>}
          </li>
        ))}
      </ul>
      {sums.length === 0 ? null : <FactList facts={sums} />}
      <p className={styles.total}>
        <span>{t('history.total')}</span>
        <strong data-testid="sale-total">{format.rupiah(sale.total)}</strong>
      </p>
      {tax?.included ? (
        <p className={styles.muted}>
          {t('history.taxIncluded', { rate })}: {format.rupiah(tax.amount)}
        </p>
      ) : null}
    </section>
  )
}

export function SalePayments({ sale }: { sale: PastSale }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <section className={styles.section}>
      <h2>{t('history.payments')}</h2>
      <ul className={styles.lines}>
        {sale.payments.map((payment, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a payment has no name but its place, and none moves
          <li key={place} className={styles.line}>
            <span className={styles.name}>{methodName(payment.method, t)}</span>
            <span className={styles.amount}>{format.rupiah(payment.amount)}</span>
            {payment.reference === '' ? null : <span className={styles.muted}>{payment.reference}</span>}
            {payment.tendered === null || payment.tendered === payment.amount ? null : (
              <span className={styles.muted}>
                {t('history.tendered', {
                  amount: format.rupiah(payment.tendered),
                  change: format.rupiah(payment.tendered - payment.amount),
                })}
              </span>
            )}
          </li>
        ))}
      </ul>
    </section>
  )
}

/** Voids and refunds, with the way to their slips where this device has them. */
export function SaleUndoings({ sale }: { sale: PastSale }) {
  const { t } = useTranslation()
  if (sale.undoings.length === 0) return null
  return (
    <section className={styles.section}>
      <h2>{t('history.undone')}</h2>
      <ul className={styles.lines}>
        {sale.undoings.map((undoing) => (
          <UndoingLine key={undoing.id} undoing={undoing} sale={sale} />
        ))}
      </ul>
    </section>
  )
}

function UndoingLine({ undoing, sale }: { undoing: Undoing; sale: PastSale }) {
  const { t } = useTranslation()
  const format = useFormat()
  const nameOf = useLineNames(sale)
  const Icon = undoing.kind === 'void' ? Ban : Undo2
  return (
    <li className={styles.line} data-testid={`undoing-${undoing.kind}`}>
      <span className={styles.name}>
        <Icon size={20} aria-hidden className={styles.icon} />
        {t(undoing.kind === 'void' ? 'operation.void' : 'operation.refund')}
      </span>
      <span className={styles.amount}>{format.rupiah(-undoing.total)}</span>
      <span className={styles.muted}>
        {[format.dateTime(undoing.at), undoing.reference, undoing.reason].filter((part) => part !== '').join(' · ')}
      </span>
      {undoing.lines.map((line) => (
        <span key={line.product_id} className={styles.muted}>
          {format.quantity(line.quantity)} ×{' '}
          {nameOf(
            sale.lines.find(({ productId }) => productId === line.product_id) ?? {
              productId: line.product_id,
              name: '',
            },
          )}
        </span>
      ))}
      <span className={styles.foot}>
        <StandingBadge standing={undoing.standing} />
        {undoing.isHere ? (
          <Link href={`/receipt/${undoing.id}`} className={styles.slip}>
            {t('history.slip')}
          </Link>
        ) : null}
      </span>
    </li>
  )
}

/** A name as it was sold; else as the catalogue has it; else the product's number. */
export function useLineNames(sale: PastSale): (line: { readonly productId: number; readonly name: string }) => string {
  const { db } = useServices()
  const ids = useMemo(() => [...new Set(sale.lines.map(({ productId }) => productId))], [sale])
  const names = useProductNames(db, ids)
  return ({ productId, name }) => (name === '' ? (names?.get(productId) ?? `#${productId}`) : name)
}
