import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { DeviceProfile } from '../../../src/contract/device.ts'
import { parseShopSettings } from '../../../src/contract/settings.ts'
import {
  type CartPayment,
  changeParts,
  moveOldParts,
  type OldParts,
  type PayableCart,
  readPayableCart,
} from '../../../src/db/sales/cart-payment.ts'
import { addCart, deleteCart, readCart, saveCart } from '../../../src/db/sales/carts.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { type Cart, newCart } from '../../../src/domain/cart.ts'
import { addProduct, setCartNote } from '../../../src/domain/change-cart.ts'
import { dueBy, type PaymentPart, resumePayment, takeBack, tender } from '../../../src/domain/payment.ts'
import { isSameSale } from '../../../src/domain/same-sale.ts'
import { cashRuleOf, newSale, totalOf } from '../../../src/features/pay/new-sale.ts'
import { OLD_PARTS } from '../../../src/features/pay/payment-storage.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'

const NOW = Date.UTC(2026, 10, 22, 7, 3)
const settings = parseShopSettings({})
const cash = cashRuleOf(settings)
const actor = { staffId: 1, staffName: 'Sari', shiftId: crypto.randomUUID(), approvedBy: null }
const device: DeviceProfile = {
  device_id: 'DEV-DBBA60CF',
  device_name: 'Kasir depan',
  merchant: { code: 'MCH', name: 'Toko' },
  branch: { code: 'BRN', name: 'Cabang' },
  env: 'test',
  mqtt: { url: '', protocol_version: 5, username: 'DEV-DBBA60CF', keepalive: 60 },
}

let name: string
let cart: Cart
const opened: SalesDb[] = []

/** A tab of its own connection that stands at the payment: what it shows is what it read last. */
async function openTab() {
  const db = new SalesDb(name)
  opened.push(db)
  const sales = createSales({
    salesDb: db,
    http: () => Promise.reject(new Error('no network')),
    device: () => device,
    now: () => NOW,
    newId: () => crypto.randomUUID(),
    keptFailures: () => Promise.resolve([]),
    onRecorded: () => undefined,
    journal: { note: () => undefined },
  })
  const read = async (): Promise<PayableCart> => {
    const payable = await readPayableCart(db, cart.cartId)
    if (!payable) throw new Error('the cart is gone')
    return payable
  }
  let shown = await read()
  const state = () => resumePayment(totalOf(shown.cart, settings), shown.payment.parts)
  async function change(parts: readonly PaymentPart[]): Promise<CartPayment | null> {
    const kept = await changeParts(db, cart.cartId, {
      seenVersion: shown.payment.version,
      isSeen: (stored) => isSameSale(stored, shown.cart),
      parts,
    })
    if (kept) shown = { ...shown, payment: kept }
    return kept
  }
  return {
    db,
    due: () => dueBy(state(), 'QRIS', cash),
    async readAgain() {
      shown = await read()
    },
    async take(amount: number) {
      const outcome = tender(state(), { method: 'QRIS', amount, reference: null }, cash)
      if (!outcome.ok) throw new Error(outcome.reason)
      return await change(outcome.state.parts)
    },
    giveBack: (place: number) => change(takeBack(state(), place).parts),
    async close() {
      const outcome = tender(state(), { method: 'CASH', amount: dueBy(state(), 'CASH', cash), reference: null }, cash)
      if (!outcome.ok) throw new Error(outcome.reason)
      return await sales.completeSale(newSale(shown.cart, outcome.state, settings, actor, shown.payment.version))
    },
  }
}

const part = (amount: number): PaymentPart => ({ method: 'QRIS', amount, tendered: null, reference: null })

/** What stands in the books of this device: the money by part. */
async function booked(db: SalesDb) {
  const content = (await db.operations.get(cart.saleId))?.content
  return content?.type === 'sale' ? content.payments.map(({ amount }) => amount) : null
}
const taken = async (db: SalesDb) =>
  (await readPayableCart(db, cart.cartId))?.payment.parts.map(({ amount }) => amount) ?? null

