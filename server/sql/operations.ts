/** Operations, each booked once (rule Q2). All in a transaction. */
import type { OperationType, RecordVersions } from '../../src/contract/batch-sync.ts'
import type { Queryable } from '../database.ts'
import { insertRecords } from './insert-records.ts'

/** What was answered when it was booked, and is answered unchanged on every retry. */
export interface StoredResult {
  readonly serverId: number | null
  readonly transactionCode: string | null
  readonly versions: RecordVersions
}

export interface OperationClaim {
  readonly offlineId: string
  readonly branchId: number
  readonly type: OperationType
  readonly content: unknown
  /** The device whose token sent it. */
  readonly sentBy: string
  /** The owner decided it. */
  readonly confirmed: boolean
  /** The operation in whose transaction this one is booked. */
  readonly partOf?: string
}

export type ClaimOutcome =
  | { readonly state: 'new' }
  | { readonly state: 'same'; readonly result: StoredResult }
  | { readonly state: 'other-content' }
  | { readonly state: 'other-branch' }

/**
 * Everything about one sale, or one shift, takes turns: a void that comes while its sale is being booked must see it, and the
 * sale must see the void. Held until the transaction ends; taken before any other lock.
 */
export async function takeTurn(tx: Queryable, subject: string): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [subject])
}

/**
 * Takes the id for this transaction. An equal one that is under way elsewhere is waited for. The operation stays without a
 * result until `storeResult`.
 */
export async function claimOperation(tx: Queryable, claim: OperationClaim): Promise<ClaimOutcome> {
  const content = JSON.stringify(claim.content)
  const inserted = await tx.query(
    `INSERT INTO operations (offline_id, branch_id, type, content, sent_by, part_of, confirmed)
     VALUES ($1, $2, $3, $4::jsonb, $5, $6, $7) ON CONFLICT (offline_id) DO NOTHING RETURNING offline_id`,
    [claim.offlineId, claim.branchId, claim.type, content, claim.sentBy, claim.partOf ?? null, claim.confirmed],
  )
  if (inserted.length > 0) {
    // Numbering writes the position of this transaction's changes into the operation.
    if (claim.partOf === undefined) await nameOperation(tx, claim.offlineId)
    return { state: 'new' }
  }
  const [known] = await tx.query<StoredResult & { isSame: boolean; isOwnBranch: boolean }>(
    `SELECT type = $2 AND content = $3::jsonb AS "isSame", branch_id = $4 AS "isOwnBranch",
            server_id AS "serverId", transaction_code AS "transactionCode", versions
       FROM operations WHERE offline_id = $1`,
    [claim.offlineId, claim.type, content, claim.branchId],
  )
  if (!known) throw new Error('An operation vanished while it was looked at')
  const { isSame, isOwnBranch, ...result } = known
  if (!isOwnBranch) return { state: 'other-branch' }
  return isSame ? { state: 'same', result } : { state: 'other-content' }
}

/**
 * Notes that the device that recorded an operation, of a payment the one that sold, sends it too. Resolves to the shift that it
 * names; undefined: nothing was to be noted.
 */
export async function confirmOperation(
  tx: Queryable,
  offlineId: string,
  deviceId: string,
): Promise<{ readonly shiftOfflineId: string | null } | undefined> {
  const [row] = await tx.query<{ shiftOfflineId: string | null }>(
    `WITH sold AS (
       SELECT t.device_id, t.shift_offline_id
         FROM transaction_payments p JOIN transactions t ON t.id = p.transaction_id WHERE p.offline_id = $1
     )
     UPDATE operations o SET confirmed = true
      WHERE o.offline_id = $1 AND o.sent_by <> $2 AND NOT o.confirmed
        AND coalesce(o.content ->> 'device_id', (SELECT device_id FROM sold WHERE o.type = 'payment')) = $2
      RETURNING lower(coalesce(o.content ->> 'shift_offline_id', (SELECT shift_offline_id::text FROM sold)))
                AS "shiftOfflineId"`,
    [offlineId, deviceId],
  )
  return row
}

