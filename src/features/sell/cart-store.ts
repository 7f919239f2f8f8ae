/**
 * The carts of this browser tab. What a person does is in memory at once and painted; it is written behind that, one write at
 * a time with the newest state, so that no paint waits for the disk. What another tab writes comes in by `watch`.
 */
import type { KeptCart } from '../../db/sales/carts.ts'
import { type Cart, newCart } from '../../domain/cart.ts'
import type { Observable } from '../../sync/sync-status.ts'

export interface Carts {
  readonly state: 'loading' | 'ready' | 'failed'
  /** In the order of their tabs. The current one is among them once ready; an empty one lives in memory alone. */
  readonly carts: readonly KeptCart[]
  readonly currentId: string | null
  /** The disk refused the last write: what is on the screen would not survive a reload. */
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
  /** Which cart this tab showed last, over a reload. */
  readonly memory: { read(): string | null; write(cartId: string): void }
}

export function createCartStore({ disk, now, newId, memory }: CartStoreDeps): CartStore {
  const listeners = new Set<() => void>()
  /** Carts that are on the disk, as far as this tab knows. */
  const stored = new Set<string>()
  const removed = new Set<string>()
  const dirty = new Set<string>()
  let value: Carts = { state: 'loading', carts: [], currentId: null, isUnsaved: false }
  let writing: Promise<void> | null = null

  function set(next: Partial<Carts>): void {
    value = { ...value, ...next }
    for (const listener of [...listeners]) listener()
  }

  const find = (cartId: string | null) => value.carts.find(({ cart }) => cart.cartId === cartId)

  function current(): KeptCart {
    const kept = find(value.currentId)
    if (!kept) throw new Error('the carts are not read yet')
    return kept
  }

  function freshCart(carts: readonly KeptCart[]): KeptCart {
    const at = now()
    const place = carts.reduce((highest, kept) => Math.max(highest, kept.place), 0) + 1
    return { cart: newCart({ cartId: newId(), saleId: newId(), createdAt: at }), place, state: 'open', updatedAt: at }
  }

  function show(carts: readonly KeptCart[], currentId: string, next: Partial<Carts> = {}): void {
    memory.write(currentId)
    set({ ...next, carts, currentId })
  }

  function replace(changed: KeptCart): readonly KeptCart[] {
    return value.carts.map((kept) => (kept.cart.cartId === changed.cart.cartId ? changed : kept))
  }

  /** Two changes within a millisecond, or a clock that was set back, still have an order. */
  const stamp = (kept: KeptCart): number => Math.max(now(), kept.updatedAt + 1)

  function markDirty(cartId: string): void {
    dirty.add(cartId)
    writing ??= write().finally(() => {
      writing = null
    })
  }

  async function write(): Promise<void> {
    // Everything that a person does in one event is one write.
    await Promise.resolve()
    for (;;) {
      const [cartId] = dirty
      if (cartId === undefined) break
      const kept = find(cartId)
      dirty.delete(cartId)
      if (!kept) continue
      try {
        if (!stored.has(cartId)) {
          await disk.add(kept)
          stored.add(cartId)
        } else if ((await disk.save(kept)) === 'gone') dropGone(cartId)
      } catch {
        dirty.add(cartId)
        set({ isUnsaved: true })
        return
      }
    }
    if (value.isUnsaved) set({ isUnsaved: false })
  }

  /** Sold or deleted in another place: it must not come back. */
  function dropGone(cartId: string): void {
    stored.delete(cartId)
    dirty.delete(cartId)
    const carts = value.carts.filter(({ cart }) => cart.cartId !== cartId)
    if (carts.length === value.carts.length) return
    showWithout(cartId, carts)
  }

  /** The others; when the one that went was on the screen, a new one there. */
  function showWithout(cartId: string, carts: readonly KeptCart[]): void {
    if (value.currentId === cartId) {
      const fresh = freshCart(carts)
      show([...carts, fresh], fresh.cart.cartId)
    } else set({ carts })
  }

  function onRows(rows: readonly KeptCart[]): void {
    const alive = rows.filter(({ cart }) => !removed.has(cart.cartId))
    if (value.state !== 'ready') {
      begin(alive)
      return
    }
    const ids = new Set(alive.map(({ cart }) => cart.cartId))
    for (const cartId of [...stored]) if (!ids.has(cartId) && !dirty.has(cartId)) dropGone(cartId)
    let carts = value.carts
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
    if (carts !== value.carts) set({ carts: [...carts].sort((a, b) => a.place - b.place) })
  }

  function begin(rows: readonly KeptCart[]): void {
    for (const { cart } of rows) stored.add(cart.cartId)
    const remembered = memory.read()
    const newestOpen = rows.filter(({ state }) => state === 'open').sort((a, b) => b.updatedAt - a.updatedAt)[0]
    const kept = rows.find(({ cart }) => cart.cartId === remembered) ?? newestOpen
    const shown = kept ?? freshCart(rows)
    show(kept ? rows : [...rows, shown], shown.cart.cartId, { state: 'ready' })
  }

  /** The other carts when the current one is left: held, or forgotten when there is nothing in it. */
  function leaveCurrent(): readonly KeptCart[] {
    const kept = current()
    const { cartId } = kept.cart
    if (kept.cart.lines.length === 0) {
      forget(cartId)
      return value.carts.filter(({ cart }) => cart.cartId !== cartId)
    }
    if (kept.state === 'held') return value.carts
    markDirty(cartId)
    return replace({ ...kept, state: 'held', updatedAt: stamp(kept) })
  }

  function forget(cartId: string): void {
    removed.add(cartId)
    dirty.delete(cartId)
    // Also while its first write is on the way: the deletion comes after it.
    if (stored.delete(cartId) || writing) {
      void (writing ?? Promise.resolve()).then(() => disk.remove(cartId)).catch(() => set({ isUnsaved: true }))
    }
  }

  return {
    get: () => value,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start: () => disk.watch(onRows, () => set({ state: 'failed' })),
    current: () => current().cart,
    change(change) {
      const kept = current()
      const cart = change(kept.cart)
      if (cart === kept.cart) return
      set({ carts: replace({ ...kept, cart, updatedAt: stamp(kept) }) })
      markDirty(cart.cartId)
    },
    select(cartId) {
      if (cartId === value.currentId || !find(cartId)) return
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
        value.carts.filter(({ cart }) => cart.cartId !== cartId),
      )
    },
    async flush() {
      if (dirty.size > 0 && !writing) {
        const [cartId = ''] = dirty
        markDirty(cartId)
      }
      await writing
      return !value.isUnsaved
    },
  }
}
