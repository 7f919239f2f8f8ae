import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parseEvent } from '../../../src/contract/events.ts'
import { RECORDS } from '../../../src/contract/records/registry.ts'
import { readKeptSale, readKeptSales } from '../../../src/db/branch-sales.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { commitEvents, commitFetchedRows } from '../../../src/db/commit-rows.ts'
import { writeMeta } from '../../../src/db/meta.ts'
import { applyEvents, type RecordEvent, touchedRecords } from '../../../src/sync/records/apply-events.pure.ts'
import { applyFetchedRows } from '../../../src/sync/records/apply-page.pure.ts'
import { ENROLLMENT } from '../../support/enrollment.ts'

const EPOCH = 'life-1'
const DAY = 86_400_000
const NOON = Date.UTC(2026, 10, 30, 5)
const SALE_ID = '0d208e7c-ce80-4360-a56d-f6f0dae74b9a'
const POSITION = { epoch: EPOCH, cursor: 1 }

let db: CacheDb

beforeEach(async () => {
  db = new CacheDb(`branch-sales-${randomUUID()}`)
  await writeMeta(db, 'device', ENROLLMENT)
  await writeMeta(db, 'position', POSITION)
})
afterEach(async () => db.delete())

/** As the log brings it. */
async function receive(data: object, { epoch = EPOCH as string | undefined, type = 'transaction_created' } = {}) {
  const timestamp = new Date(NOON).toISOString()
  const event = parseEvent({ event_type: type, timestamp, epoch, data }) as RecordEvent
  const { ids } = touchedRecords(RECORDS, [event])
  const outcome = await commitEvents(db, {
    deviceId: ENROLLMENT.device_id,
    expected: POSITION,
    cursor: null,
    ids,
    learns: false,
    decide: (stored, rev) => applyEvents([event], stored, { records: RECORDS, epoch: EPOCH, rev, now: NOON }),
  })
  if (outcome === 'moved') throw new Error('moved')
  return outcome.verdicts
}

/** As REST tells it. */
async function fetched(...rows: readonly { readonly id: number }[]) {
  const page = { resource: 'transaction', rows, epoch: EPOCH }
  await commitFetchedRows(db, {
    deviceId: ENROLLMENT.device_id,
    resource: 'transaction',
    epoch: EPOCH,
    ids: rows.map(({ id }) => id),
    range: null,
    wanted: rows.map(({ id }) => ({ resource: 'transaction', id })),
    decide: (stored, _position, rev) =>
      applyFetchedRows(page, stored, { records: RECORDS, epoch: EPOCH, rev, now: NOON }),
  })
}

const row = (id: number, fields: object = {}) => ({
  id,
  version: 1,
  transaction_code: `TRX-${id}`,
  offline_id: null as string | null,
  offline_reference: `DEV-A-20261130-${id}`,
  status: 'paid',
  grand_total: 15_000,
  items: [{ product_id: 1, quantity: 1, price: 15_000, product_name: 'Beras "Ramos" 5 kg' }],
  payments: [{ payment_method: 'CASH', amount: 15_000, reference: null }],
  device_id: 'DEV-A',
  created_by: 'user_5',
  created_at: new Date(NOON).toISOString(),
  created_at_device: null as string | null,
  ...fields,
})
const list = (filter: Partial<Parameters<typeof readKeptSales>[1]> = {}) =>
  readKeptSales(db, { day: null, text: '', limit: 50, ...filter })
const idsOf = async (filter: Partial<Parameters<typeof readKeptSales>[1]> = {}) =>
  (await list(filter)).sales.map(({ id }) => id)

