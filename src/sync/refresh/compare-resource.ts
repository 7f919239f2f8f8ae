/** What is stored of one resource beside the server's checksums, and the rows of what differs (rule R2). */
import { checksumAnswerSchema } from '../../contract/pages.ts'
import type { Resource } from '../../contract/records/registry.ts'
import { PATHS } from '../../contract/rest.ts'
import { commitFetchedRows, readRange } from '../../db/commit-rows.ts'
import type { IdRange, Position } from '../../db/rows.ts'
import { HttpFailure } from '../errors.ts'
import { readAnswer } from '../read-answer.ts'
import { applyPage, pageRange } from '../records/apply-page.pure.ts'
import { type ChangedRecord, changedRecords } from '../records/changed-records.pure.ts'
import { chainRanges, FINE_RANGE, recordLines, type ServerRange } from './compare-ranges.pure.ts'
import { readPageAnswer } from './fetch-page.ts'
import type { CompareDeps } from './refresh-deps.ts'

interface Compared {
  readonly all: readonly ServerRange[]
  readonly differing: readonly ServerRange[]
  readonly seq: number
  readonly etag: string | null
}

/** The server's ranges within `range`, and which of them are not what is stored here. */
export async function compare(
  deps: CompareDeps,
  position: Position,
  resource: Resource,
  range: IdRange,
  size: number,
  etag: string | null = null,
): Promise<Compared | 'unchanged' | 'other-epoch'> {
  const query = new URLSearchParams({
    branch_code: deps.branchCode,
    resource: resource.name,
    after: `${range.after}`,
    size: `${size}`,
  })
  if (range.upTo !== null) query.set('upto', `${range.upTo}`)
  const answer = await deps.http({ path: `${PATHS.checksums}?${query}`, etag })
  if (answer.status === 304) return 'unchanged'
  const { data, meta } = readAnswer(checksumAnswerSchema, answer)
  if (meta.epoch !== position.epoch) return 'other-epoch'
  const all = chainRanges(range.after, data)
  const differing: ServerRange[] = []
  for (const server of all) {
    const stored = await readRange(deps.db, resource.name, server)
    const own = await deps.checksum(recordLines(resource, deps.db.records, stored, position.epoch))
    if (own !== server.checksum) differing.push(server)
  }
  return { all, differing, seq: meta.seq, etag: answer.etag }
}

/** Looks closer at a range that differs and fetches what does. */
export async function mendRange(
  deps: CompareDeps,
  position: Position,
  resource: Resource,
  range: ServerRange,
): Promise<'mended' | 'other-epoch'> {
  const fine = await compare(deps, position, resource, range, FINE_RANGE)
  if (fine === 'other-epoch' || fine === 'unchanged') return 'other-epoch'
  for (const part of fine.differing) {
    if ((await fetchRange(deps, resource, part)) === 'other-epoch') return 'other-epoch'
  }
  return 'mended'
}

/** Fetches all rows of a range, `limit` a page: rows may have come or gone since it was compared. */
export async function fetchRange(
  deps: CompareDeps,
  resource: Resource,
  { after, upTo }: IdRange,
  limit = FINE_RANGE,
): Promise<'fetched' | 'other-epoch'> {
  const { db, http, now, branchCode } = deps
  for (let from = after; ; ) {
    const query = new URLSearchParams({ branch_code: branchCode, limit: `${limit}`, last_id: `${from}` })
    const asked = { resource, afterId: from, limit }
    const page = readPageAnswer(asked, await http({ path: `${resource.path}?${query}` }))
    const heldBack = await deps.guard.beforePage(page.epoch, resource.isSold ? page.rows.map(({ id }) => id) : [])
    let changed: readonly ChangedRecord[] = []
    const outcome = await commitFetchedRows(db, {
      deviceId: deps.deviceId,
      resource: resource.name,
      epoch: page.epoch,
      ids: [],
      range: pageRange(page),
      wanted: [],
      decide: (stored, position, rev) => {
        const context = { records: db.records, epoch: page.epoch, rev, now: now() }
        const writes = applyPage(page, stored, position, context, heldBack)
        changed = changedRecords(db.records, stored, writes)
        return writes
      },
    })
    if (outcome === 'moved') return 'other-epoch'
    deps.onChanged({ changed, rows: page.rows })
    if (heldBack.size > 0) {
      throw new HttpFailure('An operation of this counter has no verdict yet: the comparison is not complete', null)
    }
    if (!page.hasMore || (upTo !== null && page.lastId >= upTo)) return 'fetched'
    from = page.lastId
  }
}
