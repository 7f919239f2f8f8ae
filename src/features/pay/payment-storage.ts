/**
 * Parts of a split payment where an older app kept them: in this browser's storage, by cart, where two tabs could each write over
 * what the other took. They go from here into the cart's row when its payment is opened (src/db/sales/cart-payment.ts).
 */
import * as v from 'valibot'
import { type OldParts, partsSchema } from '../../db/sales/cart-payment.ts'
import { keepJson, readKeptJson } from '../../ui/kept.ts'

const STORAGE_KEY = 'mstore-payments'

const storedSchema = v.array(v.object({ cartId: v.string(), parts: partsSchema }))

export const OLD_PARTS: OldParts = {
  read: (cartId) => readAll().find((kept) => kept.cartId === cartId)?.parts ?? [],
  drop: (cartId) =>
    keepJson(
      STORAGE_KEY,
      readAll().filter((kept) => kept.cartId !== cartId),
    ),
}

function readAll(): v.InferOutput<typeof storedSchema> {
  const stored = v.safeParse(storedSchema, readKeptJson(STORAGE_KEY))
  return stored.success ? stored.output : []
}
