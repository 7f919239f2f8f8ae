import type { Enrollment } from '../contract/device.ts'
import type { CacheDb } from './cache-db.ts'
import { liveQuery } from './live-query.ts'
import { readMeta, writeMeta } from './meta.ts'
import type { DeviceKey, KeptPassword, MetaValues } from './rows.ts'

/** Keeps the credentials of a newly enrolled device; what another branch or device left in the cache goes with it. */
export async function saveEnrollment(db: CacheDb, device: Enrollment, key: DeviceKey | null): Promise<void> {
  await db.transaction('rw', db.tables, async () => {
    await Promise.all(db.tables.map((table) => table.clear()))
    if (key !== null) await writeMeta(db, 'key', key)
    await writeMeta(db, 'device', device)
  })
}

/** The key that is kept already, else this one, which is kept from now on. Null when the device was enrolled anew meanwhile. */
export async function keepKey(db: CacheDb, token: string, key: DeviceKey): Promise<DeviceKey | null> {
  return await db.transaction('rw', db.meta, async () => {
    if ((await readMeta(db, 'device'))?.device_secret_token !== token) return null
    const kept = await readMeta(db, 'key')
    if (kept === undefined) await writeMeta(db, 'key', key)
    return kept ?? key
  })
}

/** Keeps the device's password at the broker, unless it was enrolled anew or removed meanwhile. */
export async function keepMqttPassword(db: CacheDb, token: string, made: KeptPassword): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    if ((await readMeta(db, 'device'))?.device_secret_token === token) await writeMeta(db, 'mqtt_password', made)
  })
}

/** The token is the password from now on, unless the device was enrolled anew meanwhile. */
export async function forgetMqttPassword(db: CacheDb, token: string): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    if ((await readMeta(db, 'device'))?.device_secret_token === token) await db.meta.delete('mqtt_password')
  })
}

/** Takes over what the server says of this device now, unless it was enrolled anew meanwhile. */
export async function saveProfile(db: CacheDb, device: Enrollment): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    const stored = await readMeta(db, 'device')
    if (stored?.device_secret_token !== device.device_secret_token) return
    if (JSON.stringify(stored) !== JSON.stringify(device)) await writeMeta(db, 'device', device)
  })
}

/**
 * Forgets the device and everything cached on it, and notes who wanted it. `token`: only if this is still the device's own; false
 * when it was enrolled anew meanwhile, and nothing is touched then.
 */
export async function clearCache(
  db: CacheDb,
  removed: Required<MetaValues['removed']>,
  token?: string,
): Promise<boolean> {
  return await db.transaction('rw', db.tables, async () => {
    if (token !== undefined && (await readMeta(db, 'device'))?.device_secret_token !== token) return false
    await Promise.all(db.tables.map((table) => table.clear()))
    await writeMeta(db, 'removed', removed)
    return true
  })
}

/** Who removed the device; null when nobody did: then the browser or the system has deleted what was stored. */
export async function readRemoval(db: CacheDb): Promise<Required<MetaValues['removed']> | null> {
  const removed = await readMeta(db, 'removed')
  return removed ? { at: removed.at, by: removed.by ?? 'person' } : null
}

/** Calls back with the enrolled device now and whenever it changes, in whichever tab; undefined: not enrolled. */
export function watchDevice(db: CacheDb, onDevice: (device: Enrollment | undefined) => void): () => void {
  const subscription = liveQuery([db], () => readMeta(db, 'device')).subscribe(onDevice)
  return () => subscription.unsubscribe()
}
