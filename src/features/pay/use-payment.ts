import { useState, useSyncExternalStore } from 'react'
import {
  type CashRule,
  type PaymentPart,
  type PaymentState,
  resumePayment,
  type TenderOutcome,
  takeBack,
  tender,
} from '../../domain/payment.ts'
import { readParts, storeParts, watchParts } from './payment-storage.ts'

export interface CurrentPayment {
  readonly state: PaymentState
  /** Another tab took a part of it, or gave one back: what is on the screen is not what was taken. */
  readonly isChanged: boolean
  /** The same, asked of the storage in this moment. */
  isChangedNow(): boolean
  /** What was taken by now, in whichever tab. */
  readStored(): readonly PaymentPart[]
  /** Shows that. */
  readAgain(): void
  /** What taking this money would lead to; nothing is taken yet. */
  preview(part: Pick<PaymentPart, 'method' | 'amount' | 'reference'>): TenderOutcome
  /** Keeps a part of a payment that is not closed yet. */
  keep(state: PaymentState): void
  giveBack(place: number): void
  /** The sale is recorded: its parts are in it. */
  forget(): void
}

/** The payment for one cart, going on where it was left. */
export function usePayment(cartId: string, total: number, cash: CashRule): CurrentPayment {
  // As text: equal parts are the same value. Where storage is blocked it never changes, and the screen knows all parts.
  const readText = () => JSON.stringify(readParts(cartId))
  const look = () => ({ parts: readParts(cartId), text: readText() })
  const [shown, setShown] = useState(look)
  const stored = useSyncExternalStore(watchParts, readText)
  const state = resumePayment(total, shown.parts)
  const keep = ({ parts }: PaymentState) => {
    storeParts(cartId, parts)
    setShown({ parts, text: readText() })
  }
  return {
    state,
    isChanged: stored !== shown.text,
    isChangedNow: () => readText() !== shown.text,
    readStored: () => readParts(cartId),
    readAgain: () => setShown(look()),
    preview: (part) => tender(state, part, cash),
    keep,
    giveBack: (place) => keep(takeBack(state, place)),
    forget: () => storeParts(cartId, []),
  }
}
