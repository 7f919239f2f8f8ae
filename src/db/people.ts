/** Staff and settings of the branch, as this device keeps them for work without a network. */
import { SETTINGS_ID } from '../contract/records/settings.ts'
import type { CacheDb } from './cache-db.ts'
import type { SettingsRow, StaffRow } from './rows.ts'
import { isWholeSettings, isWholeStaff } from './whole-rows.ts'

/** The branch's staff by id, those who left included. */
export async function readStaff(db: CacheDb): Promise<StaffRow[]> {
  return (await db.staff.orderBy('id').toArray()).filter(isWholeStaff)
}

/** Undefined: none are stored, or none that can be read. */
export async function readSettings(db: CacheDb): Promise<SettingsRow | undefined> {
  const row = await db.branchSettings.get(SETTINGS_ID)
  return row && isWholeSettings(row) ? row : undefined
}

/**
 * Takes away what an earlier version of the app, or another server, stored: hashes of PINs that are none of this device's business.
 */
export async function dropSecretHashes(db: CacheDb): Promise<void> {
  await db.staff
    .filter(({ pin_hash: hash, role, active }) => hash !== '' && (role === 'owner' || !active))
    .modify({ pin_hash: '' })
}
