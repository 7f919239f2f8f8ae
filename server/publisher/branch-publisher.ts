import type { Logger } from 'pino'
import * as v from 'valibot'
import { MAX_EVENT_BYTES } from '../../src/contract/events.ts'
import { productsOf, RECORDS } from '../../src/contract/records/registry.ts'
import { type BranchScope, buildTopic } from '../../src/contract/topics.ts'
import type { Broker } from '../broker/broker.ts'
import type { CausedLines } from '../caused-lines.ts'
import type { Queryable } from '../database.ts'
import { type LoggedEvent, readEvents } from '../sql/changes.ts'
import { type LeasedBranch, readAcknowledged, savePublished } from '../sql/publisher-leases.ts'
import {
  acknowledgedPrefix,
  type BranchTurn,
  beginTurn,
  nextStep,
  noteBatch,
  noteConnected,
  noteFailure,
  noteHeartbeat,
  noteLeft,
  noteListed,
  type TurnTiming,
} from './branch-turn.ts'

/** What a publisher tells of itself while it works. All are called often and must be cheap. */
export interface PublisherObserver {
  /** The broker acknowledged an event, so many ms after it was written. */
  published(latencyMs: number): void
  /** The broker did not acknowledge an event; it will be sent again. */
  failed(): void
  /** An event was left out because it is larger than clients read. They notice the gap and ask `/changes`. */
  skipped(): void
  /** So many events were left to the log, because too many were waiting. */
  left(events: number): void
}

export interface BranchPublisherDeps {
  readonly db: Queryable
  readonly broker: Pick<Broker, 'publish' | 'connected'>
  readonly scope: BranchScope
  readonly timing: TurnTiming & { readonly publishTimeoutMs: number }
  readonly log: Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'isLevelEnabled'>
  /** A line at `info` for each published event, which is at `debug` else. */
  readonly logUpdates: boolean
  /** For what a counter's upload causes. */
  readonly lines: CausedLines
  readonly observer: PublisherObserver
  /** Wall clock, UTC ms. */
  readonly clock: () => number
  /** Called when the database says that another publisher holds the lease. */
  readonly onLeaseLost: () => void
}

export interface BranchPublisher {
  readonly token: string
  readonly turn: BranchTurn
  listed(branch: LeasedBranch, leaseUntil: number): void
  /** The broker's connection changed. */
  connectionChanged(connected: boolean): void
  /** Begins nothing new; resolves when what is under way is acknowledged, given up, and its position stored. */
  stop(): Promise<void>
}

const BATCH = 200

