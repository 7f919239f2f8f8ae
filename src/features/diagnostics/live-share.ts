/** The recorded minutes (rule D3) as a person reads them: shares of days and hours, and what a chart draws. Durations in ms. */
import { MINUTE_MS, type MinuteRow } from '../../db/journal/minute-row.ts'
import { addDays, shopDay, shopTime, startOfShopDay } from '../../domain/shop-day.ts'

/** Of the time that the app is open. */
export const LIVE_GOAL = 0.999

/** `open` of which `live`. */
export interface Share {
  readonly open: number
  readonly live: number
}

export interface DayShare extends Share {
  /** `2026-11-22` */
  readonly day: string
}

export interface HourShare extends Share {
  /** `08` */
  readonly hour: string
  readonly updates: number
  readonly latencyP50: number | null
  readonly latencyMax: number | null
}

/** What one bar of the chart stands for. */
export interface Slot extends Share {
  /** Client time, ms. */
  readonly from: number
  readonly latencyP50: number | null
  readonly latencyMax: number | null
}

/** The minutes of a day, and the first one after it. */
export function minutesOfDay(day: string): { readonly from: number; readonly to: number } {
  return { from: startOfShopDay(day) / MINUTE_MS, to: startOfShopDay(addDays(day, 1)) / MINUTE_MS }
}

/** 0 to 1; null of no time at all. */
export function shareOf({ open, live }: Share): number | null {
  return open === 0 ? null : live / open
}

export function sumShares(rows: readonly Share[]): Share {
  return rows.reduce((sum, { open, live }) => ({ open: sum.open + open, live: sum.live + live }), { open: 0, live: 0 })
}

/** Days in which the app was open, newest first. */
export function sharesByDay(rows: readonly MinuteRow[]): DayShare[] {
  return [...groupBy(rows, ({ minute }) => shopDay(minute * MINUTE_MS))]
    .map(([day, ofDay]) => ({ day, ...sumShares(ofDay) }))
    .filter(({ open }) => open > 0)
    .toSorted((a, b) => (a.day < b.day ? 1 : -1))
}

/** Hours of one day in which the app was open, first to last. */
export function sharesByHour(rows: readonly MinuteRow[]): HourShare[] {
  return [...groupBy(rows, ({ minute }) => shopTime(minute * MINUTE_MS).slice(11, 13))]
    .map(([hour, ofHour]) => ({
      hour,
      ...sumShares(ofHour),
      ...latenciesOf(ofHour),
      updates: ofHour.reduce((sum, { updates }) => sum + updates, 0),
    }))
    .filter(({ open }) => open > 0)
    .toSorted((a, b) => (a.hour < b.hour ? -1 : 1))
}

/** `14.03`, by the clock that the hours of the table go by, whatever the device's own zone. */
export function clockOf(at: number): string {
  return shopTime(at).slice(11, 16).replace(':', '.')
}

/** Minutes that one slot may have; the fewest that keep a chart readable are taken. */
const SLOT_MINUTES = [1, 2, 5, 10]
const LARGEST_SLOT_MINUTES = 15
const MAX_SLOTS = 120
/** A morning's first minutes are not stretched over a whole chart. */
const MIN_MINUTES = 30

/** The time from the first row on, cut into slots of equal length without a hole. No rows, no slots. */
export function slotsOf(rows: readonly MinuteRow[]): Slot[] {
  const [first] = rows
  const last = rows.at(-1)
  if (!first || !last) return []
  const span = Math.max(MIN_MINUTES, last.minute - first.minute + 1)
  const size = SLOT_MINUTES.find((minutes) => span / minutes <= MAX_SLOTS) ?? LARGEST_SLOT_MINUTES
  const start = Math.floor(first.minute / size)
  const bySlot = groupBy(rows, ({ minute }) => Math.floor(minute / size))
  return Array.from({ length: Math.ceil(span / size) + 1 }, (_, index) => {
    const slot = start + index
    const ofSlot = bySlot.get(slot) ?? []
    return { from: slot * size * MINUTE_MS, ...sumShares(ofSlot), ...latenciesOf(ofSlot) }
  })
}

/** The median of several minutes is taken as the mean of theirs, weighted by their updates. */
function latenciesOf(rows: readonly MinuteRow[]): Pick<Slot, 'latencyP50' | 'latencyMax'> {
  let weight = 0
  let sum = 0
  let latencyMax: number | null = null
  for (const { updates, latency_p50: p50, latency_max: max } of rows) {
    if (p50 === null || max === null) continue
    weight += updates
    sum += p50 * updates
    latencyMax = Math.max(latencyMax ?? 0, max)
  }
  return { latencyP50: weight === 0 ? null : Math.round(sum / weight), latencyMax }
}

function groupBy<Row, Key>(rows: readonly Row[], keyOf: (row: Row) => Key): Map<Key, Row[]> {
  const groups = new Map<Key, Row[]>()
  for (const row of rows) {
    const key = keyOf(row)
    const group = groups.get(key)
    if (group) group.push(row)
    else groups.set(key, [row])
  }
  return groups
}
