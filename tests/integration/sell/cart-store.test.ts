import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { addCart, deleteCart, readCart, readCarts, saveCart, watchCarts } from '../../../src/db/sales/carts.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { type Cart, newCart } from '../../../src/domain/cart.ts'
import { addProduct, setLabel } from '../../../src/domain/change-cart.ts'
import { type CartDisk, type CartStore, createCartStore } from '../../../src/features/sell/cart/cart-store.ts'
import { NOTHING_UNWRITTEN, type UnwrittenCarts } from '../../../src/features/sell/cart/unwritten-carts.ts'

let db: SalesDb
const closing: (() => void)[] = []
beforeEach(() => {
  db = new SalesDb(`sales-${randomUUID()}`)
})
afterEach(async () => {
  for (const close of closing.splice(0)) close()
  await db.delete()
})

const diskOf = (database: SalesDb): CartDisk => ({
  add: (kept) => addCart(database, kept),
  save: (kept) => saveCart(database, kept),
  remove: (cartId) => deleteCart(database, cartId),
  watch: (onCarts, onError) => watchCarts(database, onCarts, onError),
})

interface Memory {
  id: string | null
  unwritten: UnwrittenCarts
}
const newMemory = (): Memory => ({ id: null, unwritten: NOTHING_UNWRITTEN })

/** One browser tab; `memory` outlives a reload of it. */
async function openTab(
  memory = newMemory(),
  disk = diskOf(db),
  onRefused: (error: unknown) => void = () => undefined,
): Promise<CartStore> {
  const store = createCartStore({
    disk,
    onRefused,
    now: () => 1_000,
    newId: () => randomUUID(),
    memory: {
      readShown: () => memory.id,
      writeShown: (cartId) => {
        memory.id = cartId
      },
      readUnwritten: () => memory.unwritten,
      storeUnwritten: (unwritten) => {
        memory.unwritten = structuredClone(unwritten)
      },
    },
  })
  closing.push(store.start())
  await vi.waitFor(() => expect(store.get().state).toBe('ready'))
  return store
}

const put =
  (id: number, quantity = 1) =>
  (cart: Cart): Cart => {
    const change = addProduct(
      cart,
      { id, name: `Barang ${id}`, unit: 'pcs', price: 1_000 },
      { quantity, stockShown: 9 },
    )
    if (!change.ok) throw new Error(change.reason)
    return change.cart
  }
const shown = (store: CartStore) => store.current().lines.map(({ productId, quantity }) => [productId, quantity])

describe('carts', () => {
  it('show a change at once and have it on the disk a moment later', async () => {
    const store = await openTab()
    const painted = vi.fn()
    store.subscribe(painted)
    store.change(put(1))
    expect(painted).toHaveBeenCalledTimes(1)
    expect(shown(store)).toEqual([[1, 1]])
    expect(await store.flush()).toBe(true)
    expect((await readCart(db, store.current().cartId))?.lines).toHaveLength(1)
  })

  it('survive a reload: the one on the screen and those on hold, with their sale ids', async () => {
    const memory = newMemory()
    const before = await openTab(memory)
    before.change(put(1, 3))
    before.change((cart) => setLabel(cart, 'Bu Ani'))
    const held = before.current()
    before.hold()
    before.change(put(2))
    await before.flush()
    const after = await openTab(memory)
    expect(shown(after)).toEqual([[2, 1]])
    expect(after.get().carts.map(({ cart, state }) => [cart.label, state])).toEqual([
      ['Bu Ani', 'held'],
      ['', 'open'],
    ])
    after.select(held.cartId)
    expect(after.current()).toEqual(held)
  })

  it('come back without the tab’s own memory, as after a crash of the browser', async () => {
    const before = await openTab()
    before.change(put(5))
    await before.flush()
    expect(shown(await openTab())).toEqual([[5, 1]])
  })

  it('write many quick changes together, the newest last', async () => {
    const disk = diskOf(db)
    const save = vi.fn(disk.save)
    const store = await openTab(undefined, { ...disk, save })
    for (let count = 0; count < 50; count += 1) store.change(put(1))
    await store.flush()
    expect(save.mock.calls.length).toBeLessThan(3)
    expect((await readCart(db, store.current().cartId))?.lines[0]?.quantity).toBe(50)
  })

  it('leave no empty carts behind', async () => {
    const store = await openTab()
    store.change(put(1))
    const { cartId } = store.current()
    store.hold()
    store.select(cartId)
    await store.flush()
    expect(store.get().carts).toHaveLength(1)
    expect(await readCarts(db)).toHaveLength(1)
  })
})

