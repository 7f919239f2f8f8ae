/** Ids that came again with other content (rule Q2). All in a transaction unless said. */
import type { OperationType } from '../../src/contract/sales.ts'
import type { Queryable } from '../database.ts'

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

/** Records what the counter has beside what is booked. The same content again is the same conflict, whatever became of it. */
export async function recordConflict(
  tx: Queryable,
  conflict: {
    readonly branchId: number
    readonly offlineId: string
    readonly type: OperationType
    readonly local: ConflictContent
    readonly sentBy: string
  },
): Promise<Conflict> {
  const { branchId, offlineId, type, sentBy } = conflict
  const local = JSON.stringify(conflict.local)
  // One after the other: two requests with the same content make one conflict.
  await tx.query('SELECT FROM operations WHERE offline_id = $1 FOR UPDATE', [offlineId])
  const [known] = await tx.query<Conflict>(
    `${CONFLICT} WHERE offline_id = $1 AND type = $2 AND local_content = $3::jsonb`,
    [offlineId, type, local],
  )
  if (known) return known
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
