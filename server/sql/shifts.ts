/** Shifts and cash movements as rows. All in a transaction; money in rupiah. */
import type { CashMovement, ShiftEntry } from '../../src/contract/sales.ts'
import type { MethodAmount } from '../../src/domain/shift.ts'
import type { Queryable } from '../database.ts'

type Opening = Extract<ShiftEntry, { action: 'open' }>
type Closing = Extract<ShiftEntry, { action: 'close' }>

/** Resolves to the shift's id. Times that count in ISO 8601, here and below. */
export async function insertShift(
  tx: Queryable,
  branchId: number,
  { shiftOfflineId, openedAt }: { shiftOfflineId: string; openedAt: string },
  opening: Opening,
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO shifts (shift_offline_id, branch_id, device_id, staff_id, staff_name, opening_cash, opened_at_device, opened_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id`,
    [
      shiftOfflineId,
      branchId,
      opening.device_id,
      opening.staff_id,
      opening.staff_name,
      opening.opening_cash,
      opening.created_at_device,
      openedAt,
    ],
  )
  if (!row) throw new Error('INSERT … RETURNING gave no row')
  return row.id
}

const IS_HELD = `EXISTS (SELECT FROM devices d WHERE d.id = f.device_id AND d.revoked_at IS NULL) AS "isHeld"`

export interface KnownShift {
  readonly id: number
  readonly branchId: number
  readonly isClosed: boolean
  readonly deviceId: string | null
  /** Its device may still upload: known here and not revoked. Else another one goes on with its drawer. */
  readonly isHeld: boolean
}

export async function lockShift(tx: Queryable, shiftOfflineId: string): Promise<KnownShift | undefined> {
  const [row] = await tx.query<KnownShift>(
    `SELECT id, branch_id AS "branchId", closed_at IS NOT NULL AS "isClosed", device_id AS "deviceId", ${IS_HELD}
       FROM shifts f WHERE shift_offline_id = $1 FOR UPDATE`,
    [shiftOfflineId],
  )
  return row
}

/** Whose shift it is, without locking it. */
export async function findShiftOwner(
  tx: Queryable,
  shiftOfflineId: string,
): Promise<Pick<KnownShift, 'deviceId' | 'isHeld' | 'isClosed'> | undefined> {
  const [row] = await tx.query<Pick<KnownShift, 'deviceId' | 'isHeld' | 'isClosed'>>(
    `SELECT device_id AS "deviceId", closed_at IS NOT NULL AS "isClosed", ${IS_HELD} FROM shifts f WHERE shift_offline_id = $1`,
    [shiftOfflineId],
  )
  return row
}

/** Another device brought a closing; the shift stays open. `closedAt`: the time that counts for it. */
export async function noteBroughtClosing(
  tx: Queryable,
  id: number,
  { offlineId, closedAt }: { offlineId: string; closedAt: string },
): Promise<void> {
  await tx.query('UPDATE shifts SET brought_closing = $2, brought_closed_at = $3 WHERE id = $1', [
    id,
    offlineId,
    closedAt,
  ])
}

export interface BroughtClosing {
  readonly id: number
  readonly shiftOfflineId: string
  readonly offlineId: string
  readonly closedAt: string
  /** As it was uploaded. */
  readonly content: unknown
}

/** Of the open shifts of a device, without locking them; in the order in which they take turns. */
export async function findBroughtClosings(tx: Queryable, deviceId: string): Promise<BroughtClosing[]> {
  return tx.query<BroughtClosing>(
    `SELECT f.id, f.shift_offline_id AS "shiftOfflineId", f.brought_closing AS "offlineId",
            f.brought_closed_at AS "closedAt", o.content
       FROM shifts f JOIN operations o ON o.offline_id = f.brought_closing
      WHERE f.device_id = $1 AND f.closed_at IS NULL ORDER BY f.shift_offline_id`,
    [deviceId],
  )
}

export async function closeShift(
  tx: Queryable,
  id: number,
  { offlineId, closedAt }: { offlineId: string; closedAt: string },
  closing: Closing,
): Promise<void> {
  await tx.query(
    `UPDATE shifts SET close_offline_id = $2, closed_by_staff_id = $3, closed_by_staff_name = $4, counted_cash = $5,
            expected_cash = $6, totals = $7::jsonb, unsent_count = $8, note = $9, closed_at_device = $10,
            closed_at = $11
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
      closedAt,
    ],
  )
}

/** Resolves to the row's id. */
export async function insertCashMovement(
  tx: Queryable,
  branchId: number,
  { offlineId, shiftOfflineId, occurredAt }: { offlineId: string; shiftOfflineId: string; occurredAt: string },
  movement: CashMovement,
): Promise<number> {
  const [row] = await tx.query<{ id: number }>(
    `INSERT INTO cash_movements (offline_id, branch_id, shift_offline_id, direction, amount, reason, staff_id, approved_by,
                                 device_id, created_at_device, occurred_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) RETURNING id`,
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
      occurredAt,
    ],
  )
  if (!row) throw new Error('INSERT … RETURNING gave no row')
  return row.id
}

