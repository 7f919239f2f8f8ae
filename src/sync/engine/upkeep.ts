/** What the engine does beside following the log: it sends what waits, tells of sign-ins, loads the history, and forgets what is old. */
import type { CacheDb } from '../../db/cache-db.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import { claimSignIns, forgetSignIns, watchSignIns } from '../../db/sales/sign-in-notes.ts'
import { watchQueue } from '../../db/sales/watch-queue.ts'
import { forgetOld } from '../device/forget-old.ts'
import { createSignInReporter } from '../device/sign-in-reporter.ts'
import { failureKind } from '../failure-kind.ts'
import { createRefreshedLines } from '../health/refreshed-lines.pure.ts'
import type { UpdateLog } from '../health/update-log.ts'
import { createSalesSender } from '../outbox/sales-sender.ts'
import type { QueueDeps } from '../outbox/send-batch.ts'
import type { ClockLike, VisibilityLike } from '../ports.ts'
import { checksum } from '../refresh/checksum.ts'
import { loadHistory } from '../refresh/load-history.ts'
import { createPageGuard } from '../refresh/page-guard.ts'
import type { Observable, SyncStatus } from '../sync-status.ts'
import { createTimers } from '../timers.ts'

export interface Upkeep {
  /** Something may be due. `ignoreBackoff`: everything is. */
  send(options: { readonly ignoreBackoff: boolean }): void
  stop(): void
}

const CLEAN_UP_EVERY_MS = 60 * 60 * 1000
/** The log brings what changes: comparing only finds what it missed, and what has grown too old. */
const HISTORY_EVERY_MS = 30 * 60 * 1000
const HISTORY_RETRY_MS = 15_000

export function createUpkeep({
  db,
  salesDb,
  queue,
  clock,
  updates,
  status,
  visibility,
}: {
  readonly db: CacheDb
  readonly salesDb: SalesDb
  readonly queue: QueueDeps
  readonly clock: ClockLike
  readonly updates: UpdateLog
  readonly status: Observable<SyncStatus>
  readonly visibility: VisibilityLike
}): Upkeep {
  const { http, locks, journal, deviceId } = queue
  const timers = createTimers(clock)
  const sender = createSalesSender({ ...queue, cache: db, clock, watch: (onCounts) => watchQueue(salesDb, onCounts) })
  const reporter = createSignInReporter({
    deviceId,
    http,
    locks,
    clock,
    journal,
    notes: {
      claim: (claimer) => claimSignIns(salesDb, claimer),
      forget: (told) => forgetSignIns(salesDb, told),
      watch: (onCount, onError) => watchSignIns(salesDb, onCount, onError),
    },
  })

  let isCleanUpDue = true
  /**
   * Once live, and then hourly: a tablet stays open for weeks. Never by this device's clock alone: set forward by months it would forget
   * what is young, carts that are held too. Live, the server's is known to a few seconds.
   */
  function cleanUp(): void {
    const { state, asOf } = status.get()
    if (!isCleanUpDue || state !== 'live' || asOf === null) return
    isCleanUpDue = false
    const forget = () => forgetOld({ cache: db, sales: salesDb }, Math.min(clock.now(), asOf))
    void locks
      .request('mstore-clean-up', { ifAvailable: true }, forget)
      .catch((error: unknown) => journal.note(failureKind(error, 'crash'), 'Clean-up', error))
    timers.set('clean-up', CLEAN_UP_EVERY_MS, () => {
      isCleanUpDue = true
      cleanUp()
    })
  }

  let isHistoryDue = true
  /** Once the server is there and the goods are: they come first. */
  async function keepHistory(): Promise<void> {
    const { state, problem } = status.get()
    if (!isHistoryDue || !(state === 'live' || problem === 'broker-unreachable')) return
    isHistoryDue = false
    let waitMs = HISTORY_RETRY_MS
    const refreshed = createRefreshedLines(clock.now)
    try {
      const guard = createPageGuard(db, queue)
      const outcome = await loadHistory({ ...queue, db, guard, checksum, onChanged: refreshed.onChanged })
      if (outcome !== 'later') waitMs = HISTORY_EVERY_MS
    } catch (error) {
      const kind = failureKind(error, 'crash')
      if (kind !== 'network') journal.note(kind, 'History', error)
      // What the disk refuses would be fetched again, on a line that somebody pays for.
      if (kind === 'storage') waitMs = HISTORY_EVERY_MS
    }
    updates.add(refreshed.take(status.get().clockSkewMs))
    if (isStopped) return
    timers.set('history', waitMs, () => {
      isHistoryDue = true
      void keepHistory()
    })
  }

  let isStopped = false
  let lastState = status.get().state
  /** The line is back: nobody waits for the end of a backoff. */
  function followStatus(): void {
    const { state } = status.get()
    if (state === 'live' && lastState !== 'live') {
      sender.kick({ ignoreBackoff: true })
      reporter.kick()
    }
    lastState = state
    cleanUp()
    void keepHistory()
  }

  const stops = [
    sender.stop,
    reporter.stop,
    timers.clearAll,
    status.subscribe(followStatus),
    visibility.onWake(() => sender.kick()),
  ]
  sender.kick({ ignoreBackoff: true })
  reporter.start()
  return {
    send: sender.kick,
    stop() {
      isStopped = true
      for (const stop of stops) stop()
    },
  }
}
