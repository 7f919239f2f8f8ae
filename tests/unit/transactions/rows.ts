import type { Refund, Sale } from '../../../src/contract/sales.ts'
import type { OperationContent, OperationRow } from '../../../src/db/sales/sales-rows.ts'

export const BRANCH = 'BRN-MST-OSK00001'
/** 22 November 2026, 14.03 in the shop. */
export const AT = Date.UTC(2026, 10, 22, 7, 3)

/** `uuid(7)`: a fixed id. */
export function uuid(number: number): string {
  return `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`
}

export function operationRow(
  content: OperationContent,
  change: Partial<OperationRow> & { offline_id: string },
): OperationRow {
  return {
    place: 1,
    content,
    kind: content.type,
    deltas: [],
    branch_code: BRANCH,
    device_id: 'DEV-A',
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
    ...change,
  }
}

/** Two chickens at 15,000 and 1.5 kg of rice at 12,000, paid in cash: 48,000. */
export function saleRow(number: number, change: Partial<OperationRow> = {}, sale: Partial<Sale> = {}): OperationRow {
  const id = uuid(number)
  return operationRow(
    {
      type: 'sale',
      sale: {
        offline_id: id,
        offline_reference: `DEV-A-20261122-${String(number).padStart(4, '0')}`,
        device_id: 'DEV-A',
        created_at_device: new Date(AT).toISOString(),
        branch_code: BRANCH,
        payment_method: 'CASH',
        id_user_apps: 'user_5',
        type_transaction: 1,
        subtotal: 48_000,
        discount_total: 0,
        tax_total: 0,
        grand_total: 48_000,
        status: 'paid',
        payment_status: 'paid',
        sync_status: null,
        items: [
          item(1386, 'Chicken Breast sadia 2 kg', 'pcs', 2, 15_000),
          item(7, 'Beras pandan wangi', 'kg', 1.5, 12_000),
        ],
        cart_discount: 0,
        rounding_total: 0,
        tax: null,
        note: null,
        shift_offline_id: null,
        staff_id: 5,
        approved_by: null,
        ...sale,
      },
      payments: [
        {
          offline_id: uuid(100_000 + number),
          transaction_offline_id: id,
          payment_method: 'CASH',
          amount: 48_000,
          reference: null,
          created_at_device: new Date(AT).toISOString(),
          tendered: 50_000,
        },
      ],
    },
    { offline_id: id, place: number, ...change },
  )
}

export function refundRow(
  number: number,
  saleNumber: number,
  items: Refund['items'],
  change: Partial<OperationRow> = {},
): OperationRow {
  return operationRow(
    {
      type: 'refund',
      refund: {
        offline_id: uuid(number),
        offline_reference: `DEV-A-20261122-${String(number).padStart(4, '0')}`,
        transaction_offline_id: uuid(saleNumber),
        items,
        refund_total: items.reduce((sum, { amount }) => sum + amount, 0),
        payment_method: 'CASH',
        reference: null,
        reason: 'Barang rusak',
        approved_by: 1,
        staff_id: 5,
        shift_offline_id: null,
        device_id: 'DEV-A',
        created_at_device: new Date(AT).toISOString(),
      },
    },
    { offline_id: uuid(number), place: number, about: uuid(saleNumber), ...change },
  )
}

export function voidRow(number: number, saleNumber: number, change: Partial<OperationRow> = {}): OperationRow {
  return operationRow(
    {
      type: 'void',
      void: {
        offline_id: uuid(number),
        transaction_offline_id: uuid(saleNumber),
        reason: 'Salah barang',
        approved_by: 1,
        created_at_device: new Date(AT).toISOString(),
        staff_id: 5,
        shift_offline_id: null,
        device_id: 'DEV-A',
      },
    },
    { offline_id: uuid(number), place: number, about: uuid(saleNumber), ...change },
  )
}

function item(id: number, name: string, unit: string, quantity: number, price: number): Sale['items'][number] {
  return {
    product_id: id,
    product_name: name,
    unit,
    quantity,
    price,
    discount: 0,
    note: null,
    master_price: price,
    stock_shown: 10,
  }
}
