/** What other counters would do: mostly one to three of what sells best, now and then a delivery. Pure; chance comes in. */
import { fromThousandths } from '../../src/domain/quantity.ts'

export interface TrafficProduct {
  readonly id: number
  readonly stock: number
  /** Sold by weight. */
  readonly weighed: boolean
}

export interface TrafficChange {
  readonly productId: number
  readonly delta: number
  readonly reason: 'transaction' | 'delivery'
  readonly updatedBy: string
}

export interface TrafficMaker {
  next(): TrafficChange
}

const CASHIERS = 6
/** Besides the deliveries that an empty shelf calls for. */
const DELIVERY_SHARE = 0.03
/** The steepness of "few products make most sales". */
const POPULARITY = 2.5

/** `random` gives numbers from 0 up to 1. Stock is followed here, so that shelves are filled before they run out. */
export function createTrafficMaker(products: readonly TrafficProduct[], random: () => number): TrafficMaker {
  if (products.length === 0) throw new RangeError('needs products')
  const ranked = shuffle(products, random)
  const stock = new Map(products.map(({ id, stock: now }) => [id, now]))
  const below = (bound: number): number => Math.floor(random() * bound)

  function change(product: TrafficProduct): Pick<TrafficChange, 'delta' | 'reason'> {
    const isEmpty = (stock.get(product.id) ?? 0) < 3
    if (isEmpty || random() < DELIVERY_SHARE) {
      return { delta: product.weighed ? 10 + below(20) : 12 * (1 + below(4)), reason: 'delivery' }
    }
    // A scale shows steps of 50 g; most people take one piece, some two or three.
    const sold = product.weighed ? fromThousandths(250 + 50 * below(36)) : ([1, 1, 1, 2, 2, 3][below(6)] ?? 1)
    return { delta: -sold, reason: 'transaction' }
  }

  return {
    next() {
      const product = ranked[Math.floor(random() ** POPULARITY * ranked.length)] ?? ranked[0]
      if (!product) throw new RangeError('needs products')
      const { delta, reason } = change(product)
      stock.set(product.id, (stock.get(product.id) ?? 0) + delta)
      return { productId: product.id, delta, reason, updatedBy: `user_${1 + below(CASHIERS)}` }
    },
  }
}

function shuffle<T>(items: readonly T[], random: () => number): readonly T[] {
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item)
}
