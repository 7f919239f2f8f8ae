import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  type CursorEffect,
  type CursorEvent,
  type CursorState,
  createCursor,
  type LogEntry,
  MAX_HELD,
  stepCursor,
} from '../../../src/sync/live/cursor.pure.ts'

const EPOCH = 'life-1'
const entry = (seq: number, epoch: string | null = EPOCH): LogEntry<string> => ({
  seq,
  epoch,
  valid: true,
  item: `e${seq}`,
})
const received = (seq: number, epoch?: string): CursorEvent<string> => ({ type: 'received', entry: entry(seq, epoch) })
const changes = (
  from: number,
  to: number,
  options: { lastSeq?: number; epoch?: string; refreshRows?: number } = {},
): CursorEvent<string> => ({
  type: 'changes',
  entries: Array.from({ length: Math.max(0, to - from) }, (_, index) => entry(from + 1 + index)),
  lastSeq: options.lastSeq ?? to,
  hasMore: (options.lastSeq ?? to) > to,
  epoch: options.epoch ?? EPOCH,
  refreshRows: options.refreshRows ?? null,
})

function run(events: readonly CursorEvent<string>[], from: CursorState<string> = createCursor()) {
  let state = from
  const effects: CursorEffect<string>[] = []
  for (const event of events) {
    const step = stepCursor(state, event)
    state = step.state
    effects.push(...step.effects)
  }
  return { state, effects, types: effects.map(({ type }) => type), applied: appliedSeqs(effects) }
}

function appliedSeqs(effects: readonly CursorEffect<string>[]): number[] {
  return effects.flatMap((effect) => (effect.type === 'apply' ? effect.entries.map(({ seq }) => seq) : []))
}

/** Following, caught up to `cursor`. */
function following(cursor: number): CursorState<string> {
  return run([{ type: 'loaded', epoch: EPOCH, cursor }, changes(cursor, cursor)]).state
}

