import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DeviceProfile } from '../../../src/contract/device.ts'
import { paymentSchema, saleSchema } from '../../../src/contract/sales.ts'
import { parseShopSettings } from '../../../src/contract/settings.ts'
import { addCart, deleteCart, readCart, saveCart } from '../../../src/db/sales/carts.ts'
import { readReceiptRecord } from '../../../src/db/sales/receipt-record.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { type Cart, type CartChange, newCart } from '../../../src/domain/cart.ts'
import { approveDiscount, discountFacts, discountProof, setCartDiscount } from '../../../src/domain/cart-discount.ts'
import {
  acceptBelowStock,
  addProduct,
  setCartNote,
  takeNewPrice,
  withStockShown,
} from '../../../src/domain/change-cart.ts'
import { resumePayment, startPayment, tender } from '../../../src/domain/payment.ts'
import { cashRuleOf, newSale, totalOf } from '../../../src/features/pay/new-sale.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'
import type { Actor, NewSale, Sales } from '../../../src/sync/outbox/sales.ts'

const NOW = Date.UTC(2026, 10, 22, 7, 3)
const settings = parseShopSettings({ tax_rate_bp: 1100, cash_rounding: 100 })
const actor: Actor = { staffId: 1, staffName: 'Sari', shiftId: crypto.randomUUID(), approvedBy: null }
const device: DeviceProfile = {
  device_id: 'DEV-DBBA60CF',
  device_name: 'Kasir depan',
  merchant: { code: 'MCH', name: 'Toko' },
  branch: { code: 'BRN', name: 'Cabang' },
  env: 'test',
  mqtt: { url: '', protocol_version: 5, username: 'DEV-DBBA60CF', keepalive: 60 },
}

function must(change: CartChange): Cart {
  if (!change.ok) throw new Error(change.reason)
  return change.cart
}

let name: string
let db: SalesDb
let sales: Sales
let cart: Cart

/** Another tab: another connection to the same database. */
function openTab(): { db: SalesDb; sales: Sales } {
  const opened = new SalesDb(name)
  return {
    db: opened,
    sales: createSales({
      salesDb: opened,
      http: () => Promise.reject(new Error('no network')),
      device: () => device,
      now: () => NOW,
      newId: () => crypto.randomUUID(),
      keptFailures: () => Promise.resolve([]),
      onRecorded: () => undefined,
      journal: { note: () => undefined },
    }),
  }
}

function saleOf(paid: Cart): NewSale {
  const total = totalOf(paid, settings)
  const outcome = tender(
    startPayment(total),
    { method: 'CASH', amount: 100_000, reference: null },
    cashRuleOf(settings),
  )
  if (!outcome.ok) throw new Error(outcome.reason)
  return newSale(paid, outcome.state, settings, actor, 0)
}

beforeEach(async () => {
  name = `pay-${Math.random()}`
  ;({ db, sales } = openTab())
  const added = addProduct(
    newCart({ cartId: crypto.randomUUID(), saleId: crypto.randomUUID(), createdAt: NOW }),
    { id: 1386, name: 'Chicken Breast sadia 2 kg', unit: 'pcs', price: 15_025 },
    { quantity: 3, stockShown: 10 },
  )
  if (!added.ok) throw new Error(added.reason)
  cart = added.cart
  await addCart(db, { cart, place: 1, state: 'open', updatedAt: NOW })
})

afterEach(async () => db.delete())

