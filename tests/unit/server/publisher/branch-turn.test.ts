import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
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
} from '../../../../server/publisher/branch-turn.ts'

const timing: TurnTiming = { heartbeatMs: 4_000, quietMs: 300, retryMinMs: 100, retryMaxMs: 2_000, floodEvents: 500 }
const turn = (fields: Partial<BranchTurn> = {}): BranchTurn => ({
  ...beginTurn(10, 10, 1_000_000),
  heartbeatAt: 0,
  ...fields,
})
const step = (state: BranchTurn, now: number, connected = true) => nextStep(state, { now, connected }, timing)

describe('[S8] heartbeats', () => {
  test('[S8] one at once, then every 4 s', () => {
    expect(step(beginTurn(0, 0, 1_000), 0)).toEqual({ do: 'heartbeat' })
    expect(step(turn(), 3_999)).toEqual({ do: 'wait', until: 4_000 })
    expect(step(turn(), 4_000)).toEqual({ do: 'heartbeat' })
  })

  test('[S8] one 300 ms after the last publish, and only one', () => {
    const published = turn({ publishedAt: 1_000 })
    expect(step(published, 1_299)).toEqual({ do: 'wait', until: 1_300 })
    expect(step(published, 1_300)).toEqual({ do: 'heartbeat' })
    expect(step(noteHeartbeat(published, 1_300), 1_301)).toEqual({ do: 'wait', until: 5_300 })
  })

  test('[S8] also on a branch that never rests', () => {
    expect(step(turn({ logEnd: 99, publishedAt: 3_999 }), 4_000)).toEqual({ do: 'heartbeat' })
  })

  test('[S8] none without a broker or after the lease; at once when the broker is back', () => {
    expect(step(turn({ logEnd: 99 }), 4_000, false)).toEqual({ do: 'wait', until: Number.POSITIVE_INFINITY })
    expect(step(turn({ logEnd: 99, leaseUntil: 4_000 }), 4_000)).toEqual({
      do: 'wait',
      until: Number.POSITIVE_INFINITY,
    })
    expect(step(noteConnected(turn({ failures: 3, retryAt: 9_000 })), 1)).toEqual({ do: 'heartbeat' })
  })
})

describe('[S4] a flood', () => {
  test('[S4] more waiting events than a broker keeps are left to the log, and a heartbeat tells so at once', () => {
    expect(step(turn({ logEnd: 510 }), 1)).toEqual({ do: 'publish' })
    const flooded = turn({ logEnd: 511 })
    expect(step(flooded, 1)).toEqual({ do: 'leave', upTo: 511 })
    const left = noteLeft(flooded, 511)
    expect(left).toMatchObject({ published: 511, logEnd: 511 })
    expect(step(left, 1)).toEqual({ do: 'heartbeat' })
    expect(step(noteHeartbeat(left, 1), 2)).toEqual({ do: 'wait', until: 4_001 })
  })

  test('[S4] what comes after it is published as ever; its heartbeats stay as regular as before', () => {
    const left = noteHeartbeat(noteLeft(turn({ logEnd: 600 }), 600), 1)
    expect(step(noteListed(left, { published: 10, logEnd: 601, leaseUntil: 1_000_000 }), 2)).toEqual({ do: 'publish' })
    expect(step(turn({ logEnd: 600 }), 4_000)).toEqual({ do: 'heartbeat' })
    expect(step(turn({ logEnd: 600 }), 1, false)).toMatchObject({ do: 'wait' })
    expect(step(turn({ logEnd: 600, retryAt: 50 }), 1)).toMatchObject({ do: 'wait' })
  })
})

describe('[S4] publishing', () => {
  test('[S4] a log that is ahead is published at once, after a failure later', () => {
    expect(step(turn({ logEnd: 11 }), 1)).toEqual({ do: 'publish' })
    const failed = noteFailure(turn({ logEnd: 11 }), { now: 0, random: 1 }, timing)
    expect(step(failed, 99)).toEqual({ do: 'wait', until: 100 })
    expect(step(failed, 100)).toEqual({ do: 'publish' })
  })

  test('[S4] retries wait longer each time, up to a limit', () => {
    let state = turn({ logEnd: 11 })
    const waits = Array.from({ length: 8 }, () => {
      state = noteFailure(state, { now: 0, random: 1 }, timing)
      return state.retryAt
    })
    expect(waits).toEqual([100, 200, 400, 800, 1_600, 2_000, 2_000, 2_000])
  })

  test('[S4] a batch in part moves the position and counts as a failure', () => {
    const state = noteBatch(
      turn({ logEnd: 14 }),
      { published: 12, logEnd: 15, isWhole: false },
      { now: 50, random: 0 },
      timing,
    )
    expect(state).toMatchObject({ published: 12, logEnd: 15, failures: 1, retryAt: 100, publishedAt: 50 })
    expect(
      noteBatch(state, { published: 15, logEnd: 15, isWhole: true }, { now: 60, random: 0 }, timing),
    ).toMatchObject({ failures: 0, retryAt: 0 })
  })

  test('[S4] what the database lists never moves the position back', () => {
    expect(noteListed(turn(), { published: 3, logEnd: 4, leaseUntil: 5 })).toMatchObject({
      published: 10,
      logEnd: 10,
      leaseUntil: 5,
    })
  })

  test('[S4] the position is the last one before the first that was not acknowledged', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), fc.nat(1_000), (acknowledged, published) => {
        const batch = acknowledged.map((each, index) => ({ seq: published + index + 1, acknowledged: each }))
        const firstLost = acknowledged.indexOf(false)
        expect(acknowledgedPrefix(batch, published)).toBe(published + (firstLost < 0 ? batch.length : firstLost))
      }),
    )
  })
})
