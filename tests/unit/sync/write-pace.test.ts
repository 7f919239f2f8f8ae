import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FULL_BATCH, LONGEST_WAIT_MS, waitBeforeWrite } from '../../../src/sync/live/write-pace.pure.ts'

const plan = (change: Partial<Parameters<typeof waitBeforeWrite>[0]>) =>
  waitBeforeWrite({ waiting: 1, sinceLastMs: 30, isSeen: true, ...change })

describe('[C7] the next write', () => {
  it('keeps its distance from the one before', () => {
    expect(plan({})).toBe(LONGEST_WAIT_MS - 30)
  })

  it.each([
    ['of an idle store', { sinceLastMs: LONGEST_WAIT_MS }],
    ['after an hour', { sinceLastMs: 3_600_000 }],
    ['of a new page', { sinceLastMs: null }],
    ['of a page that nobody sees', { isSeen: false }],
    ['of a full batch', { waiting: FULL_BATCH }],
  ])('%s waits for nobody', (_, change) => {
    expect(plan(change)).toBe(0)
  })

  it('never waits longer than the longest wait', () => {
    fc.assert(
      fc.property(fc.nat(), fc.option(fc.nat()), fc.boolean(), (waiting, sinceLastMs, isSeen) => {
        const wait = waitBeforeWrite({ waiting, sinceLastMs, isSeen })
        return wait >= 0 && wait <= LONGEST_WAIT_MS
      }),
    )
  })
})