function withGoods(seen: Cart, id: number, price: number): Cart {
  const added = addProduct(seen, { id, name: `Barang ${id}`, unit: 'pcs', price }, { quantity: 1, stockShown: 9 })
  if (!added.ok) throw new Error(added.reason)
  return added.cart
}

beforeEach(async () => {
  name = `split-${crypto.randomUUID()}`
  cart = withGoods(newCart({ cartId: crypto.randomUUID(), saleId: crypto.randomUUID(), createdAt: NOW }), 1386, 23_000)
  const db = new SalesDb(name)
  await addCart(db, { cart, place: 1, state: 'open', updatedAt: NOW })
  db.close()
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.unstubAllGlobals()
  for (const db of opened.splice(0)) db.close()
  await new SalesDb(name).delete()
})

describe('a payment in parts, in two tabs of one tablet', () => {
  it('[Q2] is not closed over a part that the other tab took after this one last looked', async () => {
    const [one, other] = [await openTab(), await openTab()]
    expect(await other.take(13_000)).not.toBeNull()
    expect(one.due()).toBe(23_000)
    expect(await one.close()).toEqual({ ok: false, reason: 'cart-changed', operation: null })
    expect(await booked(one.db)).toBeNull()
    await one.readAgain()
    expect(one.due()).toBe(10_000)
    expect((await one.close()).ok).toBe(true)
    expect(await booked(one.db)).toEqual([13_000, 10_000])
  })

  it('[Q2] is not closed with a part that the other tab gave back meanwhile', async () => {
    const one = await openTab()
    await one.take(13_000)
    const other = await openTab()
    expect(await other.giveBack(0)).toMatchObject({ parts: [] })
    expect(await one.close()).toMatchObject({ ok: false, reason: 'cart-changed' })
    expect(await booked(one.db)).toBeNull()
  })

  it('[Q2] keeps one of two parts that are taken at once; the other tab has to look again', async () => {
    const [one, other] = [await openTab(), await openTab()]
    const kept = await Promise.all([one.take(5_000), other.take(5_000)])
    expect(kept.filter((payment) => payment !== null)).toHaveLength(1)
    expect(await taken(one.db)).toEqual([5_000])
    const late = kept[0] === null ? one : other
    await late.readAgain()
    await late.take(7_000)
    expect(await taken(one.db)).toEqual([5_000, 7_000])
  })

  it('[Q2] closed and added to at once is booked with what was on the screen, or not at all', async () => {
    for (const order of ['close first', 'take first']) {
      const [one, other] = [await openTab(), await openTab()]
      const steps = [() => one.close(), () => other.take(4_000)]
      const results = await Promise.all(
        order === 'close first' ? steps.map((run) => run()) : steps.reverse().map((run) => run()),
      )
      const [outcome, added] = order === 'close first' ? results : results.toReversed()
      const isBooked = (await booked(one.db)) !== null
      expect(outcome).toMatchObject({ ok: isBooked })
      expect(added === null).toBe(isBooked)
      if (isBooked) {
        expect(await booked(one.db)).toEqual([23_000])
        // The next round has a cart of its own.
        cart = withGoods(
          newCart({ cartId: crypto.randomUUID(), saleId: crypto.randomUUID(), createdAt: NOW }),
          7,
          23_000,
        )
        await addCart(one.db, { cart, place: 2, state: 'open', updatedAt: NOW })
      } else expect(await taken(one.db)).toEqual([4_000])
    }
  })

  it('[Q2] takes no part for a cart that became another sale, nor for one that is gone', async () => {
    const one = await openTab()
    await saveCart(one.db, { cart: setCartNote(cart, 'tanpa plastik'), place: 1, state: 'open', updatedAt: NOW + 1 })
    expect(await one.take(5_000)).toBeNull()
    expect(await taken(one.db)).toEqual([])
    await one.readAgain()
    await deleteCart(one.db, cart.cartId)
    expect(await one.take(5_000)).toBeNull()
    expect(await readCart(one.db, cart.cartId)).toBeNull()
  })

  it('[Q11] outlives a reload, and whatever the sell screen writes of the cart; it goes with the sale', async () => {
    const before = await openTab()
    await before.take(13_000)
    const dearer = withGoods(cart, 7, 1_000)
    await saveCart(before.db, { cart: dearer, place: 1, state: 'held', updatedAt: NOW + 1 })
    await addCart(before.db, { cart: dearer, place: 1, state: 'held', updatedAt: NOW + 2 })
    before.db.close()
    const after = await openTab()
    expect(await taken(after.db)).toEqual([13_000])
    expect(after.due()).toBe(11_000)
    expect((await after.close()).ok).toBe(true)
    expect(await after.db.carts.count()).toBe(0)
  })

  it('[Q1] a part that the disk refuses is not taken', async () => {
    const one = await openTab()
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    await expect(one.take(5_000)).rejects.toThrow()
    vi.restoreAllMocks()
    expect(await taken(one.db)).toEqual([])
    expect(one.due()).toBe(23_000)
  })
})