describe('completing a sale', () => {
  it('[Q1] records sale, payments and receipt number, and takes the cart away, in one step', async () => {
    const outcome = await sales.completeSale(saleOf(cart))
    expect(outcome.ok).toBe(true)
    const record = await readReceiptRecord(db, cart.saleId)
    const content = record?.operation.content
    expect(content?.type === 'sale' && content.sale).toMatchObject({
      offline_id: cart.saleId,
      subtotal: 45_075,
      rounding_total: 25,
      grand_total: 45_100,
    })
    expect(content?.type === 'sale' && content.payments).toMatchObject([{ amount: 45_100, tendered: 100_000 }])
    expect(await readCart(db, cart.cartId)).toBeNull()
  })

  it.each(['DEV-DBBA60CF', 'DEV-BEFORE'])('carries a proof of this device alone: %s', async (deviceId) => {
    const discounted = must(setCartDiscount(cart, { kind: 'percent', basisPoints: 5_000 }))
    const proof = discountProof({ text: 'a.b.c', deviceId }, discountFacts(discounted))
    await saveCart(db, { cart: approveDiscount(discounted, 2, proof), place: 1, state: 'open', updatedAt: NOW + 1 })
    const kept = await readCart(db, cart.cartId)
    expect(kept && (await sales.completeSale(saleOf(kept)))).toMatchObject({ ok: true })
    const content = (await db.operations.get(cart.saleId))?.content
    if (content?.type !== 'sale') throw new Error('no sale')
    expect(content.sale.approved_by).toBe(2)
    expect(content.sale.approval_proof).toBe(deviceId === device.device_id ? 'a.b.c' : undefined)
  })

  it('[Q2] tapped twice at once makes one sale; the second finds it done', async () => {
    const outcomes = await Promise.all([sales.completeSale(saleOf(cart)), sales.completeSale(saleOf(cart))])
    expect(outcomes.map(({ ok }) => ok).sort()).toEqual([false, true])
    const second = outcomes.find(({ ok }) => !ok)
    expect(second).toMatchObject({ reason: 'already-done', operation: { offline_id: cart.saleId } })
    expect(await db.operations.count()).toBe(1)
  })

  it('[Q2] tapped in two tabs at once makes one sale', async () => {
    const other = openTab()
    const outcomes = await Promise.all([sales.completeSale(saleOf(cart)), other.sales.completeSale(saleOf(cart))])
    expect(outcomes.map(({ ok }) => ok).sort()).toEqual([false, true])
    expect(await db.operations.count()).toBe(1)
    other.db.close()
  })

  const elsewhere: Record<string, (seen: Cart) => Cart> = {
    'a line that came in': (seen) =>
      must(addProduct(seen, { id: 7, name: 'Teh', unit: 'pcs', price: 5_000 }, { quantity: 1, stockShown: 1 })),
    'a line that went': (seen) => ({ ...seen, lines: [] }),
    'another quantity': (seen) =>
      must(addProduct(seen, { id: 1386, name: '', unit: 'pcs', price: 0 }, { quantity: 1, stockShown: 1 })),
    'another price': (seen) => must(takeNewPrice(seen, '1386', 14_000)),
    'a discount': (seen) => must(setCartDiscount(seen, { kind: 'amount', amount: 5_000 })),
    'a note': (seen) => setCartNote(seen, 'tanpa plastik'),
  }

  it.each(Object.keys(elsewhere))(
    '[Q2] of a cart to which another tab did something books nothing: %s',
    async (what) => {
      const other = openTab()
      const changed = elsewhere[what]?.(cart) ?? cart
      expect(await saveCart(other.db, { cart: changed, place: 1, state: 'open', updatedAt: NOW + 1 })).toBe('saved')
      other.db.close()
      expect(await sales.completeSale(saleOf(cart))).toEqual({ ok: false, reason: 'cart-changed', operation: null })
      expect(await db.operations.count()).toBe(0)
      expect(await db.effects.count()).toBe(0)
      expect(await readCart(db, cart.cartId)).toEqual(changed)
      // What was read then is booked, and draws the first number.
      if (changed.lines.length > 0) {
        const outcome = await sales.completeSale(saleOf(changed))
        expect(outcome.ok && outcome.operation.content).toMatchObject({
          sale: { offline_reference: expect.stringMatching(/-0001$/) },
        })
      }
    },
  )

  it('[Q2] goes on when another tab only saw another stock, or answered a warning', async () => {
    const seen = acceptBelowStock(
      withStockShown(cart, () => 2),
      ['1386'],
    )
    await saveCart(db, { cart: seen, place: 1, state: 'held', updatedAt: NOW + 1 })
    expect((await sales.completeSale(saleOf(cart))).ok).toBe(true)
    expect(await readCart(db, cart.cartId)).toBeNull()
  })

  it('[S9] of a cart that another tab deleted is a fact all the same: the money is taken', async () => {
    await deleteCart(db, cart.cartId)
    expect((await sales.completeSale(saleOf(cart))).ok).toBe(true)
  })

  it('[Q7] refused by a full disk leaves no sale and the cart as it was; with room it goes through', async () => {
    const put = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    const putToo = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    expect(await sales.completeSale(saleOf(cart))).toEqual({ ok: false, reason: 'storage-full', operation: null })
    put.mockRestore()
    putToo.mockRestore()
    expect(await db.operations.count()).toBe(0)
    expect(await readCart(db, cart.cartId)).toEqual(cart)
    expect((await sales.completeSale(saleOf(cart))).ok).toBe(true)
  })

  it('[Q2] sends up what the contract names and nothing else: a file of it, read again, is the same sale', async () => {
    await sales.completeSale(saleOf(cart))
    const content = (await db.operations.get(cart.saleId))?.content
    if (content?.type !== 'sale') throw new Error('no sale')
    expect(Object.keys(saleSchema.entries)).toEqual(expect.arrayContaining(Object.keys(content.sale)))
    for (const payment of content.payments) {
      expect(Object.keys(paymentSchema.entries)).toEqual(expect.arrayContaining(Object.keys(payment)))
    }
  })

  it('knows no receipt of what was never recorded', async () => {
    expect(await readReceiptRecord(db, crypto.randomUUID())).toBeNull()
  })

  it('finds a void beside its sale, and the sale of a void', async () => {
    await sales.completeSale(saleOf(cart))
    await db.operations.update(cart.saleId, { state: 'settled', ever_sent: true })
    const past = { offlineId: cart.saleId, items: [{ product_id: 1386, quantity: 3 }] }
    const voided = await sales.voidSale(past, 'Salah barang', { ...actor, approvedBy: 3 })
    expect(voided.ok).toBe(true)
    const voidId = voided.operation?.offline_id ?? ''
    const ofSale = await readReceiptRecord(db, cart.saleId)
    expect(ofSale?.since.map(({ offline_id: id }) => id)).toEqual([voidId])
    expect((await readReceiptRecord(db, voidId))?.subject?.offline_id).toBe(cart.saleId)
  })
})

describe('a payment that was left and taken up again', () => {
  it('goes on with the parts that were taken', () => {
    const total = totalOf(cart, settings)
    const first = tender(startPayment(total), { method: 'QRIS', amount: 20_000, reference: null }, cashRuleOf(settings))
    expect(first.ok && resumePayment(total, first.state.parts)).toEqual(first.ok ? first.state : null)
  })
})
