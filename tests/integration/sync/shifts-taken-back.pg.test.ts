/** What moves no stock is as much the counter's to bring again after a restore as a sale is. */
import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import { expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { syncBatch } from '../../../server/selling/batch-sync.ts'
import { ensureEpoch } from '../../../server/sql/epoch.ts'
import { heedMark } from '../../../server/sql/log-marks.ts'
import { batchSyncRequestSchema } from '../../../src/contract/batch-sync.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { readSalesMeta } from '../../../src/db/sales/sales-meta.ts'
import { readOpenShift } from '../../../src/db/sales/shifts.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'
import type { QueueDeps } from '../../../src/sync/outbox/send-batch.ts'
import { settleAccepted } from '../../../src/sync/outbox/settle-accepted.ts'
import { drainQueue } from '../../../src/sync/outbox/transaction-queue.ts'
import type { HttpLike } from '../../../src/sync/ports.ts'
import { createPageGuard } from '../../../src/sync/refresh/page-guard.ts'
import { addDevice, BRANCH } from '../../pg/selling-support.ts'
import { one, openTestDatabase } from '../../pg/support.ts'
import { createStrictJournal } from '../../support/strict-journal.ts'
import { DEVICE } from './sim-device.ts'

const ACTOR = { staffId: 1, staffName: 'Sari', shiftId: null, approvedBy: null }

function openCounter(db: Database) {
  const cache = new CacheDb(`shifts-cache-${randomUUID()}`)
  const salesDb = new SalesDb(`shifts-sales-${randomUUID()}`)
  const http: HttpLike = async ({ body }) => {
    const request = v.parse(batchSyncRequestSchema, JSON.parse(JSON.stringify(body)))
    const sender = { deviceId: DEVICE.device_id, branchId: 1, branchCode: BRANCH }
    const data = await syncBatch({ db, clock: Date.now, lines: () => undefined }, sender, request)
    return { status: 200, body: JSON.parse(JSON.stringify({ code: 200, data })), etag: null, retryAfterMs: null }
  }
  const journal = createStrictJournal()
  const sales = createSales({
    salesDb,
    http,
    device: () => ({ ...DEVICE, branch: { code: BRANCH, name: 'Satu' } }),
    now: Date.now,
    newId: randomUUID,
    keptFailures: () => Promise.resolve([]),
    onRecorded: () => undefined,
    journal,
  })
  const queue: QueueDeps = {
    salesDb,
    http,
    locks: { request: async (_name, _options, run) => await run() },
    branchCode: BRANCH,
    deviceId: DEVICE.device_id,
    now: Date.now,
    steady: () => performance.now(),
    random: () => 0.5,
    isAttentive: () => true,
    journal,
  }
  return {
    sales,
    salesDb,
    guard: createPageGuard(cache, queue),
    async send() {
      expect(await drainQueue(queue)).toEqual({ kind: 'done' })
      await settleAccepted({ cache, sales: salesDb }, Date.now())
    },
    states: async () => (await salesDb.operations.orderBy('place').toArray()).map(({ state }) => state),
  }
}

const booked = async (db: Database) => ({
  shifts: await db.query(
    'SELECT shift_offline_id, opening_cash, counted_cash, expected_cash, booked_cash, closed_at FROM shifts',
  ),
  cash: await db.query('SELECT offline_id, direction, amount, reason FROM cash_movements ORDER BY offline_id'),
})

it('[S6][C8] a shift without a sale, its cash and closing: proven to be gone, booked again, once', async () => {
  const { db } = await openTestDatabase()
  await ensureEpoch(db, { uncleanStart: false })
  await addDevice(db, DEVICE.device_id)
  await db.query(`INSERT INTO staff (id, branch_id, name, role, pin_hash) VALUES (1, 1, 'Sari', 'cashier', 'x')`)
  const { epoch, seq } = await one<{ epoch: string; seq: number }>(
    db,
    'SELECT l.epoch, s.seq FROM log_state l CROSS JOIN branch_seq s WHERE s.branch_id = 1',
  )
  const { sales, salesDb, guard, send, states } = openCounter(db)
  await guard.beforePage(epoch, [])

  await sales.openShift(200_000, ACTOR)
  const shiftId = (await readOpenShift(salesDb))?.shiftId ?? ''
  const inShift = { ...ACTOR, shiftId }
  const move = { movementId: randomUUID(), direction: 'in', amount: 50_000, reason: 'receh' } as const
  await sales.moveCash(move, inShift)
  await sales.moveCash({ ...move, movementId: randomUUID(), direction: 'out', amount: 20_000 }, inShift)
  const counted = { countedCash: 230_000, expectedCash: 230_000, totals: [], unsentCount: 0, note: null }
  await sales.closeShift({ shiftId, ...counted }, inShift)
  await send()
  expect(await states()).toEqual(['settled', 'settled', 'settled', 'settled'])
  const before = await booked(db)
  expect(before).toMatchObject({ shifts: [{ counted_cash: 230_000, booked_cash: 230_000 }], cash: [{}, {}] })

  // A copy of everything from before is put back: neither the database nor the server's own note can tell.
  for (const table of ['cash_movements', 'shifts', 'operations']) await db.query(`DELETE FROM ${table}`)
  await db.query('DELETE FROM changes WHERE branch_id = 1 AND seq > $1', [seq])
  await db.query('UPDATE branch_seq SET seq = $1 WHERE branch_id = 1', [seq])

  const next = await heedMark(db, { branchId: 1, mark: (await readSalesMeta(salesDb, 'mark'))?.text ?? '' })
  expect(next).not.toBe(null)
  await guard.beforePage(next, [])
  expect(await states()).toEqual(['queued', 'queued', 'queued', 'queued'])
  await send()
  expect(await states()).toEqual(['settled', 'settled', 'settled', 'settled'])
  expect(await booked(db)).toEqual(before)
})