/** The operation that the changes of this transaction are told to be of. */
async function nameOperation(tx: Queryable, offlineId: string): Promise<void> {
  await tx.query(`SELECT set_config('mstore.operation', $1, true)`, [offlineId])
}

/**
 * What an operation came to. One that changed nothing that is in the log (a shift, cash, a void that waits for its sale) leaves a
 * change of its own: without a place there, no counter could prove that it was taken back (rule S6).
 */
export async function storeResult(tx: Queryable, offlineId: string, result: StoredResult): Promise<void> {
  await tx.query(
    `WITH booked AS (
       UPDATE operations SET server_id = $2, transaction_code = $3, versions = $4::jsonb
        WHERE offline_id = $1 RETURNING branch_id, type, server_id
     )
     INSERT INTO changes (branch_id, kind, event_type, record_id, data)
     SELECT b.branch_id, 'branch', 'operation_booked', coalesce(b.server_id, 0),
            jsonb_build_object('offline_id', $1::uuid, 'type', b.type)
       FROM booked b WHERE NOT EXISTS (SELECT FROM changes c WHERE c.branch_id = b.branch_id AND c.seq IS NULL)`,
    [offlineId, result.serverId, result.transactionCode, JSON.stringify(result.versions)],
  )
}

/** The stored result of one operation; undefined when it was never booked. */
export async function findResult(db: Queryable, offlineId: string): Promise<StoredResult | undefined> {
  const [row] = await db.query<StoredResult>(
    `SELECT server_id AS "serverId", transaction_code AS "transactionCode", versions FROM operations WHERE offline_id = $1`,
    [offlineId],
  )
  return row
}

export interface CommitPositions {
  readonly epoch: string
  /** By `offline_id` in lower case. Without one: the operation changed nothing that is in the log. */
  readonly seqs: ReadonlyMap<string, number>
}

/** Where committed operations stand in the log, and the log's epoch of now. */
export async function readCommitPositions(db: Queryable, offlineIds: readonly string[]): Promise<CommitPositions> {
  const [row] = await db.query<{ epoch: string; operations: { id: string; seq: number }[] }>(
    `SELECT l.epoch, coalesce((
        SELECT jsonb_agg(jsonb_build_object('id', o.offline_id, 'seq', coalesce(o.seq, whole.seq)))
          FROM operations o LEFT JOIN operations whole ON whole.offline_id = o.part_of
         WHERE o.offline_id = ANY($1::uuid[])
           AND coalesce(o.seq, whole.seq) IS NOT NULL
      ), '[]') AS operations
       FROM log_state l`,
    [offlineIds],
  )
  if (!row) throw new Error('The log has no state: the migrations were not applied')
  return { epoch: row.epoch, seqs: new Map(row.operations.map(({ id, seq }) => [id, seq])) }
}

/** Those of the named devices that belong to another branch. An unknown one does not: its server may have been restored. */
export async function devicesOfOtherBranches(
  db: Queryable,
  branchId: number,
  names: readonly string[],
): Promise<ReadonlySet<string>> {
  if (names.length === 0) return new Set()
  const rows = await db.query<{ id: string }>('SELECT id FROM devices WHERE branch_id <> $1 AND id = ANY($2::text[])', [
    branchId,
    names,
  ])
  return new Set(rows.map(({ id }) => id))
}

/** A row, in its table's spelling. */
export interface Approval {
  readonly branch_id: number
  readonly what: 'discount' | 'void' | 'refund' | 'cash_movement' | 'conflict'
  /** The operation's. */
  readonly offline_id: string
  readonly approved_by: number
  readonly staff_id: number | null
  readonly reason: string | null
  readonly device_id: string | null
  /** The time that counts, ISO 8601. */
  readonly occurred_at: string
  /** Whether the approver's PIN is proved. */
  readonly proof: 'proven' | 'unproven' | 'forged'
}

export async function insertApproval(tx: Queryable, approval: Approval): Promise<void> {
  await insertRecords(tx, 'approvals', [approval])
}
