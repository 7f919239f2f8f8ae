import { useState } from 'react'
import { dueBy, resumePayment } from '../../domain/payment.ts'
import { type Bill, followBill } from './bill.ts'
import { cashRuleOf, totalOf } from './new-sale.ts'
import { type CurrentPayment, usePayment } from './use-payment.ts'

/** Why what stands on the screen may not be booked: another tab's cart, the owner's settings, another tab's payment. */
export type BillChange = 'cart' | 'settings' | 'parts'

export interface CurrentBill extends Bill {
  /** Of the bill shown, before cash rounding. */
  readonly total: number
  readonly payment: CurrentPayment
  /** Null: what is shown is what holds. Else nothing may be taken until it was accepted. */
  readonly changed: BillChange | null
  /** What closes the sale by this method once the change is accepted. */
  newDue(method: string): number
  /** The cashier has read the new sum. */
  accept(): void
}

/** The bill that the cashier reads, with what was paid of it; it follows `live` only when asked to. */
export function useBill(live: Bill): CurrentBill {
  const [shown, setShown] = useState(live)
  const { bill, changed } = followBill(shown, live)
  const total = totalOf(bill.cart, bill.settings)
  const payment = usePayment(bill.cart.cartId, total, cashRuleOf(bill.settings))
  return {
    ...bill,
    total,
    payment,
    changed: changed ?? (payment.isChanged ? 'parts' : null),
    newDue: (method) =>
      dueBy(resumePayment(totalOf(live.cart, live.settings), payment.readStored()), method, cashRuleOf(live.settings)),
    accept() {
      setShown(live)
      payment.readAgain()
    },
  }
}
