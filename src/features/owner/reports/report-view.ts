/** Which report of which period is open. It stands in the address, so that a reload and a link show the same. */
import { REPORT_DAYS_MAX } from '../../../contract/reports.ts'
import { addDays, daysOf, type Period } from '../../../domain/shop-day.ts'

/** Reports with a page of their own; the list of sales is only a file. */
export const REPORT_PAGES = [
  'takings',
  'products',
  'shifts',
  'reversals',
  'approvals',
  'oversold',
  'prices',
  'conflicts',
  'marks',
] as const
export type ReportPage = (typeof REPORT_PAGES)[number]

export const PRESETS = ['today', 'yesterday', 'week', 'month', 'custom'] as const
export type Preset = (typeof PRESETS)[number]

export interface ReportView {
  readonly page: ReportPage
  readonly preset: Preset
  readonly period: Period
}

const DAY = /^\d{4}-\d\d-\d\d$/

/** What the address says; today's takings where it says nothing readable. `today` is the shop's day. */
export function readView(params: URLSearchParams, today: string): ReportView {
  const page = REPORT_PAGES.find((name) => name === params.get('show')) ?? 'takings'
  const preset = PRESETS.find((name) => name === params.get('period')) ?? 'today'
  const from = params.get('from') ?? ''
  const to = params.get('to') ?? ''
  if (preset !== 'custom') return { page, preset, period: presetPeriod(preset, today) }
  return { page, preset, period: DAY.test(from) && DAY.test(to) ? { from, to } : { from: today, to: today } }
}

/** The address of a view; what goes without saying is left out. */
export function writeView({ page, preset, period }: ReportView): URLSearchParams {
  const params = new URLSearchParams()
  if (page !== 'takings') params.set('show', page)
  if (preset !== 'today') params.set('period', preset)
  if (preset === 'custom') {
    params.set('from', period.from)
    params.set('to', period.to)
  }
  return params
}

export function presetPeriod(preset: Exclude<Preset, 'custom'>, today: string): Period {
  switch (preset) {
    case 'today':
      return { from: today, to: today }
    case 'yesterday':
      return { from: addDays(today, -1), to: addDays(today, -1) }
    case 'week':
      return { from: addDays(today, -6), to: today }
    case 'month':
      return { from: `${today.slice(0, 8)}01`, to: today }
  }
}

/** True when the server answers for this period. */
export function isAskable({ from, to }: Period): boolean {
  if (!isDay(from) || !isDay(to) || from > to) return false
  return to < addDays(from, REPORT_DAYS_MAX)
}

function isDay(day: string): boolean {
  return DAY.test(day) && !Number.isNaN(Date.parse(`${day}T00:00:00Z`)) && addDays(day, 0) === day
}

/** Hours that a shop is usually open: a chart of one day shows at least these. */
const FIRST_HOUR = 8
const LAST_HOUR = 20

export interface Bar {
  readonly slot: string
  readonly count: number
  readonly sales: number
}

/** A bar for every hour of one day or every day of several, those without sales too. */
export function barsOf(period: Period, slots: readonly Bar[]): Bar[] {
  const known = new Map(slots.map((slot) => [slot.slot, slot]))
  return slotNames(period, [...known.keys()]).map((slot) => known.get(slot) ?? { slot, count: 0, sales: 0 })
}

function slotNames(period: Period, sold: readonly string[]): string[] {
  if (period.from !== period.to) return daysOf(period)
  const hours = sold.map(Number)
  const first = Math.min(FIRST_HOUR, ...hours)
  const last = Math.max(LAST_HOUR, ...hours)
  return Array.from({ length: last - first + 1 }, (_, at) => String(first + at).padStart(2, '0'))
}

/** What kind of operation it was, by `operation_type`. */
export const OPERATION_WORDS = {
  transaction: 'reports.operationTransaction',
  payment: 'reports.operationPayment',
  void: 'reports.operationVoid',
  refund: 'reports.operationRefund',
  shift: 'reports.operationShift',
  cash_movement: 'reports.operationCash',
} as const
