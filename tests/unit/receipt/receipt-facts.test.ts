import { describe, expect, it } from 'vitest'
import type { OperationRow } from '../../../src/db/sales/sales-rows.ts'
import type { ReceiptMark } from '../../../src/domain/receipt.ts'
import { receiptFacts } from '../../../src/features/shared/receipt/receipt-facts.ts'
import { names, operation, payments, SALE_ID, sale } from './records.ts'

const sold = (change: Partial<OperationRow> = {}) => operation({ type: 'sale', sale, payments }, change)
const VOID_ID = '11111111-1111-4111-8111-111111111111'

const voided = operation(
  {
    type: 'void',
    void: {
      offline_id: VOID_ID,
      transaction_offline_id: SALE_ID,
      reason: 'Salah barang',
      approved_by: 3,
      created_at_device: '2026-11-22T07:10:00Z',
      staff_id: 1,
      shift_offline_id: null,
      device_id: null,
    },
  },
  { offline_id: VOID_ID, about: SALE_ID },
)

function refund(items: { product_id: number; quantity: number; amount: number }[], total: number) {
  return operation(
    {
      type: 'refund',
      refund: {
        offline_id: VOID_ID,
        offline_reference: 'DEV-DBBA60CF-20261122-0008',
        transaction_offline_id: SALE_ID,
        items,
        refund_total: total,
        payment_method: 'CASH',
        reference: null,
        reason: 'Rusak',
        approved_by: 3,
        staff_id: 1,
        shift_offline_id: null,
        device_id: null,
        created_at_device: '2026-11-22T07:10:00Z',
      },
    },
    { offline_id: VOID_ID, about: SALE_ID },
  )
}

function marks(row: OperationRow, since: readonly OperationRow[] = [], isCopy = false): readonly ReceiptMark[] {
  return receiptFacts({ operation: row, subject: null, since }, names, { isCopy })?.marks ?? []
}

describe('what a receipt says', () => {
  it('says that the server has not confirmed it, until it has', () => {
    expect(marks(sold({ state: 'queued' }))).toEqual(['not-confirmed'])
    expect(marks(sold({ state: 'sending' }))).toEqual(['not-confirmed'])
    expect(marks(sold({ state: 'accepted' }))).toEqual([])
    expect(marks(sold({ state: 'settled' }))).toEqual([])
    expect(marks(sold({ state: 'needs-decision' }))).toEqual(['refused'])
  })

  it('is marked as a copy once it was printed', () => {
    expect(marks(sold({ state: 'settled' }), [], true)).toEqual(['copy'])
  })

  it('is marked when the sale was voided, sent or never sent, with the reason', () => {
    const queued = sold({ state: 'settled', voided_by: VOID_ID })
    expect(marks(queued, [voided])).toEqual(['voided'])
    expect(receiptFacts({ operation: queued, subject: null, since: [voided] }, names, { isCopy: false })?.reason).toBe(
      'Salah barang',
    )
    const cancelled = sold({
      state: 'cancelled',
      decisions: [{ what: 'void', reason: 'Batal beli', staff_id: 1, approved_by: 3, at: 0 }],
    })
    expect(marks(cancelled)).toEqual(['voided'])
    expect(receiptFacts({ operation: cancelled, subject: null, since: [] }, names, { isCopy: false })?.reason).toBe(
      'Batal beli',
    )
  })

  it('is marked as partly or wholly refunded by the goods that came back', () => {
    const settled = sold({ state: 'settled' })
    const part = refund([{ product_id: 1, quantity: 1, amount: 14_000 }], 14_000)
    const rest = refund(
      [
        { product_id: 1, quantity: 1, amount: 14_000 },
        { product_id: 2, quantity: 5, amount: 16_000 },
        { product_id: 3, quantity: 1.25, amount: 18_600 },
      ],
      48_600,
    )
    expect(marks(settled, [part])).toEqual(['partly-refunded'])
    expect(marks(settled, [part, rest])).toEqual(['refunded'])
    expect(marks(settled, [{ ...part, state: 'cancelled' }])).toEqual([])
  })

  it('carries reference, code once known, lines after discount, sums and payments', () => {
    const facts = receiptFacts(
      {
        operation: sold({
          state: 'settled',
          result: { server_id: 1, transaction_code: 'TRX-20261122-001', epoch: 'e', seq: 5, versions: {}, at: 0 },
        }),
        subject: null,
        since: [],
      },
      names,
      { isCopy: false },
    )
    expect(facts).toMatchObject({
      kind: 'sale',
      offlineReference: 'DEV-DBBA60CF-20261122-0007',
      transactionCode: 'TRX-20261122-001',
      staffName: 'Sari',
      total: 62_600,
      rounding: -25,
    })
    expect(facts?.lines.map(({ total }) => total)).toEqual([30_000, 16_500, 18_625])
    expect(facts?.payments).toEqual([
      { method: 'QRIS', amount: 20_000, tendered: null, reference: 'QR-991' },
      { method: 'CASH', amount: 42_600, tendered: 50_000, reference: '' },
    ])
  })

  it('names the goods of a refund by its sale, and by the catalogue when the sale was made elsewhere', () => {
    const row = refund([{ product_id: 2, quantity: 1, amount: 3_300 }], 3_300)
    const here = receiptFacts({ operation: row, subject: sold(), since: [] }, names, { isCopy: false })
    expect(here?.lines[0]?.name).toContain('Indomie')
    expect(here).toMatchObject({ about: sale.offline_reference, total: 3_300, reason: 'Rusak' })
    const elsewhere = receiptFacts({ operation: row, subject: null, since: [] }, names, { isCopy: false })
    expect(elsewhere?.lines[0]?.name).toBe('Barang 2')
    expect(elsewhere?.about).toBe(SALE_ID)
  })

  it('shows on a void what went back, without change', () => {
    const facts = receiptFacts({ operation: voided, subject: sold(), since: [] }, names, { isCopy: false })
    expect(facts).toMatchObject({ kind: 'void', about: sale.offline_reference, total: 62_600, reason: 'Salah barang' })
    expect(facts?.payments.every(({ tendered }) => tendered === null)).toBe(true)
  })

  it('there is none for a shift', () => {
    const shift = operation({
      type: 'cash_movement',
      movement: {
        offline_id: VOID_ID,
        shift_offline_id: SALE_ID,
        direction: 'in',
        amount: 1,
        reason: 'x',
        staff_id: 1,
        approved_by: null,
        device_id: null,
        created_at_device: '2026-11-22T07:10:00Z',
      },
    })
    expect(receiptFacts({ operation: shift, subject: null, since: [] }, names, { isCopy: false })).toBeNull()
  })
})
