import type { CacheDb } from './cache-db.ts'
import { readStaff } from './people.ts'
import type { StaffRow } from './rows.ts'
import { useLiveQuery } from './use-live-query.ts'

/** The branch's staff by id, those who left included, live. Undefined while loading. */
export function useStaff(db: CacheDb): StaffRow[] | undefined {
  return useLiveQuery(db, () => readStaff(db), [db])
}
