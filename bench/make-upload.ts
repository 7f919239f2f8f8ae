/** What a counter uploads: paid sales with their payments, as `POST …/batch-sync` takes them. */
import { randomUUID } from 'node:crypto'
import type { Payment, Sale } from '../src/contract/sales.ts'
import { lineGross } from '../src/domain/sale-totals.ts'

const PRICE = 12_500

export interface Upload {
  readonly device_id: string
  readonly transactions: readonly Sale[]
  readonly payments: readonly Payment[]
}

export interface UploadSite {
  readonly productIds: readonly number[]
  readonly branchCode: string
  readonly deviceId: string
}

export function makeUpload(sales: number, lines: number, site: UploadSite): Upload {
  const made = Array.from({ length: sales }, (_, index) => makeSale(index, lines, site))
  return {
    device_id: site.deviceId,
    transactions: made.map(({ sale }) => sale),
    payments: made.map(({ payment }) => payment),
  }
}

/** The sale with number `index` of a day. */
export function makeSale(
  index: number,
  lines: number,
  { productIds, branchCode, deviceId }: UploadSite,
  createdAt = new Date(),
): { sale: Sale; payment: Payment } {
  const offlineId = randomUUID()
  const items = Array.from({ length: lines }, (__, line) => ({
    product_id: productIds[(index * lines + line) % productIds.length] ?? 0,
    product_name: null,
    unit: null,
    quantity: 1,
    price: PRICE,
    discount: 0,
    note: null,
    master_price: PRICE,
    stock_shown: 100,
  }))
  const total = items.reduce((sum, item) => sum + lineGross(item), 0)
  const sale: Sale = {
    offline_id: offlineId,
    offline_reference: `${deviceId}-20260101-${String(index + 1).padStart(4, '0')}`,
    device_id: deviceId,
    created_at_device: createdAt.toISOString(),
    branch_code: branchCode,
    payment_method: 'CASH',
    id_user_apps: 'user_1',
    type_transaction: 1,
    subtotal: total,
    discount_total: 0,
    tax_total: 0,
    grand_total: total,
    status: 'paid',
    payment_status: 'paid',
    sync_status: null,
    items,
    cart_discount: 0,
    rounding_total: 0,
    tax: null,
    note: null,
    shift_offline_id: null,
    staff_id: null,
    approved_by: null,
  }
  const payment: Payment = {
    offline_id: randomUUID(),
    transaction_offline_id: offlineId,
    payment_method: 'CASH',
    amount: total,
    reference: null,
    created_at_device: createdAt.toISOString(),
    tendered: total,
  }
  return { sale, payment }
}
