/**
 * The carts of this browser tab. What a person does is in memory at once and painted; it is written behind that, one write at
 * a time with the newest state, so that no paint waits for the disk. What another tab writes comes in by `watch`.
 */
import type { KeptCart } from '../../../db/sales/carts.ts'
import { type Cart, newCart } from '../../../domain/cart.ts'
import { createObservable } from '../../../sync/observable.ts'
import type { Observable } from '../../../sync/sync-status.ts'
import { recoverCarts, type UnwrittenCarts } from './unwritten-carts.ts'

export interface Carts {
  readonly state: 'loading' | 'ready' | 'failed'
  /** In the order of their tabs. The current one is among them once ready; an empty one lives in memory alone. */
  readonly carts: readonly KeptCart[]
  readonly currentId: string | null
  /** The disk refused the last write: what is on the screen would not survive the end of this tab. */
  readonly isUnsaved: boolean
}

export interface CartStore extends Observable<Carts> {
  /** Reads what is kept and follows it. Returns the way to stop. */
  start(): () => void
  /** The cart on the screen. Throws before `ready`. */
  current(): Cart
  /** Applies to the current cart. */
  change(change: (cart: Cart) => Cart): void
  /** Puts the current cart on hold and shows this one. */
  select(cartId: string): void
  /** Puts the current cart on hold and begins another one; an empty cart just stays. */
  hold(): void
  /** Deletes a cart that is not sold; the current one makes way for a new one. */
  remove(cartId: string): void
  /** True once everything is on the disk, false when that refuses. */
  flush(): Promise<boolean>
}

/** What the store needs of src/db/sales/carts.ts. */
export interface CartDisk {
  add(kept: KeptCart): Promise<void>
  save(kept: KeptCart): Promise<'saved' | 'gone'>
  remove(cartId: string): Promise<void>
  watch(onCarts: (carts: readonly KeptCart[]) => void, onError: (error: unknown) => void): () => void
}

export interface CartStoreDeps {
  readonly disk: CartDisk
  now(): number
  newId(): string
  readonly memory: TabMemory
  /** The disk did not take a write. */
  readonly onRefused: (error: unknown) => void
}

/** What a browser tab knows over a reload. Written at once, never throws. */
export interface TabMemory {
  /** The cart that it showed last. */
  readShown(): string | null
  writeShown(cartId: string): void
  readUnwritten(): UnwrittenCarts
  storeUnwritten(unwritten: UnwrittenCarts): void
}

