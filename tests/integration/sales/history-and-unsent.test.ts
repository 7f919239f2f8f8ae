import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type DeviceHistoryFilter, readDeviceSales, readSaleHere } from '../../../src/db/sales/history.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import type { OperationRow } from '../../../src/db/sales/sales-rows.ts'
import { readUnsentIds, readUnsentTotals } from '../../../src/db/sales/unsent.ts'
import { AT, BRANCH, refundRow, saleRow, uuid, voidRow } from '../../unit/transactions/rows.ts'

const DAY_MS = 86_400_000
let db: SalesDb

beforeEach(async () => {
  db = new SalesDb(`sales-${Math.random()}`)
  await db.open()
})
afterEach(async () => db.delete())

const store = (...rows: readonly OperationRow[]) => db.operations.bulkAdd([...rows])

async function list(filter: Partial<DeviceHistoryFilter> = {}) {
  const { sales, hasMore } = await readDeviceSales(db, {
    branchCode: BRANCH,
    day: null,
    text: '',
    limit: 10,
    ...filter,
  })
  return { ids: sales.map(({ sale }) => sale.offline_id), hasMore, sales }
}

describe('the device’s history', () => {
  it('lists sales newest first, each with what was recorded about it, whatever its state', async () => {
    await store(
      saleRow(1, { state: 'settled' }),
      saleRow(2, { state: 'queued' }),
      refundRow(3, 1, [{ product_id: 1386, quantity: 1, amount: 15_000 }]),
      saleRow(4, { state: 'needs-decision' }),
      voidRow(5, 1),
      saleRow(6, { state: 'cancelled' }),
    )
    const { ids, hasMore, sales } = await list()
    expect(ids).toEqual([uuid(6), uuid(4), uuid(2), uuid(1)])
    expect(hasMore).toBe(false)
    expect(sales.at(-1)?.about.map(({ offline_id: id }) => id)).toEqual([uuid(3), uuid(5)])
    expect(sales[0]?.about).toEqual([])
  })

  it('goes page by page without losing or repeating one', async () => {
    await store(...Array.from({ length: 25 }, (_, index) => saleRow(index + 1)))
    expect(await list({ limit: 10 })).toMatchObject({ hasMore: true })
    const all = await list({ limit: 30 })
    expect(all.ids).toEqual(Array.from({ length: 25 }, (_, index) => uuid(25 - index)))
    expect(all.hasMore).toBe(false)
    expect((await list({ limit: 25 })).hasMore).toBe(false)
    expect((await list({ limit: 24 })).hasMore).toBe(true)
  })

  it('one day is from its first millisecond to before the next day’s', async () => {
    await store(
      saleRow(1, { created_at: AT - 1 }),
      saleRow(2, { created_at: AT }),
      saleRow(3, { created_at: AT + DAY_MS - 1 }),
      saleRow(4, { created_at: AT + DAY_MS }),
      voidRow(5, 1, { created_at: AT }),
    )
    expect((await list({ day: { from: AT, until: AT + DAY_MS } })).ids).toEqual([uuid(3), uuid(2)])
    expect(await list({ day: { from: AT, until: AT + DAY_MS }, limit: 1 })).toMatchObject({
      ids: [uuid(3)],
      hasMore: true,
    })
  })

  it.each([
    ['its reference', '20261122-0002'],
    ['a product in it, whatever the letters’ case', 'tEH bOTOL'],
    ['its total', '7000'],
    ['the server’s code', 'trx-20261122-009'],
  ])('is found by %s', async (_what, text) => {
    const tea = { product_id: 9, product_name: 'Teh Botol 450 ml', quantity: 1, price: 7_000 }
    const plain = { unit: 'pcs', discount: 0, note: null, master_price: null, stock_shown: null }
    const result = { server_id: 9, transaction_code: 'TRX-20261122-009', epoch: 'e', seq: 1, versions: {}, at: AT }
    await store(
      saleRow(1),
      saleRow(2, { result, state: 'settled' }, { grand_total: 7_000, items: [{ ...tea, ...plain }] }),
      saleRow(3),
    )
    expect((await list({ text })).ids).toEqual([uuid(2)])
  })

  it('another branch’s sales of the same tablet are not this branch’s history', async () => {
    await store(saleRow(1, { branch_code: 'BRN-OTHER' }), saleRow(2))
    expect((await list()).ids).toEqual([uuid(2)])
  })

  it('knows what was recorded here about another counter’s sale', async () => {
    await store(voidRow(2, 1), saleRow(3))
    expect(await readSaleHere(db, uuid(1))).toMatchObject({ sale: null, about: [{ offline_id: uuid(2) }] })
    expect(await readSaleHere(db, uuid(3))).toMatchObject({ sale: { offline_id: uuid(3) }, about: [] })
    // A void is no sale, whoever asks for it by its id.
    expect((await readSaleHere(db, uuid(2))).sale).toBeNull()
  })
})

describe('the unsent', () => {
  beforeEach(() =>
    store(
      saleRow(1, { state: 'settled' }),
      saleRow(2, { state: 'accepted' }),
      saleRow(3, { state: 'queued' }),
      saleRow(4, { state: 'sending' }),
      saleRow(5, { state: 'needs-decision' }),
      saleRow(6, { state: 'cancelled' }),
      voidRow(7, 1, { state: 'queued', exported_at: AT }),
      saleRow(8, { state: 'needs-decision', exported_at: AT }),
    ),
  )

  it('[Q3] waits in the order of recording, what is on its way first; the refused stand apart', async () => {
    expect(await readUnsentIds(db)).toEqual({
      waiting: [uuid(4), uuid(3), uuid(7)],
      undecided: [uuid(5), uuid(8)],
    })
  })

  it('[Q7] counts what has no final verdict, and what of it stands in no file', async () => {
    expect(await readUnsentTotals(db)).toEqual({ unsent: 5, notExported: 3 })
  })
})
