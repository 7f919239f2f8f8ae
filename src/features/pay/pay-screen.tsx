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
  // Without the old parts the screen would ask again for money that was already taken.
  if (oldParts === 'refused')
    return <NothingToPay Icon={TriangleAlert} title="pay.storageTitle" text="pay.storageText" />
  return <Payment cartId={cartId} />
}

/** Moves parts of a payment from where an older version of the app kept them into the cart's row, before the cart is read. */
function useOldParts(cartId: string): 'moving' | 'moved' | 'refused' {
  const { salesDb, journal } = useServices()
  const [result, setResult] = useState<{ readonly of: string; readonly is: 'moved' | 'refused' } | null>(null)
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
  // Keep the last cart read: once it is sold, in this or another tab, its row is gone, and only this copy has the sale's id.
  const [last, setLast] = useState<Cart | null>(null)
  if (payable && payable.cart !== last) setLast(payable.cart)
  // Show the form only once sum and cashier are known: as soon as it shows, Enter takes money.
  if (payable === undefined || settings === undefined || actor === undefined) return null
  if (payable === null) return last === null ? <Gone /> : <SoldOrGone saleId={last.saleId} />
  if (payable.cart.lines.length === 0)
    return <NothingToPay Icon={ShoppingCart} title="pay.emptyTitle" text="pay.emptyText" />
  return <PayForm key={cartId} live={{ ...payable, settings }} actor={actor} />
}

/** Redirects to the sale that the cart became; without one the cart was deleted. */
function SoldOrGone({ saleId }: { saleId: string }) {
  const { salesDb } = useServices()
  const record = useReceiptRecord(salesDb, saleId)
  if (record === undefined) return null
  return record === null ? <Gone /> : <Redirect to={`/receipt/${saleId}`} replace />
}

function Gone() {
  return <NothingToPay Icon={CircleHelp} title="pay.goneTitle" text="pay.goneText" />
}

interface NothingToPayProps {
  Icon: typeof CircleHelp
  title: 'pay.goneTitle' | 'pay.storageTitle' | 'pay.emptyTitle'
  text: 'pay.goneText' | 'pay.storageText' | 'pay.emptyText'
}

function NothingToPay({ Icon, title, text }: NothingToPayProps) {
  const { t } = useTranslation()
  return (
    <EmptyState icon={<Icon size={40} aria-hidden />} title={t(title)} isWholePage>
      <p>{t(text)}</p>
      <Link href="/sell">{t('pay.toSell')}</Link>
    </EmptyState>
  )
}
