/** What operations do to stock (rule D1): units by product, below zero for goods that go. */
import type { OperationRow } from '../../db/sales/sales-rows.ts'
import { addQuantities } from '../../domain/quantity.ts'

export type Deltas = ReadonlyMap<number, number>

interface Moved {
  readonly product_id: number
  readonly quantity: number
}

export function takenBy(items: readonly Moved[]): Deltas {
  return sum(items.map(({ product_id, quantity }) => ({ product_id, quantity: -quantity })))
}

export function givenBackBy(items: readonly Moved[]): Deltas {
  return sum(items)
}

/** What a void of these goods gives back: what was sold less what refunds have given back already. */
export function remainingAfterRefunds(items: readonly Moved[], refunds: readonly OperationRow[]): Deltas {
  const returned = refunds.flatMap(({ content, state }) =>
    content.type === 'refund' && state !== 'cancelled' ? content.refund.items : [],
  )
  const rest = sum([...items, ...returned.map(({ product_id, quantity }) => ({ product_id, quantity: -quantity }))])
  return new Map([...rest].filter(([, quantity]) => quantity > 0))
}

function sum(items: readonly Moved[]): Deltas {
  const deltas = new Map<number, number>()
  for (const { product_id: id, quantity } of items) deltas.set(id, addQuantities(deltas.get(id) ?? 0, quantity))
  return deltas
}
