import type { Payment, Sale } from '../../../src/contract/sales.ts'
import type { OperationContent, OperationRow } from '../../../src/db/sales/sales-rows.ts'
import type { ReceiptNames } from '../../../src/features/shared/receipt/receipt-facts.ts'

export const SALE_ID = '56752b9f-3cb4-4b29-8512-ce3e0112c527'
const AT = Date.UTC(2026, 10, 22, 7, 3)

export const names: ReceiptNames = {
  shop: {
    name: 'Sumber Rejeki Kebayoran',
    address: 'Jl. Kebayoran Lama 12\nJakarta Selatan',
    taxNumber: '01.234.567.8-901.000',
    header: '',
    footer: 'Terima kasih, sampai jumpa lagi',
    logo: null,
  },
  deviceName: 'Kasir depan',
  staffName: (id) => (id === 1 ? 'Sari' : ''),
  productName: (id) => `Barang ${id}`,
}

/** Three lines with a line discount, a cart discount, rounding and a split payment; a name tries to command the printer. */
export const sale: Sale = {
  offline_id: SALE_ID,
  offline_reference: 'DEV-DBBA60CF-20261122-0007',
  device_id: 'DEV-DBBA60CF',
  created_at_device: '2026-11-22T07:03:00Z',
  branch_code: 'BRN-MST-OSK00001',
  payment_method: 'QRIS',
  id_user_apps: 'Sari',
  type_transaction: 1,
  subtotal: 66_125,
  discount_total: 3_500,
  tax_total: 6_206,
  grand_total: 62_600,
  status: 'paid',
  payment_status: 'paid',
  sync_status: null,
  items: [
    item(1, 'Chicken Breast sadia 2 kg kemasan hemat', 'pcs', 2, 15_000, 0),
    item(2, 'Indomie <b>goreng</b>\u001b@\u001dV\u0001', 'pcs', 5, 3_500, 1_000),
    item(3, 'Beras pandan wangi', 'kg', 1.25, 14_900, 0),
  ],
  cart_discount: 2_500,
  rounding_total: -25,
  tax: { rate_bp: 1100, included: true },
  note: null,
  shift_offline_id: null,
  staff_id: 1,
  approved_by: null,
}

export const payments: Payment[] = [payment('QRIS', 20_000, null, 'QR-991'), payment('CASH', 42_600, 50_000, null)]

export function operation(content: OperationContent, change: Partial<OperationRow> = {}): OperationRow {
  return {
    offline_id: SALE_ID,
    place: 1,
    content,
    kind: content.type,
    branch_code: 'BRN-MST-OSK00001',
    device_id: 'DEV-DBBA60CF',
    state: 'queued',
    ever_sent: false,
    attempts: 0,
    next_attempt_at: 0,
    error: null,
    result: null,
    about: '',
    shift: '',
    voided_by: '',
    created_at: AT,
    settled_at: null,
    exported_at: null,
    conflict_id: null,
    decisions: [],
    deltas: [],
    ...change,
  }
}

function item(id: number, name: string, unit: string, quantity: number, price: number, discount: number) {
  return {
    product_id: id,
    product_name: name,
    unit,
    quantity,
    price,
    discount,
    note: null,
    master_price: price,
    stock_shown: 10,
  }
}

function payment(method: string, amount: number, tendered: number | null, reference: string | null): Payment {
  return {
    offline_id: '00000000-0000-4000-8000-000000000001',
    transaction_offline_id: SALE_ID,
    payment_method: method,
    amount,
    tendered,
    reference,
    created_at_device: '2026-11-22T07:03:00Z',
  }
}
