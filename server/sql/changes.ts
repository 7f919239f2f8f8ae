/** The change log as clients and the publisher read it. Every answer is of one snapshot (rule S7). */
import { type BranchScope, buildTopic, type TopicKind } from '../../src/contract/topics.ts'
import type { Queryable } from '../database.ts'
import { markOf, WRITTEN_AT } from './log-marks.ts'

/** Where a branch's log ends: the last position given out, and the log's epoch. */
export interface LogPosition {
  readonly seq: number
  readonly epoch: string
}

/** One event in the form in which it travels. `timestamp` is the time of writing, ISO 8601 in UTC. */
export interface LoggedEvent {
  readonly topic: string
  readonly event_type: string
  readonly timestamp: string
  readonly seq: number
  readonly epoch: string
  readonly data: unknown
}

export interface ChangesPage {
  readonly events: LoggedEvent[]
  readonly last_seq: number
  readonly has_more: boolean
  readonly epoch: string
  /** Proves that the log has reached `last_seq` (rule S6). */
  readonly mark?: string
}

export interface ChangesRequest {
  readonly branchId: number
  readonly after: number
  readonly limit: number
  readonly scope: BranchScope
}

interface StoredEvent {
  seq: number
  kind: TopicKind
  event_type: string
  timestamp: string
  data: unknown
}

/** Numbering notifies it at commit: a hint without data (rule S5). */
export const CHANGES_CHANNEL = 'mstore_changes'

export const PRUNED_AT_ONCE = 5_000

/** Throws when there is no such branch. */
export async function readLogPosition(db: Queryable, branchId: number): Promise<LogPosition> {
  const [position] = await db.query<LogPosition>(
    'SELECT s.seq, l.epoch FROM branch_seq s CROSS JOIN log_state l WHERE s.branch_id = $1',
    [branchId],
  )
  if (!position) throw new Error(`Branch ${branchId} has no change log`)
  return position
}

/**
 * The events after a position, in order, at most `limit`. `expired` when the log does not reach back that far or never
 * came that far: the client has to load anew (rules S7, C8).
 */
export async function readChanges(db: Queryable, request: ChangesRequest): Promise<ChangesPage | 'expired'> {
  const page = await readEvents(db, request)
  const { after } = request
  // Positions have no holes: a first event that is not the next one means that the one before was pruned.
  const isExpired = after > page.last_seq || (after < page.last_seq && page.events[0]?.seq !== after + 1)
  return isExpired ? 'expired' : page
}

/** The same for the publisher, who goes on over a hole: somebody deleted from the log, and no one else will mend it. */
export async function readEvents(
  db: Queryable,
  { branchId, after, limit, scope }: ChangesRequest,
): Promise<ChangesPage> {
  const [log] = await db.query<{
    last_seq: number
    epoch: string
    key: string
    at: string | null
    events: StoredEvent[]
  }>(
    `SELECT s.seq AS last_seq, l.epoch, l.mark_key AS key, ${WRITTEN_AT} AS at, coalesce((
        SELECT jsonb_agg(jsonb_build_object('seq', e.seq, 'kind', e.kind, 'event_type', e.event_type,
                                            'timestamp', iso_utc(e.created_at), 'data', e.data) ORDER BY e.seq)
          FROM (SELECT * FROM changes WHERE branch_id = $1 AND seq > $2 ORDER BY seq LIMIT $3) e
      ), '[]') AS events
       FROM branch_seq s CROSS JOIN log_state l
       LEFT JOIN changes c ON c.branch_id = s.branch_id AND c.seq = s.seq
      WHERE s.branch_id = $1`,
    [branchId, after, limit],
  )
  if (!log) throw new Error(`Branch ${branchId} has no change log`)
  const { last_seq, epoch, events, key, at } = log
  const mark = markOf({ key, epoch, branchId }, last_seq, at)
  return {
    events: events.map(({ kind, event_type, timestamp, seq, data }) => ({
      topic: buildTopic(scope, kind),
      event_type,
      timestamp,
      seq,
      epoch,
      data,
    })),
    last_seq,
    has_more: (events.at(-1)?.seq ?? after) < last_seq,
    epoch,
    ...(mark === undefined ? {} : { mark }),
  }
}

/**
 * Forgets the oldest changes of a branch: those written more than `keepDays` ago and acknowledged by the broker (rule S4).
 * One that lies as far ahead was written before the clock was set back, and must not keep all that follows for as long as that was.
 * A beginning of the log goes, never a piece out of it. At most 5,000 a call, because the embedded database does nothing
 * else meanwhile. Resolves to how many went.
 */
export async function pruneChanges(
  db: Queryable,
  { branchId, keepDays }: { branchId: number; keepDays: number },
): Promise<number> {
  const [pruned] = await db.query<{ amount: number }>(
    `WITH oldest AS (
       SELECT seq, created_at FROM changes WHERE branch_id = $1 AND seq IS NOT NULL ORDER BY seq LIMIT $3
     ), kept AS (
       SELECT min(seq) AS seq FROM oldest
        WHERE created_at BETWEEN now() - make_interval(days => $2) AND now() + make_interval(days => $2)
     ), gone AS (
       DELETE FROM changes c USING publisher_leases p, kept k
        WHERE p.branch_id = $1 AND c.branch_id = $1 AND c.seq <= p.published
          AND c.seq <= (SELECT max(seq) FROM oldest) AND (k.seq IS NULL OR c.seq < k.seq)
       RETURNING 1
     )
     SELECT count(*) AS amount FROM gone`,
    [branchId, keepDays, PRUNED_AT_ONCE],
  )
  return pruned?.amount ?? 0
}
