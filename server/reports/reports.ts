/** The owner's lists: how each is read, and what stands in its file. */
import { REPORT_ROWS, type ReportName } from '../../src/contract/reports.ts'
import { daysOf, type Period } from '../../src/domain/shop-day.ts'
import type { Queryable } from '../database.ts'
import {
  listApprovals,
  listConflicts,
  listMarks,
  listOversold,
  listPriceDifferences,
  listReversals,
  listSales,
  listShifts,
  listSoldProducts,
  type ReportScope,
  readTakings,
} from '../sql/reports.ts'
import { type CsvColumn, csvHead, csvLines, type Language } from './csv-file.ts'
import {
  APPROVAL_COLUMNS,
  CONFLICT_COLUMNS,
  MARK_COLUMNS,
  OVERSOLD_COLUMNS,
  PRICE_COLUMNS,
  PRODUCT_COLUMNS,
  REVERSAL_COLUMNS,
  SALE_COLUMNS,
  SHIFT_COLUMNS,
  TAKINGS_COLUMNS,
  takingsLines,
} from './report-columns.ts'

export interface ListReport {
  /** Newest or largest first, cut at REPORT_ROWS. */
  list(db: Queryable, branchId: number, period: Period): Promise<{ rows: readonly unknown[]; has_more: boolean }>
  /** The file's text, piece by piece. */
  file(db: Queryable, branchId: number, period: Period, language: Language): AsyncIterable<string>
}

type Read<Row> = (db: Queryable, scope: ReportScope) => Promise<Row[]>

function listReport<Row>(
  read: Read<Row>,
  columns: readonly CsvColumn<Row>[],
  { byDay }: { byDay: boolean },
): ListReport {
  return {
    async list(db, branchId, period) {
      const rows = await read(db, { branchId, ...period, limit: REPORT_ROWS + 1 })
      return { rows: rows.slice(0, REPORT_ROWS), has_more: rows.length > REPORT_ROWS }
    },
    async *file(db, branchId, period, language) {
      yield csvHead(columns, language)
      // Day by day, newest first: a year in one piece would hold the embedded database's only session and the event loop.
      const parts = byDay
        ? daysOf(period)
            .toReversed()
            .map((day) => ({ from: day, to: day }))
        : [period]
      for (const part of parts) yield csvLines(columns, await read(db, { branchId, ...part, limit: null }))
    },
  }
}

export const LIST_REPORTS: Readonly<Record<Exclude<ReportName, 'takings'>, ListReport>> = {
  sales: listReport(listSales, SALE_COLUMNS, { byDay: true }),
  products: listReport(listSoldProducts, PRODUCT_COLUMNS, { byDay: false }),
  shifts: listReport(listShifts, SHIFT_COLUMNS, { byDay: true }),
  oversold: listReport(listOversold, OVERSOLD_COLUMNS, { byDay: true }),
  prices: listReport(listPriceDifferences, PRICE_COLUMNS, { byDay: true }),
  reversals: listReport(listReversals, REVERSAL_COLUMNS, { byDay: true }),
  approvals: listReport(listApprovals, APPROVAL_COLUMNS, { byDay: true }),
  // Open ones stand in every period, so a day's piece would repeat them.
  conflicts: listReport(listConflicts, CONFLICT_COLUMNS, { byDay: false }),
  // What happened on one day and arrived on another would stand in both pieces.
  marks: listReport(listMarks, MARK_COLUMNS, { byDay: false }),
}

export async function* takingsFile(
  db: Queryable,
  branchId: number,
  period: Period,
  language: Language,
): AsyncGenerator<string> {
  const takings = await readTakings(db, { branchId, ...period, limit: null })
  yield csvHead(TAKINGS_COLUMNS, language) + csvLines(TAKINGS_COLUMNS, takingsLines(takings))
}
