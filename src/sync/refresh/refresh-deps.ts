/** What a refresh works with, and how it can end. */
import type { CacheDb } from '../../db/cache-db.ts'
import type { OnChanged } from '../health/refreshed-lines.pure.ts'
import type { HttpLike, LockManagerLike } from '../ports.ts'

/**
 * `complete`: every row was fetched. `compared`: everything was compared, and fetched where it differed. `unchanged`: the server has
 * nothing newer (304). `fresh`: younger than the TTL, not asked. `behind`: the log is about to bring what is missing. `busy`: another
 * context is at it. `failed`: no usable answer; what was stored stays and the next call goes on. `storage-failed`: the same, and it was
 * the disk that refused.
 */
export const REFRESH_OUTCOMES = [
  'complete',
  'compared',
  'unchanged',
  'fresh',
  'behind',
  'busy',
  'failed',
  'storage-failed',
] as const
export type RefreshOutcome = (typeof REFRESH_OUTCOMES)[number]

export interface RefreshDeps {
  readonly db: CacheDb
  readonly http: HttpLike
  readonly locks: LockManagerLike
  readonly branchCode: string
  /** Of the device in whose name `http` asks. */
  readonly deviceId: string
  readonly guard: PageGuard
  /** The server's `checksum` of a text (src/sync/refresh/checksum.ts). */
  readonly checksum: (content: string) => Promise<string>
  readonly now: () => number
  /** Called with what each commit has changed of the stored records. */
  readonly onChanged: OnChanged
  /** A page is open, so the log brings what is missing by itself. */
  readonly isLogFollowed: () => Promise<boolean>
  readonly onFailure: (error: unknown) => void
  /** A page was stored: the refresh is alive. */
  readonly onPage?: () => void
}

/** What comparing and fetching alone need. */
export type CompareDeps = Omit<RefreshDeps, 'locks' | 'isLogFollowed' | 'onFailure' | 'onPage'>

/** What a refresh has to know of this counter's own operations (rules R5, C8). */
export interface PageGuard {
  /**
   * Asks the server for the verdicts that are missing for these products of a page of this epoch. Returns those products for
   * which one is still missing.
   */
  beforePage(epoch: string | null, productIds: readonly number[]): Promise<ReadonlySet<number>>
  /** True when every operation that may have reached the server has a verdict of this epoch. */
  isAnswered(epoch: string | null): Promise<boolean>
}
