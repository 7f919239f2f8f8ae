import { CircleHelp, ShoppingCart } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link, Redirect } from 'wouter'
import { useCart } from '../../db/sales/carts.ts'
import { useReceiptRecord } from '../../db/sales/receipt-record.ts'
import { useLoadedShopSettings } from '../../db/use-shop-settings.ts'
import type { Cart } from '../../domain/cart.ts'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useActor } from '../shared/people/staff-session.ts'
import { useServices } from '../shared/services.ts'
import { PayForm } from './pay-form.tsx'

/** Takes the money for one cart; the sale is recorded here, and nowhere before. */
export function PayScreen({ cartId }: { cartId: string }) {
  const { db, salesDb } = useServices()
  const cart = useCart(salesDb, cartId)
  const settings = useLoadedShopSettings(db)
  const actor = useActor()
  // A cart that is sold is gone, in this tab or in another: which sale it became, only the last look at it knows.
  const [last, setLast] = useState<Cart | null>(null)
  if (cart && cart !== last) setLast(cart)
  // A form that stands there takes money: an early Enter needs the right sum, and somebody who takes it.
  if (cart === undefined || settings === undefined || actor === undefined) return null
  if (cart === null) return last === null ? <Gone /> : <SoldOrGone saleId={last.saleId} />
  if (cart.lines.length === 0) return <Empty />
  return <PayForm key={cartId} cart={cart} settings={settings} actor={actor} />
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

function Empty() {
  const { t } = useTranslation()
  return (
    <EmptyState icon={<ShoppingCart size={40} aria-hidden />} title={t('pay.emptyTitle')} isWholePage>
      <p>{t('pay.emptyText')}</p>
      <Link href="/sell">{t('pay.toSell')}</Link>
    </EmptyState>
  )
}
