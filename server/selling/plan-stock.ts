/**
 * How goods leave and reach a product's places. Thousandths of a unit throughout.
 *
 * Order (docs/selling.md): by id, each place gives what it has; what is missing then is taken from the first place, which may
 * fall below zero. What comes back goes to the first place: goods come back over the counter.
 */
import { toThousandths } from '../../src/domain/quantity.ts'

export interface PlaceStock {
  readonly id: number
  readonly quantity: number
}

/** `id` null: the product has no place yet, one is made. */
export interface PlaceMove {
  readonly id: number | null
  readonly delta: number
}

/** What a change of stock by `delta` does to the places, ordered by id; each stands at most once and is really moved. */
export function movePlaces(places: readonly PlaceStock[], delta: number): PlaceMove[] {
  if (delta === 0) return []
  const [first] = places
  if (!first) return [{ id: null, delta }]
  if (delta > 0) return [{ id: first.id, delta }]
  let wanted = -delta
  const taken = places.map(({ id, quantity }) => {
    const part = Math.min(Math.max(quantity, 0), wanted)
    wanted -= part
    return { id, delta: -part }
  })
  return taken
    .map((move) => (move.id === first.id ? { ...move, delta: move.delta - wanted } : move))
    .filter((move) => move.delta !== 0)
}

/** Sum of each product's lines. */
export function sumByProduct(
  lines: readonly { readonly product_id: number; readonly quantity: number }[],
): Map<number, number> {
  const sums = new Map<number, number>()
  for (const { product_id: id, quantity } of lines) sums.set(id, (sums.get(id) ?? 0) + toThousandths(quantity))
  return sums
}

export function negated(quantities: ReadonlyMap<number, number>): Map<number, number> {
  return new Map([...quantities].map(([id, quantity]) => [id, quantity === 0 ? 0 : -quantity]))
}