describe('[Q11] parts that an older app left outside of the database', () => {
  /** This browser's storage, as the older app wrote it; both tabs share it. */
  function storageWith(kept: readonly { cartId: string; parts: readonly PaymentPart[] }[]) {
    const stored = new Map([['mstore-payments', JSON.stringify(kept)]])
    const storage = {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
      removeItem: (key: string) => void stored.delete(key),
    }
    vi.stubGlobal('localStorage', storage)
    return stored
  }

  it('are moved once, by whichever tab opens the payment; those of other carts wait', async () => {
    const others = { cartId: 'another', parts: [part(1_000)] }
    const stored = storageWith([others, { cartId: cart.cartId, parts: [part(13_000)] }])
    const [one, other] = [await openTab(), await openTab()]
    await Promise.all([one, other].map(({ db }) => moveOldParts(db, cart.cartId, OLD_PARTS)))
    await moveOldParts(one.db, cart.cartId, OLD_PARTS)
    expect(await taken(other.db)).toEqual([13_000])
    expect(JSON.parse(stored.get('mstore-payments') ?? '')).toEqual([others])
    // What was seen before they came is not what was taken.
    expect(await one.close()).toMatchObject({ ok: false, reason: 'cart-changed' })
    await one.readAgain()
    expect(one.due()).toBe(10_000)
  })

  it('are moved once also when the tablet stops before they are dropped', async () => {
    storageWith([{ cartId: cart.cartId, parts: [part(13_000)] }])
    const crashing: OldParts = { ...OLD_PARTS, drop: () => undefined }
    const one = await openTab()
    await moveOldParts(one.db, cart.cartId, crashing)
    await moveOldParts(one.db, cart.cartId, OLD_PARTS)
    expect(await taken(one.db)).toEqual([13_000])
    expect(OLD_PARTS.read(cart.cartId)).toEqual([])
  })

  it('come behind those that this app took; the same sum taken once more counts once more', async () => {
    storageWith([])
    const one = await openTab()
    await one.take(5_000)
    storageWith([{ cartId: cart.cartId, parts: [part(5_000)] }])
    await moveOldParts(one.db, cart.cartId, OLD_PARTS)
    expect(await taken(one.db)).toEqual([5_000, 5_000])
    await one.readAgain()
    await one.take(1_000)
    storageWith([{ cartId: cart.cartId, parts: [part(5_000)] }])
    await moveOldParts(one.db, cart.cartId, OLD_PARTS)
    expect(await taken(one.db)).toEqual([5_000, 5_000, 1_000, 5_000])
  })

  it('stay where they are when the disk refuses, or the cart is gone', async () => {
    storageWith([{ cartId: cart.cartId, parts: [part(13_000)] }])
    const one = await openTab()
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    await expect(moveOldParts(one.db, cart.cartId, OLD_PARTS)).rejects.toThrow()
    vi.restoreAllMocks()
    expect(OLD_PARTS.read(cart.cartId)).toEqual([part(13_000)])
    await deleteCart(one.db, cart.cartId)
    await moveOldParts(one.db, cart.cartId, OLD_PARTS)
    expect(OLD_PARTS.read(cart.cartId)).toEqual([part(13_000)])
  })
})
