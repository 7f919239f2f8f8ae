import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MINUTE_MS, type MinuteRow, mergeMinutes } from '../../../src/db/journal/minute-row.ts'
import {
  changeState,
  countTime,
  countUpdate,
  hasEndedMinute,
  joinRows,
  type LiveMinutes,
  LONGEST_LIVE_PAUSE_MS,
  LONGEST_PAUSE_MS,
  startCounting,
  takeRows,
} from '../../../src/sync/health/live-minutes.pure.ts'

/** The beginning of a minute. */
const START = Date.parse('2026-01-05T08:00:00Z')
const MINUTE = START / MINUTE_MS

/** A tick every 5 s until `to`. */
function tickTo(minutes: LiveMinutes, to: number): LiveMinutes {
  let counted = minutes
  for (let at = minutes.countedTo; at < to; ) {
    at = Math.min(to, at + 5_000)
    counted = countTime(counted, at)
  }
  return counted
}

const rowsOf = (minutes: LiveMinutes) => takeRows(minutes).rows
const sum = (rows: readonly MinuteRow[], field: 'open' | 'live' | 'updates') =>
  rows.reduce((total, row) => total + row[field], 0)
const row = (change: Partial<MinuteRow>): MinuteRow => ({
  minute: MINUTE,
  open: 0,
  live: 0,
  updates: 0,
  latency_p50: null,
  latency_max: null,
  ...change,
})

describe('[D3] the share of time live', () => {
  it('counts what has passed as the state that stood meanwhile, minute by minute', () => {
    let minutes = tickTo(startCounting(START + 50_000, false), START + 58_000)
    minutes = changeState(minutes, true, START + 59_000)
    minutes = tickTo(minutes, START + 2 * MINUTE_MS)
    expect(rowsOf(minutes)).toEqual([
      row({ open: 10_000, live: 1_000 }),
      row({ minute: MINUTE + 1, open: 60_000, live: 60_000 }),
    ])
  })

  it('a minute that ended is told from one that goes on', () => {
    const minutes = tickTo(startCounting(START + 30_000, true), START + 59_000)
    expect(hasEndedMinute(minutes)).toBe(false)
    expect(hasEndedMinute(countTime(minutes, START + 61_000))).toBe(true)
  })

  it('counts a machine that slept as neither open nor live, whichever state it slept in', () => {
    for (const isLive of [true, false]) {
      const awake = tickTo(startCounting(START, isLive), START + 20_000)
      const woken = countTime(awake, START + 8 * 3_600_000)
      expect(sum(rowsOf(woken), 'open')).toBe(20_000)
      expect(sum(rowsOf(tickTo(woken, woken.countedTo + 5_000)), 'open')).toBe(25_000)
    }
  })

  it('believes in no live time without a sign of life, but in the throttled timers of a hidden page', () => {
    const live = startCounting(START, true)
    expect(sum(rowsOf(countTime(live, START + LONGEST_LIVE_PAUSE_MS)), 'live')).toBe(LONGEST_LIVE_PAUSE_MS)
    expect(rowsOf(countTime(live, START + LONGEST_LIVE_PAUSE_MS + 1))).toEqual([])
    const away = startCounting(START, false)
    expect(sum(rowsOf(countTime(away, START + 61_000)), 'open')).toBe(61_000)
    expect(rowsOf(countTime(away, START + LONGEST_PAUSE_MS + 1))).toEqual([])
  })

  it('counts nothing for a clock that is set back, and goes on from there', () => {
    const before = tickTo(startCounting(START + 30_000, true), START + 40_000)
    const after = tickTo(countTime(before, START - 600_000), START - 595_000)
    expect(rowsOf(after)).toEqual([
      row({ minute: MINUTE - 10, open: 5_000, live: 5_000 }),
      row({ open: 10_000, live: 10_000 }),
    ])
  })

  it('a minute has no more than a minute, also when a clock set back counts it twice', () => {
    const first = tickTo(startCounting(START, true), START + 59_000)
    const again = tickTo(countTime(first, START), START + 59_000)
    expect(rowsOf(again)).toEqual([row({ open: 60_000, live: 60_000 })])
  })

  it('any history of changes and clocks: live ≤ open ≤ a minute, and never more than went by', () => {
    const step = fc.record({
      wait: fc.oneof(
        { weight: 8, arbitrary: fc.integer({ min: 0, max: 16_000 }) },
        { weight: 1, arbitrary: fc.integer({ min: -7_200_000, max: 7_200_000 }) },
      ),
      isLive: fc.boolean(),
      latency: fc.option(fc.integer({ min: 0, max: 5_000 })),
      isTaken: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), fc.integer({ min: 0, max: 59_999 }), (steps, offset) => {
        let now = START + offset
        let minutes = startCounting(now, false)
        let written: readonly MinuteRow[] = []
        let forward = 0
        let updates = 0
        for (const { wait, isLive, latency, isTaken } of steps) {
          now += wait
          if (wait > 0 && wait <= LONGEST_PAUSE_MS) forward += wait
          minutes = changeState(minutes, isLive, now)
          if (latency !== null) {
            minutes = countUpdate(minutes, now, latency)
            updates += 1
          }
          if (!isTaken) continue
          const taken = takeRows(minutes)
          minutes = taken.minutes
          written = joinRows(written, taken.rows)
        }
        written = joinRows(written, rowsOf(minutes))
        for (const { open, live } of written) {
          expect(live).toBeGreaterThanOrEqual(0)
          expect(live).toBeLessThanOrEqual(open)
          expect(open).toBeLessThanOrEqual(MINUTE_MS)
        }
        expect(sum(written, 'open')).toBeLessThanOrEqual(forward)
        if (written.length < 100) expect(sum(written, 'updates')).toBe(updates)
      }),
    )
  })

  it('taking rows at any time loses and doubles nothing', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 14_000 }), { maxLength: 60 }), fc.nat(), (waits, seed) => {
        let whole = startCounting(START, true)
        let parted = whole
        let written: readonly MinuteRow[] = []
        let now = START
        waits.forEach((wait, index) => {
          now += wait
          const isLive = (seed >> (index % 30)) % 2 === 0
          whole = changeState(whole, isLive, now)
          parted = changeState(parted, isLive, now)
          if ((seed + index) % 3 > 0) return
          const taken = takeRows(parted)
          parted = taken.minutes
          written = joinRows(written, taken.rows)
        })
        expect(joinRows(written, rowsOf(parted))).toEqual(rowsOf(whole))
      }),
    )
  })
})

