/**
 * Paying for one sale, in one part or several. Whole rupiah in, whole rupiah out; nothing here is ever below zero except the
 * rounding.
 *
 * Cash rounding: only what is left when cash closes the sale is rounded (`rest` to a multiple of `step`), because only that is
 * counted out in coins. What was paid before, by QRIS or in notes, stays as it was, so the rounding of a sale is always less
 * than one step, and a sale that is closed without cash is not rounded at all.
 */
import { type CashRoundingMode, cashRounding } from './sale-totals.ts'

export const CASH = 'CASH'
/** Rupiah that can be typed for one part: more is a barcode that went into the wrong field. */
export const TENDER_MAX = 99_999_999_999
/** Nobody is handed a million back: that was a barcode, or a zero too many. */
export const CHANGE_MAX = 999_999
/** Banknotes that a counter sees most. */
export const NOTES = [5_000, 10_000, 20_000, 50_000, 100_000] as const

export interface CashRule {
  readonly step: number
  readonly mode: CashRoundingMode
}

/** `amount` is what it pays of the sale; `tendered` the cash handed over, null for other methods. */
export interface PaymentPart {
  readonly method: string
  readonly amount: number
  readonly tendered: number | null
  readonly reference: string | null
}

export interface PaymentState {
  /** The sale's sum before cash rounding. */
  readonly total: number
  readonly parts: readonly PaymentPart[]
  /** What cash rounding added or took. */
  readonly rounding: number
  readonly isPaid: boolean
}

/**
 * `nothing`: no amount. `too-large`: more than can be meant, or than anybody would give change on. `over-rest`: only cash gives
 * change. `not-enough`: cash between the rest and the rest rounded up, which closes nothing. `overpaid`: a part has to be taken
 * back first. `already-paid`.
 */
export type TenderRefusal = 'nothing' | 'too-large' | 'over-rest' | 'not-enough' | 'overpaid' | 'already-paid'

export type TenderOutcome =
  | { readonly ok: true; readonly state: PaymentState }
  | { readonly ok: false; readonly reason: TenderRefusal }

export function startPayment(total: number): PaymentState {
  return { total, parts: [], rounding: 0, isPaid: false }
}

/**
 * Goes on with parts that were taken before the cart changed. They are money in the drawer or in the bank, so they stay; a part
 * that closed the sale is only what it paid then.
 */
export function resumePayment(total: number, parts: readonly PaymentPart[]): PaymentState {
  const paid = paidBy(parts)
  return { total, parts, rounding: 0, isPaid: parts.length > 0 && paid === total }
}

/** What is still to be paid, before cash rounding. */
export function restOf(state: PaymentState): number {
  return state.isPaid ? 0 : Math.max(0, state.total - paidBy(state.parts))
}

/** What the parts hold beyond the sale, after its cart became cheaper: a part has to be taken back first. */
export function overpaidOf(state: PaymentState): number {
  return state.isPaid ? 0 : Math.max(0, paidBy(state.parts) - state.total)
}

/** What closes the sale when it is paid by this method now. */
export function dueBy(state: PaymentState, method: string, cash: CashRule): number {
  const rest = restOf(state)
  return method === CASH ? rest + cashRounding(rest, cash.step, cash.mode) : rest
}

/** What is handed back when this much cash is given; null while it is not enough. */
export function changeFor(state: PaymentState, tendered: number, cash: CashRule): number | null {
  const due = dueBy(state, CASH, cash)
  return tendered >= due ? tendered - due : null
}

/** Takes money. Cash may be more than is due (the rest is change) or less; other methods at most what is due. */
export function tender(
  state: PaymentState,
  {
    method,
    amount,
    reference,
  }: { readonly method: string; readonly amount: number; readonly reference: string | null },
  cash: CashRule,
): TenderOutcome {
  if (state.isPaid) return { ok: false, reason: 'already-paid' }
  if (!Number.isSafeInteger(amount) || amount < 0) return { ok: false, reason: 'nothing' }
  if (amount > TENDER_MAX) return { ok: false, reason: 'too-large' }
  if (overpaidOf(state) > 0) return { ok: false, reason: 'overpaid' }
  const rest = restOf(state)
  const due = dueBy(state, method, cash)
  const isClosing = amount >= due
  // Nothing at all pays only what costs nothing: a gift, or a rest that rounding takes away.
  if (amount === 0 && !isClosing) return { ok: false, reason: 'nothing' }
  if (method !== CASH && amount > due) return { ok: false, reason: 'over-rest' }
  if (method === CASH && amount - due > CHANGE_MAX) return { ok: false, reason: 'too-large' }
  if (!isClosing && amount >= rest) return { ok: false, reason: 'not-enough' }
  const part: PaymentPart = {
    method,
    amount: isClosing ? due : amount,
    tendered: method === CASH ? amount : null,
    reference,
  }
  return {
    ok: true,
    state: {
      total: state.total,
      parts: [...state.parts, part],
      rounding: isClosing ? due - rest : 0,
      isPaid: isClosing,
    },
  }
}

/** Gives one part back. A part that was rounded to close the sale closes another rest then, so it goes back with it. */
export function takeBack(state: PaymentState, place: number): PaymentState {
  const closing = state.rounding === 0 ? -1 : state.parts.length - 1
  const parts = state.parts.filter((_, index) => index !== place && index !== closing)
  return resumePayment(state.total, parts)
}

/** What the sale comes to with its rounding: the sum of its payments once it is paid. */
export function finalTotal(state: PaymentState): number {
  return state.total + state.rounding
}

function paidBy(parts: readonly PaymentPart[]): number {
  return parts.reduce((sum, { amount }) => sum + amount, 0)
}
