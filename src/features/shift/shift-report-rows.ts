import type { TFunction } from 'i18next'
import type { ShiftReport } from '../../db/sales/shifts.ts'
import type { Format } from '../../i18n/format.ts'
import type { ReceiptRow } from '../shared/receipt/receipt-rows.ts'
import { methodName } from '../shared/sales/payment-method.ts'

/** Where the report comes from. */
export interface ReportPlace {
  readonly shopName: string
  readonly deviceName: string
}

/**
 * A shift report from top to bottom, for screen and roll alike. For a closed shift, expected cash and methods are what was
 * written down at its closing: what came after the count stands in a line of its own.
 */
export function shiftReportRows(report: ShiftReport, place: ReportPlace, t: TFunction, format: Format): ReceiptRow[] {
  const { shift, sums, unsent } = report
  const { closing } = shift
  const expected = closing?.expected_cash ?? sums.expectedCash
  const methods =
    closing?.totals.map(({ payment_method: method, ...totals }) => ({ method, ...totals })) ?? sums.methods
  const pair = (left: string, right: string, look: 'plain' | 'strong' | 'large' = 'plain'): ReceiptRow => ({
    kind: 'pair',
    left,
    right,
    look,
  })
  const text = (words: string, look: 'title' | 'strong' | 'plain' | 'small'): ReceiptRow => ({
    kind: 'text',
    text: words,
    look,
  })
  const rule: ReceiptRow = { kind: 'rule' }
  const money = (left: string, amount: number) => pair(left, format.number(amount))
  const moneyIf = (left: string, amount: number) => (amount === 0 ? [] : [money(left, amount)])
  return [
    ...(place.shopName === '' ? [] : [text(place.shopName, 'title')]),
    text(t('shift.report'), 'title'),
    ...(closing === null ? [{ kind: 'mark', text: t('shift.reportOpen') } as const] : []),
    rule,
    pair(t('shift.opened'), format.dateTime(shift.openedAt)),
    pair(t('shift.openedByLabel'), shift.staffName),
    ...(closing === null
      ? []
      : [
          pair(t('shift.closed'), format.dateTime(closing.closedAt)),
          ...(closing.staff_name ? [pair(t('shift.closedByLabel'), closing.staff_name)] : []),
        ]),
    pair(t('shift.counter'), place.deviceName),
    rule,
    text(t('shift.cashTitle'), 'strong'),
    money(t('shift.openingLine'), sums.openingCash),
    money(t('shift.cashSales'), sums.cashSales),
    ...moneyIf(t('shift.cashRefunds'), -sums.cashRefunds),
    ...moneyIf(t('shift.cashIn'), sums.cashIn),
    ...moneyIf(t('shift.cashOut'), -sums.cashOut),
    ...moneyIf(t('shift.later'), expected - sums.expectedCash),
    pair(t('shift.expected'), format.rupiah(expected), 'strong'),
    ...(closing === null
      ? []
      : [
          pair(t('shift.counted'), format.rupiah(closing.counted_cash), 'strong'),
          pair(t('shift.difference'), differenceWords(closing.counted_cash - expected, t, format), 'large'),
        ]),
    rule,
    text(t('shift.methodsTitle'), 'strong'),
    ...methods.flatMap(({ method, count, sales, refunds }) => [
      pair(`${methodName(method, t)} (${format.number(count)})`, format.number(sales)),
      ...moneyIf(t('shift.methodRefunds', { method: methodName(method, t) }), -refunds),
    ]),
    pair(t('shift.salesTotal'), format.rupiah(sumOf(methods, 'sales')), 'strong'),
    ...moneyIf(t('shift.refundsTotal'), -sumOf(methods, 'refunds')),
    rule,
    pair(t('shift.salesCount'), format.number(sums.saleCount)),
    ...(sums.voidCount === 0 ? [] : [pair(t('shift.voidsCount'), format.number(sums.voidCount))]),
    ...(sums.refundCount === 0 ? [] : [pair(t('shift.refundsCount'), format.number(sums.refundCount))]),
    ...(sums.unknownVoidCount === 0 ? [] : [text(t('shift.unknownVoids', { count: sums.unknownVoidCount }), 'plain')]),
    ...(closing !== null && closing.unsent_count > 0
      ? [text(t('shift.unsentAtClose', { count: closing.unsent_count }), 'plain')]
      : []),
    ...(unsent.count === 0
      ? []
      : [text(t('shift.unsentNow', { count: unsent.count, amount: format.rupiah(unsent.amount) }), 'plain')]),
    ...(report.movements.length === 0 ? [] : [rule, text(t('shift.movements'), 'strong')]),
    ...report.movements.map(({ at, reason, direction, amount }) =>
      money(`${format.time(at)} ${reason}`, direction === 'in' ? amount : -amount),
    ),
    ...(closing?.note ? [rule, text(t('shift.note', { note: closing.note }), 'plain')] : []),
  ]
}

/** Whole rupiah; below zero is missing. */
export function differenceWords(difference: number, t: TFunction, format: Format): string {
  if (difference === 0) return t('shift.exact')
  if (difference < 0) return t('shift.short', { amount: format.rupiah(-difference) })
  return t('shift.over', { amount: format.rupiah(difference) })
}

function sumOf<K extends string>(rows: readonly Readonly<Record<K, number>>[], key: K): number {
  return rows.reduce((sum, row) => sum + row[key], 0)
}
