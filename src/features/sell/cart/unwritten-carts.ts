/**
 * What a browser tab has shown and the disk has not confirmed yet. It is noted in the tab's session storage in the same event, so
 * a reload, or a crash of the tab, in the middle of a write takes nothing that a person has seen (rule Q11). Pure but for the two
 * functions at the end.
 */
import * as v from 'valibot'
import { type KeptCart, keptCartSchema } from '../../../db/sales/carts.ts'
import { keep, readKeptJson, TAB } from '../../../ui/kept.ts'

export interface UnwrittenCarts {
  /** `isNew`: it was never on the disk. One that was and is there no more was sold or deleted in another place. */
  readonly changed: readonly { readonly kept: KeptCart; readonly isNew: boolean }[]
  readonly removed: readonly string[]
}

export const NOTHING_UNWRITTEN: UnwrittenCarts = { changed: [], removed: [] }

export interface Recovered {
  readonly carts: readonly KeptCart[]
  /** Ids among `carts` that the disk still has to get. */
  readonly toWrite: readonly string[]
}

/** The carts as the tab showed them last: those of the disk, and over them what it had not written. */
export function recoverCarts(rows: readonly KeptCart[], unwritten: UnwrittenCarts): Recovered {
  const carts = new Map(rows.map((kept) => [kept.cart.cartId, kept]))
  const toWrite: string[] = []
  for (const { kept, isNew } of unwritten.changed) {
    const { cartId } = kept.cart
    const row = carts.get(cartId)
    if (row ? row.updatedAt >= kept.updatedAt : !isNew) continue
    carts.set(cartId, kept)
    toWrite.push(cartId)
  }
  for (const cartId of unwritten.removed) carts.delete(cartId)
  return {
    carts: [...carts.values()].sort((a, b) => a.place - b.place),
    toWrite: toWrite.filter((cartId) => carts.has(cartId)),
  }
}

const KEY = 'mstore-unwritten-carts'
const storedSchema = v.object({
  changed: v.array(v.object({ kept: keptCartSchema, isNew: v.boolean() })),
  removed: v.array(v.string()),
})

/** What this tab left behind before it was loaded again. */
export function readUnwritten(): UnwrittenCarts {
  const stored = v.safeParse(storedSchema, readKeptJson(KEY, TAB))
  return stored.success ? stored.output : NOTHING_UNWRITTEN
}

/** Where nothing can be kept, the write to the database goes on all the same. */
export function storeUnwritten(unwritten: UnwrittenCarts): void {
  const isNothing = unwritten.changed.length + unwritten.removed.length === 0
  keep(KEY, isNothing ? null : JSON.stringify(unwritten), TAB)
}
