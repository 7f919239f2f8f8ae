import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { OperationRow, OperationState } from '../../../src/db/sales/sales-rows.ts'
import {
  isPremature,
  LONGEST_WAIT_MS,
  planBatch,
  type QueueEvent,
  stepOperation,
  TRANSITIONS,
} from '../../../src/sync/outbox/queue.pure.ts'
import { refundRow, saleRow, uuid, voidRow } from '../transactions/rows.ts'

const STATES = Object.keys(TRANSITIONS) as OperationState[]
const ERROR = { kind: 'offline', message: 'no answer', at: 5 } as const
const RESULT = { server_id: 1, transaction_code: 'T1', epoch: 'life-1', seq: 1, versions: {}, at: 5 }
const EVENTS: { [T in QueueEvent['type']]: Extract<QueueEvent, { type: T }> } = {
  send: { type: 'send' },
  accept: { type: 'accept', result: RESULT },
  refuse: { type: 'refuse', error: { ...ERROR, kind: 'totals_mismatch' }, conflictId: null },
  fail: { type: 'fail', error: ERROR, nextAttemptAt: 1000 },
  settle: { type: 'settle', now: 9 },
  reopen: { type: 'reopen' },
  'send-again': { type: 'send-again' },
  keep: { type: 'keep', result: RESULT },
  cancel: { type: 'cancel', now: 9 },
}
const anyEvent = fc.constantFrom(...Object.values(EVENTS))

describe('a refusal for want of what the operation is about', () => {
  const lacks = (kind: 'unknown_transaction' | 'unknown_shift' | 'already_void') =>
    ({ type: 'refuse', error: { ...ERROR, kind }, conflictId: null }) as const
  const isEarly = (row: OperationRow | undefined, verdict?: QueueEvent, epoch: string | null = 'life-1') =>
    isPremature(lacks('unknown_transaction'), { row, verdict }, epoch)
  const sale = (state: OperationState, changes: Partial<OperationRow> = {}) =>
    saleRow(1, { state, result: RESULT, ...changes })

  it('[Q5] is premature while that waits here, or had no verdict in the same answer', () => {
    expect(isEarly(sale('queued'))).toBe(true)
    expect(isEarly(sale('sending'), EVENTS.fail)).toBe(true)
    const shift = { row: sale('queued'), verdict: undefined }
    expect(isPremature(lacks('unknown_shift'), shift, null)).toBe(true)
  })

  it('[C8] is premature when another life of the server confirmed that, whatever the clock says', () => {
    for (const state of ['accepted', 'settled'] as const) {
      expect(isEarly(sale(state), undefined, 'life-2')).toBe(true)
      expect(isEarly(sale(state), undefined, 'life-1')).toBe(false)
      expect(isEarly(sale(state), undefined, null)).toBe(false)
      expect(isEarly(sale(state, { created_at: 0 }), undefined, 'life-2')).toBe(true)
    }
  })

  it('[Q5] waits for a person when the server refused that too, nobody has it, or nothing is missing', () => {
    expect(isEarly(sale('sending'), EVENTS.refuse)).toBe(false)
    expect(isEarly(sale('sending'), EVENTS.accept)).toBe(false)
    expect(isEarly(sale('needs-decision'))).toBe(false)
    expect(isEarly(sale('cancelled'))).toBe(false)
    expect(isEarly(undefined)).toBe(false)
    const first = { row: sale('queued'), verdict: undefined }
    expect(isPremature(lacks('already_void'), first, 'life-1')).toBe(false)
  })
})

