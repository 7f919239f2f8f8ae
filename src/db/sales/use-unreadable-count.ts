import { useLiveQuery } from '../use-live-query.ts'
import type { SalesDb } from './sales-db.ts'
import { readUnreadable } from './unreadable.ts'

/** How many are put aside, live. Undefined while loading. */
export function useUnreadableCount(db: SalesDb): number | undefined {
  return useLiveQuery(db, async () => (await readUnreadable(db)).length, [db])
}
