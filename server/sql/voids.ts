/** Voids as rows, also those that came before their sale. All in a transaction; money in rupiah. */
import type { Void } from '../../src/contract/sales.ts'
import type { Queryable } from '../database.ts'
import { insertRecords } from './insert-records.ts'

/** As it was sent, and what the server adds. `offline_id` and `transaction_offline_id` in lower case. */
export interface NewVoid extends Omit<Void, 'approval_proof'> {
  readonly branch_id: number
  /** Null: its sale has not come. */
  readonly transaction_id: number | null
  /** Rupiah handed back. */
  readonly amount: number
  readonly device_id: string
  /** The device whose token brought it. */
  readonly sent_by: string
  /** The time that counts, ISO 8601. */
  readonly occurred_at: string
  /** Rupiah of the sale by the proof of the approval; null: it is not proven. */
  readonly proved_amount: number | null
}

/** False when this device sent a void of the sale already, which waits. */
export async function insertVoid(tx: Queryable, row: NewVoid): Promise<boolean> {
  const inserted = await insertRecords(tx, 'voids', [row], {
    ending: `ON CONFLICT (transaction_offline_id, coalesce(sent_by, '')) WHERE transaction_id IS NULL DO NOTHING RETURNING offline_id`,
  })
  return inserted.length > 0
}

export interface WaitingVoid {
  readonly offlineId: string
  /** `offline_id` of the sale. */
  readonly saleId: string
  readonly shiftOfflineId: string | null
  /** Sent by the device that sold, or by the one that brings the sale too. */
  readonly isSellers: boolean
  readonly deviceId: string
  readonly staffId: number | null
  readonly approvedBy: number | null
  /** By the device's clock, and the time that counts. ISO 8601. */
  readonly createdAtDevice: string
  readonly occurredAt: string
  readonly provedAmount: number | null
  /** As it came; null: there is none, or it was made up. */
  readonly proof: string | null
}

/** `sellers`: an expression, the devices whose void is taken for the seller's. */
const waitingVoid = (sellers: string) => `
  SELECT v.offline_id AS "offlineId", v.transaction_offline_id AS "saleId", v.shift_offline_id AS "shiftOfflineId",
         coalesce(v.sent_by = ANY(${sellers}), false) AS "isSellers", v.device_id AS "deviceId", v.staff_id AS "staffId",
         v.approved_by AS "approvedBy", v.created_at_device AS "createdAtDevice", v.occurred_at AS "occurredAt",
         v.proved_amount AS "provedAmount",
         (SELECT o.content ->> 'approval_proof' FROM operations o JOIN approvals a ON a.offline_id = o.offline_id
           WHERE o.offline_id = v.offline_id AND a.what = 'void' AND a.proof IS DISTINCT FROM 'forged') AS proof
    FROM voids v`

/** Voids of this branch that came before their sale; the seller's first. */
export async function listWaitingVoids(
  tx: Queryable,
  sale: { branchId: number; offlineId: string; sellers: readonly string[] },
): Promise<WaitingVoid[]> {
  return tx.query<WaitingVoid>(
    `${waitingVoid('$3::text[]')}
      WHERE v.branch_id = $1 AND v.transaction_offline_id = $2 AND v.transaction_id IS NULL
      ORDER BY 4 DESC, v.created_at, v.offline_id`,
    [sale.branchId, sale.offlineId, sale.sellers],
  )
}

/** Undefined: this void does not wait. */
export async function findWaitingVoid(tx: Queryable, offlineId: string): Promise<WaitingVoid | undefined> {
  const [row] = await tx.query<WaitingVoid>(
    `${waitingVoid(`'{}'::text[]`)} WHERE v.offline_id = $1 AND v.transaction_id IS NULL`,
    [offlineId],
  )
  return row
}

/** What one person is said to have allowed at one device, not proven and waiting although its sale is there. The oldest first. */
export async function listProvableVoids(
  db: Queryable,
  about: { branchId: number; deviceId: string; staffId: number; limit: number },
): Promise<{ readonly offlineId: string; readonly saleId: string }[]> {
  return db.query(
    `SELECT v.offline_id AS "offlineId", v.transaction_offline_id AS "saleId"
       FROM voids v JOIN approvals a ON a.offline_id = v.offline_id AND a.what = 'void' AND a.proof = 'unproven'
      WHERE v.transaction_id IS NULL AND v.branch_id = $1 AND v.device_id = $2 AND v.approved_by = $3
        AND EXISTS (SELECT FROM transactions t WHERE t.offline_id = v.transaction_offline_id AND t.status <> 'void')
      ORDER BY v.created_at, v.offline_id LIMIT $4`,
    [about.branchId, about.deviceId, about.staffId, about.limit],
  )
}

/** What undid a sale. */
export interface DoneVoid {
  readonly offlineId: string
  readonly shiftOfflineId: string | null
  /** By the device's clock, and the time that counts. ISO 8601. */
  readonly createdAtDevice: string | null
  readonly occurredAt: string
  /** It was here before its sale. */
  readonly waited: boolean
}

export async function findDoneVoid(tx: Queryable, saleOfflineId: string): Promise<DoneVoid | undefined> {
  const [row] = await tx.query<DoneVoid>(
    `SELECT v.offline_id AS "offlineId", v.shift_offline_id AS "shiftOfflineId", v.created_at_device AS "createdAtDevice",
            v.occurred_at AS "occurredAt", o.server_id IS NULL AS waited
       FROM voids v JOIN operations o ON o.offline_id = v.offline_id
      WHERE v.transaction_offline_id = $1 AND v.transaction_id IS NOT NULL`,
    [saleOfflineId],
  )
  return row
}

/** So much more was handed back, rupiah; less below zero. */
export async function addToVoid(tx: Queryable, offlineId: string, amount: number): Promise<void> {
  await tx.query('UPDATE voids SET amount = amount + $2 WHERE offline_id = $1', [offlineId, amount])
}

/** The sale that the void waited for has come. `amount`: what was paid and is handed back. */
export async function attachVoid(
  tx: Queryable,
  { offlineId, transactionId, amount }: { offlineId: string; transactionId: number; amount: number },
): Promise<void> {
  await tx.query('UPDATE voids SET transaction_id = $2, amount = $3 WHERE offline_id = $1', [
    offlineId,
    transactionId,
    amount,
  ])
}

/** What proved the approval of this void was signed for another sum than its sale turned out to have. */
export async function unproveVoid(tx: Queryable, offlineId: string): Promise<void> {
  await tx.query(`UPDATE approvals SET proof = 'forged' WHERE offline_id = $1 AND what = 'void'`, [offlineId])
}

/** The key of its proof has come: it was signed for this sum, rupiah. */
export async function proveVoid(tx: Queryable, offlineId: string, amount: number): Promise<void> {
  await tx.query(`UPDATE approvals SET proof = 'proven' WHERE offline_id = $1 AND what = 'void'`, [offlineId])
  await tx.query('UPDATE voids SET proved_amount = $2 WHERE offline_id = $1', [offlineId, amount])
}
