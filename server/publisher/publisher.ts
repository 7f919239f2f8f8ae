import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import type { Broker } from '../broker/broker.ts'
import { createCausedLines } from '../caused-lines.ts'
import type { Database } from '../database.ts'
import { CHANGES_CHANNEL, PRUNED_AT_ONCE, pruneChanges } from '../sql/changes.ts'
import {
  claimFreeLeases,
  type LeasedBranch,
  listLeasedBranches,
  releaseLeases,
  renewLeases,
} from '../sql/publisher-leases.ts'
import { foldKeptRows } from '../sql/whole.ts'
import { type BranchPublisher, createBranchPublisher, type PublisherObserver } from './branch-publisher.ts'
import type { TurnTiming } from './branch-turn.ts'

/** In ms but for `floodEvents`. Tests shorten them; production has the defaults, which rules S4, S5 and S8 name. */
export interface PublisherTiming extends TurnTiming {
  readonly pollMs: number
  readonly leaseMs: number
  readonly publishTimeoutMs: number
  readonly pruneEveryMs: number
  /** How long `stop` waits for acknowledgements. */
  readonly drainMs: number
}

export interface PublisherDeps {
  readonly db: Database
  readonly broker: Pick<Broker, 'publish' | 'connected' | 'onConnection'>
  /** First level of the topics. */
  readonly env: string
  /** Names this server in the lease table. */
  readonly owner: string
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>
  /** A line at `info` for each published event (specification section 7); at `debug` else. */
  readonly logUpdates?: boolean
  /** Wall clock, UTC ms. */
  readonly clock?: () => number
  readonly observer?: PublisherObserver
  /** How long acknowledged events stay in the log (rule S7). */
  readonly keepDays?: number
  readonly timing?: Partial<PublisherTiming>
}

export interface PublisherStatus {
  readonly connected: boolean
  /** The branches whose lease this publisher holds. */
  readonly branches: readonly { branchCode: string; published: number; backlog: number }[]
}

export interface Publisher {
  /** Begins to work and returns at once. A database or broker that is away is tried again. */
  start(): void
  /** Drains: what was handed to the broker is acknowledged and its position stored, then the leases are given back. */
  stop(): Promise<void>
  status(): PublisherStatus
}

export const DEFAULT_TIMING: PublisherTiming = {
  pollMs: 1_000,
  leaseMs: 6_000,
  heartbeatMs: 4_000,
  quietMs: 300,
  retryMinMs: 100,
  // A broker that starts refuses for a while: live again within 5 s of its being ready.
  retryMaxMs: 2_000,
  publishTimeoutMs: 15_000,
  pruneEveryMs: 10 * 60_000,
  drainMs: 5_000,
  floodEvents: 2_000,
}
const DEFAULT_KEEP_DAYS = 7

const SILENT: PublisherObserver = {
  published: () => undefined,
  failed: () => undefined,
  skipped: () => undefined,
  left: () => undefined,
}

/**
 * Brings the change log to the broker (rules S4, S5, S8). Any number of publishers may run: each branch belongs to the one
 * that holds its lease, and moves on within `leaseMs` when that one dies.
 */