/** What is booked of a shift, as far as it counts there. */
export interface BookedShiftRows {
  readonly openingCash: number
  /** Sold in it. `undoneWithin`: and voided in it. What came as void never took money. */
  readonly sales: readonly { readonly undoneWithin: boolean; readonly payments: readonly MethodAmount[] }[]
  /** Voids in it of sales of other shifts, with what was refunded of those. Of another counter's sale: not `isOwnSale`. */
  readonly voids: readonly {
    readonly isOwnSale: boolean
    readonly payments: readonly MethodAmount[]
    readonly refunds: readonly MethodAmount[]
  }[]
  /** Handed back in it, but for sales that it sold and undid itself. */
  readonly refunds: readonly MethodAmount[]
  readonly movements: readonly { readonly direction: 'in' | 'out'; readonly amount: number }[]
}

/**
 * A row counts in shift `f` when the shift's own device recorded and sent it, now or later, when the owner decided it, or when that
 * device can not upload any more.
 */
const counts = (row: string) => `(NOT f."isHeld" OR EXISTS (
  SELECT FROM operations o WHERE o.offline_id = ${row}.offline_id
     AND (o.confirmed OR (o.sent_by = f.device_id AND ${row}.device_id = f.device_id))))`

/** What came with its sale shares its fate; what another device sent later lies in no drawer of this one. */
const isOwnPayment = `(p.offline_id IS NULL OR NOT f."isHeld" OR EXISTS (
  SELECT FROM operations o WHERE o.offline_id = p.offline_id
     AND (o.part_of IS NOT NULL OR o.confirmed OR o.sent_by = f.device_id)))`

const paymentsOf = (id: string) => `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('method', p.payment_method, 'amount', p.amount) ORDER BY p.id), '[]')
    FROM transaction_payments p WHERE p.transaction_id = ${id} AND ${isOwnPayment})`

/** Undefined: the shift never was opened here, or is still open. One statement, so one snapshot. */
export async function readBookedShift(tx: Queryable, shiftOfflineId: string): Promise<BookedShiftRows | undefined> {
  const [row] = await tx.query<BookedShiftRows>(
    `WITH shift AS (
       SELECT f.shift_offline_id AS id, f.opening_cash, f.device_id, ${IS_HELD}
         FROM shifts f WHERE f.shift_offline_id = $1 AND f.closed_at IS NOT NULL
     )
     SELECT f.opening_cash AS "openingCash",
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                 'undoneWithin', coalesce(v.shift_offline_id = f.id AND ${counts('v')}, false),
                 'payments', ${paymentsOf('t.id')})), '[]')
          FROM transactions t LEFT JOIN voids v ON v.transaction_id = t.id
         WHERE t.shift_offline_id = f.id AND t.refund_of IS NULL AND (t.status <> 'void' OR v.offline_id IS NOT NULL)
           AND ${counts('t')}) AS sales,
       (SELECT coalesce(jsonb_agg(jsonb_build_object(
                 'isOwnSale', coalesce(t.device_id = f.device_id OR NOT f."isHeld", false), 'payments', ${paymentsOf('t.id')},
                 'refunds', (SELECT coalesce(jsonb_agg(jsonb_build_object('method', r.payment_method, 'amount', -r.grand_total)
                                                       ORDER BY r.id), '[]')
                               FROM transactions r WHERE r.refund_of = t.id))), '[]')
          FROM voids v LEFT JOIN transactions t ON t.id = v.transaction_id
         WHERE v.shift_offline_id = f.id AND ${counts('v')}
           AND t.shift_offline_id IS DISTINCT FROM f.id) AS voids,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('method', r.payment_method, 'amount', -r.grand_total)), '[]')
          FROM transactions r JOIN transactions t ON t.id = r.refund_of LEFT JOIN voids v ON v.transaction_id = t.id
         WHERE r.shift_offline_id = f.id AND ${counts('r')}
           AND NOT (t.shift_offline_id IS NOT DISTINCT FROM f.id AND v.shift_offline_id IS NOT DISTINCT FROM f.id
                    AND ${counts('v')})) AS refunds,
       (SELECT coalesce(jsonb_agg(jsonb_build_object('direction', c.direction, 'amount', c.amount)), '[]')
          FROM cash_movements c
         WHERE c.shift_offline_id = f.id AND ${counts('c')}) AS movements
       FROM shift f`,
    [shiftOfflineId],
  )
  return row
}

export async function writeBookedCash(tx: Queryable, shiftOfflineId: string, amount: number): Promise<void> {
  await tx.query('UPDATE shifts SET booked_cash = $2 WHERE shift_offline_id = $1', [shiftOfflineId, amount])
}
