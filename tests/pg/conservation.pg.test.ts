import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import type { SyncResult } from '../../src/contract/batch-sync.ts'
import { toThousandths } from '../../src/domain/quantity.ts'
import { refundOf, sale, upload, voidOf } from './selling-support.ts'
import { addProduct, openTestDatabase, readLog } from './support.ts'

/** What the devices do, each in its own order, all at once: `of` names an earlier sale of any device. */
type Deed =
  | { readonly kind: 'sell'; readonly lines: readonly (readonly [product: number, thousandths: number])[] }
  | { readonly kind: 'void'; readonly of: number }
  | { readonly kind: 'retry'; readonly of: number }
  | { readonly kind: 'refund'; readonly of: number; readonly product: number; readonly thousandths: number }
  | { readonly kind: 'count'; readonly product: number; readonly thousandths: number }

const product = fc.integer({ min: 0, max: 2 })
const thousandths = fc.integer({ min: 1, max: 4_000 })
const deed: fc.Arbitrary<Deed> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant('sell'),
      lines: fc.array(fc.tuple(product, thousandths), { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('void' as const, 'retry' as const), of: fc.nat(9) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('refund'), of: fc.nat(9), product, thousandths }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('count'), product, thousandths }) },
)

const START = 5_000

interface World {
  readonly db: Database
  readonly products: readonly number[]
  readonly sales: ReturnType<typeof sale>[]
  /** Every operation ever sent, to be retried; with its first result. */
  readonly sent: { readonly body: Parameters<typeof upload>[1]; first?: SyncResult }[]
  /** Thousandths by product that owners added. */
  readonly counted: Map<number, number>
}

async function run(world: World, deeds: readonly Deed[], device: string): Promise<void> {
  for (const each of deeds) {
    const body = toBody(world, each)
    if (body === 'counted') {
      if (each.kind !== 'count') continue
      const id = world.products[each.product]
      if (id === undefined) continue
      world.counted.set(id, (world.counted.get(id) ?? 0) + each.thousandths)
      await world.db.query('UPDATE products SET stock = stock + $2 WHERE id = $1', [id, each.thousandths / 1000])
    } else if (body !== null) {
      const entry = world.sent.find((known) => known.body === body) ?? { body }
      if (!world.sent.includes(entry)) world.sent.push(entry)
      const { results } = await upload(world.db, body, { deviceId: device })
      const [result] = results
      if (!result) throw new Error('no result')
      if (result.error_kind === 'unavailable') throw new Error('a conflict was not tried again')
      if (entry.first?.success) expect(result).toEqual(entry.first)
      else entry.first = result
    }
  }
}

function toBody(world: World, each: Deed): Parameters<typeof upload>[1] | 'counted' | null {
  const idOf = (index: number) => world.products[index] ?? 0
  if (each.kind === 'count') return 'counted'
  if (each.kind === 'sell') {
    const sold = sale(
      each.lines.map(([index, amount]) => ({ product_id: idOf(index), quantity: amount / 1000, price: 1_000 })),
    )
    world.sales.push(sold)
    return { transactions: [sold] }
  }
  if (each.kind === 'retry') return world.sent[each.of % Math.max(1, world.sent.length)]?.body ?? null
  const about = world.sales[each.of % Math.max(1, world.sales.length)]?.offline_id
  // Also of a sale that nobody has sent yet.
  if (each.kind === 'void') return { voids: [voidOf(about ?? randomUUID())] }
  if (about === undefined) return null
  const item = { product_id: idOf(each.product), quantity: each.thousandths / 1000, amount: 0 }
  return { refunds: [refundOf(about, [item])] }
}

async function expectConserved({ db, products, counted }: World): Promise<void> {
  const rows = await db.query<{ id: number; stock: number; places: number; sold: number }>(
    `SELECT p.id, p.stock, (SELECT sum(quantity) FROM inventory i WHERE i.product_id = p.id) AS places,
            coalesce((SELECT sum(i.quantity) FROM transaction_items i JOIN transactions t ON t.id = i.transaction_id
                       WHERE i.product_id = p.id AND t.status = 'paid'), 0) AS sold
       FROM products p WHERE p.id = ANY ($1) ORDER BY p.id`,
    [products],
  )
  expect(rows.map(({ id }) => id)).toEqual(products)
  for (const { id, stock, places, sold } of rows) {
    const start = START + (counted.get(id) ?? 0)
    expect([toThousandths(stock) + toThousandths(sold), toThousandths(places)]).toEqual([start, toThousandths(stock)])
  }
  const tooMuch = await db.query(
    `SELECT s.id FROM transactions s JOIN transactions r ON r.refund_of = s.id JOIN transaction_items i ON i.transaction_id = r.id
      GROUP BY s.id, i.product_id
     HAVING sum(-i.quantity) > (SELECT coalesce(sum(quantity), 0) FROM transaction_items
                                 WHERE transaction_id = s.id AND product_id = i.product_id)`,
  )
  expect(tooMuch).toEqual([])
}

/** Each operation's result names the versions that its own events carry. */
async function expectVersionsOfEvents({ db, sent }: World): Promise<void> {
  const carried = new Map<unknown, Record<string, unknown>>()
  for (const { event_type, record_id, data } of await readLog(db, 1)) {
    if (data.offline_id === undefined || data.offline_id === null) continue
    const record = { stock_updated: `stock:${record_id}`, quantity_updated: `inventory:${record_id}` }[event_type]
    if (record) carried.set(data.offline_id, { ...carried.get(data.offline_id), [record]: data.version })
  }
  for (const { first } of sent) {
    if (first?.success) expect(first.versions).toMatchObject(carried.get(first.offline_id) ?? {})
  }
}

test('[S10] stock + sold − returned is constant under sales, voids, refunds and retries in parallel', async () => {
  // One for all runs, each with products of its own: to open one costs more than a run.
  const { db } = await openTestDatabase()
  await fc.assert(
    fc.asyncProperty(fc.array(fc.array(deed, { maxLength: 7 }), { minLength: 2, maxLength: 4 }), async (devices) => {
      const products = []
      for (const name of ['Beras', 'Gula', 'Teh']) products.push(await addProduct(db, { name, stock: START / 1000 }))
      const [first = 0] = products
      await db.query(`INSERT INTO inventory (product_id, place, quantity) VALUES ($1, 'Gudang', 2)`, [first])
      await db.query('UPDATE products SET stock = stock - 2 WHERE id = $1', [first])
      const world: World = { db, products, sales: [], sent: [], counted: new Map() }
      await Promise.all(devices.map((deeds, index) => run(world, deeds, `DEV-${index}`)))
      await expectConserved(world)
      await expectVersionsOfEvents(world)
    }),
    { numRuns: 12, seed: 5 },
  )
})
