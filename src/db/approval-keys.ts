/**
 * The keys that prove approvals (src/features/shared/people/approval-key.ts), as this device keeps them: wrapped. They go with the cache, so that a
 * removed or revoked device has none (rule Q12).
 */
import type { CacheDb } from './cache-db.ts'
import { readMeta, writeMeta } from './meta.ts'
import type { WrappedKey } from './rows.ts'

export async function readApprovalKey(db: CacheDb, staffId: number): Promise<WrappedKey | null> {
  return (await readMeta(db, 'approval_keys'))?.[staffId] ?? null
}

/**
 * Keeps a key in the place of the one that was `seen` there. Resolves to what is kept: another tab's, when that was faster. Null: the
 * device was removed meanwhile.
 */
export async function keepApprovalKey(
  db: CacheDb,
  staffId: number,
  key: WrappedKey,
  seen: WrappedKey | null,
): Promise<WrappedKey | null> {
  return await db.transaction('rw', db.meta, async () => {
    if ((await readMeta(db, 'device')) === undefined) return null
    const all = (await readMeta(db, 'approval_keys')) ?? {}
    const kept = all[staffId]
    if (kept !== undefined && kept.thumbprint !== seen?.thumbprint) return kept
    await writeMeta(db, 'approval_keys', { ...all, [staffId]: key })
    return key
  })
}

/** The device's own secret; null: none is kept yet. */
export async function readApprovalSecret(db: CacheDb): Promise<CryptoKey | null> {
  const kept = (await readMeta(db, 'approval_secret'))?.key
  return kept instanceof CryptoKey ? kept : null
}

/** The device's own secret: the one that is kept, else this one from now on. */
export async function keepApprovalSecret(db: CacheDb, key: CryptoKey): Promise<CryptoKey> {
  return await db.transaction('rw', db.meta, async () => {
    const kept = await readApprovalSecret(db)
    if (kept !== null) return kept
    // Nothing is left behind on a device that was removed meanwhile.
    if ((await readMeta(db, 'device')) !== undefined) await writeMeta(db, 'approval_secret', { key })
    return key
  })
}
