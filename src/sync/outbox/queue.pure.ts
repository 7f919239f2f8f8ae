/**
 * The life of an operation in the queue (rules Q3, C8), and which operations go up next. Pure: the shell is
 * transaction-queue.ts, the rows are stored by src/db/sales.
 *
 * ```
 *                     send                accept                 settle
 *   queued ─────────────────► sending ───────────────► accepted ─────────► settled
 *     ▲ │ ▲                    │    │                     │ reopen (new epoch)  │
 *     │ │ └──── fail ──────────┘    │ refuse              ▼                     ▼
 *     │ │ cancel (never sent)       ▼                   queued                queued
 *     │ └────────► cancelled ◄── needs-decision ── keep, accept ──► accepted
 *     └─────────── send-again ──────┘      cancel
 * ```
 * Nothing leaves `sending` without the server's recorded verdict or a failure to get one, and nothing is ever deleted
 * unsent.
 */
import type { OperationError, OperationResult, OperationRow, OperationState } from '../../db/sales/sales-rows.ts'
import { waitLeft } from '../../domain/waiting.ts'

export type QueueEvent =
  /** Committed before the request leaves; `ever_sent` never clears. */
  | { readonly type: 'send' }
  | { readonly type: 'accept'; readonly result: OperationResult }
  | { readonly type: 'refuse'; readonly error: OperationError; readonly conflictId: string | null }
  /** No verdict: tried again at `nextAttemptAt`, steady ms. */
  | { readonly type: 'fail'; readonly error: OperationError; readonly nextAttemptAt: number }
  /** The stock shown no longer depends on it. */
  | { readonly type: 'settle'; readonly now: number }
  /** The server's log has a new epoch, and may have lost it (rule C8). */
  | { readonly type: 'reopen' }
  | { readonly type: 'send-again' }
  /** A person decided a conflict; the server's verdict on what is kept comes with it. */
  | { readonly type: 'keep'; readonly result: OperationResult }
  /** Voided before it was sent, or after it was refused. */
  | { readonly type: 'cancel'; readonly now: number }

export type QueueEventType = QueueEvent['type']

/** Where each event leads from each state; null: it can't happen there and changes nothing. */
export const TRANSITIONS: Record<OperationState, Record<QueueEventType, OperationState | null>> = {
  queued: {
    send: 'sending',
    accept: null,
    refuse: null,
    fail: null,
    settle: null,
    reopen: null,
    'send-again': null,
    keep: null,
    cancel: 'cancelled',
  },
  sending: {
    send: 'sending',
    accept: 'accepted',
    refuse: 'needs-decision',
    fail: 'queued',
    settle: null,
    reopen: null,
    'send-again': null,
    keep: null,
    cancel: null,
  },
  accepted: {
    send: null,
    accept: null,
    refuse: null,
    fail: null,
    settle: 'settled',
    reopen: 'queued',
    'send-again': null,
    keep: null,
    cancel: null,
  },
  settled: {
    send: null,
    accept: null,
    refuse: null,
    fail: null,
    settle: null,
    reopen: 'queued',
    'send-again': null,
    keep: null,
    cancel: null,
  },
  'needs-decision': {
    send: null,
    // It was sent twice, and the answers came in the other order. If one says booked, it is booked.
    accept: 'accepted',
    refuse: null,
    fail: null,
    settle: null,
    reopen: null,
    'send-again': 'queued',
    keep: 'accepted',
    cancel: 'cancelled',
  },
  cancelled: {
    send: null,
    accept: null,
    refuse: null,
    fail: null,
    settle: null,
    reopen: null,
    'send-again': null,
    keep: null,
    cancel: null,
  },
}

