/** Staff and settings of the branch, as this device keeps them for work without a network. */
import type { CacheDb } from './cache-db.ts'
import type { SettingsRow, StaffRow } from './rows.ts'

/** False before the first load. */
export async function hasPeople(db: CacheDb): Promise<boolean> {
  return (await db.staff.count()) > 0
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
    const [staff, settings] = await Promise.all([db.staff.toArray(), db.settings.get('branch')])
    const next = decide({ staff, settings })
    await Promise.all([
      next.staff.length > 0 && db.staff.bulkPut([...next.staff]),
      next.removed.length > 0 && db.staff.bulkDelete([...next.removed]),
      next.settings !== null && db.settings.put(next.settings),
    ])
  })
}
