/** Resources without pages by REST, as part of a refresh. Between two refreshes their records come by events. */
import type { Resource } from '../../contract/records/registry.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { commitFetchedRows, forgetWanted, readRange } from '../../db/commit-rows.ts'
import { EVERYTHING, type WantedRow } from '../../db/rows.ts'
import { HttpFailure } from '../errors.ts'
import type { OnChanged } from '../health/refreshed-lines.pure.ts'
import type { HttpAnswer, HttpLike } from '../ports.ts'
import { readAnswer } from '../read-answer.ts'
import { applyList } from '../records/apply-page.pure.ts'
import { type ChangedRecord, changedRecords } from '../records/changed-records.pure.ts'

interface ListDeps {
  readonly db: CacheDb
  readonly http: HttpLike
  readonly branchCode: string
  readonly deviceId: string
  readonly now: () => number
  readonly onChanged: OnChanged
}

/**
 * Fetches and stores all of a resource.
 * @param epoch that the refresh reads
 * @param wanted rows of it that need not be fetched any more after this
 * @returns `moved` and nothing stored when the cache is another device's
 * @throws HttpFailure when no usable answer came; a backend without this resource leaves what is stored
 */
export async function fetchList(
  { db, http, branchCode, deviceId, now, onChanged }: ListDeps,
  resource: Resource,
  epoch: string | null,
  wanted: readonly WantedRow[] = [],
): Promise<'committed' | 'moved'> {
  let answer: HttpAnswer
  try {
    answer = await http({ path: `${resource.path}?${new URLSearchParams({ branch_code: branchCode })}` })
  } catch (error) {
    if (!(error instanceof HttpFailure && error.class === 'unsupported')) throw error
    // This server has no such rows. If they stayed wanted, they would keep all others from being fetched.
    return await forgetWanted(db, deviceId, wanted)
  }
  const { data } = readAnswer(resource.answer, answer)
  const rows = Array.isArray(data) ? data : [data]
  let changed: readonly ChangedRecord[] = []
  const outcome = await commitFetchedRows(db, {
    deviceId,
    resource: resource.name,
    epoch: undefined,
    ids: [],
    range: EVERYTHING,
    wanted,
    decide: (stored, _position, rev) => {
      const writes = applyList(resource.name, rows, stored, { records: db.records, epoch, rev, now: now() })
      changed = changedRecords(db.records, stored, writes)
      return writes
    },
  })
  if (outcome === 'committed') onChanged({ changed, rows })
  return outcome
}

/** Fetches the lists that are empty here: the cache comes from a version that did not know them yet. */
export async function fetchMissingLists(deps: ListDeps, epoch: string | null): Promise<void> {
  for (const resource of deps.db.records.resources) {
    if (resource.shape === 'pages') continue
    const { records } = await readRange(deps.db, resource.name, EVERYTHING)
    if ([...records.values()].every((rows) => rows.size === 0)) await fetchList(deps, resource, epoch)
  }
}
