import { findResource } from '../../contract/records/registry.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { commitFetchedRows, forgetWanted, readPosition, readWanted } from '../../db/commit-rows.ts'
import type { HttpLike } from '../ports.ts'
import { applyFetchedRows } from '../records/apply-page.pure.ts'
import { fetchList } from '../refresh/fetch-list.ts'
import { readPageAnswer } from '../refresh/fetch-page.ts'

const ROWS_AT_ONCE = 100

/**
 * Fetches the rows that events named and that were not here: never a partial insert (architecture: Events). What is wanted
 * is stored, so it is fetched after a reload or a failure all the same. Rejects with HttpFailure.
 * @returns `moved` when the rows are of another epoch than the stored position, or of another device than the cache
 */
export async function fetchWanted(deps: {
  readonly db: CacheDb
  readonly http: HttpLike
  readonly branchCode: string
  readonly deviceId: string
  readonly now: () => number
}): Promise<'done' | 'moved'> {
  const { db, http, branchCode, deviceId, now } = deps
  const { records } = db
  for (;;) {
    const [first, ...others] = await readWanted(db, ROWS_AT_ONCE)
    if (!first) return 'done'
    const wanted = [first, ...others].filter((row) => row.resource === first.resource)
    const resource = findResource(records, first.resource)
    if (!resource) {
      // Wanted by another version of the app, which knows more kinds of records.
      await forgetWanted(db, wanted)
      continue
    }
    if (resource.shape !== 'pages') {
      await fetchList(deps, resource, (await readPosition(db)).epoch, wanted)
      continue
    }
    const ids = wanted.map(({ id }) => id)
    const query = new URLSearchParams({ branch_code: branchCode, ids: ids.join(',') })
    const asked = { resource, afterId: 0, limit: ROWS_AT_ONCE }
    const page = readPageAnswer(asked, await http({ path: `${resource.path}?${query}` }))
    const outcome = await commitFetchedRows(db, {
      deviceId,
      resource: resource.name,
      epoch: page.epoch,
      ids,
      range: null,
      wanted,
      decide: (stored, _position, rev) =>
        applyFetchedRows(page, stored, { records, epoch: page.epoch, rev, now: now() }),
    })
    if (outcome === 'moved') return 'moved'
  }
}
