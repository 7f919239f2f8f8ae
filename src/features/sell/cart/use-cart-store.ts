import { useEffect, useState } from 'preact/compat'
import { addCart, deleteCart, saveCart, watchCarts } from '../../../db/sales/carts.ts'
import { failureKind } from '../../../sync/failure-kind.ts'
import { useServices } from '../../shared/services.ts'
import { type CartStore, createCartStore } from './cart-store.ts'
import { readShownCart, writeShownCart } from './shown-cart.ts'
import { readUnwritten, storeUnwritten } from './unwritten-carts.ts'

/** The carts of this browser tab, on this device's database. */
export function useCartStore(): CartStore {
  const { salesDb, journal } = useServices()
  const [store] = useState(() =>
    createCartStore({
      disk: {
        add: (kept) => addCart(salesDb, kept),
        save: (kept) => saveCart(salesDb, kept),
        remove: (cartId) => deleteCart(salesDb, cartId),
        watch: (onCarts, onError) => watchCarts(salesDb, onCarts, onError),
      },
      now: () => Date.now(),
      newId: () => crypto.randomUUID(),
      memory: { readShown: readShownCart, writeShown: writeShownCart, readUnwritten, storeUnwritten },
      onRefused: (error) => journal.note(failureKind(error, 'storage'), 'Cart', error),
    }),
  )
  // The carts of other tabs come by a subscription to the database.
  useEffect(() => store.start(), [store])
  return store
}
