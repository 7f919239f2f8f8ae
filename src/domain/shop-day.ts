/** The shop's calendar: days in Asia/Jakarta, which is UTC+7 all year, whatever the device's own zone. */
const OFFSET_MS = 7 * 3_600_000
const MS_PER_DAY = 86_400_000

/** First and last day, both included, as `2026-11-22`. */
export interface Period {
  readonly from: string
  readonly to: string
}

/** The day, `2026-11-22`, of a time in ms since 1970 UTC. */
export function shopDay(at: number): string {
  return new Date(at + OFFSET_MS).toISOString().slice(0, 10)
}

/** The shop's clock of a time in ms since 1970 UTC: `2026-11-22 14:03:09`. */
export function shopTime(at: number): string {
  return new Date(at + OFFSET_MS).toISOString().slice(0, 19).replace('T', ' ')
}

/** When a day begins, ms since 1970 UTC. */
export function startOfShopDay(day: string): number {
  return Date.parse(`${day}T00:00:00Z`) - OFFSET_MS
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * MS_PER_DAY).toISOString().slice(0, 10)
}

/** Every day of a period, first to last. */
export function daysOf({ from, to }: Period): string[] {
  const days: string[] = []
  for (let day = from; day <= to; day = addDays(day, 1)) days.push(day)
  return days
}
