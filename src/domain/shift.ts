/**
 * The sums of a shift: what should lie in the drawer when it is closed, and what each payment method took. Whole rupiah.
 * What belongs to which shift is decided before (src/db/sales/shift-events.ts, docs/selling.md).
 */
import { CASH } from './payment.ts'

/** What a method pays of a sale, change taken off: `amount` of the contract's payments. */
export interface MethodAmount {
  readonly method: string
  readonly amount: number
}

export type ShiftEvent =
  | { readonly kind: 'sale'; readonly payments: readonly MethodAmount[] }
  /** Sold and voided within this shift: no money stays. */
  | { readonly kind: 'undone-sale' }
  /** A sale of an earlier shift, voided in this one: its money goes out again, as it came. */
  | { readonly kind: 'late-void'; readonly payments: readonly MethodAmount[] }
  /** A sale of another counter, voided here: what it was paid with is not known on this device. */
  | { readonly kind: 'unknown-void' }
  | { readonly kind: 'refund'; readonly payment: MethodAmount }
  | { readonly kind: 'movement'; readonly direction: 'in' | 'out'; readonly amount: number }

export interface MethodSums {
  readonly method: string
  /** Sales paid with it, wholly or in part. */
  readonly count: number
  readonly sales: number
  /** Handed back by it: refunds and late voids. */
  readonly refunds: number
}

export interface ShiftSums {
  readonly openingCash: number
  readonly cashSales: number
  readonly cashRefunds: number
  readonly cashIn: number
  readonly cashOut: number
  /** openingCash + cashSales − cashRefunds + cashIn − cashOut: what should lie in the drawer. */
  readonly expectedCash: number
  /** Cash first, then by name. */
  readonly methods: readonly MethodSums[]
  readonly saleCount: number
  /** Voids in this shift, of whichever shift's sales. */
  readonly voidCount: number
  readonly unknownVoidCount: number
  readonly refundCount: number
  /** All methods. */
  readonly sales: number
  readonly refunds: number
}

export function shiftSums(openingCash: number, events: readonly ShiftEvent[]): ShiftSums {
  const methods = new Map<string, { count: number; sales: number; refunds: number }>()
  const of = (method: string) => {
    const known = methods.get(method) ?? { count: 0, sales: 0, refunds: 0 }
    methods.set(method, known)
    return known
  }
  const counts = { sale: 0, 'undone-sale': 0, 'late-void': 0, 'unknown-void': 0, refund: 0, movement: 0 }
  let cashIn = 0
  let cashOut = 0
  for (const event of events) {
    counts[event.kind] += 1
    switch (event.kind) {
      case 'sale':
        for (const { method, amount } of event.payments) of(method).sales += amount
        for (const method of new Set(event.payments.map((payment) => payment.method))) of(method).count += 1
        break
      case 'late-void':
        for (const { method, amount } of event.payments) of(method).refunds += amount
        break
      case 'refund':
        of(event.payment.method).refunds += event.payment.amount
        break
      case 'movement':
        if (event.direction === 'in') cashIn += event.amount
        else cashOut += event.amount
        break
    }
  }
  const cash = methods.get(CASH) ?? { sales: 0, refunds: 0 }
  const sorted = [...methods].map(([method, sums]) => ({ method, ...sums })).toSorted(byMethod)
  return {
    openingCash,
    cashSales: cash.sales,
    cashRefunds: cash.refunds,
    cashIn,
    cashOut,
    expectedCash: openingCash + cash.sales - cash.refunds + cashIn - cashOut,
    methods: sorted,
    saleCount: counts.sale,
    voidCount: counts['undone-sale'] + counts['late-void'] + counts['unknown-void'],
    unknownVoidCount: counts['unknown-void'],
    refundCount: counts.refund,
    sales: sorted.reduce((sum, { sales }) => sum + sales, 0),
    refunds: sorted.reduce((sum, { refunds }) => sum + refunds, 0),
  }
}

/**
 * What is still to be handed back of a sale after these refunds: each is taken off its own method first, then off the others
 * in their order. Never below zero.
 */
export function remainingPayments(
  payments: readonly MethodAmount[],
  refunds: readonly MethodAmount[],
): readonly MethodAmount[] {
  return refunds.reduce((left, { method, amount }) => {
    let rest = amount
    const taken = new Map<MethodAmount, number>()
    for (const payment of left.toSorted((a, b) => Number(b.method === method) - Number(a.method === method))) {
      const off = Math.min(rest, payment.amount)
      taken.set(payment, off)
      rest -= off
    }
    return left.map((payment) => ({ ...payment, amount: payment.amount - (taken.get(payment) ?? 0) }))
  }, payments)
}

function byMethod(a: { readonly method: string }, b: { readonly method: string }): number {
  if (a.method === b.method) return 0
  if (a.method === CASH) return -1
  if (b.method === CASH) return 1
  return a.method < b.method ? -1 : 1
}

/** Indonesian notes and coins, rupiah, largest first. */
export const DENOMINATIONS = [100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000, 500, 200, 100] as const

/** Rupiah of so many pieces of each denomination. */
export function countedCash(pieces: ReadonlyMap<number, number>): number {
  return [...pieces].reduce((sum, [denomination, count]) => sum + denomination * count, 0)
}
