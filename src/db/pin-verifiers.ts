/**
 * What this device keeps of PINs that only the server knows, so that an owner can sign in and give permission without a network: a
 * hash of its own, made here from what was typed, with a salt of its own. It belongs to one version of the staff record, so that
 * every change of it (another PIN, another role, leaving) ends it, and goes with the cache when the device is removed.
 */
import type { CacheDb } from './cache-db.ts'
import { readMeta, writeMeta } from './meta.ts'
import type { PinVerifier, StaffRow } from './rows.ts'
import { useLiveQuery } from './use-live-query.ts'

type Person = Pick<StaffRow, 'id' | 'version' | 'provenance'>

/** The hash by which this person's PIN can be checked here; null: only the server can. */
export async function readPinVerifier(db: CacheDb, person: Person): Promise<string | null> {
  const verifier = (await readMeta(db, 'pin_verifiers'))?.[person.id]
  return verifier && isCurrent(verifier, person) ? verifier.hash : null
}

/** Live. True while loading, so that nobody is told for a moment that a PIN cannot be checked. */
export function useHasPinVerifier(db: CacheDb, person: Person): boolean {
  const { id, version, provenance } = person
  return (
    useLiveQuery(db, async () => (await readPinVerifier(db, { id, version, provenance })) !== null, [
      db,
      id,
      version,
      provenance,
    ]) ?? true
  )
}

export async function keepPinVerifier(db: CacheDb, staffId: number, verifier: PinVerifier): Promise<void> {
  await db.transaction('rw', db.meta, async () => {
    const all = (await readMeta(db, 'pin_verifiers')) ?? {}
    await writeMeta(db, 'pin_verifiers', { ...all, [staffId]: verifier })
  })
}

/** A record that is older here than the one that was checked only waits for its event. */
function isCurrent(verifier: PinVerifier, { version, provenance }: Person): boolean {
  return verifier.version >= version && verifier.epoch === provenance.epoch
}
