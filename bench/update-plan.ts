/**
 * Which product changes next: every second update falls on a row in sight, the others anywhere. The same sequence at every
 * run, because the benchmark compares. Each product's stock grows by one at a time, so that a value names its update.
 */
export interface PlannedUpdate {
  readonly id: number
  readonly value: number
}

export interface UpdatePlan {
  next(): PlannedUpdate
  /** What each product has now. */
  readonly stocks: ReadonlyMap<number, number>
}

export function createUpdatePlan(stocks: ReadonlyMap<number, number>, visible: readonly number[]): UpdatePlan {
  const now = new Map(stocks)
  const all = [...stocks.keys()]
  const random = createRandom(20251014)
  let turn = 0
  return {
    stocks: now,
    next() {
      const ids = turn % 2 === 0 ? visible : all
      turn += 1
      const id = ids[Math.floor(random() * ids.length)]
      if (id === undefined) throw new Error('There are no products to change')
      const value = (now.get(id) ?? 0) + 1
      now.set(id, value)
      return { id, value }
    },
  }
}

/** mulberry32: numbers from 0 to 1, the same for the same seed. */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
