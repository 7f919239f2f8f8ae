/** Ids that came again with other content (rule Q2). All in a transaction unless said. */
import type { OperationType } from '../../src/contract/batch-sync.ts'
import type { Queryable } from '../database.ts'
import { takeTurn } from './operations.ts'

/** `payments` only with a sale. */
export interface ConflictContent {
  readonly item: unknown
  readonly payments?: readonly unknown[]
}

export interface Conflict {
  readonly id: number
  readonly branchId: number
  readonly offlineId: string
  readonly type: OperationType
  readonly local: ConflictContent
  readonly sentBy: string
  readonly state: 'open' | 'resolved'
  readonly resolution: 'keep_server' | 'keep_local' | null
  /** Of keep_local: the operation that the counter's content was booked as. */
  readonly bookedAs: string | null
}

const CONFLICT = `
  SELECT id, branch_id AS "branchId", offline_id AS "offlineId", type, local_content AS local, sent_by AS "sentBy", state,
         resolution, booked_as AS "bookedAs"
    FROM offline_conflicts`

/** Open conflicts of one id that one device may make, and of all ids together; bytes as they are stored. */
export const CONFLICT_LIMITS = { ofId: 3, ofDevice: 100, bytesOfDevice: 16 * 1024 * 1024 } as const

/**
 * Records what the counter has beside what is booked. The same content again is the same conflict, whatever became of it. A further
 * content of the id, beyond the limit, is counted at the device's newest one, and stays on the device until that is decided. Null: the
 * device has as many open conflicts as it may; an owner has to decide some first.
 */
export async function recordConflict(
  tx: Queryable,
  conflict: {
    readonly branchId: number
    readonly offlineId: string
    readonly type: OperationType
    readonly local: ConflictContent
    readonly sentBy: string
  },
  limits: Readonly<Record<keyof typeof CONFLICT_LIMITS, number>> = CONFLICT_LIMITS,
): Promise<Conflict | null> {
  const { branchId, offlineId, type, sentBy } = conflict
  const local = JSON.stringify(conflict.local)
  // One after the other: two requests with the same content make one conflict.
  await tx.query('SELECT FROM operations WHERE offline_id = $1 FOR UPDATE', [offlineId])
  const [known] = await tx.query<Conflict>(
    `${CONFLICT} WHERE offline_id = $1 AND type = $2 AND local_content = $3::jsonb`,
    [offlineId, type, local],
  )
  if (known) return known
  // One after the other for the device too: many requests at once make no more than one after the other.
  await takeTurn(tx, `conflicts of ${sentBy}`)
  const [held] = await tx.query<{ ofId: number; newest: number | null; all: number; bytes: number }>(
    `SELECT count(*) FILTER (WHERE offline_id = $2) AS "ofId", max(id) FILTER (WHERE offline_id = $2) AS newest, count(*) AS "all",
            coalesce(sum(pg_column_size(local_content) + pg_column_size(server_content)), 0)::bigint AS bytes
       FROM offline_conflicts WHERE sent_by = $1 AND state = 'open'`,
    [sentBy, offlineId],
  )
  if (held && held.newest !== null && held.ofId >= limits.ofId) {
    await tx.query('UPDATE offline_conflicts SET further = further + 1 WHERE id = $1', [held.newest])
    return (await findConflict(tx, held.newest)) ?? null
  }
  if (held && (held.all >= limits.ofDevice || held.bytes >= limits.bytesOfDevice)) return null
  const [made] = await tx.query<{ id: number }>(
    `INSERT INTO offline_conflicts (branch_id, offline_id, type, server_content, local_content, sent_by)
     SELECT $1, o.offline_id, $3, jsonb_build_object('item', o.content) || coalesce((
         SELECT jsonb_build_object('payments', jsonb_agg(p.content ORDER BY p.offline_id))
           FROM operations p WHERE p.part_of = o.offline_id AND p.type = 'payment' HAVING count(*) > 0
       ), '{}'), $4::jsonb, $5
       FROM operations o WHERE o.offline_id = $2 RETURNING id`,
    [branchId, offlineId, type, local, sentBy],
  )
  const recorded = made && (await findConflict(tx, made.id))
  if (!recorded) throw new Error('The conflict was not recorded')
  return recorded
}

/** Outside of a transaction too. */
export async function findConflict(db: Queryable, id: number): Promise<Conflict | undefined> {
  const [row] = await db.query<Conflict>(`${CONFLICT} WHERE id = $1`, [id])
  return row
}

/** Locked until the transaction ends: the second who decides sees the first decision. */
export async function lockConflict(tx: Queryable, id: number): Promise<Conflict | undefined> {
  const [row] = await tx.query<Conflict>(`${CONFLICT} WHERE id = $1 FOR UPDATE`, [id])
  return row
}

export async function closeConflict(
  tx: Queryable,
  decision: {
    readonly id: number
    readonly resolution: 'keep_server' | 'keep_local'
    readonly reason: string | null
    readonly approvedBy: number | null
    readonly resolvedBy: string
    readonly bookedAs: string | null
  },
): Promise<void> {
  await tx.query(
    `UPDATE offline_conflicts SET state = 'resolved', resolution = $2, reason = $3, approved_by = $4, resolved_by = $5,
            booked_as = $6, resolved_at = now()
      WHERE id = $1`,
    [decision.id, decision.resolution, decision.reason, decision.approvedBy, decision.resolvedBy, decision.bookedAs],
  )
}
