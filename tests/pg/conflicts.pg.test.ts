import { describe, expect, test } from 'vitest'
import type { Database } from '../../server/database.ts'
import { resolveConflict } from '../../server/selling/resolve-conflict.ts'
import {
  BRANCH,
  OTHER_BRANCH,
  opening,
  payment,
  refundOf,
  sale,
  stockOf,
  upload,
  uploadOne,
  voidOf,
} from './selling-support.ts'
import { addProduct, one, openTestDatabase, readLog } from './support.ts'

const device = { deviceId: 'DEV-A', branchId: 1, branchCode: BRANCH }

function decide(db: Database, conflictId: number, resolution: 'keep_server' | 'keep_local', sender = device) {
  const decision = { conflictId, resolution, reason: 'dua kali', approvedBy: 3 }
  return resolveConflict({ db, clock: Date.now }, sender, decision)
}

/** One id with two contents: two bags are booked, and a counter says that it were three. */
async function openConflict() {
  const { db } = await openTestDatabase()
  const rice = await addProduct(db, { stock: 10 })
  const tea = await addProduct(db, { name: 'Teh', stock: 10 })
  const booked = sale([{ product_id: rice, quantity: 2 }])
  const first = await uploadOne(db, { transactions: [booked] })
  const local = sale(
    [
      { product_id: tea, quantity: 3 },
      { product_id: rice, quantity: 1 },
    ],
    { offline_id: booked.offline_id },
  )
  const paid = payment(booked.offline_id, 60_000)
  const again = () => upload(db, { transactions: [local], payments: [paid] })
  const outcome = await again()
  const conflictId = Number(outcome.conflicts[0]?.conflict_id)
  return { db, rice, tea, booked, first, local, paid, again, outcome, conflictId }
}

