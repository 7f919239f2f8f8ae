import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { DeviceProfile } from '../../../src/contract/device.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import type { OperationError, OperationRow } from '../../../src/db/sales/sales-rows.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'
import type { Actor, Sales } from '../../../src/sync/outbox/sales.ts'
import type { UnsentDeps } from '../../../src/sync/outbox/unsent-commands.ts'
import { AT, BRANCH, refundRow, saleRow, uuid, voidRow } from '../../unit/transactions/rows.ts'

const ACTOR: Actor = { staffId: 5, staffName: 'Sari', shiftId: null, approvedBy: 1 }
const CHICKEN = { product_id: 1386, quantity: 1, amount: 15_000 }
const DEVICE: DeviceProfile = {
  device_id: 'DEV-B',
  merchant: { code: 'MCH-MST-001', name: 'Toko' },
  branch: { code: BRANCH, name: 'Cabang' },
  env: 'dev',
  mqtt: { url: 'ws://localhost/mqtt', protocol_version: 4, username: 'DEV-B', keepalive: 60 },
}
let db: SalesDb
let sales: Sales
let failures: unknown[]

beforeEach(async () => {
  db = new SalesDb(`refused-${Math.random()}`)
  await db.open()
  failures = []
  sales = createSales(deps())
})
afterEach(async () => db.delete())

function deps(): UnsentDeps {
  return {
    salesDb: db,
    http: () => Promise.reject(new Error('nothing here asks the server')),
    device: () => null,
    now: () => AT + 1,
    newId: () => crypto.randomUUID(),
    keptFailures: () => Promise.resolve([]),
    onRecorded: () => undefined,
    journal: { note: (_kind, _what, error) => failures.push(error) },
  }
}

const refused = (kind: OperationError['kind']): Partial<OperationRow> => ({
  state: 'needs-decision',
  ever_sent: true,
  error: { kind, message: 'in words', at: AT },
})
const store = (...rows: readonly OperationRow[]) => db.operations.bulkAdd([...rows])

describe('a refused operation that is no sale', () => {
  it('[Q3] ends here, kept with who decided, and no longer counts in the stock', async () => {
    await store(saleRow(1, { state: 'settled' }), refundRow(2, 1, [CHICKEN], refused('quantity_exceeded')))
    await db.effects.add({ offline_id: uuid(2), branch_code: 'BRN-1', product_id: 1386, delta: 1, learned: [] })
    expect(await sales.dropRefused(uuid(2), 'Salah hitung', ACTOR)).toMatchObject({ ok: true })
    expect(await db.operations.get(uuid(2))).toMatchObject({
      state: 'cancelled',
      settled_at: AT + 1,
      decisions: [{ what: 'void', reason: 'Salah hitung', staff_id: 5, approved_by: 1 }],
    })
    expect(await db.effects.count()).toBe(0)
  })

  it('a sale whose void is given up stands again', async () => {
    await store(saleRow(1, { state: 'settled', voided_by: uuid(2) }), voidRow(2, 1, refused('unknown_transaction')))
    await sales.dropRefused(uuid(2), 'Salah barang', ACTOR)
    expect(await db.operations.get(uuid(1))).toMatchObject({ state: 'settled', voided_by: '' })
  })

  it('a sale that another counter voided stays void', async () => {
    await store(saleRow(1, { state: 'settled', voided_by: uuid(2) }), voidRow(2, 1, refused('already_void')))
    await sales.dropRefused(uuid(2), 'Salah barang', ACTOR)
    expect(await db.operations.get(uuid(1))).toMatchObject({ voided_by: uuid(2) })
  })

  it('neither a sale nor anything that may still be sent ends this way', async () => {
    await store(saleRow(1, refused('totals_mismatch')), refundRow(2, 1, [CHICKEN], { state: 'queued' }))
    for (const id of [uuid(1), uuid(2), uuid(3)]) {
      expect(await sales.dropRefused(id, 'Salah barang', ACTOR)).toMatchObject({ ok: false, reason: 'already-done' })
    }
    expect((await db.operations.toArray()).map(({ state }) => state)).toEqual(['needs-decision', 'queued'])
  })
})

describe('the export', () => {
  it('[Q7] is handed out even when the disk refuses to mark what was exported', async () => {
    await store(saleRow(1))
    db.operations.hook('updating', () => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    const { count, text } = await sales.exportUnsent()
    expect(count).toBe(1)
    expect(text).toContain(uuid(1))
    expect(failures).toHaveLength(1)
    expect(await db.operations.get(uuid(1))).toMatchObject({ exported_at: null })
  })

  it('marks what it holds, so that the device may be removed', async () => {
    await store(saleRow(1), saleRow(2, { state: 'settled' }), saleRow(3, refused('invalid')))
    expect(await sales.exportUnsent()).toMatchObject({ count: 2, unknown: 0 })
    expect((await db.operations.toArray()).map(({ exported_at: at }) => at)).toEqual([AT + 1, null, AT + 1])
  })
})

/** Readable, and not what the contract takes: the server refused it as invalid. */
function offContract(number: number): OperationRow {
  const row = saleRow(number, refused('invalid'))
  if (row.content.type !== 'sale') throw new Error('no sale')
  const items = row.content.sale.items.map((item) => ({ ...item, quantity: 0.3333 }))
  return { ...row, content: { ...row.content, sale: { ...row.content.sale, items } } }
}

describe('the import', () => {
  it('[Q7] says how many of a file it can’t take, as the export said of the same ones', async () => {
    await store(saleRow(1), offContract(2))
    const { text, count, unknown } = await sales.exportUnsent()
    expect({ count, unknown }).toEqual({ count: 2, unknown: 1 })
    await db.operations.clear()
    const other = createSales({ ...deps(), device: () => DEVICE })
    expect(await other.importUnsent(text, ACTOR)).toEqual({ ok: true, added: 1, known: 0, skipped: 0, left: 1 })
    expect(await db.operations.toCollection().primaryKeys()).toEqual([uuid(1)])
  })

  it('[Q7] takes what an earlier version could not read and this one can', async () => {
    const early = saleRow(2, { created_at: AT - 1 })
    await store(saleRow(1))
    const { text } = await sales.exportUnsent()
    await db.operations.clear()
    const other = createSales({ ...deps(), device: () => DEVICE })
    const file = JSON.stringify({ ...JSON.parse(text), unknown: [early, offContract(3), null] })
    expect(await other.importUnsent(file, ACTOR)).toEqual({ ok: true, added: 2, known: 0, skipped: 0, left: 2 })
    expect((await db.operations.orderBy('place').toArray()).map(({ offline_id: id }) => id)).toEqual([uuid(2), uuid(1)])
  })

  it('[Q7] takes this branch’s records out of a file that holds another branch’s too', async () => {
    const ofOther = JSON.parse(JSON.stringify(saleRow(2)).replaceAll(DEVICE.branch.code, 'BRN-OTHER'))
    await store(saleRow(1), ofOther)
    const { text } = await sales.exportUnsent()
    await db.operations.clear()
    const mixed = createSales({ ...deps(), device: () => DEVICE })
    expect(await mixed.importUnsent(text, ACTOR)).toEqual({ ok: true, added: 1, known: 0, skipped: 1, left: 0 })
    expect(await db.operations.toCollection().primaryKeys()).toEqual([uuid(1)])
  })
})
