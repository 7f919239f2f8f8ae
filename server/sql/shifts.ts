/** Shifts and cash movements as rows. All in a transaction; money in rupiah. */
import type { CashMovement, ShiftEntry } from '../../src/contract/sales.ts'
import type { Queryable } from '../database.ts'

type Opening = Extract<ShiftEntry, { action: 'open' }>
type Closing = Extract<ShiftEntry, { action: 'close' }>

/** Resolves to the shift's id. */
export async function insertShift(
  tx: Queryable,
  branchId: number,
  shiftOfflineId: string,
  opening: Opening,
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO shifts (shift_offline_id, branch_id, device_id, staff_id, staff_name, opening_cash, opened_at_device, opened_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, credible_time($7)) RETURNING id`,
    [
      shiftOfflineId,
      branchId,
      opening.device_id,
      opening.staff_id,
      opening.staff_name,
      opening.opening_cash,
      opening.created_at_device,
    ],
  )
  if (!row) throw new Error('INSERT … RETURNING gave no row')
  return row.id
}

export interface KnownShift {
  readonly id: number
  readonly branchId: number
  readonly isClosed: boolean
}

export async function lockShift(tx: Queryable, shiftOfflineId: string): Promise<KnownShift | undefined> {
  const [row] = await tx.query<KnownShift>(
    `SELECT id, branch_id AS "branchId", closed_at IS NOT NULL AS "isClosed" FROM shifts
      WHERE shift_offline_id = $1 FOR UPDATE`,
    [shiftOfflineId],
  )
  return row
}

export async function closeShift(tx: Queryable, id: number, offlineId: string, closing: Closing): Promise<void> {
  await tx.query(
    `UPDATE shifts SET close_offline_id = $2, closed_by_staff_id = $3, closed_by_staff_name = $4, counted_cash = $5,
            expected_cash = $6, totals = $7::jsonb, unsent_count = $8, note = $9, closed_at_device = $10,
            closed_at = credible_time($10)
      WHERE id = $1`,
    [
      id,
      offlineId,
      closing.staff_id,
      closing.staff_name,
      closing.counted_cash,
      closing.expected_cash,
      JSON.stringify(closing.totals),
      closing.unsent_count,
      closing.note,
      closing.created_at_device,
    ],
  )
}

/** Resolves to the row's id. */
export async function insertCashMovement(
  tx: Queryable,
  branchId: number,
  { offlineId, shiftOfflineId }: { offlineId: string; shiftOfflineId: string },
  movement: CashMovement,
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO cash_movements (offline_id, branch_id, shift_offline_id, direction, amount, reason, staff_id, approved_by,
                                 device_id, created_at_device, occurred_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, credible_time($10)) RETURNING id`,
    [
      offlineId,
      branchId,
      shiftOfflineId,
      movement.direction,
      movement.amount,
      movement.reason,
      movement.staff_id,
      movement.approved_by,
      movement.device_id,
      movement.created_at_device,
    ],
  )
  if (!row) throw new Error('INSERT … RETURNING gave no row')
  return row.id
}
