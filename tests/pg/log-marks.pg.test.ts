import { randomUUID } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import { readChanges } from '../../server/sql/changes.ts'
import { ensureEpoch } from '../../server/sql/epoch.ts'
import { heedMark } from '../../server/sql/log-marks.ts'
import {
  claimFreeLeases,
  listLeasedBranches,
  readAcknowledged,
  savePublished,
} from '../../server/sql/publisher-leases.ts'
import { cashMovement, closing, opening, payment, sale, type Upload, upload, voidOf } from './selling-support.ts'
import { addProduct, one, openTestDatabase } from './support.ts'

const SCOPE = { env: 'dev', merchantCode: 'MCH-MST-001', branchCode: 'BRN-MST-OSK00001' }
const EPOCH = 'SELECT epoch FROM log_state'

async function lastMark(db: Database, branchId = 1): Promise<string> {
  const page = await readChanges(db, { branchId, after: 0, limit: 1, scope: SCOPE })
  if (page === 'expired' || page.mark === undefined) throw new Error('no mark')
  return page.mark
}

/** As a copy of the files of that time would leave the log, with nothing that the server itself could notice. */
async function takeBack(db: Database, branchId: number, seq: number): Promise<void> {
  await db.query('DELETE FROM changes WHERE branch_id = $1 AND seq > $2', [branchId, seq])
  await db.query('UPDATE branch_seq SET seq = $2 WHERE branch_id = $1', [branchId, seq])
}

async function openLog(): Promise<Database> {
  const { db } = await openTestDatabase()
  await ensureEpoch(db, { uncleanStart: false })
  for (let product = 0; product < 4; product += 1) await addProduct(db)
  await addProduct(db, { branchId: 2 })
  return db
}

describe('[S6] what a counter has seen of the log', () => {
  test('[S6] begins a new life when the log has not come that far, once for all who prove it', async () => {
    const db = await openLog()
    const { epoch } = await one<{ epoch: string }>(db, EPOCH)
    const mark = await lastMark(db)
    expect(await heedMark(db, { branchId: 1, mark })).toBe(null)
    await takeBack(db, 1, 2)
    const [first, second] = await Promise.all([
      heedMark(db, { branchId: 1, mark }),
      heedMark(db, { branchId: 1, mark }),
    ])
    expect([first, second].filter((begun) => begun !== null)).toHaveLength(1)
    const { epoch: next } = await one<{ epoch: string }>(db, EPOCH)
    expect(next).not.toBe(epoch)
    expect(first ?? second).toBe(next)
    // Of a life that is over it proves nothing, however often it is said.
    expect(await heedMark(db, { branchId: 1, mark })).toBe(null)
  })

  test('[S6] begins a new life when the log has grown past it with something else', async () => {
    const db = await openLog()
    const mark = await lastMark(db)
    await takeBack(db, 1, 2)
    for (let product = 0; product < 4; product += 1) await addProduct(db)
    expect(await one(db, 'SELECT seq FROM branch_seq WHERE branch_id = 1')).toEqual({ seq: 6 })
    expect(await heedMark(db, { branchId: 1, mark })).not.toBe(null)
  })

  test('[S6] changes nothing by a mere claim, another branch’s mark, or one of what is not kept any more', async () => {
    const db = await openLog()
    const state = await one(db, EPOCH)
    const mark = await lastMark(db)
    const forged = mark.replace(/^\d+/, '999')
    for (const claim of [forged, '999', '', 'x'.repeat(5_000), `999.1.${'0'.repeat(32)}`, '9'.repeat(400)])
      expect(await heedMark(db, { branchId: 1, mark: claim })).toBe(null)
    expect(await heedMark(db, { branchId: 2, mark })).toBe(null)
    await db.query('DELETE FROM changes WHERE branch_id = 1')
    expect(await heedMark(db, { branchId: 1, mark })).toBe(null)
    expect(await one(db, EPOCH)).toEqual(state)
  })

  test('[S6][Q2] verdicts carry it, for all that they tell', async () => {
    const db = await openLog()
    const { log, results } = await upload(db, { transactions: [sale([{ product_id: 1, quantity: 1 }])] })
    const { epoch } = await one<{ epoch: string }>(db, EPOCH)
    const { seq } = await one<{ seq: number }>(db, 'SELECT seq FROM branch_seq WHERE branch_id = 1')
    expect(log).toMatchObject({ epoch, seq })
    expect(results[0]?.seq).toBe(seq)
    await takeBack(db, 1, seq - 1)
    expect(await heedMark(db, { branchId: 1, mark: log?.mark ?? '' })).not.toBe(null)
  })

  test('[S6][Q2] each operation has a place in the log: none can be taken back unnoticed', async () => {
    const db = await openLog()
    const open = sale([{ product_id: 1, quantity: 1 }], { status: 'draft', payment_status: 'pending_payment' })
    const uploads: Upload[] = [
      { shifts: [opening()] },
      { cash_movements: [cashMovement()] },
      { shifts: [closing()] },
      { voids: [voidOf(randomUUID())] },
      { transactions: [open] },
      { payments: [payment(open.offline_id, 5_000)] },
    ]
    for (const body of uploads) {
      const { seq: before } = await one<{ seq: number }>(db, 'SELECT seq FROM branch_seq WHERE branch_id = 1')
      const { log, results } = await upload(db, body)
      expect(results).toMatchObject([{ success: true, error: null, seq: log?.seq }])
      expect(log?.seq).toBeGreaterThan(before)
      // Sent again it takes no further place.
      expect((await upload(db, body)).log?.seq).toBe(log?.seq)
      await takeBack(db, 1, before)
      expect(await heedMark(db, { branchId: 1, mark: log?.mark ?? '' })).not.toBe(null)
    }
  })

  test('[S6][S8] heartbeats carry it for what the broker acknowledged', async () => {
    const db = await openLog()
    await claimFreeLeases(db, { owner: 'a', leaseMs: 60_000 })
    const [branch] = await listLeasedBranches(db, 'a')
    if (!branch) throw new Error('no lease')
    await savePublished(db, branch, 3)
    const heartbeat = await readAcknowledged(db, branch)
    expect(heartbeat).toMatchObject({ seq: 3, mark: expect.stringMatching(/^3\./) })
    await takeBack(db, branch.branchId, 2)
    expect(await heedMark(db, { branchId: branch.branchId, mark: heartbeat?.mark ?? '' })).not.toBe(null)
  })
})
