/** Devices and the codes that pair them. Tokens are stored as hashes only. */
import type { Queryable } from '../database.ts'

/** A device with the branch that it belongs to. Times are ISO 8601 in UTC. */
export interface DeviceRow {
  readonly id: string
  readonly name: string
  readonly createdAt: string
  readonly lastSeenAt: string | null
  readonly revokedAt: string | null
  /** Of the key that the token is bound to (RFC 7638); null: the token alone counts. */
  readonly keyThumbprint: string | null
  /** SHA-256 of its password at the broker; null: it has asked for none. */
  readonly mqttHash: string | null
  readonly branchId: number
  readonly branchCode: string
  readonly branchName: string
  readonly merchantCode: string
  readonly merchantName: string
}

const DEVICE = `
  SELECT d.id, d.name, d.created_at AS "createdAt", d.last_seen_at AS "lastSeenAt", d.revoked_at AS "revokedAt",
         d.key_thumbprint AS "keyThumbprint", d.mqtt_hash AS "mqttHash",
         b.id AS "branchId", b.code AS "branchCode", b.name AS "branchName",
         m.code AS "merchantCode", m.name AS "merchantName"
    FROM devices d JOIN branches b ON b.id = d.branch_id JOIN merchants m ON m.id = b.merchant_id`

/** As long as the password before the newest may be good; one that was made in a time to come was made before the clock was set back. */
const IS_OVERLAP = "d.mqtt_made_at BETWEEN now() - interval '1 hour' AND now() + interval '1 hour'"

export async function findDeviceByTokenHash(db: Queryable, tokenHash: string): Promise<DeviceRow | null> {
  const [row] = await db.query<DeviceRow>(`${DEVICE} WHERE d.token_hash = $1`, [tokenHash])
  return row ?? null
}

export async function findDevice(db: Queryable, id: string): Promise<DeviceRow | null> {
  const [row] = await db.query<DeviceRow>(`${DEVICE} WHERE d.id = $1`, [id])
  return row ?? null
}

/** Devices of one branch, or of all when `branchId` is null, oldest first. */
export async function listDevices(db: Queryable, branchId: number | null): Promise<DeviceRow[]> {
  return db.query<DeviceRow>(`${DEVICE} WHERE $1::bigint IS NULL OR d.branch_id = $1 ORDER BY d.created_at, d.id`, [
    branchId,
  ])
}

/** False when the id is taken: then another one has to be drawn. */
export async function insertDevice(
  tx: Queryable,
  device: { id: string; branchId: number; name: string; tokenHash: string; keyThumbprint: string | null },
): Promise<boolean> {
  const rows = await tx.query(
    `INSERT INTO devices (id, branch_id, name, token_hash, key_thumbprint, last_seen_at) VALUES ($1, $2, $3, $4, $5, now())
     ON CONFLICT (id) DO NOTHING RETURNING id`,
    [device.id, device.branchId, device.name, device.tokenHash, device.keyThumbprint],
  )
  return rows.length > 0
}

/** Binds the device's token to a key, once. False when it is bound to another one. */
export async function bindDeviceKey(db: Queryable, id: string, keyThumbprint: string): Promise<boolean> {
  const rows = await db.query(
    `UPDATE devices SET key_thumbprint = $2 WHERE id = $1 AND (key_thumbprint IS NULL OR key_thumbprint = $2) RETURNING id`,
    [id, keyThumbprint],
  )
  return rows.length > 0
}

/**
 * The device that signs in at the broker with this secret: with its password, or with its token as long as that is bound to no key and
 * there is no password. Whoever uses the newest password has got it: from then on the one before is no use. Null also when it is revoked.
 */
