/** Voids as rows, also those that came before their sale. All in a transaction; money in rupiah. */
import type { Queryable } from '../database.ts'

export interface NewVoid {
  readonly offlineId: string
  readonly branchId: number
  readonly transactionOfflineId: string
  /** Null: its sale has not come. */
  readonly transactionId: number | null
  readonly reason: string
  /** Rupiah handed back. */
  readonly amount: number
  readonly staffId: number | null
  readonly approvedBy: number | null
  readonly shiftOfflineId: string | null
  readonly deviceId: string
  /** The device whose token brought it. */
  readonly sentBy: string
  readonly createdAtDevice: string
  /** The time that counts, ISO 8601. */
  readonly occurredAt: string
  /** Rupiah of the sale by the proof of the approval; null: it is not proven. */
  readonly provedAmount: number | null
}

/** False when this device sent a void of the sale already, which waits. */
export async function insertVoid(tx: Queryable, row: NewVoid): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO voids (offline_id, branch_id, transaction_offline_id, transaction_id, reason, amount, staff_id, approved_by,
                        shift_offline_id, device_id, sent_by, created_at_device, occurred_at, proved_amount)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
     ON CONFLICT (transaction_offline_id, coalesce(sent_by, '')) WHERE transaction_id IS NULL DO NOTHING RETURNING offline_id`,
    [
      row.offlineId,
      row.branchId,
      row.transactionOfflineId,
      row.transactionId,
      row.reason,
      row.amount,
      row.staffId,
      row.approvedBy,
      row.shiftOfflineId,
      row.deviceId,
      row.sentBy,
      row.createdAtDevice,
      row.occurredAt,
      row.provedAmount,
    ],
  )
  return rows.length > 0
}

export interface WaitingVoid {
  readonly offlineId: string
  readonly shiftOfflineId: string | null
  /** Sent by the device that sold, or by the one that brings the sale too. */
  readonly isSellers: boolean
  readonly deviceId: string
  readonly staffId: number | null
  readonly approvedBy: number | null
  /** The time that counts, ISO 8601. */
  readonly occurredAt: string
  readonly provedAmount: number | null
}

/** Voids of this branch that came before their sale; the seller's first. `sellers`: whose void is taken for the seller's. */
export async function listWaitingVoids(
  tx: Queryable,
  sale: { branchId: number; offlineId: string; sellers: readonly string[] },
): Promise<WaitingVoid[]> {
  return tx.query<WaitingVoid>(
    `SELECT offline_id AS "offlineId", shift_offline_id AS "shiftOfflineId",
            coalesce(sent_by = ANY($3::text[]), false) AS "isSellers", device_id AS "deviceId", staff_id AS "staffId",
            approved_by AS "approvedBy", occurred_at AS "occurredAt", proved_amount AS "provedAmount"
       FROM voids WHERE branch_id = $1 AND transaction_offline_id = $2 AND transaction_id IS NULL
      ORDER BY 3 DESC, created_at, offline_id`,
    [sale.branchId, sale.offlineId, sale.sellers],
  )
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
