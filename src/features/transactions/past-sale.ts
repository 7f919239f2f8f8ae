/** A past sale as the history shows it, wherever it is known from: this device's record, the server's answer, or both. Pure. */
import type { Transaction } from '../../contract/transactions.ts'
import type { OperationRow } from '../../db/sales/sales-rows.ts'
import { toThousandths } from '../../domain/quantity.ts'
import type { EarlierRefund, PaidSale } from '../../domain/refund.ts'
import { lineGross } from '../../domain/sale-totals.ts'

export interface PastLine {
  readonly productId: number
  /** '' when only the number is known. */
  readonly name: string
  readonly unit: string
  readonly quantity: number
  readonly price: number
  /** Rupiah off the line. */
  readonly discount: number
  readonly note: string
}

export interface PastPayment {
  readonly method: string
  readonly amount: number
  readonly reference: string
  readonly tendered: number | null
}

/** `waiting`: stored here, not at the server yet. `refused`: a person decides. */
export type Standing = 'confirmed' | 'waiting' | 'refused' | 'cancelled'

/** A void or refund of the sale, in rupiah and units above zero. */
export interface Undoing {
  readonly id: string
  readonly kind: 'void' | 'refund'
  readonly at: number
  readonly reason: string
  readonly reference: string
  readonly total: number
  readonly lines: EarlierRefund['lines']
  readonly standing: Standing
  /** Recorded by this device, so its slip can be printed here. */
  readonly isHere: boolean
}

export interface PastSale {
  /** `offline_id`; null for a sale that another backend wrote without one. */
  readonly saleId: string | null
  readonly reference: string
  readonly code: string | null
  readonly at: number
  readonly deviceId: string
  /** Recorded by this device. */
  readonly isHere: boolean
  readonly staffId: number | null
  /** As the server names who made it, when no member of staff is known. */
  readonly madeBy: string
  readonly lines: readonly PastLine[]
  readonly payments: readonly PastPayment[]
  readonly subtotal: number
  readonly discountTotal: number
  readonly tax: { readonly rateBp: number; readonly included: boolean; readonly amount: number } | null
  readonly rounding: number
  readonly total: number
  readonly note: string
  readonly standing: Standing
  readonly undoings: readonly Undoing[]
  readonly isVoid: boolean
}

/** `open`: as sold. */
export type Undone = 'open' | 'void' | 'refunded' | 'partly-refunded'

const STANDINGS = {
  queued: 'waiting',
  sending: 'waiting',
  accepted: 'confirmed',
  settled: 'confirmed',
  'needs-decision': 'refused',
  cancelled: 'cancelled',
} as const satisfies Record<OperationRow['state'], Standing>

/** This device's own sale; null for a row that is none. */
export function saleFromHere(row: OperationRow, about: readonly OperationRow[]): PastSale | null {
  if (row.content.type !== 'sale') return null
  const { sale, payments } = row.content
  const undoings = about.flatMap((other) => undoingFromHere(other, sale.grand_total))
  return {
    saleId: row.offline_id,
    reference: sale.offline_reference,
    code: row.result?.transaction_code ?? null,
    at: row.created_at,
    deviceId: row.device_id,
    isHere: true,
    staffId: sale.staff_id ?? null,
    madeBy: '',
    lines: sale.items.map((item) => ({
      productId: item.product_id,
      name: item.product_name ?? '',
      unit: item.unit ?? '',
      quantity: item.quantity,
      price: item.price,
      discount: item.discount ?? 0,
      note: item.note ?? '',
    })),
    payments: payments.map((payment) => ({
      method: payment.payment_method,
      amount: payment.amount,
      reference: payment.reference ?? '',
      tendered: payment.tendered ?? null,
    })),
    subtotal: sale.subtotal,
    discountTotal: sale.discount_total,
    tax: sale.tax ? { rateBp: sale.tax.rate_bp, included: sale.tax.included, amount: sale.tax_total } : null,
    rounding: sale.rounding_total ?? 0,
    total: sale.grand_total,
    note: sale.note ?? '',
    standing: STANDINGS[row.state],
    undoings,
    isVoid: row.state === 'cancelled' || row.voided_by !== '',
  }
}

