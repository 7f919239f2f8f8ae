import type { CacheDb } from './cache-db.ts'
import type { LearnedVersion } from './rows.ts'

/** What events told of these operations' records, in the order asked; undefined where none did (rule D2). */
export async function readLearned(
  db: CacheDb,
  keys: readonly (readonly [offlineId: string, record: string])[],
): Promise<(LearnedVersion | undefined)[]> {
  if (keys.length === 0) return []
  return await db.learned.bulkGet(keys.map(([offlineId, record]) => [offlineId, record]))
}

/** Forgets what was learned before this time, client ms, of operations that `isNeeded` does not name. */
export async function pruneLearned(
  db: CacheDb,
  before: number,
  isNeeded: (offlineIds: readonly string[]) => Promise<ReadonlySet<string>>,
): Promise<void> {
  const old = await db.learned.where('at').below(before).toArray()
  if (old.length === 0) return
  const needed = await isNeeded([...new Set(old.map(({ offline_id: id }) => id))])
  await db.learned.bulkDelete(
    old.filter(({ offline_id: id }) => !needed.has(id)).map(({ offline_id: id, record }) => [id, record]),
  )
}
