/** Carts that are not sold yet. They survive a reload; selling one removes it in the sale's own transaction. */

import * as v from 'valibot'
import type { Cart } from '../../domain/cart.ts'
import { liveQuery } from '../live-query.ts'
import type { SalesDb } from './sales-db.ts'
import type { CartRow } from './sales-rows.ts'

/** `place`: order of the tabs. `updatedAt`: client time, ms; grows with every change, so that of two the newer is known. */
export interface KeptCart {
  readonly cart: Cart
  readonly place: number
  readonly state: CartRow['state']
  readonly updatedAt: number
}

const discountSchema = v.nullable(
  v.variant('kind', [
    v.object({ kind: v.literal('amount'), amount: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
    v.object({ kind: v.literal('percent'), basisPoints: v.pipe(v.number(), v.integer(), v.minValue(1)) }),
  ]),
)

const discountProofSchema = v.object({
  text: v.string(),
  deviceId: v.string(),
  amount: v.number(),
  base: v.number(),
})

/** Written by this app, maybe by an older version of it: what came later has a fallback. */
const cartSchema = v.object({
  cartId: v.string(),
  saleId: v.string(),
  label: v.string(),
  lines: v.array(
    v.object({
      lineId: v.string(),
      productId: v.number(),
      name: v.string(),
      unit: v.string(),
      quantity: v.pipe(v.number(), v.gtValue(0)),
      price: v.pipe(v.number(), v.integer(), v.minValue(0)),
      masterPrice: v.pipe(v.number(), v.integer(), v.minValue(0)),
      discount: discountSchema,
      note: v.string(),
      stockShown: v.nullable(v.number()),
      belowStockAccepted: v.fallback(v.boolean(), false),
      goneAccepted: v.fallback(v.boolean(), false),
    }),
  ),
  discount: discountSchema,
  note: v.string(),
  approvedBy: v.nullable(v.number()),
  proof: v.optional(v.fallback(v.nullable(discountProofSchema), null)),
  createdAt: v.number(),
})

const cartRowSchema = v.object({
  place: v.fallback(v.number(), 0),
  state: v.fallback(v.picklist(['open', 'held']), 'held'),
  updated_at: v.fallback(v.number(), 0),
})

/** A cart as a browser tab notes it outside of the database. */
export const keptCartSchema = v.object({
  cart: cartSchema,
  place: v.number(),
  state: v.picklist(['open', 'held']),
  updatedAt: v.number(),
})

/** Null: there is none, it was sold or deleted. */
export async function readCart(db: SalesDb, cartId: string): Promise<Cart | null> {
  return toKept(await db.carts.get(cartId))?.cart ?? null
}

/** All of them in the order of their tabs. */
export async function readCarts(db: SalesDb): Promise<KeptCart[]> {
  const rows = await db.carts.orderBy('place').toArray()
  return rows.map(toKept).filter((kept) => kept !== null)
}

/** Keeps a cart for the first time. Rejects when the disk refuses. What was taken for it stays, should it be there after all. */
export async function addCart(db: SalesDb, kept: KeptCart): Promise<void> {
  await db.transaction('rw', db.carts, async () => {
    await db.carts.put({ ...(await db.carts.get(kept.cart.cartId)), ...toRow(kept) })
  })
}

/**
 * Keeps a cart that is there already. `gone`: it was sold or deleted meanwhile, perhaps in another tab, and stays so. Rejects
 * when the disk refuses.
 */
export async function saveCart(db: SalesDb, kept: KeptCart): Promise<'saved' | 'gone'> {
  const { cart_id: cartId, ...fields } = toRow(kept)
  return await db.transaction('rw', db.carts, async () =>
    (await db.carts.where('cart_id').equals(cartId).modify(fields)) === 1 ? 'saved' : 'gone',
  )
}

export async function deleteCart(db: SalesDb, cartId: string): Promise<void> {
  await db.transaction('rw', db.carts, async () => {
    await db.carts.delete(cartId)
  })
}

/** Forgets carts that nobody has touched since before this time, client ms. */
export async function trimCarts(db: SalesDb, before: number): Promise<void> {
  await db.transaction('rw', db.carts, async () => {
    await db.carts.filter(({ updated_at: at }) => at < before).delete()
  })
}

/** Calls back with all carts now and whenever one is written, in whichever tab. Returns the way to stop. */
export function watchCarts(
  db: SalesDb,
  onCarts: (carts: readonly KeptCart[]) => void,
  onError: (error: unknown) => void,
): () => void {
  const subscription = liveQuery([db], () => readCarts(db)).subscribe(onCarts, onError)
  return () => subscription.unsubscribe()
}

function toRow({ cart, place, state, updatedAt }: KeptCart): CartRow {
  return { cart_id: cart.cartId, place, state, cart, updated_at: updatedAt }
}

/** Null: there is no row, or none that can be understood. */
export function toKept(row: CartRow | undefined): KeptCart | null {
  const cart = v.safeParse(cartSchema, row?.cart)
  const rest = v.safeParse(cartRowSchema, row)
  return row && cart.success && rest.success && cart.output.cartId === row.cart_id
    ? { cart: cart.output, place: rest.output.place, state: rest.output.state, updatedAt: rest.output.updated_at }
    : null
}
