import CircleHelp from 'lucide-react/icons/circle-question-mark'
import ShoppingCart from 'lucide-react/icons/shopping-cart'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { useEffect, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link, Redirect } from 'wouter'
import { moveOldParts } from '../../db/sales/cart-payment.ts'
import { useReceiptRecord } from '../../db/sales/receipt-record.ts'
import { usePayableCart } from '../../db/sales/use-payable-cart.ts'
import { useLoadedShopSettings } from '../../db/use-shop-settings.ts'
import type { Cart } from '../../domain/cart.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useActor } from '../shared/people/staff-session.ts'
import { useServices } from '../shared/services.ts'
import { PayForm } from './pay-form.tsx'
import { OLD_PARTS } from './payment-storage.ts'

/** Takes the money for one cart; the sale is recorded here, and nowhere before. */
export function PayScreen({ cartId }: { cartId: string }) {
  const oldParts = useOldParts(cartId)
  if (oldParts === 'moving') return null
  // Without them the screen would ask for money that was taken already.
  if (oldParts === 'refused') return <Refused />
  return <Payment cartId={cartId} />
}

/** Parts that an older app took for this cart go to where this one reads them, before the cart is read. */
function useOldParts(cartId: string): 'moving' | 'moved' | 'refused' {
  const { salesDb, journal } = useServices()
  const [result, setResult] = useState<{ readonly of: string; readonly is: 'moved' | 'refused' } | null>(null)
  // An effect: it writes to the database.
  useEffect(() => {
    moveOldParts(salesDb, cartId, OLD_PARTS).then(
      () => setResult({ of: cartId, is: 'moved' }),
      (error: unknown) => {
        journal.note('storage', 'Moving the parts of a payment', error)
        setResult({ of: cartId, is: 'refused' })
      },
    )
  }, [salesDb, journal, cartId])
  return result?.of === cartId ? result.is : 'moving'
}

function Payment({ cartId }: { cartId: string }) {
  const { db, salesDb } = useServices()
  const payable = usePayableCart(salesDb, cartId)
  const settings = useLoadedShopSettings(db)
  const actor = useActor()
  // A cart that is sold is gone, in this tab or in another: which sale it became, only the last look at it knows.
  const [last, setLast] = useState<Cart | null>(null)
  if (payable && payable.cart !== last) setLast(payable.cart)
  // A form that stands there takes money: an early Enter needs the right sum, and somebody who takes it.
  if (payable === undefined || settings === undefined || actor === undefined) return null
  if (payable === null) return last === null ? <Gone /> : <SoldOrGone saleId={last.saleId} />
  if (payable.cart.lines.length === 0) return <Empty />
  return <PayForm key={cartId} live={{ ...payable, settings }} actor={actor} />
}

/** Whoever finds the cart sold sees the one sale that it became. */
function SoldOrGone({ saleId }: { saleId: string }) {
  const { salesDb } = useServices()
  const record = useReceiptRecord(salesDb, saleId)
  if (record === undefined) return null
  return record === null ? <Gone /> : <Redirect to={`/receipt/${saleId}`} replace />
}

function Gone() {
  const { t } = useTranslation()
  return (
    <EmptyState icon={<CircleHelp size={40} aria-hidden />} title={t('pay.goneTitle')} isWholePage>
      <p>{t('pay.goneText')}</p>
      <Link href="/sell">{t('pay.toSell')}</Link>
    </EmptyState>
  )
}

function Refused() {
  const { t } = useTranslation()
  return (
    <EmptyState icon={<TriangleAlert size={40} aria-hidden />} title={t('pay.storageTitle')} isWholePage>
      <p>{t('pay.storageText')}</p>
      <Link href="/sell">{t('pay.toSell')}</Link>
    </EmptyState>
  )
}

function Empty() {
  const { t } = useTranslation()
  return (
    <EmptyState icon={<ShoppingCart size={40} aria-hidden />} title={t('pay.emptyTitle')} isWholePage>
      <p>{t('pay.emptyText')}</p>
      <Link href="/sell">{t('pay.toSell')}</Link>
    </EmptyState>
  )
}
