/** Staff and settings of the branch, as this device keeps them for work without a network. */
import type { CacheDb } from './cache-db.ts'
import type { SettingsRow, StaffRow } from './rows.ts'
import { isWholeSettings, isWholeStaff } from './whole-rows.ts'

/** The branch's staff by id, those who left included. */
export async function readStaff(db: CacheDb): Promise<StaffRow[]> {
  return (await db.staff.orderBy('id').toArray()).filter(isWholeStaff)
}

/** Undefined: none are stored, or none that can be read. */
export async function readSettings(db: CacheDb): Promise<SettingsRow | undefined> {
  const row = await db.settings.get('branch')
  return row && isWholeSettings(row) ? row : undefined
}

/** False before the first load. */
export async function hasPeople(db: CacheDb): Promise<boolean> {
  return (await db.staff.filter(isWholeStaff).count()) > 0
}

/**
 * Takes away what an earlier version of the app, or another server, stored: hashes of PINs that are none of this device's business.
 */
export async function dropSecretHashes(db: CacheDb): Promise<void> {
  await db.staff
    .filter(({ pin_hash: hash, role, active }) => hash !== '' && (role === 'owner' || !active))
    .modify({ pin_hash: '' })
}

/**
 * Stores the server's complete list and its settings in one transaction. `decide` gets what is stored and says what is written
 * and which of the staff are no longer there.
 */
export async function commitPeople(
  db: CacheDb,
  decide: (stored: { readonly staff: readonly StaffRow[]; readonly settings: SettingsRow | undefined }) => {
    readonly staff: readonly StaffRow[]
    readonly removed: readonly number[]
    readonly settings: SettingsRow | null
  },
): Promise<void> {
  await db.transaction('rw', db.staff, db.settings, async () => {
    const [staff, settings, ids] = await Promise.all([
      readStaff(db),
      readSettings(db),
      db.staff.toCollection().primaryKeys(),
    ])
    const next = decide({ staff, settings })
    // What cannot be read is none of the server's list, or was just written anew.
    const known = new Set([...staff, ...next.staff].map(({ id }) => id))
    const removed = [...next.removed, ...ids.filter((id) => !known.has(id))]
    await Promise.all([
      next.staff.length > 0 && db.staff.bulkPut([...next.staff]),
      removed.length > 0 && db.staff.bulkDelete(removed),
      next.settings !== null && db.settings.put(next.settings),
    ])
  })
}