describe('the life of an operation in the queue', () => {
  it.each(STATES.flatMap((state) => Object.values(EVENTS).map((event) => [state, event.type] as const)))(
    '[Q3] %s, %s: as the table says, and nothing else changes the row',
    (state, type) => {
      const row = saleRow(1, { state })
      const next = stepOperation(row, EVENTS[type])
      expect(next?.state ?? null).toBe(TRANSITIONS[state][type])
      if (next)
        expect([next.content, next.offline_id, next.place, next.deltas]).toEqual([
          row.content,
          row.offline_id,
          row.place,
          row.deltas,
        ])
    },
  )

  it('[Q3] only a verdict or a person leads out of the queue; what was sent is never taken back unsent', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let row: OperationRow = saleRow(1, { state: 'queued', ever_sent: false, result: null, error: null })
        for (const event of events) {
          const next = stepOperation(row, event)
          if (!next) continue
          if (row.ever_sent) expect(next.ever_sent).toBe(true)
          if (next.state === 'accepted' || next.state === 'settled') expect(next.result).not.toBeNull()
          if (next.state === 'needs-decision') expect(next.error).not.toBeNull()
          if (next.state === 'cancelled') expect(row.ever_sent === false || row.state === 'needs-decision').toBe(true)
          if (row.state === 'queued' && next.state === 'sending') expect(next.ever_sent).toBe(true)
          row = next
        }
      }),
    )
  })

  it('[Q5] a failed attempt keeps its error and waits; a person’s "send again" starts afresh', () => {
    const failed = stepOperation(saleRow(1, { state: 'sending', attempts: 2 }), EVENTS.fail)
    expect(failed).toMatchObject({ state: 'queued', attempts: 3, error: ERROR, next_attempt_at: 1000 })
    const again = stepOperation(
      saleRow(1, { state: 'needs-decision', attempts: 7, error: ERROR }),
      EVENTS['send-again'],
    )
    expect(again).toMatchObject({ state: 'queued', attempts: 0, error: null, next_attempt_at: 0 })
  })
})

describe('what goes up next', () => {
  const plan = (waiting: OperationRow[], options: { limit?: number; forced?: boolean } = {}) =>
    planBatch(waiting, { now: 100, limit: options.limit ?? 50, isForced: () => options.forced ?? false })
  const queued = (id: number, nextAttemptAt = 0) => saleRow(id, { state: 'queued', next_attempt_at: nextAttemptAt })

  it('[Q4] the oldest first, as many as a batch takes', () => {
    const { operations } = plan([queued(1), queued(2), queued(3)], { limit: 2 })
    expect(operations.map(({ offline_id: id }) => id)).toEqual([uuid(1), uuid(2)])
  })

  it('[Q5] one that waits for its time holds back no other, and says when it is due', () => {
    const { operations, nextDueAt } = plan([queued(1, 500), queued(2, 300), queued(3)])
    expect(operations.map(({ offline_id: id }) => id)).toEqual([uuid(3)])
    expect(nextDueAt).toBe(300)
    expect(plan([queued(1, 500), queued(2, 300)], { forced: true }).operations).toHaveLength(2)
  })

  it('[Q5] none waits longer than its longest, whatever moment is stored and however the clock is set', () => {
    expect(plan([queued(1, 100 + LONGEST_WAIT_MS)]).nextDueAt).toBe(100 + LONGEST_WAIT_MS)
    for (const stored of [101 + LONGEST_WAIT_MS, 3 * 3_600_000, 9 * 86_400_000, Number.MAX_SAFE_INTEGER, -86_400_000]) {
      expect(plan([queued(1, stored)])).toMatchObject({ operations: [{ offline_id: uuid(1) }], nextDueAt: null })
    }
  })

  it('[Q3] a void or refund waits for its sale, whether that waits or fills the batch', () => {
    const refund = { ...refundRow(3, 1, [{ product_id: 1, quantity: 1, amount: 1 }]), state: 'queued' as const }
    const voided = { ...voidRow(4, 2), state: 'queued' as const }
    expect(plan([queued(1, 500), queued(2), refund, voided]).operations.map(({ offline_id: id }) => id)).toEqual([
      uuid(2),
      uuid(4),
    ])
    expect(plan([queued(1), refund], { limit: 1 }).operations).toHaveLength(1)
    expect(plan([queued(1), refund]).operations).toHaveLength(2)
    // The sale is with the server already.
    expect(plan([refund]).operations).toHaveLength(1)
  })
})