/** The row after the event. Null when the event comes too late: other tabs and the service worker work on the same rows. */
export function stepOperation(row: OperationRow, event: QueueEvent): OperationRow | null {
  const state = TRANSITIONS[row.state][event.type]
  if (state === null) return null
  // The server may have what was sent even once: only what never left can be cancelled here (rule Q3).
  if (event.type === 'cancel' && row.state === 'queued' && row.ever_sent) return null
  return { ...row, ...factsAfter(row, event), state }
}

function factsAfter(row: OperationRow, event: QueueEvent): Partial<OperationRow> {
  switch (event.type) {
    case 'send':
      return { ever_sent: true }
    case 'accept':
    case 'keep':
      return { result: event.result, error: null, conflict_id: null }
    case 'refuse':
      return { error: event.error, conflict_id: event.conflictId, attempts: row.attempts + 1 }
    case 'fail':
      return { error: event.error, attempts: row.attempts + 1, next_attempt_at: event.nextAttemptAt }
    case 'reopen':
    case 'send-again':
      return { attempts: 0, next_attempt_at: 0, error: null, conflict_id: null, settled_at: null }
    case 'settle':
    case 'cancel':
      return { settled_at: event.now }
  }
}

/**
 * True when the server confirmed it in another epoch than `epoch`, and so has to get it again (rule C8). Whatever its age: a clock that
 * runs ahead must not keep back what a restored server has lost, and one that it has is booked once (rule Q2).
 */
export function isReopened({ state, result }: OperationRow, epoch: string): boolean {
  if (state !== 'accepted' && state !== 'settled') return false
  return result?.epoch != null && result.epoch !== epoch
}

/**
 * True when the server lacks what the refused operation is about only because that has still to go up from here: it waits, it
 * had no verdict in the same answer, or a restored server has lost it and the refresh that queues it again is still to come.
 *
 * @param first what it is about, as it stands here, with its verdict in the same answer; undefined: there is none
 * @param epoch that refused it
 */
export function isPremature(
  { error }: Extract<QueueEvent, { type: 'refuse' }>,
  first: { readonly row: OperationRow | undefined; readonly verdict: QueueEvent | undefined },
  epoch: string | null,
): boolean {
  if (error.kind !== 'unknown_transaction' && error.kind !== 'unknown_shift') return false
  if (first.verdict) return first.verdict.type === 'fail'
  if (!first.row) return false
  return first.row.state === 'queued' || (epoch !== null && isReopened(first.row, epoch))
}

/** No operation waits longer than this for its next attempt, ms, whatever a server asked for or a clock says. */
export const LONGEST_WAIT_MS = 60_000

export interface BatchPlan {
  /** In the order in which they were recorded. */
  readonly operations: readonly OperationRow[]
  /** When the next waiting operation is due, steady ms; null: none waits. */
  readonly nextDueAt: number | null
}

/**
 * Chooses what goes up next of the waiting operations, which come in the order of recording.
 *
 * A void or refund waits while the sale that it is about waits: the server has to know the sale first. One that waits never
 * holds back what has nothing to do with it (rule Q5).
 */
export function planBatch(
  waiting: readonly OperationRow[],
  options: {
    /** Steady clock, ms. A time stored by an earlier page may be of another clock, so nothing waits longer than LONGEST_WAIT_MS. */
    readonly now: number
    readonly limit: number
    /** True for those that are sent before their time: the line is back, or a person asked. */
    readonly isForced: (row: OperationRow) => boolean
  },
): BatchPlan {
  const operations: OperationRow[] = []
  const heldBack = new Set<string>()
  let nextDueAt: number | null = null
  for (const row of waiting) {
    const isDue = options.isForced(row) || waitLeft(row.next_attempt_at, LONGEST_WAIT_MS, options.now) === 0
    if (!isDue) nextDueAt = Math.min(nextDueAt ?? Number.POSITIVE_INFINITY, row.next_attempt_at)
    if (!isDue || operations.length >= options.limit || heldBack.has(row.about)) heldBack.add(row.offline_id)
    else operations.push(row)
  }
  return { operations, nextDueAt }
}
