/**
 * Parts of a split payment where an older app kept them: in this browser's storage, by cart, where two tabs could each write over
 * what the other took. They go from here into the cart's row when its payment is opened (src/db/sales/cart-payment.ts).
 */
import * as v from 'valibot'
import { type OldParts, partsSchema } from '../../db/sales/cart-payment.ts'

const STORAGE_KEY = 'mstore-payments'

const storedSchema = v.array(v.object({ cartId: v.string(), parts: partsSchema }))

export const OLD_PARTS: OldParts = {
  read: (cartId) => readAll().find((kept) => kept.cartId === cartId)?.parts ?? [],
  drop(cartId) {
    try {
      localStorage.setItem(STORAGE_KEY, JSON.stringify(readAll().filter((kept) => kept.cartId !== cartId)))
    } catch {
      // They are known as moved.
    }
  },
}

function readAll(): v.InferOutput<typeof storedSchema> {
  try {
    const stored = v.safeParse(storedSchema, JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]'))
    return stored.success ? stored.output : []
  } catch {
    return []
  }
}