describe('[Q2] the same id with other content', () => {
  test('is a conflict, recorded once with both sides, and overwrites nothing', async () => {
    const { db, rice, tea, booked, first, local, paid, again, outcome, conflictId } = await openConflict()
    expect(outcome).toMatchObject({
      success: false,
      failed_count: 2,
      results: [
        { type: 'transaction', success: false, error_kind: 'data_mismatch', conflict_detected: true, versions: null },
        { type: 'payment', success: false, error_kind: 'data_mismatch', conflict_detected: true },
      ],
    })
    expect(outcome.conflicts).toEqual([
      {
        conflict_id: conflictId,
        offline_id: booked.offline_id,
        conflict_type: 'data_mismatch',
        resolution_strategy: 'keep_server',
      },
    ])
    expect((await Promise.all([again(), again()])).map(({ conflicts }) => conflicts)).toEqual([
      outcome.conflicts,
      outcome.conflicts,
    ])
    const conflict = await one<{ server_content: { item: object }; local_content: { item: object } }>(
      db,
      'SELECT * FROM offline_conflicts',
    )
    expect(conflict).toMatchObject({
      state: 'open',
      sent_by: 'DEV-A',
      server_content: { item: { grand_total: booked.grand_total } },
      local_content: { item: { grand_total: local.grand_total }, payments: [{ offline_id: paid.offline_id }] },
    })
    expect(await uploadOne(db, { transactions: [booked] })).toEqual(first)
    expect([(await stockOf(db, rice)).stock, (await stockOf(db, tea)).stock]).toEqual([8, 10])
    const third = await upload(db, { transactions: [{ ...local, note: 'lain' }] })
    expect(third.conflicts[0]?.conflict_id).not.toBe(conflictId)
  })

  test('keep_server: the booked sale is the verdict on the counter’s, also when it is sent again', async () => {
    const { db, rice, tea, first, again, conflictId } = await openConflict()
    const resolved = await decide(db, conflictId, 'keep_server')
    expect(resolved).toEqual({ resolution: 'keep_server', result: first })
    expect(await decide(db, conflictId, 'keep_local')).toEqual(resolved)
    const { results, conflicts } = await again()
    expect(conflicts).toEqual([])
    expect(results).toMatchObject([first, { type: 'payment', success: true, versions: {} }])
    expect([(await stockOf(db, rice)).stock, (await stockOf(db, tea)).stock]).toEqual([8, 10])
    expect(await one(db, 'SELECT state, resolution, reason, approved_by, resolved_by FROM offline_conflicts')).toEqual({
      state: 'resolved',
      resolution: 'keep_server',
      reason: 'dua kali',
      approved_by: 3,
      resolved_by: 'DEV-A',
    })
  })

  test('keep_local: the booked sale is voided and the counter’s booked beside it, in one transaction', async () => {
    const { db, rice, tea, booked, first, again, conflictId } = await openConflict()
    const { result } = await decide(db, conflictId, 'keep_local')
    expect(result).toMatchObject({ success: true, offline_id: booked.offline_id, type: 'transaction' })
    expect(result.server_id).not.toBe(first.server_id)
    expect([(await stockOf(db, rice)).stock, (await stockOf(db, tea)).stock]).toEqual([9, 7])
    expect(await db.query('SELECT id, status, grand_total FROM transactions ORDER BY id')).toEqual([
      { id: first.server_id, status: 'void', grand_total: 30_000 },
      { id: result.server_id, status: 'paid', grand_total: 60_000 },
    ])
    const log = await readLog(db, 1)
    expect(result.seq).toBe(log.at(-1)?.seq)
    expect(log.findLast(({ event_type }) => event_type === 'transaction_created')?.data.versions).toEqual(
      result.versions,
    )
    expect(await one(db, 'SELECT transaction_id, amount, approved_by FROM voids')).toEqual({
      transaction_id: first.server_id,
      amount: 30_000,
      approved_by: 3,
    })
    expect((await again()).results[0]).toEqual(result)
    expect(await uploadOne(db, { transactions: [booked] })).toEqual(first)
    expect(
      (await Promise.all([decide(db, conflictId, 'keep_local'), decide(db, conflictId, 'keep_server')])).map(
        (each) => each.result,
      ),
    ).toEqual([result, result])
    expect([(await stockOf(db, rice)).stock, (await stockOf(db, tea)).stock]).toEqual([9, 7])
    expect(await db.query(`SELECT what FROM approvals ORDER BY what`)).toEqual([{ what: 'conflict' }, { what: 'void' }])
  })

  test('keep_local of content that can not be booked changes nothing', async () => {
    const { db, rice, booked } = await openConflict()
    const wrong = { ...booked, items: [{ product_id: rice, quantity: 99_999_999, price: 1_000_000 }] }
    const { conflicts } = await upload(db, { transactions: [wrong] })
    await expect(decide(db, Number(conflicts[0]?.conflict_id), 'keep_local')).rejects.toMatchObject({ status: 409 })
    expect(await one(db, 'SELECT status FROM transactions')).toEqual({ status: 'paid' })
    expect((await stockOf(db, rice)).stock).toBe(8)
  })

  test('of voids, refunds, payments and shifts is one too; only a sale can be kept as the counter has it', async () => {
    const { db, rice, booked } = await openConflict()
    const back = refundOf(booked.offline_id, [{ product_id: rice, quantity: 1, amount: 100 }])
    const undone = voidOf(booked.offline_id)
    await upload(db, { refunds: [back], shifts: [opening()] })
    await upload(db, { voids: [undone] })
    const outcome = await upload(db, {
      refunds: [{ ...back, reason: 'lain' }],
      shifts: [opening({ opening_cash: 1 })],
      voids: [{ ...undone, reason: 'lain' }],
      cash_movements: [{ ...opening(), direction: 'in', amount: 1, reason: 'x' }],
    })
    expect(outcome.results.map(({ error_kind }) => error_kind)).toEqual(Array(4).fill('data_mismatch'))
    expect(new Set(outcome.conflicts.map(({ conflict_id }) => conflict_id)).size).toBe(4)
    const id = Number(outcome.conflicts[0]?.conflict_id)
    await expect(decide(db, id, 'keep_local')).rejects.toMatchObject({ status: 409, kind: 'conflict' })
    expect((await decide(db, id, 'keep_server')).result).toMatchObject({ success: true })
  })

  test('a payment’s id that belongs to another sale refuses the whole sale', async () => {
    const { db, rice } = await openConflict()
    const [mine, other] = [sale([{ product_id: rice, quantity: 1 }]), sale([{ product_id: rice, quantity: 1 }])]
    const paid = payment(mine.offline_id, 15_000)
    await upload(db, { transactions: [mine], payments: [paid] })
    const stolen = { ...paid, transaction_offline_id: other.offline_id }
    const outcome = await upload(db, { transactions: [other], payments: [stolen] })
    expect(outcome.results.map(({ error_kind }) => error_kind)).toEqual(['data_mismatch', 'data_mismatch'])
    expect((await stockOf(db, rice)).stock).toBe(7)
  })

  test('is of its branch only', async () => {
    const { db, conflictId } = await openConflict()
    const far = { deviceId: 'DEV-FAR', branchId: 2, branchCode: OTHER_BRANCH }
    await expect(decide(db, conflictId, 'keep_server', far)).rejects.toMatchObject({ status: 404 })
    await expect(decide(db, conflictId + 99, 'keep_server')).rejects.toMatchObject({ status: 404 })
  })
})
