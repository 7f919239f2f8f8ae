/** Keys that prove approvals (migration 0019): one person's at one device. Times are the database's. */
import type { Queryable } from '../database.ts'

export interface ApprovalKey {
  readonly deviceId: string
  readonly staffId: number
  /** The public point on P-256, base64url. */
  readonly x: string
  readonly y: string
  /** When it was first shown here with the right PIN, ISO 8601. */
  readonly createdAt: string
  /** ISO 8601; null: active. */
  readonly endedAt: string | null
  /** From its first end to the last time that it was shown again, ISO 8601; null: never both. */
  readonly lapsedAt: string | null
  readonly revivedAt: string | null
}

export interface NewApprovalKey extends Omit<ApprovalKey, 'createdAt' | 'endedAt' | 'lapsedAt' | 'revivedAt'> {
  readonly thumbprint: string
  readonly branchId: number
  /** Of the PIN that was right a moment ago: another one by now, and the key is not taken. */
  readonly pinHash: string
}

/** Keys of one person at one device that are kept, for what comes late. */
const KEPT = 20

/**
 * Takes a key in the place of the active one. The same again changes nothing; one that had ended proves nothing from its first end until
 * now. False, and nothing changes: this person may allow nothing, is not who gave the PIN any more, the device was revoked, or the key is
 * somebody else's. In a transaction.
 */
export async function takeApprovalKey(tx: Queryable, key: NewApprovalKey): Promise<boolean> {
  // Held until the end: a PIN that is changed meanwhile finds the key, and ends it.
  const rightful = await tx.query(
    `SELECT FROM staff s, devices d
      WHERE s.id = $1 AND s.branch_id = $2 AND s.active AND s.role <> 'cashier' AND s.pin_hash = $3
        AND d.id = $4 AND d.branch_id = $2 AND d.revoked_at IS NULL FOR NO KEY UPDATE OF s FOR SHARE OF d`,
    [key.staffId, key.branchId, key.pinHash, key.deviceId],
  )
  if (rightful.length === 0) return false
  const others = await tx.query(
    `SELECT FROM approval_keys WHERE thumbprint = $1 AND (branch_id, device_id, staff_id) <> ($2, $3, $4)`,
    [key.thumbprint, key.branchId, key.deviceId, key.staffId],
  )
  if (others.length > 0) return false
  await tx.query(
    `UPDATE approval_keys SET ended_at = now()
      WHERE device_id = $1 AND staff_id = $2 AND ended_at IS NULL AND thumbprint <> $3`,
    [key.deviceId, key.staffId, key.thumbprint],
  )
  const taken = await tx.query(
    `INSERT INTO approval_keys AS k (thumbprint, x, y, branch_id, device_id, staff_id) VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (thumbprint) DO UPDATE
       SET ended_at = NULL,
           lapsed_at = coalesce(k.lapsed_at, k.ended_at),
           revived_at = CASE WHEN k.ended_at IS NULL THEN k.revived_at ELSE clock_timestamp() END
       WHERE k.device_id = excluded.device_id AND k.staff_id = excluded.staff_id AND k.branch_id = excluded.branch_id
     RETURNING 1`,
    [key.thumbprint, key.x, key.y, key.branchId, key.deviceId, key.staffId],
  )
  await tx.query(
    `DELETE FROM approval_keys WHERE thumbprint IN (
       SELECT thumbprint FROM approval_keys WHERE device_id = $1 AND staff_id = $2
        ORDER BY ended_at IS NULL DESC, created_at DESC OFFSET $3)`,
    [key.deviceId, key.staffId, KEPT],
  )
  return taken.length > 0
}

export async function findApprovalKey(db: Queryable, thumbprint: string): Promise<ApprovalKey | null> {
  const [key] = await db.query<ApprovalKey>(
    `SELECT device_id AS "deviceId", staff_id AS "staffId", x, y, created_at AS "createdAt", ended_at AS "endedAt",
            lapsed_at AS "lapsedAt", revived_at AS "revivedAt"
       FROM approval_keys WHERE thumbprint = $1`,
    [thumbprint],
  )
  return key ?? null
}
