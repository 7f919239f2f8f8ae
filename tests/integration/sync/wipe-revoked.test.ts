import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { Enrollment } from '../../../src/contract/device.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { readRemoval, saveEnrollment } from '../../../src/db/device.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { readSalesMeta, writeSalesMeta } from '../../../src/db/sales/sales-meta.ts'
import type { OperationState } from '../../../src/db/sales/sales-rows.ts'
import { startSession } from '../../../src/db/sales/session.ts'
import { wipingWhenRevoked } from '../../../src/sync/device/wipe-revoked.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'
import type { HttpLike } from '../../../src/sync/ports.ts'

const NOON = Date.UTC(2026, 10, 22, 5, 0)
const DEVICE: Enrollment = {
  device_id: 'DEV-DBBA60CF',
  device_secret_token: 'first-token',
  device_name: 'Kasir depan',
  merchant: { code: 'MCH', name: 'Toko' },
  branch: { code: 'BRN', name: 'Cabang' },
  env: 'test',
  mqtt: { url: 'ws://shop/mqtt', protocol_version: 5, username: 'DEV-DBBA60CF', keepalive: 60 },
}
const STATES: readonly OperationState[] = ['queued', 'sending', 'accepted', 'settled', 'needs-decision', 'cancelled']

let db: CacheDb
let salesDb: SalesDb
const journal = { note: vi.fn() }
const refusing =
  (kind: 'device_revoked' | 'unauthorized' | 'unavailable', status: number): HttpLike =>
  async () => {
    throw new HttpFailure('refused', status, kind)
  }
const ask = (http: HttpLike) =>
  wipingWhenRevoked(http, { db, salesDb, token: 'first-token', now: () => NOON, journal })({ path: '/any' })

beforeEach(async () => {
  vi.clearAllMocks()
  db = new CacheDb(`wipe-${Math.random()}`)
  salesDb = new SalesDb(`wipe-sales-${Math.random()}`)
  await saveEnrollment(db, DEVICE, null)
  await writeMeta(db, 'mqtt_password', { password: 'of-the-broker', at: NOON })
  await db.staff.put({
    id: 1,
    name: 'Sari',
    role: 'cashier',
    pin_hash: 'pbkdf2-…',
    active: true,
    version: 1,
    provenance: { epoch: 'e' },
  })
  // Its shape is nobody's business here.
  await db.meta.bulkPut([
    { key: 'approval_keys', value: { 1: { thumbprint: 'x' } } },
    { key: 'approval_secret', value: { key: null } },
  ])
  await startSession(salesDb, 1, NOON)
  const sales = createSales({
    salesDb,
    http: () => Promise.reject(new Error('no network')),
    device: () => DEVICE,
    now: () => NOON,
    newId: () => crypto.randomUUID(),
    onRecorded: () => undefined,
    journal,
    keptFailures: async () => [],
  })
  const actor = { staffId: 1, staffName: 'Sari', shiftId: null, approvedBy: null }
  for (const _ of STATES) await sales.openShift(500_000, actor)
  const rows = await salesDb.operations.orderBy('place').toArray()
  for (const [index, row] of rows.entries()) {
    const state = STATES[index] ?? 'queued'
    await salesDb.operations.put({ ...row, state })
    await salesDb.effects.put({ offline_id: row.offline_id, branch_code: 'BRN', product_id: 1, delta: -1, learned: [] })
  }
  await salesDb.carts.put({ cart_id: 'c', place: 1, state: 'held', cart: {}, updated_at: NOON })
  await writeSalesMeta(salesDb, 'reference', { days: { '20261122': 7 } })
})
afterEach(async () => {
  await Promise.all([db.delete(), salesDb.delete()])
})

const left = async () => ({
  states: (await salesDb.operations.toArray()).map(({ state }) => state).sort(),
  effects: await salesDb.effects.count(),
  carts: await salesDb.carts.count(),
  staff: await db.staff.count(),
  token: (await readMeta(db, 'device'))?.device_secret_token,
})

it('[Q12] a revoked device keeps what the server has not got, and nothing else of the shop', async () => {
  await expect(ask(refusing('device_revoked', 401))).rejects.toMatchObject({ class: 'revoked' })
  expect(await left()).toEqual({
    states: ['needs-decision', 'queued', 'sending'],
    effects: 3,
    carts: 0,
    staff: 0,
    token: undefined,
  })
  expect(await readSalesMeta(salesDb, 'session')).toBeUndefined()
  expect(await db.meta.toCollection().primaryKeys()).toEqual(['removed'])
  expect(await readRemoval(db)).toEqual({ at: NOON, by: 'owner' })
  expect(journal.note).toHaveBeenCalledWith('refused', 'Revoked by the owner', expect.stringMatching(/^3 unsent/))
})

it('[Q6][Q12] its receipt numbers go on: a device that comes back repeats none', async () => {
  await ask(refusing('device_revoked', 401)).catch(() => undefined)
  expect(await readSalesMeta(salesDb, 'reference')).toEqual({ days: { '20261122': 7 } })
})

it.each([
  ['does not know it', 'unauthorized', 401],
  ['is away', 'unavailable', 503],
] as const)('[Q12] a server that %s wipes nothing', async (_what, kind, status) => {
  await expect(ask(refusing(kind, status))).rejects.toThrow()
  expect(await left()).toMatchObject({ carts: 1, staff: 1, token: 'first-token', effects: STATES.length })
})

it('[Q12] enrolled anew meanwhile, a late refusal of the old token touches nothing', async () => {
  await saveEnrollment(db, { ...DEVICE, device_id: 'DEV-00000002', device_secret_token: 'second-token' }, null)
  await expect(ask(refusing('device_revoked', 401))).rejects.toThrow()
  expect(await left()).toMatchObject({ token: 'second-token', carts: 1, effects: STATES.length })
})

it('[Q12] a disk that refuses is noted, and the next refusal wipes', async () => {
  const failing = vi.spyOn(salesDb.carts, 'clear').mockRejectedValueOnce(new Error('no room'))
  await expect(ask(refusing('device_revoked', 401))).rejects.toMatchObject({ class: 'revoked' })
  expect(failing).toHaveBeenCalledOnce()
  expect(await left()).toMatchObject({ token: 'first-token', effects: STATES.length })
  expect(journal.note).toHaveBeenCalledWith('storage', 'Wiping a revoked device', expect.anything())
  await ask(refusing('device_revoked', 401)).catch(() => undefined)
  expect(await left()).toMatchObject({ token: undefined, effects: 3 })
})
