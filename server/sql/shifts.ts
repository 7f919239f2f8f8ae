/** Shifts and cash movements as rows. All in a transaction; money in rupiah. */
import type { CashMovement, ShiftEntry } from '../../src/contract/shifts.ts'
import type { MethodAmount } from '../../src/domain/shift.ts'
import type { Queryable } from '../database.ts'
import { insertRecord } from './insert-records.ts'

type Opening = Extract<ShiftEntry, { action: 'open' }>
type Closing = Extract<ShiftEntry, { action: 'close' }>

/** Resolves to the shift's id. Times that count in ISO 8601, here and below. */
export async function insertShift(
  tx: Queryable,
  shift: Pick<Opening, 'shift_offline_id' | 'staff_id' | 'staff_name' | 'opening_cash'> & {
    readonly branch_id: number
    readonly device_id: string
    readonly opened_at_device: string
    readonly opened_at: string
  },
): Promise<number> {
  return insertRecord(tx, 'shifts', shift)
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

/** Whose shift it is and since when (ISO 8601), without locking it. */
export async function findShiftOwner(
  tx: Queryable,
  shiftOfflineId: string,
): Promise<(Pick<KnownShift, 'deviceId' | 'isHeld' | 'isClosed'> & { readonly openedAt: string }) | undefined> {
  const [row] = await tx.query<Pick<KnownShift, 'deviceId' | 'isHeld' | 'isClosed'> & { readonly openedAt: string }>(
    `SELECT device_id AS "deviceId", closed_at IS NOT NULL AS "isClosed", opened_at AS "openedAt", ${IS_HELD}
       FROM shifts f WHERE shift_offline_id = $1`,
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
  movement: Omit<CashMovement, 'approval_proof'> & { readonly branch_id: number; readonly occurred_at: string },
): Promise<number> {
  return insertRecord(tx, 'cash_movements', movement)
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

/** Who goes on with the drawer of a device that is no more takes back what he sold himself. */
const isOfSuccessor = `(NOT f."isHeld" AND v.device_id <> f.device_id AND t.device_id = v.device_id)`

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
                 'isOwnSale', coalesce(t.device_id = f.device_id OR ${isOfSuccessor}, false), 'payments', ${paymentsOf('t.id')},
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

/**
 * What should lie in a closed shift's drawer by what is booked now. A sum that is another one than at the closing is marked with both:
 * the owner may have read the first.
 */
export async function writeBookedCash(tx: Queryable, shiftOfflineId: string, amount: number): Promise<void> {
  await tx.query(
    `WITH counted AS (
       SELECT id, booked_cash FROM shifts WHERE shift_offline_id = $1 FOR NO KEY UPDATE
     ), written AS (
       UPDATE shifts f SET booked_cash = $2 FROM counted
        WHERE f.id = counted.id AND f.booked_cash IS DISTINCT FROM $2::bigint
       RETURNING f.branch_id, f.close_offline_id, f.device_id, f.closed_by_staff_id, f.closed_at, counted.booked_cash AS before
     )
     INSERT INTO sale_marks (branch_id, offline_id, operation, device_id, staff_id, occurred_at, kind, claimed, computed)
     SELECT branch_id, close_offline_id, 'shift', device_id, closed_by_staff_id, closed_at, 'sum', before, $2
       FROM written WHERE before IS NOT NULL
     ON CONFLICT (offline_id, kind) DO UPDATE SET computed = excluded.computed, created_at = excluded.created_at`,
    [shiftOfflineId, amount],
  )
  await tx.query(
    `DELETE FROM sale_marks WHERE kind = 'sum' AND claimed = computed
        AND offline_id = (SELECT close_offline_id FROM shifts WHERE shift_offline_id = $1)`,
    [shiftOfflineId],
  )
}

const isBroughtRow = (row: string) => `NOT EXISTS (
  SELECT FROM operations o WHERE o.offline_id = ${row}.offline_id
     AND (o.confirmed OR (o.sent_by = f.device_id AND ${row}.device_id = f.device_id)))`

/** Closed shifts of a device in which something lies that others brought, in the order in which they take turns. */
export async function findShiftsWithBrought(tx: Queryable, deviceId: string): Promise<string[]> {
  const rows = await tx.query<{ id: string }>(
    `SELECT f.shift_offline_id AS id FROM shifts f
      WHERE f.device_id = $1 AND f.closed_at IS NOT NULL AND (
        EXISTS (SELECT FROM transactions t WHERE t.shift_offline_id = f.shift_offline_id AND ${isBroughtRow('t')})
        OR EXISTS (SELECT FROM voids v WHERE v.shift_offline_id = f.shift_offline_id AND ${isBroughtRow('v')})
        OR EXISTS (SELECT FROM cash_movements c WHERE c.shift_offline_id = f.shift_offline_id AND ${isBroughtRow('c')})
        OR EXISTS (SELECT FROM transactions t JOIN transaction_payments p ON p.transaction_id = t.id
                     JOIN operations o ON o.offline_id = p.offline_id
                    WHERE t.shift_offline_id = f.shift_offline_id
                      AND o.part_of IS NULL AND NOT o.confirmed AND o.sent_by <> f.device_id))
      ORDER BY f.shift_offline_id`,
    [deviceId],
  )
  return rows.map(({ id }) => id)
}
