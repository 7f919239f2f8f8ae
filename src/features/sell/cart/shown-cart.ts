/** Which cart a browser tab shows, over a reload: for this tab alone. */
import { watchCarts } from '../../../db/sales/carts.ts'
import type { SalesDb } from '../../../db/sales/sales-db.ts'

const KEY = 'mstore-current-cart'

export function readShownCart(): string | null {
  try {
    return sessionStorage.getItem(KEY)
  } catch {
    return null
  }
}

export function writeShownCart(cartId: string): void {
  try {
    sessionStorage.setItem(KEY, cartId)
  } catch {
    // Blocked or full: after a reload the tab shows the cart that was touched last.
  }
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
