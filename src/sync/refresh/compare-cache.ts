/**
 * The cheap refresh (rule R2): compares checksums of ids and versions with the server's, in ranges, and fetches only the rows of
 * ranges that differ. Nothing is kept between its steps: what was stored stays, and a comparison that was cut off begins anew.
 */
import { checksumAnswerSchema } from '../../contract/pages.ts'
import type { Resource } from '../../contract/records/registry.ts'
import { PATHS } from '../../contract/rest.ts'
import { commitComparison } from '../../db/commit-refresh.ts'
import { commitFetchedRows, readRange } from '../../db/commit-rows.ts'
import { readMeta, writeMeta } from '../../db/meta.ts'
import { EVERYTHING, type IdRange, type Position, type RefreshState } from '../../db/rows.ts'
import { HttpFailure } from '../errors.ts'
import { readAnswer } from '../read-answer.ts'
import { applyPage, pageRange } from '../records/apply-page.pure.ts'
import {
  COARSE_RANGE,
  chainRanges,
  FINE_RANGE,
  judgeComparison,
  leaveToLog,
  recordLines,
  type ServerRange,
} from './compare-ranges.pure.ts'
import { fetchList } from './fetch-list.ts'
import { readPageAnswer } from './fetch-page.ts'
import type { RefreshDeps } from './refresh-deps.ts'

/**
 * `unchanged`: the server's log stands where it stood at the last refresh. `compared`: all is equal, or was made so. `behind`: the log
 * is about to bring what differs. `load`: so much differs that everything is to be fetched; also where the server knows no
 * checksums. `other-epoch`: a forced refresh is needed.
 */
export type CompareOutcome = 'unchanged' | 'compared' | 'behind' | 'load' | 'other-epoch'

interface Compared {
  readonly all: readonly ServerRange[]
  readonly differing: readonly ServerRange[]
  readonly seq: number
  readonly etag: string | null
}

/**
 * @param last the refresh that completed last
 * @param mayBeUnchanged take "nothing newer" for an answer
 * @throws HttpFailure when no usable answer came, or an operation of this counter has no verdict (rule R5)
 */
export async function compareCache(
  deps: RefreshDeps,
  { last, position, mayBeUnchanged }: { last: RefreshState; position: Position; mayBeUnchanged: boolean },
): Promise<CompareOutcome> {
  const { db, now } = deps
  const startedAt = now()
  const etag = mayBeUnchanged ? ((await readMeta(db, 'etag'))?.value ?? null) : null
  let firstEtag: string | null = null
  try {
    for (const resource of db.records.resources) {
      const isFirst = resource === db.records.resources[0]
      const coarse = await compare(deps, position, resource, EVERYTHING, COARSE_RANGE, isFirst ? etag : null)
      deps.onPage?.()
      if (coarse === 'unchanged') return (await finish('unchanged')) ?? 'load'
      if (coarse === 'other-epoch') return coarse
      if (isFirst) firstEtag = coarse.etag
      if (isFirst && (await isLeftToLog(deps, position, coarse.seq))) return 'behind'
      if (resource.shape !== 'pages') {
        if (coarse.differing.length > 0 || coarse.all.length > 1) await fetchList(deps, resource, position.epoch)
        continue
      }
      const verdict = judgeComparison(coarse.all, coarse.differing)
      if (verdict === 'load') return 'load'
      for (const range of coarse.differing) {
        if ((await mendRange(deps, position, resource, range)) === 'other-epoch') return 'other-epoch'
        deps.onPage?.()
      }
    }
  } catch (error) {
    if (error instanceof HttpFailure && error.class === 'unsupported') return 'load'
    throw error
  }
  return (await finish('compared')) ?? 'load'

  /** Null when somebody began a refresh meanwhile. */
  async function finish<T extends CompareOutcome>(outcome: T): Promise<T | null> {
    const basedOn = last.startedAt
    const isStored = await commitComparison(db, { basedOn, startedAt, finishedAt: now(), etag: firstEtag })
    return isStored ? outcome : null
  }
}

async function isLeftToLog({ db, now, isLogFollowed }: RefreshDeps, position: Position, seq: number): Promise<boolean> {
  const before = await readMeta(db, 'leftToLog')
  const standing = leaveToLog(position, seq, before, now())
  if (standing === null || !(await isLogFollowed())) return false
  if (standing !== before) await writeMeta(db, 'leftToLog', standing)
  return true
}

/** The server's ranges within `range`, and which of them are not what is stored here. */
async function compare(
  deps: RefreshDeps,
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
async function mendRange(
  deps: RefreshDeps,
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

/** Fetches all rows of a range, page by page: rows may have come or gone since it was compared. */
async function fetchRange(
  deps: RefreshDeps,
  resource: Resource,
  { after, upTo }: IdRange,
): Promise<'fetched' | 'other-epoch'> {
  const { db, http, now, branchCode } = deps
  for (let from = after; ; ) {
    const query = new URLSearchParams({ branch_code: branchCode, limit: `${FINE_RANGE}`, last_id: `${from}` })
    const asked = { resource, afterId: from, limit: FINE_RANGE }
    const page = readPageAnswer(asked, await http({ path: `${resource.path}?${query}` }))
    const heldBack = await deps.guard.beforePage(page.epoch, resource.isSold ? page.rows.map(({ id }) => id) : [])
    const outcome = await commitFetchedRows(db, {
      deviceId: deps.deviceId,
      resource: resource.name,
      epoch: page.epoch,
      ids: [],
      range: pageRange(page),
      wanted: [],
      decide: (stored, position, rev) =>
        applyPage(page, stored, position, { records: db.records, epoch: page.epoch, rev, now: now() }, heldBack),
    })
    if (outcome === 'moved') return 'other-epoch'
    if (heldBack.size > 0) {
      throw new HttpFailure('An operation of this counter has no verdict yet: the comparison is not complete', null)
    }
    if (!page.hasMore || (upTo !== null && page.lastId >= upTo)) return 'fetched'
    from = page.lastId
  }
}
