import { findResource, type Resource } from '../../contract/records/registry.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { commitFetchedRows, forgetWanted, readPosition, readWanted } from '../../db/commit-rows.ts'
import type { WantedRow } from '../../db/rows.ts'
import { HttpFailure } from '../errors.ts'
import type { OnChanged } from '../health/refreshed-lines.pure.ts'
import type { HttpLike } from '../ports.ts'
import { applyFetchedRows } from '../records/apply-page.pure.ts'
import { type ChangedRecord, changedRecords } from '../records/changed-records.pure.ts'
import { fetchList } from '../refresh/fetch-list.ts'
import { readPageAnswer } from '../refresh/fetch-page.ts'

const ROWS_AT_ONCE = 100

interface WantedDeps {
  readonly db: CacheDb
  readonly http: HttpLike
  readonly branchCode: string
  readonly deviceId: string
  readonly now: () => number
  readonly onChanged: OnChanged
}

/**
 * Fetches the rows that events named and that were not here: never a partial insert (architecture: Events). What is wanted
 * is stored, so it is fetched after a reload or a failure all the same. Rejects with HttpFailure.
 * @returns `moved` when the rows are of another epoch than the stored position, or of another device than the cache
 */
export async function fetchWanted(deps: WantedDeps): Promise<'done' | 'moved'> {
  const { db } = deps
  const { records } = db
  for (;;) {
    const [first, ...others] = await readWanted(db, ROWS_AT_ONCE)
    if (!first) return 'done'
    const wanted = [first, ...others].filter((row) => row.resource === first.resource)
    const resource = findResource(records, first.resource)
    if (!resource) {
      // Wanted by another version of the app, which knows more kinds of records.
      if ((await forgetWanted(db, deps.deviceId, wanted)) === 'moved') return 'moved'
    } else if ((await fetchNamed(deps, resource, wanted)) === 'moved') return 'moved'
  }
}

async function fetchNamed(
  deps: WantedDeps,
  resource: Resource,
  wanted: readonly WantedRow[],
): Promise<'committed' | 'moved'> {
  const { db, deviceId } = deps
  if (resource.shape !== 'pages') return await fetchList(deps, resource, (await readPosition(db)).epoch, wanted)
  try {
    return await fetchRows(deps, resource, wanted)
  } catch (error) {
    const isLacking = resource.isHistory && error instanceof HttpFailure && error.class === 'unsupported'
    if (!isLacking) throw error
    // This backend has no such resource: what its events told stays.
    return await forgetWanted(db, deviceId, wanted)
  }
}

/**
 * Fetches what is wanted, now and once more for what was named meanwhile; one request at a time.
 * @returns the call that asks for it
 */
export function createWantedFetcher(
  deps: WantedDeps,
  events: {
    /** See fetchWanted's `moved`. */
    onMoved(): Promise<void>
    onFailed(error: unknown): void
  },
): () => void {
  let isFetching = false
  let isAskedAgain = false

  async function fetchAll(): Promise<void> {
    isFetching = true
    try {
      do {
        isAskedAgain = false
        if ((await fetchWanted(deps)) === 'moved') await events.onMoved()
      } while (isAskedAgain)
    } catch (error) {
      events.onFailed(error)
    }
    isFetching = false
  }

  return () => {
    isAskedAgain = true
    if (!isFetching) void fetchAll()
  }
}

async function fetchRows(
  { db, http, branchCode, deviceId, now, onChanged }: WantedDeps,
  resource: Resource,
  wanted: readonly WantedRow[],
): Promise<'committed' | 'moved'> {
  const ids = wanted.map(({ id }) => id)
  const query = new URLSearchParams({ branch_code: branchCode, ids: ids.join(',') })
  const asked = { resource, afterId: 0, limit: ROWS_AT_ONCE }
  const page = readPageAnswer(asked, await http({ path: `${resource.path}?${query}` }))
  let changed: readonly ChangedRecord[] = []
  const outcome = await commitFetchedRows(db, {
    deviceId,
    resource: resource.name,
    epoch: page.epoch,
    ids,
    range: null,
    wanted,
    decide: (stored, _position, rev) => {
      const writes = applyFetchedRows(page, stored, { records: db.records, epoch: page.epoch, rev, now: now() })
      changed = changedRecords(db.records, stored, writes)
      return writes
    },
  })
  // Of history the event that named the row was applied by itself, and has its line.
  if (outcome === 'committed' && !resource.isHistory) onChanged({ changed, rows: page.rows })
  return outcome
}