describe('what is told of a sale', () => {
  it('[C6] a notification of the specification’s form is a sale in the list, and its row is fetched', async () => {
    const data = {
      transaction_id: 12345,
      transaction_code: 'TRX-20251014-001',
      status: 'paid',
      grand_total: 150_000,
      items: [{ product_id: 999, quantity: 3, price: 50_000 }],
      created_by: 'user_5',
    }
    expect(await receive(data, { epoch: undefined })).toEqual(['applied'])
    const [sale] = (await list()).sales
    expect(sale).toMatchObject({
      id: 12345,
      transaction_code: 'TRX-20251014-001',
      grand_total: 150_000,
      items: [{ product_id: 999, quantity: 3, price: 50_000 }],
      created_at: new Date(NOON).toISOString(),
    })
    expect(await db.wantedRows.toArray()).toEqual([{ resource: 'transaction', id: 12345 }])
    await fetched(row(12345))
    expect((await list()).sales).toMatchObject([{ id: 12345, payments: [{ amount: 15_000 }] }])
    expect(await db.wantedRows.count()).toBe(0)
  })

  it('[C2] a later event says what it can beside the row that is here; an older one says nothing', async () => {
    await fetched(row(7, { offline_id: SALE_ID, version: 2 }))
    const voided = { transaction_id: 7, status: 'void', op: 'void', version: 3, transaction_offline_id: SALE_ID }
    expect(await receive(voided, { type: 'transaction_updated' })).toEqual(['applied'])
    expect(await readKeptSale(db, SALE_ID)).toMatchObject({ status: 'void', payments: [{ amount: 15_000 }] })
    expect(await receive({ ...voided, status: 'paid', version: 2 })).toEqual(['older'])
    expect(await readKeptSale(db, SALE_ID)).toMatchObject({ status: 'void' })
    await fetched(row(7, { offline_id: SALE_ID, version: 2 }))
    expect(await readKeptSale(db, SALE_ID)).toMatchObject({ status: 'void' })
  })

  it('a refund is part of its sale’s row, and none of its own', async () => {
    expect(await receive({ transaction_id: 8, op: 'refund', grand_total: -5, versions: {} })).toEqual(['ignored'])
    expect(await idsOf()).toEqual([])
  })

  it('a counter’s clock that is ahead or years behind does not move its sales out of sight', async () => {
    const told = (ms: number) => new Date(NOON + ms).toISOString()
    await fetched(
      row(1, { created_at_device: told(-3 * DAY) }),
      row(2, { created_at_device: told(900 * DAY) }),
      row(3, { created_at_device: told(-900 * DAY) }),
    )
    const rows = await db.branchSales.orderBy(':id').toArray()
    expect(rows.map(({ at }) => (at - NOON) / DAY)).toEqual([-3, 0, 0])
  })
})

describe('the list', () => {
  const at = (days: number, fields: object = {}) => ({
    created_at: new Date(NOON - days * DAY).toISOString(),
    ...fields,
  })

  it('is newest first, over days without any, as far as asked for', async () => {
    await fetched(row(1, at(40)), row(2, at(3)), row(3, at(3)), row(4, at(0)))
    expect(await idsOf()).toEqual([4, 3, 2, 1])
    expect(await list({ limit: 3 })).toMatchObject({ hasMore: true, firstId: 1 })
    expect(await list({ limit: 4 })).toMatchObject({ hasMore: false })
    expect(await list({ limit: 0 })).toEqual({ sales: [], hasMore: false, firstId: null })
  })

  it('finds codes, references, totals, names with quotes, payments and refunds, on one day or all', async () => {
    const refunds = [
      {
        offline_id: null,
        offline_reference: 'DEV-B-20261130-77',
        refund_total: 1,
        payment_method: '',
        created_at: '',
        items: [],
      },
    ]
    await fetched(
      row(1, at(9, { payments: [{ payment_method: 'QRIS', amount: 1, reference: 'QR-ABC' }] })),
      row(2, at(2, { items: [{ product_id: 4, quantity: 1, price: 1, product_name: 'Teh Pucuk' }], refunds })),
      row(3, at(0, { grand_total: 27_300 })),
    )
    const found = async (text: string) => await idsOf({ text })
    expect(await found('"ramos"')).toEqual([3, 1])
    expect([await found('qr-abc'), await found('pucuk'), await found('27300')]).toEqual([[1], [2], [3]])
    expect([await found('trx-2'), await found('20261130-77'), await found('20261130-1')]).toEqual([[2], [2], [1]])
    // A word that is only part of how a row is spelled is no find.
    expect([await found('product_name'), await found('null')]).toEqual([[], []])
    const from = NOON - 2 * DAY - 3_600_000
    expect(await idsOf({ day: { from, until: from + DAY } })).toEqual([2])
  })

  it('[R2] a garbled row is none', async () => {
    await fetched(row(1), row(2), row(3, { offline_id: SALE_ID }))
    await db.branchSales.update(1, { row: '{"id":' })
    await db.branchSales.update(2, { row: 7 as never })
    await db.branchSales.update(3, { row: null, told: '[]' })
    expect(await idsOf()).toEqual([])
    expect(await readKeptSale(db, SALE_ID)).toBeNull()
  })
})