export async function signInAtBroker(
  db: Queryable,
  id: string,
  hash: string,
): Promise<(DeviceRow & { readonly isPasswordNew: boolean }) | null> {
  const [device] = await db.query<DeviceRow & { isPasswordNew: boolean }>(
    `SELECT device.*, coalesce(d.mqtt_hash = $2, false) AND d.mqtt_used_at IS NULL AS "isPasswordNew"
       FROM (${DEVICE}) device JOIN devices d ON d.id = device.id
      WHERE d.id = $1 AND d.revoked_at IS NULL
        AND CASE WHEN d.mqtt_hash IS NULL THEN d.key_thumbprint IS NULL AND d.token_hash = $2
                 ELSE d.mqtt_hash = $2 OR (d.mqtt_previous_hash = $2 AND ${IS_OVERLAP}) END`,
    [id, hash],
  )
  if (device === undefined) return null
  if (device.isPasswordNew) {
    await db.query(
      'UPDATE devices SET mqtt_previous_hash = NULL, mqtt_used_at = now() WHERE id = $1 AND mqtt_hash = $2',
      [id, hash],
    )
  }
  return device
}

/**
 * Takes the device's next password at the broker. One that nobody has used yet never pushes out the one that works: its answer may have
 * been lost. False when the device is revoked.
 */
export async function changeMqttPassword(db: Queryable, id: string, hash: string): Promise<boolean> {
  const rows = await db.query(
    `UPDATE devices AS d
        SET mqtt_previous_hash = CASE WHEN ${IS_OVERLAP} THEN coalesce(d.mqtt_previous_hash, d.mqtt_hash) ELSE d.mqtt_hash END,
            mqtt_hash = $2, mqtt_made_at = now(), mqtt_used_at = NULL
      WHERE d.id = $1 AND d.revoked_at IS NULL RETURNING d.id`,
    [id, hash],
  )
  return rows.length > 0
}

/** Notes that the device spoke. The caller asks at most once a minute; two requests at once write once. */
export async function touchDevice(db: Queryable, id: string): Promise<void> {
  await db.query(
    `UPDATE devices SET last_seen_at = now()
      WHERE id = $1 AND (last_seen_at IS NULL OR last_seen_at NOT BETWEEN now() - interval '1 minute' AND now() + interval '1 minute')`,
    [id],
  )
}

/** False when the branch has no such device. */
export async function renameDevice(
  db: Queryable,
  device: { branchId: number; id: string; name: string },
): Promise<boolean> {
  const rows = await db.query('UPDATE devices SET name = $3 WHERE id = $1 AND branch_id = $2 RETURNING id', [
    device.id,
    device.branchId,
    device.name,
  ])
  return rows.length > 0
}

/** Resolves to its branch; undefined when there is no such device. Revoking twice keeps the first time. */
export async function revokeDevice(db: Queryable, id: string): Promise<{ readonly branchId: number } | undefined> {
  const [row] = await db.query<{ branchId: number }>(
    `UPDATE devices SET revoked_at = coalesce(revoked_at, now()) WHERE id = $1 RETURNING branch_id AS "branchId"`,
    [id],
  )
  return row
}

export interface PairingCodeRow {
  readonly branchId: number
  readonly used: boolean
  readonly expired: boolean
}

/** False when the code exists already. */
export async function insertPairingCode(
  db: Queryable,
  pairingCode: { code: string; branchId: number; expiresAt: string },
): Promise<boolean> {
  const rows = await db.query(
    `INSERT INTO pairing_codes (code, branch_id, expires_at) VALUES ($1, $2, $3)
     ON CONFLICT (code) DO NOTHING RETURNING code`,
    [pairingCode.code, pairingCode.branchId, pairingCode.expiresAt],
  )
  return rows.length > 0
}

/** Made so much later than now, by a clock that was set back since, a code has expired. */
const CLOCK_SLACK_MINUTES = 5

/** The code's state, locked until the transaction ends: of two tablets with one code the second waits and sees `used`. */
export async function lockPairingCode(tx: Queryable, code: string): Promise<PairingCodeRow | null> {
  const [row] = await tx.query<PairingCodeRow>(
    `SELECT branch_id AS "branchId", used_at IS NOT NULL AS used, expires_at <= now() OR created_at > now() + make_interval(mins => $2) AS expired
       FROM pairing_codes WHERE code = $1 FOR UPDATE`,
    [code, CLOCK_SLACK_MINUTES],
  )
  return row ?? null
}

export async function usePairingCode(tx: Queryable, code: string, deviceId: string): Promise<void> {
  await tx.query('UPDATE pairing_codes SET used_at = now(), used_by = $2 WHERE code = $1', [code, deviceId])
}
