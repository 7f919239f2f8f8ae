import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { type Transaction, transactionSchema } from '../../../src/contract/transactions.ts'
import { refundableProducts, refundSums } from '../../../src/domain/refund.ts'
import {
  earlierRefunds,
  paidSale,
  saleFromBranch,
  saleFromHere,
  undoneOf,
  withBranch,
} from '../../../src/features/transactions/past-sale.ts'
import { refundRow, saleRow, uuid, voidRow } from './rows.ts'

const CHICKEN = { product_id: 1386, quantity: 1, amount: 15_000 }
const EVERYTHING = [
  { product_id: 1386, quantity: 2, amount: 30_000 },
  { product_id: 7, quantity: 1.5, amount: 18_000 },
]

function here(...[row, about]: Parameters<typeof saleFromHere>) {
  const sale = saleFromHere(row, about)
  if (sale === null) throw new Error('a sale is expected')
  return sale
}

/** As an MStore backend that knows nothing of this product's additions sends it, with these over it. */
function branchSale(change: Record<string, unknown> = {}): Transaction {
  return v.parse(transactionSchema, {
    id: 12_345,
    transaction_code: 'TRX-20261122-001',
    offline_id: uuid(1),
    offline_reference: 'DEV-B-20261122-0001',
    status: 'paid',
    grand_total: 48_000,
    items: [
      { product_id: 1386, quantity: 2, price: 15_000 },
      { product_id: 7, quantity: 1.5, price: 12_000 },
    ],
    payments: [{ payment_method: 'CASH', amount: 48_000 }],
    device_id: 'DEV-B',
    created_by: 'user_5',
    created_at: '2026-11-22T07:03:00Z',
    created_at_device: null,
    ...change,
  })
}

describe('a past sale', () => {
  it.each([
    ['queued', 'waiting'],
    ['sending', 'waiting'],
    ['accepted', 'confirmed'],
    ['settled', 'confirmed'],
    ['needs-decision', 'refused'],
    ['cancelled', 'cancelled'],
  ] as const)('%s is %s', (state, standing) => {
    expect(here(saleRow(1, { state }), []).standing).toBe(standing)
  })

  it('tells what was undone of it', () => {
    expect(undoneOf(here(saleRow(1), []))).toBe('open')
    expect(undoneOf(here(saleRow(1), [refundRow(2, 1, [CHICKEN])]))).toBe('partly-refunded')
    expect(undoneOf(here(saleRow(1), [refundRow(2, 1, EVERYTHING)]))).toBe('refunded')
    expect(undoneOf(here(saleRow(1, { voided_by: uuid(2) }), [voidRow(2, 1)]))).toBe('void')
    expect(undoneOf(here(saleRow(1, { state: 'cancelled' }), []))).toBe('void')
  })

  it('a refund that was dropped gave nothing back, one that waits for a decision did', () => {
    const sale = saleRow(1)
    const left = (state: 'cancelled' | 'needs-decision') => {
      const past = here(sale, [refundRow(2, 1, [CHICKEN], { state })])
      return refundableProducts(paidSale(past), earlierRefunds(past)).map((product) => product.left)
    }
    expect(left('cancelled')).toEqual([2, 1.5])
    expect(left('needs-decision')).toEqual([1, 1.5])
  })

  it('counts another counter’s refund, and its own once when the server tells of it too', () => {
    const own = refundRow(2, 1, [CHICKEN], { state: 'accepted' })
    const refund = (id: number) => ({
      offline_id: uuid(id),
      offline_reference: `DEV-B-20261122-${id}`,
      refund_total: 15_000,
      payment_method: 'CASH',
      created_at: '2026-11-22T08:00:00Z',
      items: [CHICKEN],
    })
    const past = withBranch(here(saleRow(1), [own]), branchSale({ refunds: [refund(2), refund(3)] }))
    expect(past.undoings.map(({ id, isHere }) => [id, isHere])).toEqual([
      [uuid(2), true],
      [uuid(3), false],
    ])
    const everything = [
      { productId: 1386, quantity: 9 },
      { productId: 7, quantity: 9 },
    ]
    expect(refundSums(paidSale(past), earlierRefunds(past), everything, null)).toMatchObject({
      lines: [{ product_id: 7, quantity: 1.5 }],
      total: 18_000,
    })
  })

  it('reads a backend that sends only the specification’s fields', () => {
    const past = saleFromBranch(branchSale(), [])
    expect(past).toMatchObject({
      saleId: uuid(1),
      isHere: false,
      standing: 'confirmed',
      subtotal: 48_000,
      discountTotal: 0,
      total: 48_000,
      tax: null,
      isVoid: false,
      undoings: [],
    })
    expect(past.lines.map(({ name, discount }) => [name, discount])).toEqual([
      ['', 0],
      ['', 0],
    ])
  })

  it('another counter’s sale that was voided here shows the void before the server knows it', () => {
    const past = saleFromBranch(branchSale(), [voidRow(2, 1)])
    expect(past.isVoid).toBe(true)
    expect(past.undoings).toMatchObject([{ kind: 'void', standing: 'waiting', isHere: true }])
  })

  it('a void that another counter made is seen in the sale of this one', () => {
    const branch = branchSale({
      status: 'void',
      voided: { offline_id: uuid(9), reason: 'Salah barang', created_at: '2026-11-22T08:00:00Z' },
    })
    expect(withBranch(here(saleRow(1), []), branch)).toMatchObject({
      isVoid: true,
      code: 'TRX-20261122-001',
      undoings: [{ id: uuid(9), kind: 'void', reason: 'Salah barang', isHere: false }],
    })
  })
})
