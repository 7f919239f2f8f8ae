/**
 * The refresh over REST (rules R1–R4): the initial load, the fallback when MQTT is away, and the comparison that finds what neither
 * has brought. Runs in the service worker or in a page; a Web Lock lets one run on a device, the database lets any go on.
 */
import { findResource } from '../../contract/records/registry.ts'
import { commitPage, commitRefreshStart, commitRefreshUnchanged, type PageWrites } from '../../db/commit-refresh.ts'
import { readPosition } from '../../db/commit-rows.ts'
import { readMeta } from '../../db/meta.ts'
import type { RefreshState } from '../../db/rows.ts'
import { HttpFailure } from '../errors.ts'
import { failureKind } from '../failure-kind.ts'
import { applyPage, type Page, pageRange } from '../records/apply-page.pure.ts'
import { type ChangedRecord, changedRecords } from '../records/changed-records.pure.ts'
import { compareCache } from './compare-cache.ts'
import { fetchList, fetchMissingLists } from './fetch-list.ts'
import { readPageAnswer } from './fetch-page.ts'
import {
  type AskedPage,
  acceptPage,
  beginRefresh,
  isFirstPage,
  isSamePage,
  pageAfter,
  planRefresh,
  positionAfter,
  REFRESH_PAGE_LIMIT,
  type RefreshMode,
} from './refresh.pure.ts'
import type { RefreshDeps, RefreshOutcome } from './refresh-deps.ts'

const LOCK = 'mstore-refresh'
/** Wait at most this long for a page that froze in the middle of a refresh, ms. When it goes on, it finds another refresh under way. */
const STUCK_AFTER_MS = 5 * 60_000
const MAX_RESTARTS = 3

/** Refreshes as `mode` asks. Never rejects: what went wrong goes to `onFailure`. */
export async function runRefresh(deps: RefreshDeps, mode: RefreshMode): Promise<RefreshOutcome> {
  try {
    const before = await readMeta(deps.db, 'refresh')
    // A forced refresh waits for its turn: the sync can't follow the log without it.
    const waiting = mode === 'forced' ? { stealAfterMs: STUCK_AFTER_MS } : { ifAvailable: true }
    const outcome = await deps.locks.request(LOCK, waiting, () => refresh(deps, mode, before))
    return outcome ?? 'busy'
  } catch (error) {
    deps.onFailure(error)
    return failureKind(error, 'network') === 'storage' ? 'storage-failed' : 'failed'
  }
}

async function refresh(
  deps: RefreshDeps,
  mode: RefreshMode,
  before: RefreshState | undefined,
): Promise<RefreshOutcome> {
  const { db, now } = deps
  const [stored, position] = await Promise.all([readMeta(db, 'refresh'), readPosition(db)])
  const plan = planRefresh({ stored, position, mode, before, now: now(), paged: pagedOf(deps) })
  if (plan.kind === 'skip') {
    await fetchMissingLists(deps, position.epoch)
    return 'fresh'
  }
  if (plan.kind === 'compare') {
    const outcome = await compareCache(deps, { last: plan.last, position, mayBeUnchanged: mode === 'if-stale' })
    if (outcome !== 'load' && outcome !== 'other-epoch') return outcome
    return await load(deps, 'begin', beginRefresh(outcome === 'other-epoch', now(), pagedOf(deps)), false)
  }
  return await load(deps, plan.kind, plan.state, mode === 'if-stale')
}

/**
 * Fetches every row, from the page that `first` has reached.
 * @param mayBeUnchanged a person who asks for a refresh doubts what is here: only the timer's takes "nothing newer" for an answer
 */
async function load(
  refreshDeps: RefreshDeps,
  kind: 'begin' | 'resume',
  first: RefreshState,
  mayBeUnchanged: boolean,
): Promise<RefreshOutcome> {
  const deps: RefreshDeps = { ...refreshDeps, onChanged: (changes) => refreshDeps.onChanged(changes, 'loaded') }
  const { db, deviceId, now } = deps
  if (kind === 'begin' && !(await commitRefreshStart(db, deviceId, first))) return 'failed'
  let state = first
  const requests = createPageRequests(deps)
  for (let restarts = 0; restarts <= MAX_RESTARTS; ) {
    const step = await fetchPage(deps, requests, state, mayBeUnchanged)
    deps.onPage?.()
    if (step.kind === 'unchanged' || step.kind === 'complete') return step.kind
    if (step.kind === 'given-up') return 'failed'
    if (step.kind === 'restart') {
      restarts += 1
      state = beginRefresh(true, now(), pagedOf(deps))
      if (!(await commitRefreshStart(db, deviceId, state))) return 'failed'
    } else {
      state = step.state
    }
  }
  throw new Error('The change log was replaced again and again during the refresh')
}

type Step =
  | { kind: 'unchanged' }
  | { kind: 'complete' }
  | { kind: 'restart' }
  | { kind: 'more'; state: RefreshState }
  /** The cache is another device's by now. */
  | { kind: 'given-up' }