describe('latencies of a minute', () => {
  it('are those of updates that came while live; all applied ones are counted', () => {
    let minutes = startCounting(START, false)
    minutes = changeState(minutes, true, START + 1_000)
    // Arrived with the answer that made it live: its latency is the absence.
    minutes = countUpdate(minutes, START + 1_000, 3_600_000)
    for (const latency of [5, 90, 7, 6]) minutes = countUpdate(minutes, START + 2_000, latency)
    minutes = countUpdate(minutes, START + 2_000, null)
    expect(rowsOf(minutes)).toEqual([row({ open: 1_000, updates: 6, latency_p50: 6, latency_max: 90 })])
  })

  it('of two parts keep the largest and the mean median, weighted by updates', () => {
    const quiet = row({ updates: 1, latency_p50: 10, latency_max: 10 })
    const busy = row({ updates: 3, latency_p50: 30, latency_max: 400 })
    expect(mergeMinutes(quiet, busy)).toMatchObject({ updates: 4, latency_p50: 25, latency_max: 400 })
    expect(mergeMinutes(row({}), busy)).toMatchObject({ updates: 3, latency_p50: 30, latency_max: 400 })
    expect(mergeMinutes(row({}), row({}))).toMatchObject({ latency_p50: null, latency_max: null })
  })
})

it('[D3] parts of one minute by several writers are at most a minute, and no more live than open', () => {
  const part = fc
    .tuple(fc.integer({ min: 0, max: MINUTE_MS }), fc.integer({ min: 0, max: MINUTE_MS }), fc.nat(50))
    .map(([a, b, updates]) => row({ open: Math.max(a, b), live: Math.min(a, b), updates }))
  fc.assert(
    fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
      const whole = parts.reduce(mergeMinutes)
      expect(whole.open).toBe(Math.min(MINUTE_MS, sum(parts, 'open')))
      expect(whole.live).toBeLessThanOrEqual(whole.open)
      expect(whole.updates).toBe(sum(parts, 'updates'))
      expect(parts.toReversed().reduce(mergeMinutes)).toEqual(whole)
    }),
  )
})

it('rows that could not be written wait, bounded, and are joined with what came meanwhile', () => {
  const many = Array.from({ length: 500 }, (_, index) => row({ minute: MINUTE + index, open: 1_000 }))
  const joined = joinRows(many, [row({ minute: MINUTE + 499, open: 2_000 })])
  expect(joined.length).toBeLessThan(200)
  expect(joined.at(-1)).toEqual(row({ minute: MINUTE + 499, open: 3_000 }))
})