/** Publishes one branch in order, independently of all others: a slow branch holds up only itself. */
export function createBranchPublisher(
  deps: BranchPublisherDeps,
  branch: LeasedBranch,
  leaseUntil: number,
): BranchPublisher {
  const { db, broker, scope, timing, log, lines, observer } = deps
  const { branchId, token } = branch
  let turn = beginTurn(branch.published, branch.seq, leaseUntil)
  let running: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isStopped = false

  const now = () => performance.now()
  const step = () => nextStep(turn, { now: now(), connected: broker.connected }, timing)

  function run(): void {
    if (running || isStopped) return
    clearTimeout(timer)
    running = work().finally(() => {
      running = undefined
      sleepUntilDue()
    })
  }

  /** Never rejects. */
  async function work(): Promise<void> {
    for (let next = step(); next.do !== 'wait' && !isStopped; next = step()) {
      try {
        if (next.do === 'publish') await publishBatch()
        else if (next.do === 'leave') await leaveToLog(next.upTo)
        else await publishHeartbeat()
      } catch (error) {
        turn = noteFailure(turn, { now: now(), random: Math.random() }, timing)
        if (next.do === 'heartbeat') turn = noteHeartbeat(turn, now())
        log.warn({ err: error, branch: scope.branchCode }, 'publishing failed and will be tried again')
      }
    }
  }

  function sleepUntilDue(): void {
    if (isStopped) return
    const next = step()
    if (next.do !== 'wait') run()
    else if (Number.isFinite(next.until)) timer = setTimeout(run, Math.max(1, next.until - now()))
  }

  async function publishBatch(): Promise<void> {
    const after = turn.published
    const { events, last_seq: logEnd } = await readEvents(db, { branchId, after, limit: BATCH, scope })
    const [first] = events
    if (first?.seq !== after + 1) {
      log.error({ branch: scope.branchCode, after, next: first?.seq ?? null }, 'the log has a hole; going on behind it')
    }
    // All are handed over before the first acknowledgement: the broker gets them in this order.
    const results = await Promise.all(events.map(publishEvent))
    const isWhole = results.every((result) => result.acknowledged)
    const published = first ? acknowledgedPrefix(results, after) : logEnd
    if (published > after && !(await savePublished(db, { branchId, token }, published))) return deps.onLeaseLost()
    turn = noteBatch(turn, { published, logEnd, isWhole }, { now: now(), random: Math.random() }, timing)
  }

  async function leaveToLog(upTo: number): Promise<void> {
    const events = upTo - turn.published
    if (!(await savePublished(db, { branchId, token }, upTo))) return deps.onLeaseLost()
    turn = noteLeft(turn, upTo)
    observer.left(events)
    log.info({ branch: scope.branchCode, events, up_to: upTo }, 'a flood of events was left to the log')
  }

  /** Never rejects. */
  async function publishEvent(event: LoggedEvent): Promise<{ seq: number; acknowledged: boolean }> {
    const { topic, event_type, timestamp, seq, epoch, data } = event
    const payload = JSON.stringify({ event_type, timestamp, seq, epoch, data })
    const size = Buffer.byteLength(payload)
    if (size > MAX_EVENT_BYTES) {
      observer.skipped()
      lines(
        'error',
        { event_type, seq, branch: scope.branchCode, payload_size: size },
        'an event is too large to be published',
      )
      return { seq, acknowledged: true }
    }
    try {
      await withinTime(broker.publish(topic, payload), timing.publishTimeoutMs)
    } catch (error) {
      observer.failed()
      log.debug({ err: error, event_type, seq, branch: scope.branchCode }, 'an event was not acknowledged')
      return { seq, acknowledged: false }
    }
    const latency = Math.max(0, deps.clock() - Date.parse(timestamp))
    observer.published(latency)
    const level = deps.logUpdates ? 'info' : 'debug'
    if (log.isLevelEnabled(level)) {
      const line = { branch: scope.branchCode, event_type, ...productFacts(event_type, data) }
      log[level]({ ...line, latency_ms: latency, payload_size: size, seq }, 'published')
    }
    return { seq, acknowledged: true }
  }

  async function publishHeartbeat(): Promise<void> {
    const position = await readAcknowledged(db, { branchId, token })
    if (!position) return deps.onLeaseLost()
    const timestamp = new Date(deps.clock()).toISOString()
    const payload = JSON.stringify({ event_type: 'heartbeat', ...position, timestamp })
    const at = now()
    await withinTime(broker.publish(buildTopic(scope, 'branch'), payload), timing.publishTimeoutMs)
    turn = noteHeartbeat(turn, at)
  }

  run()

  return {
    token,
    get turn() {
      return turn
    },
    listed(listed, until) {
      turn = noteListed(turn, { published: listed.published, logEnd: listed.seq, leaseUntil: until })
      run()
    },
    connectionChanged(connected) {
      if (connected) turn = noteConnected(turn)
      run()
    },
    async stop() {
      isStopped = true
      clearTimeout(timer)
      await running
    },
  }
}

/** A broker that neither acknowledges nor fails would hold the branch for ever. */
async function withinTime(work: Promise<void>, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const timeout = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not acknowledged within ${timeoutMs} ms`)), timeoutMs)
  })
  await Promise.race([work, timeout]).finally(() => clearTimeout(timer))
}

/** The first product that an event is about, null where it is about none, and how many where there are more: as devices log it (section 7). */
function productFacts(type: string, data: unknown): { product_id: number | null; products?: number } {
  const declared = RECORDS.events.get(type)
  const parsed = declared && v.safeParse(declared.schema, data)
  const ids = parsed?.success ? productsOf(RECORDS, type, parsed.output) : []
  return { product_id: ids[0] ?? null, ...(ids.length > 1 ? { products: ids.length } : {}) }
}
