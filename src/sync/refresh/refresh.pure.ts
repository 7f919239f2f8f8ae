/**
 * The full refresh, page by page (rules R2–R4, C8).
 *
 * ```
 *            begin                         page (more)                          last page of the last resource
 *  (none) ─────────► pages of a resource ───────────► pages of the next one … ────────────────────────────────► complete
 *                        │  ▲ resume after reload, by any context
 *                        └──┘
 *  a page of another epoch than the one in progress: everything from the start, forced
 * ```
 * The state is stored in the transaction of each page, so whoever goes on knows all of it.
 */
import type { Position, RefreshState } from '../../db/rows.ts'
import { isYoung } from '../../domain/waiting.ts'
import type { Page } from '../records/apply-page.pure.ts'

/** A completed refresh stays good for this long, ms. Below the page's 5-minute timer, so that every tick finds it stale. */
export const REFRESH_TTL_MS = 290_000

export const REFRESH_PAGE_LIMIT = 1000

/**
 * `if-stale` keeps the TTL and takes 304 for an answer; `compare` compares whatever the age; `now` fetches every row; `forced` also
 * sets the cursor anew.
 */
export const REFRESH_MODES = ['if-stale', 'compare', 'now', 'forced'] as const
export type RefreshMode = (typeof REFRESH_MODES)[number]

export type RefreshPlan =
  | { kind: 'skip' }
  /** Go on with the stored state. */
  | { kind: 'resume'; state: RefreshState }
  | { kind: 'begin'; state: RefreshState }
  /** Everything was fetched before, by `last`, and the log has been followed since: comparing is enough [R2]. */
  | { kind: 'compare'; last: RefreshState }

/** Decides whether and from where to refresh. A position without a cursor always needs a forced one [C8]. */
export function planRefresh(input: {
  readonly stored: RefreshState | undefined
  readonly position: Position
  readonly mode: RefreshMode
  /** What was stored when it was asked for: before it waited for another context's refresh. */
  readonly before: RefreshState | undefined
  readonly now: number
  /** The resources that have pages, in their order. */
  readonly paged: readonly string[]
}): RefreshPlan {
  const { stored, position, now, mode, before, paged } = input
  // Two tabs that both noticed a new epoch would else take the cursor from each other for ever.
  if (
    mode === 'forced' &&
    position.cursor !== null &&
    stored?.forced &&
    stored.finishedAt !== null &&
    // By what is stored, not by the clock: one that ran ahead, and was put right, would make it look done for hours.
    (stored.startedAt !== before?.startedAt || stored.finishedAt !== before.finishedAt)
  ) {
    return { kind: 'skip' }
  }
  const forced = mode === 'forced' || position.cursor === null
  const isKnown = stored !== undefined && paged.includes(stored.resource)
  if (isKnown && stored.phase === 'running' && (stored.forced || !forced)) return { kind: 'resume', state: stored }
  const isFresh = stored?.finishedAt != null && isYoung(stored.finishedAt, REFRESH_TTL_MS, now)
  if (!forced && mode === 'if-stale' && isFresh) return { kind: 'skip' }
  // A backend without a log has neither epoch nor checksums (rule C6).
  const canCompare = stored?.phase === 'complete' && position.epoch !== null
  if (!forced && mode !== 'now' && canCompare) return { kind: 'compare', last: stored }
  return { kind: 'begin', state: beginRefresh(forced, now, paged) }
}

export function beginRefresh(forced: boolean, now: number, paged: readonly string[]): RefreshState {
  return {
    phase: 'running',
    forced,
    startedAt: now,
    finishedAt: null,
    resource: paged[0] ?? '',
    lastId: 0,
    loaded: 0,
    total: {},
    epoch: null,
    lowestSeq: null,
    etag: null,
  }
}

export type PageVerdict =
  | { kind: 'accept'; state: RefreshState; done: boolean }
  /** The page is of another epoch: nothing of it is stored, and the refresh starts again, forced. */
  | { kind: 'restart' }

/** What a page means for the refresh under way, given the position stored in the same transaction. */
export function acceptPage(
  state: RefreshState,
  page: Page & { readonly etag: string | null },
  position: Position,
  { now, paged }: { readonly now: number; readonly paged: readonly string[] },
): PageVerdict {
  const isFirst = isFirstPage(state, paged)
  if (!isFirst && page.epoch !== state.epoch) return { kind: 'restart' }
  if (!state.forced && page.epoch !== position.epoch) return { kind: 'restart' }
  const next: RefreshState = {
    ...state,
    epoch: page.epoch,
    lowestSeq: lowest(state.lowestSeq, page.seq),
    etag: isFirst ? page.etag : state.etag,
    lastId: page.lastId,
    loaded: state.loaded + page.rows.length,
    total: { ...state.total, [page.resource]: page.total },
  }
  const following = pageAfter(page, paged)
  if (following !== null) return { kind: 'accept', state: { ...next, ...following }, done: false }
  return { kind: 'accept', state: { ...next, phase: 'complete', finishedAt: now }, done: true }
}

/** Which rows a request asks for: those of the resource after this id. */
export type PagePlace = Pick<RefreshState, 'resource' | 'lastId'>

/** Where the page after this one begins; null after the last. */
export function pageAfter(page: Page, paged: readonly string[]): PagePlace | null {
  if (page.hasMore) return { resource: page.resource, lastId: page.lastId }
  const resource = paged[paged.indexOf(page.resource) + 1]
  return resource === undefined ? null : { resource, lastId: 0 }
}

/** A page is asked for by one refresh: another one reads it anew. */
export type AskedPage = PagePlace & Pick<RefreshState, 'startedAt'>

export function isSamePage(a: AskedPage, b: AskedPage): boolean {
  return a.resource === b.resource && a.lastId === b.lastId && a.startedAt === b.startedAt
}

/** Its ETag stands for all pages, as it holds the lowest position (rule R2). */
export function isFirstPage({ resource, lastId, loaded }: RefreshState, paged: readonly string[]): boolean {
  return resource === paged[0] && lastId === 0 && loaded === 0
}

/**
 * Where the log has been applied to after a completed refresh. An ordinary one never moves the cursor; a forced one sets it
 * to the lowest page's [R4]. A backend without a log has no cursor to wait for: 0 of no epoch.
 */
export function positionAfter(state: RefreshState, position: Position): Position {
  if (!state.forced) return position
  return { epoch: state.epoch, cursor: state.lowestSeq ?? 0 }
}

function lowest(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.min(a, b)
}
