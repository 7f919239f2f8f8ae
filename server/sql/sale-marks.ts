/** What an operation is judged by, and the marks that it is given. In a transaction; money in rupiah. */
import type { OperationType } from '../../src/contract/batch-sync.ts'
import type { Staff } from '../../src/contract/records/staff.ts'
import type { MarkKind } from '../../src/contract/review-reports.ts'
import type { Queryable } from '../database.ts'
import { insertRecords } from './insert-records.ts'

export interface Evidence {
  /** The time that counts (credible_time), and now. ISO 8601. */
  readonly countedAt: string
  readonly arrivedAt: string
  /**
   * Every version of the settings that the device may have had: those in force between its last contact before that time and
   * now. One or more: of a time before the first version that is known, that one.
   */
  readonly settings: readonly Record<string, unknown>[]
  /** Those of the named staff that are the branch's. */
  readonly staff: readonly Pick<Staff, 'id' | 'role' | 'active'>[]
}

/**
 * One statement, because every operation asks for it. A device that is not known here has no contacts to be judged by: then the
 * one that sends is taken, for a made-up name must be no way to an earlier time than one's own.
 */
export async function readEvidence(
  tx: Queryable,
  told: { branchId: number; deviceId: string; sentBy: string; at: string; staffIds: readonly number[] },
): Promise<Evidence> {
  const [row] = await tx.query<Evidence>(
    `WITH judged AS (SELECT CASE WHEN EXISTS (SELECT FROM devices d WHERE d.id = $3) THEN $3 ELSE $5 END AS device),
          counted AS (SELECT device, credible_time($2, device) AS at FROM judged),
          since AS (
            SELECT at, coalesce(
                (SELECT max(CASE WHEN c.last_at <= at THEN c.last_at ELSE c.first_at END)
                   FROM device_contacts c WHERE c.device_id = device AND c.first_at <= at),
                at - interval '1 day') - interval '1 hour' AS heard
              FROM counted)
     SELECT since.at AS "countedAt", now() AS "arrivedAt",
            (SELECT coalesce(jsonb_agg(DISTINCT held."values"), '[{}]') FROM (
                SELECT h."values", lead(h.valid_from) OVER (ORDER BY h.valid_from, h.id) AS until
                  FROM settings_history h WHERE h.branch_id = $1) held
              WHERE held.until IS NULL OR held.until > since.heard) AS settings,
            (SELECT coalesce(jsonb_agg(jsonb_build_object('id', s.id, 'role', s.role, 'active', s.active)), '[]')
               FROM staff s WHERE s.branch_id = $1 AND s.id = ANY($4::bigint[])) AS staff
       FROM since`,
    [told.branchId, told.at, told.deviceId, told.staffIds, told.sentBy],
  )
  if (!row) throw new Error('SELECT without rows')
  return row
}

export interface MarkContext {
  readonly branch_id: number
  readonly offline_id: string
  readonly operation: OperationType
  /** The sale or the refund. */
  readonly transaction_id: number | null
  readonly device_id: string
  readonly staff_id: number | null
  readonly occurred_at: string
}

export interface MarkRow {
  readonly kind: MarkKind
  readonly claimed: number | null
  readonly computed: number | null
  readonly claimed_at: string | null
  readonly named_staff_id: number | null
  /** Where it is to be read, ISO 8601; null: at the operation's own time. */
  readonly occurred_at: string | null
}

/** One that is there already stays as it is. */
export async function insertMarks(tx: Queryable, context: MarkContext, marks: readonly MarkRow[]): Promise<void> {
  const records = marks.map((mark) => ({ ...context, ...mark, occurred_at: mark.occurred_at ?? context.occurred_at }))
  await insertRecords(tx, 'sale_marks', records, { ending: 'ON CONFLICT (offline_id, kind) DO NOTHING' })
}

/** What was marked does not hold any more. */
export async function dropMark(tx: Queryable, offlineId: string, kind: MarkKind): Promise<void> {
  await tx.query('DELETE FROM sale_marks WHERE offline_id = $1 AND kind = $2', [offlineId, kind])
}
