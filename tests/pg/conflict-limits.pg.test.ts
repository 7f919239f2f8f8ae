import { expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import { syncBatch } from '../../server/selling/batch-sync.ts'
import { CONFLICT_LIMITS, recordConflict } from '../../server/sql/conflicts.ts'
import { BRANCH, sale, upload, uploadOne } from './selling-support.ts'
import { addProduct, one, openTestDatabase } from './support.ts'

const countOf = (db: Database) =>
  one(db, 'SELECT count(*) AS n, coalesce(sum(further), 0)::int AS further FROM offline_conflicts')

async function booked(db: Database) {
  const rice = await addProduct(db, { stock: 100 })
  const sold = sale([{ product_id: rice, quantity: 1 }])
  await uploadOne(db, { transactions: [sold] })
  return sold
}

test('[Q2] an id that comes with one content after the other makes few conflicts; the rest is counted', async () => {
  const { db } = await openTestDatabase()
  const sold = await booked(db)
  const ids = new Set<string | undefined>()
  for (let count = 0; count < 20; count++) {
    const { results, conflicts } = await upload(db, { transactions: [{ ...sold, note: `lain ${count}` }] })
    expect(results).toMatchObject([{ error_kind: 'data_mismatch' }])
    ids.add(conflicts[0]?.conflict_id.toString())
  }
  expect(ids.size).toBe(CONFLICT_LIMITS.ofId)
  expect(await countOf(db)).toEqual({ n: CONFLICT_LIMITS.ofId, further: 20 - CONFLICT_LIMITS.ofId })
  // A known content is a retry, and another device has its own room.
  await upload(db, { transactions: [{ ...sold, note: 'lain 0' }] })
  await upload(db, { transactions: [{ ...sold, note: 'lain 99' }] }, { deviceId: 'DEV-B' })
  expect(await countOf(db)).toEqual({ n: CONFLICT_LIMITS.ofId + 1, further: 20 - CONFLICT_LIMITS.ofId })
  await db.query(
    `UPDATE offline_conflicts SET state = 'resolved', resolution = 'keep_server' WHERE local_content -> 'item' ->> 'note' = 'lain 0'`,
  )
  await upload(db, { transactions: [{ ...sold, note: 'lain 19' }] })
  expect(await countOf(db)).toMatchObject({ n: CONFLICT_LIMITS.ofId + 2 })
})

test('[Q2] a device with as many open conflicts as it may have is asked to send the next again', async () => {
  const { db } = await openTestDatabase()
  const sold = await booked(db)
  await db.query(
    `INSERT INTO offline_conflicts (branch_id, offline_id, type, server_content, local_content, sent_by)
     SELECT 1, $1, 'transaction', '{}', jsonb_build_object('n', g), 'DEV-A' FROM generate_series(1, $2::int) g`,
    [sold.offline_id, CONFLICT_LIMITS.ofDevice],
  )
  const other = await booked(db)
  const mismatch = { transactions: [{ ...other, note: 'lain' }] }
  expect(await uploadOne(db, mismatch)).toMatchObject({ success: false, error_kind: 'unavailable' })
  const lines: unknown[][] = []
  const none = { payments: [], voids: [], refunds: [], shifts: [], cash_movements: [] }
  await syncBatch(
    { db, clock: Date.now, lines: (...line) => lines.push(line) },
    { deviceId: 'DEV-A', branchId: 1, branchCode: BRANCH },
    { ...none, ...mismatch, device_id: 'DEV-A', synced_at: null },
  )
  expect(lines).toEqual([['error', expect.objectContaining({ count: 1 }), 'conflicts: no more of this device']])
  expect(await uploadOne(db, mismatch, { deviceId: 'DEV-B' })).toMatchObject({ error_kind: 'data_mismatch' })
  await db.query(`UPDATE offline_conflicts SET state = 'resolved', resolution = 'keep_server' WHERE id = 1`)
  expect(await uploadOne(db, mismatch)).toMatchObject({ error_kind: 'data_mismatch' })
})

test('[Q2] large contents are bounded by their bytes', async () => {
  const { db } = await openTestDatabase()
  const [first, second] = [await booked(db), await booked(db)]
  const limits = { ...CONFLICT_LIMITS, bytesOfDevice: 200 }
  const record = (offlineId: string) =>
    db.transaction((tx) => {
      const local = { item: { note: 'x'.repeat(500) } }
      return recordConflict(tx, { branchId: 1, offlineId, type: 'transaction', local, sentBy: 'DEV-A' }, limits)
    })
  expect(await record(first.offline_id)).toMatchObject({ state: 'open' })
  expect(await record(second.offline_id)).toBeNull()
})

test('[Q2] contents that come at the same time make no more conflicts than one after the other', async () => {
  const { db } = await openTestDatabase()
  const sold = await booked(db)
  await Promise.all(
    Array.from({ length: 12 }, (_, count) => upload(db, { transactions: [{ ...sold, note: `serentak ${count}` }] })),
  )
  expect(await countOf(db)).toEqual({ n: CONFLICT_LIMITS.ofId, further: 12 - CONFLICT_LIMITS.ofId })
})
