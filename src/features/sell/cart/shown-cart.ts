/** Which cart a browser tab shows, over a reload: for this tab alone. */
import { watchCarts } from '../../../db/sales/carts.ts'
import type { SalesDb } from '../../../db/sales/sales-db.ts'
import { keep, readKept, TAB } from '../../../ui/kept.ts'

const KEY = 'mstore-current-cart'

/** Null: not known, and the tab shows the cart that was touched last. */
export function readShownCart(): string | null {
  return readKept(KEY, TAB)
}

export function writeShownCart(cartId: string): void {
  keep(KEY, cartId, TAB)
}

/** Tells from now on whether there are goods in the cart that this tab shows. */
export function followShownCart(salesDb: SalesDb): () => boolean {
  let filled: ReadonlySet<string> = new Set()
  watchCarts(
    salesDb,
    (carts) => {
      filled = new Set(carts.filter(({ cart }) => cart.lines.length > 0).map(({ cart }) => cart.cartId))
    },
    // A database that does not answer says so on the screen; the cart on it counts as it was.
    () => undefined,
  )
  return () => filled.has(readShownCart() ?? '')
}