export function createPublisher(deps: PublisherDeps): Publisher {
  const { db, broker, env, log, logUpdates = false, clock = Date.now, observer = SILENT } = deps
  const { keepDays = DEFAULT_KEEP_DAYS } = deps
  const timing = { ...DEFAULT_TIMING, ...deps.timing }
  // Two servers of one name, or one that was restarted, must not pass for each other.
  const owner = `${deps.owner}#${randomUUID()}`
  const lines = createCausedLines(log, () => performance.now())
  const branches = new Map<number, BranchPublisher & { readonly branchCode: string }>()
  const retiring = new Set<Promise<void>>()

  let isRunning = false
  let isDatabaseAway = false
  let looking: Promise<void> | undefined
  let lookAgain = false
  let pollTimer: NodeJS.Timeout | undefined
  let pruneTimer: NodeJS.Timeout | undefined
  let pruning: Promise<void> | undefined
  let stopListening: Promise<(() => Promise<void>) | undefined> | undefined
  let stopWatching: (() => void) | undefined
  let renewedAt = Number.NEGATIVE_INFINITY

  /** Hints come by the thousand: those that arrive while we look make us look once more. */
  function look(): void {
    if (!isRunning) return
    if (looking) {
      lookAgain = true
      return
    }
    lookAgain = false
    looking = lookOnce().finally(() => {
      looking = undefined
      if (lookAgain) look()
    })
  }

  /** Never rejects. */
  async function lookOnce(): Promise<void> {
    try {
      await keepLeases()
      const leaseUntil = renewedAt + timing.leaseMs
      takeUp(await listLeasedBranches(db, owner), leaseUntil)
      if (isDatabaseAway) log.info('the publisher reaches the database again')
      isDatabaseAway = false
    } catch (error) {
      if (!isDatabaseAway) log.warn({ err: error }, 'the publisher can not read the database')
      isDatabaseAway = true
    }
  }

  async function keepLeases(): Promise<void> {
    const now = performance.now()
    if (now - renewedAt < Math.min(timing.pollMs, timing.leaseMs / 3)) return
    await renewLeases(db, { owner, leaseMs: timing.leaseMs })
    await claimFreeLeases(db, { owner, leaseMs: timing.leaseMs })
    // Counted from before the request: never later than the database's own end of the lease.
    renewedAt = now
  }

  function takeUp(leased: readonly LeasedBranch[], leaseUntil: number): void {
    if (!isRunning) return
    for (const [branchId, publisher] of branches) {
      const still = leased.find((branch) => branch.branchId === branchId)
      if (still?.token !== publisher.token) letGo(branchId)
    }
    for (const branch of leased) {
      const known = branches.get(branch.branchId)
      if (known) known.listed(branch, leaseUntil)
      else branches.set(branch.branchId, open(branch, leaseUntil))
    }
  }

  function open(branch: LeasedBranch, leaseUntil: number): BranchPublisher & { branchCode: string } {
    const { branchId, branchCode, merchantCode } = branch
    const publisher = createBranchPublisher(
      {
        db,
        broker,
        scope: { env, merchantCode, branchCode },
        timing,
        log,
        logUpdates,
        lines,
        observer,
        clock,
        onLeaseLost: () => letGo(branchId),
      },
      branch,
      leaseUntil,
    )
    return Object.assign(publisher, { branchCode })
  }

  function letGo(branchId: number): void {
    const publisher = branches.get(branchId)
    if (!publisher) return
    branches.delete(branchId)
    log.info({ branch: publisher.branchCode }, 'another publisher serves this branch now')
    const stopped = publisher.stop().finally(() => retiring.delete(stopped))
    retiring.add(stopped)
  }

  async function prune(): Promise<void> {
    for (const branchId of branches.keys()) {
      let pruned = PRUNED_AT_ONCE
      while (isRunning && pruned === PRUNED_AT_ONCE) pruned = await pruneChanges(db, { branchId, keepDays })
    }
    if (isRunning) await foldKeptRows(db)
  }

  return {
    start() {
      if (isRunning) return
      isRunning = true
      stopWatching = broker.onConnection((connected) => {
        for (const publisher of branches.values()) publisher.connectionChanged(connected)
      })
      stopListening = db.listen(CHANGES_CHANNEL, look).catch((error: unknown) => {
        log.warn({ err: error }, 'no notifications from the database: changes are found by polling')
        return undefined
      })
      pollTimer = setInterval(look, timing.pollMs)
      pruneTimer = setInterval(() => {
        pruning ??= prune()
          .catch((error: unknown) => log.warn({ err: error }, 'the log could not be pruned'))
          .finally(() => {
            pruning = undefined
          })
      }, timing.pruneEveryMs)
      look()
    },
    async stop() {
      if (!isRunning) return
      isRunning = false
      clearInterval(pollTimer)
      clearInterval(pruneTimer)
      stopWatching?.()
      const stop = await stopListening
      await stop?.().catch((error: unknown) => log.debug({ err: error }, 'could not stop listening'))
      await looking
      await pruning
      const drained = Promise.all([...[...branches.values()].map((publisher) => publisher.stop()), ...retiring])
      await Promise.race([drained, after(timing.drainMs)])
      branches.clear()
      await releaseLeases(db, owner).catch((error: unknown) => log.warn({ err: error }, 'leases run out by themselves'))
    },
    status: () => ({
      connected: broker.connected,
      branches: [...branches.values()].map(({ branchCode, turn: { published, logEnd } }) => ({
        branchCode,
        published,
        backlog: Math.max(0, logEnd - published),
      })),
    }),
  }
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref()
  })
}