describe('[Q11] a tab that is loaded again while the disk is still writing', () => {
  /** The disk of a page that ends before anything is committed. */
  const deadDisk = () => ({
    ...diskOf(db),
    add: vi.fn(() => new Promise<never>(() => undefined)),
    save: vi.fn(() => new Promise<never>(() => undefined)),
    remove: vi.fn(() => new Promise<never>(() => undefined)),
  })
  /** What the tab left behind when it ended. */
  const leftBy = (memory: Memory): Memory => structuredClone(memory)

  /** In another tab. */
  async function keepOne(): Promise<CartStore> {
    const store = await openTab()
    store.change(put(1))
    await store.flush()
    return store
  }

  it('shows what it had shown, and writes it: the held cart, its name, and the one begun after it', async () => {
    await keepOne()
    const memory = newMemory()
    const disk = deadDisk()
    const before = await openTab(memory, disk)
    before.change((cart) => setLabel(cart, 'Bu Ani'))
    before.hold()
    await vi.waitFor(() => expect(disk.save).toHaveBeenCalled())
    before.change(put(2))
    before.change(put(2))
    const after = await openTab(memory)
    expect(shown(after)).toEqual([[2, 2]])
    expect(after.get().carts.map(({ cart, state }) => [cart.label, state])).toEqual([
      ['Bu Ani', 'held'],
      ['', 'open'],
    ])
    expect(await after.flush()).toBe(true)
    expect(memory.unwritten).toEqual(NOTHING_UNWRITTEN)
    expect((await readCarts(db)).map(({ cart }) => cart)).toEqual(after.get().carts.map(({ cart }) => cart))
  })

  it('does not bring a deleted cart back', async () => {
    await keepOne()
    const memory = newMemory()
    const before = await openTab(memory, deadDisk())
    before.remove(before.current().cartId)
    const after = await openTab(memory)
    expect(after.get().carts.map(({ cart }) => cart.lines)).toEqual([[]])
    expect(await after.flush()).toBe(true)
    expect(await readCarts(db)).toEqual([])
    expect(memory.unwritten).toEqual(NOTHING_UNWRITTEN)
  })

  it('[Q2] does not bring a cart back that was sold in another tab meanwhile', async () => {
    await keepOne()
    const memory = newMemory()
    const before = await openTab(memory, deadDisk())
    before.change(put(2))
    const left = leftBy(memory)
    await deleteCart(db, before.current().cartId)
    const after = await openTab(left)
    expect(shown(after)).toEqual([])
    await after.flush()
    expect(await readCarts(db)).toEqual([])
  })

  it('keeps what another tab did to the same cart later', async () => {
    const other = await keepOne()
    const memory = newMemory()
    const before = await openTab(memory, deadDisk())
    before.change(put(2))
    const left = leftBy(memory)
    other.change(put(3))
    other.change(put(4))
    await other.flush()
    expect(shown(await openTab(left))).toEqual([
      [1, 1],
      [3, 1],
      [4, 1],
    ])
  })
})

it('a deletion that the disk refused is told, and done when asked again', async () => {
  const disk = diskOf(db)
  const remove = vi.fn(disk.remove).mockRejectedValueOnce(new DOMException('full', 'QuotaExceededError'))
  const store = await openTab(undefined, { ...disk, remove })
  store.change(put(1))
  await store.flush()
  store.remove(store.current().cartId)
  await vi.waitFor(() => expect(store.get().isUnsaved).toBe(true))
  expect(await store.flush()).toBe(true)
  expect(await readCarts(db)).toEqual([])
})

describe('two tabs', () => {
  it('show each other’s changes of the same cart', async () => {
    const one = await openTab()
    one.change(put(1))
    await one.flush()
    const two = await openTab()
    two.change(put(2))
    await vi.waitFor(() =>
      expect(shown(one)).toEqual([
        [1, 1],
        [2, 1],
      ]),
    )
  })

  it('[Q2] let a cart go that was sold in the other, and never write it back', async () => {
    const one = await openTab()
    one.change(put(1))
    await one.flush()
    const sold = one.current().cartId
    const selling = deleteCart(db, sold)
    // Before this tab can have heard of it.
    one.change(put(2))
    await selling
    await vi.waitFor(() => expect(one.current().cartId).not.toBe(sold))
    await one.flush()
    expect(one.current().lines).toEqual([])
    expect(await readCart(db, sold)).toBeNull()
  })

  it('forget a deleted cart even while its first write is on the way', async () => {
    const store = await openTab()
    store.change(put(1))
    const { cartId } = store.current()
    store.remove(cartId)
    await store.flush()
    await vi.waitFor(async () => expect(await readCarts(db)).toEqual([]))
    expect(store.get().carts.map(({ cart }) => cart.cartId)).not.toContain(cartId)
  })
})

it('says that the disk refused, keeps the cart on the screen and writes it when asked again', async () => {
  const disk = diskOf(db)
  const refusal = new DOMException('full', 'QuotaExceededError')
  const add = vi.fn(disk.add).mockRejectedValueOnce(refusal)
  const refused: unknown[] = []
  const store = await openTab(undefined, { ...disk, add }, (error) => refused.push(error))
  store.change(put(1))
  await vi.waitFor(() => expect(store.get().isUnsaved).toBe(true))
  expect(refused).toEqual([refusal])
  expect(shown(store)).toEqual([[1, 1]])
  expect(await store.flush()).toBe(true)
  expect(store.get().isUnsaved).toBe(false)
  expect((await readCart(db, store.current().cartId))?.lines).toHaveLength(1)
})

it('does not trust what it cannot read: a damaged cart is left alone and not shown', async () => {
  await db.carts.put({ cart_id: 'odd', place: 1, state: 'open', cart: { lines: 'none' }, updated_at: 1 })
  const store = await openTab()
  expect(store.get().carts).toHaveLength(1)
  expect(store.current().lines).toEqual([])
  expect(await db.carts.get('odd')).toBeDefined()
})

it('reads a cart that an older version of the app left, with what came later filled in', async () => {
  const cart = put(1)(newCart({ cartId: 'old', saleId: randomUUID(), createdAt: 1 }))
  const lines = cart.lines.map(({ belowStockAccepted, goneAccepted, ...line }) => line)
  await db.carts.put({ cart_id: 'old', place: 1, state: 'open', cart: { ...cart, lines }, updated_at: 1 })
  expect(await readCart(db, 'old')).toEqual(cart)
})
