import { useState } from 'preact/compat'
import { type CartPayment, changeParts } from '../../db/sales/cart-payment.ts'
import { isQuotaError } from '../../db/storage-error.ts'
import { dueBy, type PaymentPart, type PaymentState, resumePayment } from '../../domain/payment.ts'
import { isSameSale } from '../../domain/same-sale.ts'
import { useServices } from '../shared/services.ts'
import { type Bill, type BillChange, followBill } from './bill.ts'
import { cashRuleOf, totalOf } from './new-sale.ts'

export interface CurrentBill extends Bill {
  /** Of the bill shown, before cash rounding. */
  readonly total: number
  /** The payment, resumed where it was left. */
  readonly state: PaymentState
  /** Null: the bill shown is current. Otherwise no money may be taken until the change is accepted. */
  readonly changed: BillChange | null
  /** What closes the sale by this method once the change is accepted. */
  newDue(method: string): number
  /** The cashier has read the new sum. */
  accept(): void
  /** Keeps the parts of a payment that is not closed yet, unless what they were added to or taken from is another by now. */
  keepParts(parts: readonly PaymentPart[]): Promise<'kept' | 'changed' | 'storage' | 'storage-full'>
}

/** The bill on the screen and what was paid of it; it follows `live` only after accept(). */
export function useBill(live: Bill): CurrentBill {
  const { salesDb, journal } = useServices()
  const [shown, setShown] = useState(live)
  /** What this tab is writing: its own change is no news, also when it is read before the write is known to be done. */
  const [own, setOwn] = useState<CartPayment | null>(null)
  const { bill, changed } = followBill(
    own && isSamePayment(own, live.payment) ? { ...shown, payment: own } : shown,
    live,
  )
  const total = totalOf(bill.cart, bill.settings)
  return {
    ...bill,
    total,
    state: resumePayment(total, bill.payment.parts),
    changed,
    newDue: (method) =>
      dueBy(resumePayment(totalOf(live.cart, live.settings), live.payment.parts), method, cashRuleOf(live.settings)),
    accept: () => setShown(live),
    async keepParts(parts) {
      const { cart, payment } = bill
      setOwn({ version: payment.version + 1, parts })
      try {
        const kept = await changeParts(salesDb, cart.cartId, {
          seenVersion: payment.version,
          isSeen: (stored) => isSameSale(stored, cart),
          parts,
        })
        if (kept) setShown({ ...bill, payment: kept })
        return kept ? 'kept' : 'changed'
      } catch (error) {
        journal.note('storage', 'Keeping a part of a payment', error)
        return isQuotaError(error) ? 'storage-full' : 'storage'
      } finally {
        setOwn(null)
      }
    },
  }
}

const isSamePayment = (one: CartPayment, other: CartPayment) =>
  one.version === other.version && JSON.stringify(one.parts) === JSON.stringify(other.parts)