export function createCartStore({ disk, now, newId, memory, onRefused }: CartStoreDeps): CartStore {
  /** Carts that are on the disk, as far as this tab knows. */
  const stored = new Set<string>()
  const removed = new Set<string>()
  const dirty = new Set<string>()
  /** The cart that is on its way to the disk. */
  let inWriting: string | null = null
  /** Carts that have to go from the disk. */
  const toRemove = new Set<string>()
  const store = createObservable<Carts>({ state: 'loading', carts: [], currentId: null, isUnsaved: false })
  let writing: Promise<void> | null = null

  // The first to hear: the tab notes what it has not written together with what is painted. What is to be written is marked before.
  store.subscribe(noteUnwritten)
  const set = (next: Partial<Carts>) => store.set({ ...store.get(), ...next })

  const find = (cartId: string | null) => store.get().carts.find(({ cart }) => cart.cartId === cartId)

  function current(): KeptCart {
    const kept = find(store.get().currentId)
    if (!kept) throw new Error('the carts are not read yet')
    return kept
  }

  function freshCart(carts: readonly KeptCart[]): KeptCart {
    const at = now()
    const place = carts.reduce((highest, kept) => Math.max(highest, kept.place), 0) + 1
    return { cart: newCart({ cartId: newId(), saleId: newId(), createdAt: at }), place, state: 'open', updatedAt: at }
  }

  function show(carts: readonly KeptCart[], currentId: string, next: Partial<Carts> = {}): void {
    memory.writeShown(currentId)
    set({ ...next, carts, currentId })
  }

  function replace(changed: KeptCart): readonly KeptCart[] {
    return store.get().carts.map((kept) => (kept.cart.cartId === changed.cart.cartId ? changed : kept))
  }

  /** Two changes within a millisecond, or a clock that was set back, still have an order. */
  const stamp = (kept: KeptCart): number => Math.max(now(), kept.updatedAt + 1)

  function noteUnwritten(): void {
    const changed = store
      .get()
      .carts.filter(({ cart }) => dirty.has(cart.cartId) || inWriting === cart.cartId)
      .map((kept) => ({ kept, isNew: !stored.has(kept.cart.cartId) }))
    memory.storeUnwritten({ changed, removed: [...toRemove] })
  }

  function markDirty(cartId: string): void {
    dirty.add(cartId)
    startWriting()
  }

  function startWriting(): void {
    writing ??= write().finally(() => {
      writing = null
    })
  }

  async function write(): Promise<void> {
    // Everything that a person does in one event is one write.
    await Promise.resolve()
    try {
      while (dirty.size > 0 || toRemove.size > 0) {
        await writeNext()
        noteUnwritten()
      }
      if (store.get().isUnsaved) set({ isUnsaved: false })
    } catch (error) {
      onRefused(error)
      set({ isUnsaved: true })
    }
  }

  /** A deletion comes last: the first write of its cart may have been on the way. Rejects when the disk refuses. */
  async function writeNext(): Promise<void> {
    const [cartId] = dirty
    if (cartId !== undefined) {
      dirty.delete(cartId)
      const kept = find(cartId)
      if (kept) await writeCart(kept)
      return
    }
    for (const removedId of toRemove) {
      await disk.remove(removedId)
      toRemove.delete(removedId)
    }
  }

  async function writeCart(kept: KeptCart): Promise<void> {
    const { cartId } = kept.cart
    inWriting = cartId
    try {
      if (!stored.has(cartId)) {
        await disk.add(kept)
        stored.add(cartId)
      } else if ((await disk.save(kept)) === 'gone') dropGone(cartId)
    } catch (error) {
      dirty.add(cartId)
      throw error
    } finally {
      inWriting = null
    }
  }

  /** Sold or deleted in another place: it must not come back. */
  function dropGone(cartId: string): void {
    stored.delete(cartId)
    dirty.delete(cartId)
    const carts = store.get().carts.filter(({ cart }) => cart.cartId !== cartId)
    if (carts.length === store.get().carts.length) return
    showWithout(cartId, carts)
  }

  /** The others; when the one that went was on the screen, a new one there. */
  function showWithout(cartId: string, carts: readonly KeptCart[]): void {
    if (store.get().currentId === cartId) {
      const fresh = freshCart(carts)
      show([...carts, fresh], fresh.cart.cartId)
    } else set({ carts })
  }

  function onRows(rows: readonly KeptCart[]): void {
    const alive = rows.filter(({ cart }) => !removed.has(cart.cartId))
    if (store.get().state !== 'ready') {
      begin(alive)
      return
    }
    const ids = new Set(alive.map(({ cart }) => cart.cartId))
    for (const cartId of [...stored]) if (!ids.has(cartId) && !dirty.has(cartId)) dropGone(cartId)
    let carts = store.get().carts
    for (const row of alive) {
      const { cartId } = row.cart
      stored.add(cartId)
      const mine = find(cartId)
      if (!mine) carts = [...carts, row]
      // What this tab has not written yet is the newer one, and is written over it.
      else if (!dirty.has(cartId) && row.updatedAt > mine.updatedAt) {
        carts = carts.map((kept) => (kept.cart.cartId === cartId ? row : kept))
      }
    }
    if (carts !== store.get().carts) set({ carts: [...carts].sort((a, b) => a.place - b.place) })
  }

  function begin(rows: readonly KeptCart[]): void {
    for (const { cart } of rows) stored.add(cart.cartId)
    const unwritten = memory.readUnwritten()
    for (const cartId of unwritten.removed) forget(cartId)
    const { carts, toWrite } = recoverCarts(rows, unwritten)
    for (const cartId of toWrite) markDirty(cartId)
    const remembered = memory.readShown()
    const newestOpen = carts.filter(({ state }) => state === 'open').sort((a, b) => b.updatedAt - a.updatedAt)[0]
    const kept = carts.find(({ cart }) => cart.cartId === remembered) ?? newestOpen
    const shown = kept ?? freshCart(carts)
    show(kept ? carts : [...carts, shown], shown.cart.cartId, { state: 'ready' })
  }

  /** The other carts when the current one is left: held, or forgotten when there is nothing in it. */
  function leaveCurrent(): readonly KeptCart[] {
    const kept = current()
    const { cartId } = kept.cart
    if (kept.cart.lines.length === 0) {
      forget(cartId)
      return store.get().carts.filter(({ cart }) => cart.cartId !== cartId)
    }
    if (kept.state === 'held') return store.get().carts
    markDirty(cartId)
    return replace({ ...kept, state: 'held', updatedAt: stamp(kept) })
  }

  function forget(cartId: string): void {
    removed.add(cartId)
    dirty.delete(cartId)
    // Also while its first write is on the way: the deletion comes after it.
    if (!stored.delete(cartId) && !writing) return
    toRemove.add(cartId)
    startWriting()
  }

  return {
    get: store.get,
    subscribe: store.subscribe,
    start: () => disk.watch(onRows, () => set({ state: 'failed' })),
    current: () => current().cart,
    change(change) {
      const kept = current()
      const cart = change(kept.cart)
      if (cart === kept.cart) return
      markDirty(cart.cartId)
      set({ carts: replace({ ...kept, cart, updatedAt: stamp(kept) }) })
    },
    select(cartId) {
      if (cartId === store.get().currentId || !find(cartId)) return
      show(leaveCurrent(), cartId)
    },
    hold() {
      if (current().cart.lines.length === 0) return
      const others = leaveCurrent()
      const fresh = freshCart(others)
      show([...others, fresh], fresh.cart.cartId)
    },
    remove(cartId) {
      forget(cartId)
      showWithout(
        cartId,
        store.get().carts.filter(({ cart }) => cart.cartId !== cartId),
      )
    },
    async flush() {
      if (dirty.size > 0 || toRemove.size > 0) startWriting()
      await writing
      return !store.get().isUnsaved
    },
  }
}
