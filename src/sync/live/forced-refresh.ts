/** Where the log can't be followed (rule C8): a refresh that gives up the position, again and again until it has given another one. */
import type { CacheDb } from '../../db/cache-db.ts'
import { readPosition } from '../../db/commit-rows.ts'
import { backoffMs } from '../backoff.pure.ts'
import { HttpFailure } from '../errors.ts'
import type { RandomLike } from '../ports.ts'
import type { RefreshMode } from '../refresh/refresh.pure.ts'
import type { RefreshOutcome } from '../refresh/refresh-deps.ts'

/** What was fetched could not be stored: the same would be fetched again, on a line that somebody pays for. ms */
const DISK_PAUSE_MS = 60_000

export interface ForcedRefreshDeps {
  readonly db: CacheDb
  readonly random: RandomLike
  readonly requestRefresh: (mode: RefreshMode) => Promise<RefreshOutcome>
  readonly isAttentive: () => boolean
  /** False ends it, with or without a position. */
  readonly isWanted: () => boolean
  readonly pause: (ms: number) => Promise<void>
  /** The disk did not take what was fetched. */
  readonly onRefused: () => void
  /** The server answered, or failed with the given error. */
  readonly onAnswer: (failure: unknown) => void
}

/** Resolves once a position to follow is stored, or nobody wants it any more. */
export async function refreshUntilFollowed(deps: ForcedRefreshDeps): Promise<void> {
  for (let attempt = 0; deps.isWanted(); attempt += 1) {
    const outcome = await deps.requestRefresh('forced')
    const isRefused = outcome === 'storage-failed'
    if (isRefused) deps.onRefused()
    else deps.onAnswer(outcome === 'failed' ? new HttpFailure('The refresh failed', null) : null)
    const position = await readPosition(deps.db).catch(() => null)
    if (!isRefused && outcome !== 'failed' && position?.cursor != null) break
    await deps.pause(isRefused ? DISK_PAUSE_MS : 250 + backoffMs(attempt, deps.isAttentive(), deps.random))
  }
}
