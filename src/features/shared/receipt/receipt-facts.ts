/** Builds a receipt's content from recorded operations. Pure. */
import type { Payment, Sale } from '../../../contract/sales.ts'
import type { ShopSettings } from '../../../contract/settings.ts'
import type { ReceiptRecord } from '../../../db/sales/receipt-record.ts'
import type { OperationRow } from '../../../db/sales/sales-rows.ts'
import { toThousandths } from '../../../domain/quantity.ts'
import type { ReceiptFacts, ReceiptLine, ReceiptMark, ReceiptPayment, ReceiptShop } from '../../../domain/receipt.ts'
import { lineTotal } from '../../../domain/sale-totals.ts'

/** Looks up names of which the record has only the id. */
export interface ReceiptNames {
  readonly shop: ReceiptShop
  readonly deviceName: string
  /** '' if this device does not know the person. */
  staffName(staffId: number | null): string
  productName(productId: number): string
}

/** The shop's head on the receipt; without a shop name, the branch's. */
export function receiptShop(settings: ShopSettings, branchName: string): ReceiptShop {
  return {
    name: settings.shop_name === '' ? branchName : settings.shop_name,
    address: settings.address,
    taxNumber: settings.tax_number,
    header: settings.receipt_header,
    footer: settings.receipt_footer,
    logo: settings.receipt_logo,
  }
}

/** Null for operations without a receipt: shifts and cash movements. */
export function receiptFacts(
  { operation, subject, since }: ReceiptRecord,
  names: ReceiptNames,
  { isCopy }: { readonly isCopy: boolean },
): ReceiptFacts | null {
  const { content } = operation
  const marks = [...(isCopy ? (['copy'] as const) : []), ...stateMarks(operation)]
  const common = {
    shop: names.shop,
    deviceName: names.deviceName,
    transactionCode: operation.result?.transaction_code ?? null,
    at: operation.created_at,
  }
  if (content.type === 'sale') {
    const { sale, payments } = content
    return {
      ...common,
      ...saleParts(sale, payments, names),
      kind: 'sale',
      offlineReference: sale.offline_reference,
      about: '',
      staffName: staffOf(sale, names),
      note: sale.note ?? '',
      reason: voidReason(operation, since),
      marks: [...marks, ...undoneMarks(operation, sale, since)],
    }
  }
  const past = subject?.content.type === 'sale' ? subject.content : null
  if (content.type === 'void') {
    const { void: made } = content
    return {
      ...common,
      ...(past === null ? NOTHING : saleParts(past.sale, past.payments.map(withoutCash), names)),
      kind: 'void',
      offlineReference: '',
      about: past?.sale.offline_reference ?? made.transaction_offline_id,
      staffName: names.staffName(made.staff_id),
      note: '',
      reason: made.reason,
      marks,
    }
  }
  if (content.type !== 'refund') return null
  const { refund } = content
  const goods = refund.items.reduce((sum, { amount }) => sum + amount, 0)
  return {
    ...common,
    kind: 'refund',
    offlineReference: refund.offline_reference,
    about: past?.sale.offline_reference ?? refund.transaction_offline_id,
    staffName: names.staffName(refund.staff_id),
    lines: refund.items.map(({ product_id: productId, quantity, amount }): ReceiptLine => {
      const sold = past?.sale.items.find((item) => item.product_id === productId)
      return {
        name: sold?.product_name ?? names.productName(productId),
        unit: sold?.unit ?? '',
        quantity,
        price: null,
        discount: 0,
        total: amount,
        note: '',
      }
    }),
    subtotal: goods,
    discountTotal: 0,
    tax: null,
    rounding: refund.refund_total - goods,
    total: refund.refund_total,
    payments: [
      {
        method: refund.payment_method,
        amount: refund.refund_total,
        tendered: null,
        reference: refund.reference ?? '',
      },
    ],
    note: '',
    reason: refund.reason,
    marks,
  }
}

type SaleParts = Pick<ReceiptFacts, 'lines' | 'subtotal' | 'discountTotal' | 'tax' | 'rounding' | 'total' | 'payments'>

/** Parts of a sale made on another counter: a void here knows only its reference. */
const NOTHING: SaleParts = { lines: [], subtotal: 0, discountTotal: 0, tax: null, rounding: 0, total: 0, payments: [] }

/** Lines, sums and payments of a sale. */
function saleParts(sale: Sale, payments: readonly Payment[], names: Pick<ReceiptNames, 'productName'>): SaleParts {
  return {
    lines: sale.items.map((item) => ({
      name: item.product_name ?? names.productName(item.product_id),
      unit: item.unit ?? '',
      quantity: item.quantity,
      price: item.price,
      discount: item.discount ?? 0,
      total: lineTotal({ quantity: item.quantity, price: item.price, discount: item.discount ?? 0 }),
      note: item.note ?? '',
    })),
    subtotal: sale.subtotal,
    discountTotal: sale.discount_total,
    tax: sale.tax ? { rateBp: sale.tax.rate_bp, included: sale.tax.included, amount: sale.tax_total } : null,
    rounding: sale.rounding_total ?? 0,
    total: sale.grand_total,
    payments: payments.map(
      (payment): ReceiptPayment => ({
        method: payment.payment_method,
        amount: payment.amount,
        tendered: payment.tendered ?? null,
        reference: payment.reference ?? '',
      }),
    ),
  }
}

/** A void returns the amount of the sale, not the cash that was tendered. */
function withoutCash(payment: Payment): Payment {
  return { ...payment, tendered: null }
}

function staffOf(sale: Sale, names: ReceiptNames): string {
  const known = names.staffName(sale.staff_id ?? null)
  return known === '' && typeof sale.id_user_apps === 'string' ? sale.id_user_apps : known
}

function stateMarks({ state }: OperationRow): readonly ReceiptMark[] {
  if (state === 'queued' || state === 'sending') return ['not-confirmed']
  return state === 'needs-decision' ? ['refused'] : []
}

/** A sale voided before it was sent holds the reason itself; otherwise the separate void does. */
function voidReason(operation: OperationRow, since: readonly OperationRow[]): string {
  const beside = since.find(({ offline_id: id }) => id === operation.voided_by)?.content
  if (beside?.type === 'void') return beside.void.reason
  if (operation.state !== 'cancelled') return ''
  return operation.decisions.findLast(({ what }) => what === 'void')?.reason ?? ''
}

function undoneMarks(operation: OperationRow, sale: Sale, since: readonly OperationRow[]): readonly ReceiptMark[] {
  if (operation.state === 'cancelled' || operation.voided_by !== '') return ['voided']
  const back = since.flatMap(({ content, state }) =>
    content.type === 'refund' && state !== 'cancelled' ? content.refund.items : [],
  )
  if (back.length === 0) return []
  const units = (items: readonly { readonly quantity: number }[]) =>
    items.reduce((sum, { quantity }) => sum + toThousandths(quantity), 0)
  return [units(back) >= units(sale.items) ? 'refunded' : 'partly-refunded']
}
