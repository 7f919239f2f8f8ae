import type { Page } from '@playwright/test'
import { SALES_DB_NAME } from '../../src/db/sales/sales-db.ts'
import { type Cart, newCart } from '../../src/domain/cart.ts'
import { addProduct, type CartProduct } from '../../src/domain/change-cart.ts'

export interface GoodsWanted extends CartProduct {
  readonly quantity: number
}

/** A cart with these goods, as the sell screen makes it. */
export function cartOf(goods: readonly GoodsWanted[]): Cart {
  const empty = newCart({ cartId: crypto.randomUUID(), saleId: crypto.randomUUID(), createdAt: Date.now() })
  return goods.reduce((cart, { quantity, ...product }) => {
    const added = addProduct(cart, product, { quantity, stockShown: 100 })
    if (!added.ok) throw new Error(added.reason)
    return added.cart
  }, empty)
}

/** Puts a cart on hold on this tablet, past the sell screen: for tests that begin at paying. */
export async function keepCart(page: Page, cart: Cart): Promise<void> {
  await page.evaluate(
    ([name, kept]) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const transaction = db.transaction('carts', 'readwrite')
          transaction
            .objectStore('carts')
            .put({ cart_id: kept.cartId, place: 1, state: 'held', cart: kept, updated_at: kept.createdAt })
          transaction.onabort = () => reject(transaction.error)
          transaction.oncomplete = () => {
            db.close()
            resolve()
          }
        }
      }),
    [SALES_DB_NAME, cart] as const,
  )
}