/** What the server tells of a sale, with what this device recorded about it and the server may not have yet. */
export function saleFromBranch(sale: Transaction, about: readonly OperationRow[]): PastSale {
  const hereIds = new Set(about.map(({ offline_id: id }) => id))
  const undoings = [
    ...undoingsFromBranch(sale).filter(({ id }) => !hereIds.has(id)),
    ...about.flatMap((row) => undoingFromHere(row, sale.grand_total)),
  ].toSorted((a, b) => a.at - b.at)
  return {
    saleId: sale.offline_id,
    reference: sale.offline_reference ?? '',
    code: sale.transaction_code,
    at: Date.parse(sale.created_at_device ?? sale.created_at),
    deviceId: sale.device_id ?? '',
    isHere: false,
    staffId: sale.staff_id ?? null,
    madeBy: sale.created_by ?? '',
    lines: sale.items.map((item) => ({
      productId: item.product_id,
      name: item.product_name ?? '',
      unit: item.unit ?? '',
      quantity: item.quantity,
      price: item.price,
      discount: item.discount ?? 0,
      note: item.note ?? '',
    })),
    payments: sale.payments.map((payment) => ({
      method: payment.payment_method,
      amount: payment.amount,
      reference: payment.reference ?? '',
      tendered: payment.tendered ?? null,
    })),
    subtotal: sale.subtotal ?? sale.items.reduce((sum, item) => sum + lineGross(item), 0),
    discountTotal: sale.discount_total ?? 0,
    tax: sale.tax ? { rateBp: sale.tax.rate_bp, included: sale.tax.included, amount: sale.tax_total ?? 0 } : null,
    rounding: sale.rounding_total ?? 0,
    total: sale.grand_total,
    note: sale.note ?? '',
    standing: 'confirmed',
    undoings,
    isVoid:
      sale.status === 'void' || undoings.some(({ kind, standing }) => kind === 'void' && standing !== 'cancelled'),
  }
}

/** This device's sale together with what other counters did to it since, as the server tells. */
export function withBranch(here: PastSale, branch: Transaction | null): PastSale {
  if (branch === null) return here
  const known = new Set(here.undoings.map(({ id }) => id))
  const others = undoingsFromBranch(branch).filter(({ id }) => !known.has(id))
  return {
    ...here,
    code: branch.transaction_code,
    undoings: [...here.undoings, ...others].toSorted((a, b) => a.at - b.at),
    isVoid: here.isVoid || branch.status === 'void',
  }
}

/** Refunds that count against the sale: what a counter dropped gave nothing back. */
export function earlierRefunds({ undoings }: Pick<PastSale, 'undoings'>): EarlierRefund[] {
  return undoings
    .filter(({ kind, standing }) => kind === 'refund' && standing !== 'cancelled')
    .map(({ total, lines }) => ({ total, lines }))
}

export function paidSale({ lines, total }: Pick<PastSale, 'lines' | 'total'>): PaidSale {
  return { lines, paid: total }
}

export function undoneOf(sale: Pick<PastSale, 'isVoid' | 'undoings' | 'lines'>): Undone {
  if (sale.isVoid) return 'void'
  const units = (lines: readonly { readonly quantity: number }[]) =>
    lines.reduce((sum, { quantity }) => sum + toThousandths(quantity), 0)
  const back = earlierRefunds(sale).reduce((sum, { lines }) => sum + units(lines), 0)
  if (back === 0) return 'open'
  return back >= units(sale.lines) ? 'refunded' : 'partly-refunded'
}

function undoingFromHere(row: OperationRow, saleTotal: number): Undoing[] {
  const common = { id: row.offline_id, at: row.created_at, standing: STANDINGS[row.state], isHere: true }
  const { content } = row
  if (content.type === 'void') {
    return [{ ...common, kind: 'void', reason: content.void.reason, reference: '', total: saleTotal, lines: [] }]
  }
  if (content.type !== 'refund') return []
  const { refund } = content
  return [
    {
      ...common,
      kind: 'refund',
      reason: refund.reason,
      reference: refund.offline_reference,
      total: refund.refund_total,
      lines: refund.items,
    },
  ]
}

function undoingsFromBranch(sale: Transaction): Undoing[] {
  const common = { standing: 'confirmed', isHere: false } as const
  const refunds = (sale.refunds ?? []).map(
    (refund, index): Undoing => ({
      ...common,
      kind: 'refund',
      id: refund.offline_id ?? `${sale.id}-refund-${index}`,
      at: Date.parse(refund.created_at_device ?? refund.created_at),
      reason: refund.reason ?? '',
      reference: refund.offline_reference ?? '',
      total: refund.refund_total,
      lines: refund.items,
    }),
  )
  const { voided } = sale
  if (!voided) return refunds
  return [
    ...refunds,
    {
      ...common,
      kind: 'void',
      id: voided.offline_id ?? `${sale.id}-void`,
      at: Date.parse(voided.created_at),
      reason: voided.reason,
      reference: '',
      total: sale.grand_total,
      lines: [],
    },
  ]
}
