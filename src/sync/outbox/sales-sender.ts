/**
 * Keeps the queue moving in an engine: sends when something is recorded, when a waiting operation is due, and when the line is
 * back. Knows when, not what (transaction-queue.ts). The sender's lock lets one send at a time, the service worker among them.
 */
import type { CacheDb } from '../../db/cache-db.ts'
import type { QueueCounts } from '../../db/sales/watch-queue.ts'
import { failureKind } from '../failure-kind.ts'
import type { ClockLike } from '../ports.ts'
import { createTimers } from '../timers.ts'
import type { QueueDeps } from './send-batch.ts'
import { settleAccepted } from './settle-accepted.ts'
import { drainQueue } from './transaction-queue.ts'

export interface SalesSender {
  /** Something may be due. `ignoreBackoff`: everything is. */
  kick(options?: { readonly ignoreBackoff?: boolean }): void
  stop(): void
}

/** Pause between two looks at which operations the stored stock holds by now, ms. */
const SETTLE_MS = 500
const SETTLE_IDLE_MS = 5000
/** Look this often for what another context has left behind, ms. */
const LOOK_AGAIN_MS = 30_000

/** Recording something wakes the sender; if that hint is lost, this look finds it, ms. */
const OTHERS_FIRST_MS = 1000

export function createSalesSender(
  deps: QueueDeps & {
    readonly cache: CacheDb
    readonly clock: ClockLike
    /** Calls back whenever any context of this device changes the queue. Returns the way to stop. */
    readonly watch: (onCounts: (counts: QueueCounts) => void) => () => void
  },
): SalesSender {
  const timers = createTimers(deps.clock)
  let isDraining = false
  let isAskedAgain: { ignoreBackoff: boolean } | null = null
  let isStopped = false

  async function drain(ignoreBackoff: boolean): Promise<void> {
    if (isDraining || isStopped) return
    isDraining = true
    timers.clear('others')
    const outcome = await drainQueue(deps, { ignoreBackoff })
    isDraining = false
    if (isStopped) return
    if (isAskedAgain) {
      const again = isAskedAgain
      isAskedAgain = null
      void drain(again.ignoreBackoff)
      return
    }
    const delay = outcome.kind === 'waiting' ? outcome.at - deps.steady() : LOOK_AGAIN_MS
    timers.set('next', Math.min(Math.max(delay, 0), LOOK_AGAIN_MS), () => void drain(false))
    timers.set('settle', 0, () => void settle())
  }

  async function settle(): Promise<void> {
    try {
      const left = await settleAccepted({ cache: deps.cache, sales: deps.salesDb }, deps.now())
      if (!isStopped && left > 0) timers.set('settle', left > 100 ? SETTLE_IDLE_MS : SETTLE_MS, () => void settle())
    } catch (error) {
      deps.journal.note(failureKind(error, 'crash'), 'Settling', error)
    }
  }

  let lastQueued = 0
  const stopWatching = deps.watch(({ queued, accepted }) => {
    if (isStopped) return
    if (accepted > 0 && !timers.has('settle')) timers.set('settle', SETTLE_MS, () => void settle())
    if (queued > lastQueued && !isDraining) timers.set('others', OTHERS_FIRST_MS, () => void drain(false))
    lastQueued = queued
  })

  return {
    kick({ ignoreBackoff = false } = {}) {
      if (isStopped) return
      timers.clear('next')
      if (isDraining) isAskedAgain = { ignoreBackoff: ignoreBackoff || (isAskedAgain?.ignoreBackoff ?? false) }
      else void drain(ignoreBackoff)
    },
    stop() {
      isStopped = true
      stopWatching()
      timers.clearAll()
    },
  }
}
