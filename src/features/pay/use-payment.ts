import { useState } from 'react'
import {
  type CashRule,
  type PaymentPart,
  type PaymentState,
  resumePayment,
  type TenderOutcome,
  takeBack,
  tender,
} from '../../domain/payment.ts'
import { readParts, storeParts } from './payment-storage.ts'

export interface CurrentPayment {
  readonly state: PaymentState
  /** What taking this money would lead to; nothing is taken yet. */
  preview(part: Pick<PaymentPart, 'method' | 'amount' | 'reference'>): TenderOutcome
  /** Keeps a part of a payment that is not closed yet. */
  keep(state: PaymentState): void
  giveBack(place: number): void
  /** The sale is recorded: its parts are in it. */
  forget(): void
}

/** The payment for one cart, going on where it was left. `total` follows the cart. */
export function usePayment(cartId: string, total: number, cash: CashRule): CurrentPayment {
  const [parts, setParts] = useState(() => readParts(cartId))
  const state = resumePayment(total, parts)
  const keep = (next: PaymentState) => {
    setParts(next.parts)
    storeParts(cartId, next.parts)
  }
  return {
    state,
    preview: (part) => tender(state, part, cash),
    keep,
    giveBack: (place) => keep(takeBack(state, place)),
    forget: () => storeParts(cartId, []),
  }
}
