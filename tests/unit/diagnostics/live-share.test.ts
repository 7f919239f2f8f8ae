import { describe, expect, it } from 'vitest'
import { MINUTE_MS, type MinuteRow } from '../../../src/db/journal/minute-row.ts'
import {
  clockOf,
  minutesOfDay,
  shareOf,
  sharesByDay,
  sharesByHour,
  slotsOf,
  sumShares,
} from '../../../src/features/diagnostics/live-share.ts'

/** 08.00 on 22 November in the shop. */
const EIGHT = Date.parse('2026-11-22T08:00:00+07:00') / MINUTE_MS
const MIDNIGHT = EIGHT + 16 * 60

const row = (minute: number, change: Partial<MinuteRow> = {}): MinuteRow => ({
  minute,
  open: MINUTE_MS,
  live: MINUTE_MS,
  updates: 0,
  latency_p50: null,
  latency_max: null,
  ...change,
})

describe('[D3] the share of a day', () => {
  it('ends at the shop’s midnight, newest day first', () => {
    const rows = [row(MIDNIGHT - 1, { live: 46_000 }), row(MIDNIGHT), row(MIDNIGHT + 1)]
    expect(sharesByDay(rows)).toEqual([
      { day: '2026-11-23', open: 120_000, live: 120_000 },
      { day: '2026-11-22', open: 60_000, live: 46_000 },
    ])
    expect(minutesOfDay('2026-11-22')).toEqual({ from: MIDNIGHT - 24 * 60, to: MIDNIGHT })
  })

  it('leaves out days in which the app was never open', () => {
    expect(sharesByDay([row(EIGHT, { open: 0, live: 0, updates: 3 })])).toEqual([])
  })

  it('is none of no time', () => {
    expect(shareOf(sumShares([]))).toBeNull()
    expect(shareOf(sumShares([row(EIGHT), row(EIGHT + 1, { live: 0 })]))).toBe(0.5)
  })
})

it('hours are the shop’s, with the mean of medians weighted by updates, and the longest latency', () => {
  const rows = [
    row(EIGHT, { updates: 1, latency_p50: 10, latency_max: 10 }),
    row(EIGHT + 59, { updates: 3, latency_p50: 30, latency_max: 900 }),
    row(EIGHT + 60, { live: 0, updates: 7 }),
  ]
  expect(sharesByHour(rows)).toEqual([
    { hour: '08', open: 120_000, live: 120_000, updates: 4, latencyP50: 25, latencyMax: 900 },
    { hour: '09', open: 60_000, live: 0, updates: 7, latencyP50: null, latencyMax: null },
  ])
})

it('the chart’s clock is the table’s', () => {
  expect(clockOf((EIGHT + 3) * MINUTE_MS)).toBe('08.03')
})

describe('the slots of a chart', () => {
  it('have no hole: time in which the app was closed is there, and empty', () => {
    const slots = slotsOf([row(EIGHT), row(EIGHT + 40)])
    expect(slots[0]).toMatchObject({ from: EIGHT * MINUTE_MS, open: 60_000 })
    expect(slots[1]).toMatchObject({ open: 0, live: 0, latencyP50: null })
    expect(slots[40]).toMatchObject({ open: 60_000 })
  })

  it('lose no moment without a connection, however long the day', () => {
    for (const length of [1, 30, 119, 121, 500, 1440]) {
      const rows = Array.from({ length }, (_, index) =>
        row(EIGHT + index, index === length - 1 ? { live: 59_000 } : {}),
      )
      const slots = slotsOf(rows)
      expect(sumShares(slots)).toEqual(sumShares(rows))
      expect(slots.length).toBeLessThanOrEqual(125)
      expect(slots.length).toBeGreaterThan(29)
    }
  })

  it('are none without a minute', () => {
    expect(slotsOf([])).toEqual([])
  })
})