describe('cursor', () => {
  it('[C8] asks for a refresh on a first start and follows nothing until it has a position', () => {
    const { state, effects, applied } = run([{ type: 'loaded', epoch: null, cursor: null }, received(1), received(2)])
    expect(state.mode).toBe('unknown')
    expect(effects).toContainEqual({ type: 'refresh', reason: 'first-start' })
    expect(applied).toEqual([])
  })

  it('[C5] catches up from the stored cursor before it is current', () => {
    const loaded = run([{ type: 'loaded', epoch: EPOCH, cursor: 10 }])
    expect(loaded.effects).toContainEqual({ type: 'fetch-changes', after: 10 })
    expect(loaded.state).toMatchObject({ caughtUp: false })
    const caught = run([changes(10, 13)], loaded.state)
    expect(caught.applied).toEqual([11, 12, 13])
    expect(caught.state).toMatchObject({ caughtUp: true, received: 13 })
  })

  it('[C4] applies the next, counts what is behind as a duplicate', () => {
    const { applied, effects } = run([received(11), received(11), received(9), received(12)], following(10))
    expect(applied).toEqual([11, 12])
    expect(effects.filter(({ type }) => type === 'count')).toHaveLength(2)
  })

  it('[C4] holds what lies beyond a gap, and lets it close by itself', () => {
    const { applied, types } = run([received(13), received(12), received(11)], following(10))
    expect(types.filter((type) => type === 'start-gap-timer')).toHaveLength(1)
    expect(types).not.toContain('fetch-changes')
    expect(types.at(-1)).toBe('stop-gap-timer')
    expect(applied).toEqual([11, 12, 13])
  })

  it('[C4] a gap fetches the missing changes once', () => {
    const gap = run([received(13), { type: 'gap-timer' }, received(15), { type: 'gap-timer' }], following(10))
    expect(gap.effects.filter(({ type }) => type === 'fetch-changes')).toEqual([{ type: 'fetch-changes', after: 10 }])
    const filled = run([changes(10, 15)], gap.state)
    expect(filled.applied).toEqual([11, 12, 13, 14, 15])
    expect(filled.effects).toContainEqual({ type: 'count', what: 'gap-filled' })
  })

  it('[C4] with the server away what lies beyond a gap is taken in, each once, and the cursor waits', () => {
    const asked = run([received(12), { type: 'gap-timer' }], following(10))
    expect(asked.types).toContain('fetch-changes')
    const failed = run([{ type: 'changes-failed', reason: 'failed' }], asked.state)
    expect(failed.effects).toEqual([{ type: 'apply-ahead', entries: [entry(12)] }])
    const next = run([received(13), received(13)], failed.state)
    expect(next.effects).toContainEqual({ type: 'apply-ahead', entries: [entry(13)] })
    expect(next.applied).toEqual([])
    expect(next.state).toMatchObject({ received: 10 })

    const filled = run([{ type: 'gap-timer' }, changes(10, 14)], next.state)
    const taken = filled.effects.flatMap((effect) => (effect.type === 'apply' ? effect.entries : []))
    expect(taken.map(({ seq, isAhead = false }) => [seq, isAhead])).toEqual([
      [11, false],
      [12, true],
      [13, true],
      [14, false],
    ])
    expect(filled.state).toMatchObject({ received: 14, isBlind: false })
    // The server is back: a gap waits again.
    expect(run([received(16)], filled.state).types).toEqual(['start-gap-timer'])
  })

  it('[C4] a crowd beyond the gap does not wait for the timer', () => {
    const crowd = Array.from({ length: MAX_HELD + 1 }, (_, index) => received(20 + index))
    expect(run(crowd, following(10)).types).toContain('fetch-changes')
  })

  it('[C4] moves only over events, never to last_seq', () => {
    const state = following(10)
    const { effects, state: after } = run([{ type: 'catch-up' }, changes(10, 12, { lastSeq: 40 })], state)
    expect(after).toMatchObject({ received: 12 })
    expect(effects.at(-1)).toEqual({ type: 'fetch-changes', after: 12 })
  })

  it('[R4] refreshes instead of taking in more changes than there are rows, unless they are few', () => {
    const step = (lastSeq: number, refreshRows: number | undefined) =>
      run(
        [{ type: 'catch-up' }, changes(10, 12, { lastSeq, ...(refreshRows === undefined ? {} : { refreshRows }) })],
        following(10),
      ).effects.at(-1)
    expect(step(100_000, 20_000)).toEqual({ type: 'refresh', reason: 'far-behind' })
    expect(step(100_000, 100_000)).toEqual({ type: 'fetch-changes', after: 12 })
    expect(step(2010, 5)).toEqual({ type: 'fetch-changes', after: 12 })
    expect(step(2011, 5)).toEqual({ type: 'refresh', reason: 'far-behind' })
    expect(step(100_000, undefined)).toEqual({ type: 'fetch-changes', after: 12 })
  })

  it('[C4] a heartbeat ahead of what was received finds a lost last message', () => {
    const quiet = run([{ type: 'heartbeat', seq: 10, epoch: EPOCH }], following(10))
    expect(quiet.effects).toEqual([])
    const lost = run([{ type: 'heartbeat', seq: 11, epoch: EPOCH }, { type: 'gap-timer' }], following(10))
    expect(lost.types).toEqual(['start-gap-timer', 'stop-gap-timer', 'fetch-changes'])
  })

  it.each<[string, CursorEvent<string>]>([
    ['event', received(11, 'life-2')],
    ['heartbeat', { type: 'heartbeat', seq: 11, epoch: 'life-2' }],
    ['changes', changes(10, 11, { epoch: 'life-2' })],
  ])('[C8] another epoch in an %s forces a refresh and applies nothing', (_, event) => {
    const { state, effects, applied } = run([event], following(10))
    expect(state.mode).toBe('unknown')
    expect(effects).toContainEqual({ type: 'refresh', reason: 'epoch' })
    expect(applied).toEqual([])
  })

  it('[S7][C8] 410 forces a refresh', () => {
    const { effects } = run([{ type: 'catch-up' }, { type: 'changes-failed', reason: 'expired' }], following(10))
    expect(effects).toContainEqual({ type: 'refresh', reason: 'expired' })
  })

  it('[C4] an answer with a hole is not followed', () => {
    const answer: CursorEvent<string> = { ...changes(10, 10), entries: [entry(12)], lastSeq: 12 } as CursorEvent<string>
    const { state, applied } = run([{ type: 'catch-up' }, answer], following(10))
    expect(state.mode).toBe('unknown')
    expect(applied).toEqual([])
  })

  it('[C1] an unusable change is passed over, counted, and a refresh scheduled', () => {
    const broken: LogEntry<string> = { seq: 11, epoch: null, valid: false, item: '?' }
    const answer: CursorEvent<string> = {
      type: 'changes',
      entries: [broken, entry(12)],
      lastSeq: 12,
      refreshRows: null,
      hasMore: false,
      epoch: EPOCH,
    }
    const { effects, applied, state } = run([{ type: 'catch-up' }, answer], following(10))
    expect(applied).toEqual([11, 12])
    expect(state).toMatchObject({ mode: 'following', received: 12 })
    expect(effects).toContainEqual({ type: 'refresh', reason: 'invalid-change' })
    expect(effects).toContainEqual({ type: 'count', what: 'invalid' })
  })

  it('[C5] a failed fetch is not current', () => {
    for (const reason of ['failed', 'unsupported'] as const) {
      const { state } = run([{ type: 'catch-up' }, { type: 'changes-failed', reason }], following(10))
      expect(state).toMatchObject({ mode: 'following', caughtUp: false, gap: 'none' })
    }
  })

  it('[C6] a backend without a log is current as soon as it is connected', () => {
    const { state } = run([
      { type: 'loaded', epoch: null, cursor: 0 },
      { type: 'changes-failed', reason: 'unsupported' },
    ])
    expect(state).toMatchObject({ mode: 'following', caughtUp: true })
  })

  it('[C4] holds no more than it has room for while a fetch is under way, and asks again for the rest', () => {
    const crowd = Array.from({ length: MAX_HELD + 50 }, (_, index) => received(20 + index))
    const { state } = run([{ type: 'catch-up' }, ...crowd], following(10))
    expect(state.mode === 'following' && state.held.size).toBe(MAX_HELD)
  })

  it('[C4] the end of a wait for a gap that is not waited for cannot happen', () => {
    for (const state of [createCursor<string>(), following(10)]) {
      expect(stepCursor(state, { type: 'gap-timer' })).toEqual({ state, effects: [], isImpossible: true })
    }
    // Messages and answers of before are only late.
    expect(stepCursor(createCursor<string>(), received(4)).isImpossible).toBeUndefined()
  })

  it('[C5] what asks for a fetch during a fetch is served by one more', () => {
    const { effects } = run(
      [{ type: 'catch-up' }, { type: 'catch-up' }, { type: 'catch-up' }, changes(10, 10)],
      following(10),
    )
    expect(effects.filter(({ type }) => type === 'fetch-changes')).toHaveLength(2)
  })

  it('[C4] any order, doubling and loss of messages ends complete, in order, each event once', () => {
    const last = 40
    const delivery = fc
      .subarray(Array.from({ length: last }, (_, index) => index + 1))
      .chain((kept) => fc.shuffledSubarray([...kept, ...kept], { minLength: kept.length }))
    fc.assert(
      fc.property(delivery, fc.array(fc.constantFrom('timer', 'heartbeat', 'catch-up')), (seqs, others) => {
        let state = following(0)
        const applied: number[] = []
        let pending: number | null = null
        const step = (event: CursorEvent<string>) => {
          const next = stepCursor(state, event)
          state = next.state
          for (const effect of next.effects) {
            if (effect.type === 'apply') applied.push(...effect.entries.map(({ seq }) => seq))
            if (effect.type === 'fetch-changes') pending = effect.after
          }
        }
        const answer = () => {
          if (pending === null) return
          const after = pending
          pending = null
          step(changes(after, Math.min(last, after + 7), { lastSeq: last }))
        }
        seqs.forEach((seq, index) => {
          step(received(seq))
          const other = others[index]
          if (other === 'timer') step({ type: 'gap-timer' })
          if (other === 'heartbeat') step({ type: 'heartbeat', seq, epoch: EPOCH })
          if (other === 'catch-up') step({ type: 'catch-up' })
          if (index % 3 === 0) answer()
        })
        for (let round = 0; round < last && applied.length < last; round += 1) {
          step({ type: 'heartbeat', seq: last, epoch: EPOCH })
          step({ type: 'gap-timer' })
          answer()
        }
        expect(applied).toEqual(Array.from({ length: last }, (_, index) => index + 1))
      }),
    )
  })
})
