import type { Database, Queryable } from '../database.ts'
import { isTakenBack, type MarkContext, readMark, signMark } from '../publisher/log-mark.ts'
import { beginLife } from './epoch.ts'

/** When the change `c` was written, as marks tell it. Exact: `extract` gives a numeric. */
export const WRITTEN_AT = `(extract(epoch FROM c.created_at) * 1000000)::bigint::text`

/** A mark for the wire; undefined when the change is not kept any more. */
export function markOf(context: MarkContext, seq: number, writtenAt: string | null): string | undefined {
  return writtenAt === null ? undefined : signMark(context, { seq, writtenAt })
}

/** The server's word on a branch's whole log. Null when its last change is not kept any more. */
export async function readLogMark(
  db: Queryable,
  branchId: number,
): Promise<{ epoch: string; seq: number; mark: string } | null> {
  const [log] = await db.query<{ key: string; epoch: string; seq: number; at: string | null }>(
    `SELECT l.mark_key AS key, l.epoch, s.seq, ${WRITTEN_AT} AS at
       FROM log_state l CROSS JOIN branch_seq s
       LEFT JOIN changes c ON c.branch_id = s.branch_id AND c.seq = s.seq
      WHERE s.branch_id = $1`,
    [branchId],
  )
  if (!log) return null
  const { key, epoch, seq, at } = log
  const mark = markOf({ key, epoch, branchId }, seq, at)
  return mark === undefined ? null : { epoch, seq, mark }
}

/** What the log has where this mark says that it was. True when it was taken back since (rule S6). */
async function contradicts(db: Queryable, branchId: number, mark: string): Promise<boolean> {
  // A text that is no mark is about position 0, where nothing stands.
  const seq = Number(/^\d{1,15}/.exec(mark)?.[0] ?? 0)
  const [log] = await db.query<{ key: string; epoch: string; last: number; at: string | null }>(
    `SELECT l.mark_key AS key, l.epoch, s.seq AS last, ${WRITTEN_AT} AS at
       FROM log_state l CROSS JOIN branch_seq s
       LEFT JOIN changes c ON c.branch_id = s.branch_id AND c.seq = $2
      WHERE s.branch_id = $1`,
    [branchId, seq],
  )
  const proved = log ? readMark({ key: log.key, epoch: log.epoch, branchId }, mark) : null
  return proved !== null && log !== undefined && isTakenBack(proved, { lastSeq: log.last, writtenAt: log.at })
}

/**
 * Begins a new life of the log when a device's mark proves that this one was taken back. Resolves to the new epoch, null when there
 * is nothing to it. Of several devices that prove it at once the first one is enough.
 */
export async function heedMark(
  db: Database,
  { branchId, mark }: { branchId: number; mark: string },
): Promise<string | null> {
  if (!(await contradicts(db, branchId, mark))) return null
  return db.transaction(async (tx) => {
    await tx.query('SELECT FROM log_state FOR UPDATE')
    return (await contradicts(tx, branchId, mark)) ? await beginLife(tx) : null
  })
}
