/**
 * Which publisher serves which branch, and how far (rule S4). Each function is one short statement: nobody holds a lock
 * while waiting for the broker. Times are the database's, so publishers need no common clock.
 */
import type { Queryable } from '../database.ts'
import { markOf, WRITTEN_AT } from './log-marks.ts'

export interface Lease {
  readonly branchId: number
  readonly token: string
}

/** A branch that this publisher serves. `published` is the last acknowledged position, `seq` the log's end. */
export interface LeasedBranch extends Lease {
  readonly merchantCode: string
  readonly branchCode: string
  readonly published: number
  readonly seq: number
  readonly epoch: string
}

/**
 * Takes every lease that nobody holds. A new token each time: what its former holder still writes is void. One that ends later than any
 * that is given now was given before the clock was set back: who died with it would be waited for as long as that was.
 */
export async function claimFreeLeases(
  db: Queryable,
  { owner, leaseMs }: { owner: string; leaseMs: number },
): Promise<number> {
  const claimed = await db.query(
    `UPDATE publisher_leases SET owner = $1, token = gen_random_uuid(), until = now() + $2 * interval '1 millisecond'
      WHERE until < now() OR until > now() + 2 * $2 * interval '1 millisecond' RETURNING branch_id`,
    [owner, leaseMs],
  )
  return claimed.length
}

/** Prolongs what this owner still holds. One who is late by more than the lease, but was not replaced, goes on. */
export async function renewLeases(
  db: Queryable,
  { owner, leaseMs }: { owner: string; leaseMs: number },
): Promise<void> {
  await db.query(`UPDATE publisher_leases SET until = now() + $2 * interval '1 millisecond' WHERE owner = $1`, [
    owner,
    leaseMs,
  ])
}

/** The branches whose lease this owner holds now, by id. */
export async function listLeasedBranches(db: Queryable, owner: string): Promise<LeasedBranch[]> {
  return db.query<LeasedBranch>(
    `SELECT p.branch_id AS "branchId", p.token, p.published, s.seq, l.epoch,
            m.code AS "merchantCode", b.code AS "branchCode"
       FROM publisher_leases p
       JOIN branch_seq s ON s.branch_id = p.branch_id
       JOIN branches b ON b.id = p.branch_id
       JOIN merchants m ON m.id = b.merchant_id
      CROSS JOIN log_state l
      WHERE p.owner = $1 AND p.until > now()
      ORDER BY p.branch_id`,
    [owner],
  )
}

/** Notes what the broker has acknowledged. False when the lease went to another publisher: then nothing is written. */
export async function savePublished(db: Queryable, { branchId, token }: Lease, published: number): Promise<boolean> {
  const saved = await db.query(
    `UPDATE publisher_leases SET published = greatest(published, $3) WHERE branch_id = $1 AND token = $2
     RETURNING published`,
    [branchId, token, published],
  )
  return saved.length > 0
}

/** What a heartbeat says (rule S8), or undefined when the lease went to another publisher. */
export async function readAcknowledged(
  db: Queryable,
  { branchId, token }: Lease,
): Promise<{ seq: number; epoch: string; mark?: string } | undefined> {
  const [row] = await db.query<{ seq: number; epoch: string; key: string; at: string | null }>(
    `SELECT p.published AS seq, l.epoch, l.mark_key AS key, ${WRITTEN_AT} AS at
       FROM publisher_leases p CROSS JOIN log_state l
       LEFT JOIN changes c ON c.branch_id = p.branch_id AND c.seq = p.published
      WHERE p.branch_id = $1 AND p.token = $2 AND p.until > now()`,
    [branchId, token],
  )
  if (!row) return undefined
  const { seq, epoch, key, at } = row
  const mark = markOf({ key, epoch, branchId }, seq, at)
  return mark === undefined ? { seq, epoch } : { seq, epoch, mark }
}

/** Lets others take over at once instead of after the lease. */
export async function releaseLeases(db: Queryable, owner: string): Promise<void> {
  await db.query(`UPDATE publisher_leases SET owner = NULL, token = NULL, until = '-infinity' WHERE owner = $1`, [
    owner,
  ])
}

/** Events of all branches that wait for the broker's acknowledgement. */
export async function countBacklog(db: Queryable): Promise<number> {
  const [row] = await db.query<{ backlog: number }>(
    `SELECT coalesce(sum(s.seq - p.published), 0) AS backlog
       FROM branch_seq s JOIN publisher_leases p ON p.branch_id = s.branch_id`,
  )
  return row?.backlog ?? 0
}