async function fetchPage(
  deps: RefreshDeps,
  requests: PageRequests,
  state: RefreshState,
  mayBeUnchanged: boolean,
): Promise<Step> {
  const { db, now } = deps
  const { records } = db
  const paged = pagedOf(deps)
  const isAskedFor = isFirstPage(state, paged) && !state.forced && mayBeUnchanged
  const etag = isAskedFor ? ((await readMeta(db, 'etag'))?.value ?? null) : null
  const fetched = await requests.take(state, etag)
  if (fetched === 'unchanged') {
    await fetchMissingLists(deps, (await readPosition(db)).epoch)
    const isStored = await commitRefreshUnchanged(db, deps.deviceId, state, now())
    return { kind: isStored ? 'unchanged' : 'restart' }
  }
  const { page, heldBack } = fetched
  const following = pageAfter(page, paged)
  // Without a log the older of two answers could stand over the newer event.
  if (following !== null && page.seq !== null) requests.ask({ ...following, startedAt: state.startedAt })
  const isLast = following === null
  if (isLast && (state.heldBack || (state.forced && !(await deps.guard.isAnswered(page.epoch))))) {
    await commitRefreshStart(db, deps.deviceId, beginRefresh(state.forced, now(), paged))
    throw new HttpFailure('An operation of this counter has no verdict yet: the refresh is not complete', null)
  }
  if (isLast) await fetchLists(deps, page.epoch)
  const committed = await commitPage<{
    step: Step
    writes: PageWrites | null
    changed?: readonly ChangedRecord[]
  }>(db, {
    deviceId: deps.deviceId,
    resource: page.resource,
    range: pageRange(page),
    decide: ({ refresh: current, position, stored, rev }) => {
      // Another context went on with it, or began anew: what it stored counts.
      if (
        current?.startedAt !== state.startedAt ||
        current.lastId !== state.lastId ||
        current.resource !== state.resource
      ) {
        const goesOn = current?.phase === 'running'
        return { step: goesOn ? { kind: 'more', state: current } : { kind: 'complete' }, writes: null }
      }
      const verdict = acceptPage(state, { ...page, etag: fetched.etag }, position, { now: now(), paged })
      if (verdict.kind === 'restart') return { step: { kind: 'restart' }, writes: null }
      const next: RefreshState = heldBack.size > 0 ? { ...verdict.state, heldBack: true } : verdict.state
      const rows = applyPage(page, stored, position, { records, epoch: page.epoch, rev, now: now() }, heldBack)
      return {
        step: verdict.done ? { kind: 'complete' } : { kind: 'more', state: next },
        changed: changedRecords(records, stored, rows),
        writes: {
          rows,
          refresh: next,
          position: verdict.done ? positionAfter(verdict.state, position) : position,
        },
      }
    },
  })
  if (committed === 'moved') return { kind: 'given-up' }
  const { step, changed = [] } = committed
  deps.onChanged({ changed, rows: page.rows })
  return step
}

interface FetchedPage {
  readonly page: Page
  readonly etag: string | null
  /** Products of it that leave what is stored (rule R5). */
  readonly heldBack: ReadonlySet<number>
}

interface PageRequests {
  /** Asks for the page that comes next, so that the server reads it while this device stores the one before. */
  ask(place: AskedPage): void
  /** The page of this place, which may have been asked for. */
  take(place: AskedPage, etag: string | null): Promise<FetchedPage | 'unchanged'>
}

function createPageRequests({ db, http, branchCode, guard }: RefreshDeps): PageRequests {
  let ahead: { readonly place: AskedPage; readonly fetched: Promise<FetchedPage | 'unchanged'> } | null = null

  async function request(
    { resource: name, lastId }: AskedPage,
    etag: string | null,
  ): Promise<FetchedPage | 'unchanged'> {
    const resource = findResource(db.records, name)
    if (!resource) throw new Error(`A refresh of ${name}, which is none of the resources`)
    const query = new URLSearchParams({
      branch_code: branchCode,
      limit: `${REFRESH_PAGE_LIMIT}`,
      last_id: `${lastId}`,
    })
    const answer = await http({ path: `${resource.path}?${query}`, etag })
    if (answer.status === 304) return 'unchanged'
    const page = readPageAnswer({ resource, afterId: lastId, limit: REFRESH_PAGE_LIMIT }, answer)
    // After the page was read: what is sent later is not on it.
    const heldBack = await guard.beforePage(page.epoch, resource.isSold ? page.rows.map(({ id }) => id) : [])
    return { page, etag: answer.etag, heldBack }
  }

  return {
    ask(place) {
      const fetched = request(place, null)
      // Whoever takes it is told.
      fetched.catch(() => undefined)
      ahead = { place, fetched }
    },
    take(place, etag) {
      const asked = ahead
      ahead = null
      return asked !== null && isSamePage(asked.place, place) ? asked.fetched : request(place, etag)
    },
  }
}

async function fetchLists(deps: RefreshDeps, epoch: string | null): Promise<void> {
  for (const resource of deps.db.records.resources) {
    if (resource.shape !== 'pages') await fetchList(deps, resource, epoch)
  }
}

function pagedOf({ db }: RefreshDeps): string[] {
  return db.records.resources.filter(({ shape, isHistory }) => shape === 'pages' && !isHistory).map(({ name }) => name)
}
