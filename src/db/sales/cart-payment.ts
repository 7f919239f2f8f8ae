/**
 * Parts of a split payment that are taken while the sale is not closed: money that is in the drawer or in the bank already. They
 * stand in the cart's own row, so they outlive a reload and a crash, and go with the cart in the transaction that sells it.
 */
import * as v from 'valibot'
import type { Cart } from '../../domain/cart.ts'
import type { PaymentPart } from '../../domain/payment.ts'
import { toKept } from './carts.ts'
import type { SalesDb } from './sales-db.ts'
import type { CartRow } from './sales-rows.ts'

/** `version` grows with each change: whoever saw an older one has not seen what was taken. */
export interface CartPayment {
  readonly version: number
  readonly parts: readonly PaymentPart[]
}

export const NO_PAYMENT: CartPayment = { version: 0, parts: [] }

const rupiah = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
export const partsSchema = v.array(
  v.object({
    method: v.string(),
    amount: rupiah,
    tendered: v.nullable(rupiah),
    reference: v.nullable(v.string()),
  }),
)
const paymentSchema = v.object({ version: rupiah, parts: partsSchema, moved: v.optional(v.string()) })

/** What was taken for the cart of this row; nothing where it says nothing that can be understood. */
export function paymentOf(row: CartRow | undefined): CartPayment & { readonly moved?: string | undefined } {
  const stored = v.safeParse(paymentSchema, row?.payment)
  return stored.success ? stored.output : NO_PAYMENT
}

/** A cart with what was taken for it. */
export interface PayableCart {
  readonly cart: Cart
  readonly payment: CartPayment
}

/** Null: there is none, it was sold or deleted. */
export async function readPayableCart(db: SalesDb, cartId: string): Promise<PayableCart | null> {
  const row = await db.carts.get(cartId)
  const kept = toKept(row)
  if (!kept) return null
  const { version, parts } = paymentOf(row)
  return { cart: kept.cart, payment: { version, parts } }
}

/**
 * Takes a part or gives one back, as long as the cart and what was taken for it are what the cashier saw. Null: they are not, or
 * the cart is gone, and nothing is stored. Rejects when the disk refuses; then nothing is stored either.
 *
 * @param seenVersion of the payment on the screen
 * @param isSeen whether the stored cart is the one on the screen
 */
export async function changeParts(
  db: SalesDb,
  cartId: string,
  {
    seenVersion,
    isSeen,
    parts,
  }: {
    readonly seenVersion: number
    readonly isSeen: (stored: Cart) => boolean
    readonly parts: readonly PaymentPart[]
  },
): Promise<CartPayment | null> {
  let mine: CartPayment | null = null
  return await db.transaction('rw', db.carts, async () => {
    const row = await db.carts.get(cartId)
    const kept = toKept(row)
    const stored = paymentOf(row)
    // The first run of a transaction whose connection was lost may have been committed (src/db/lasting-db.ts).
    if (mine && stored.version === mine.version && JSON.stringify(stored.parts) === JSON.stringify(parts)) return mine
    if (!row || !kept || !isSeen(kept.cart) || stored.version !== seenVersion) return null
    mine = { version: seenVersion + 1, parts }
    await db.carts.put({ ...row, payment: mine })
    return mine
  })
}

/** Where 0.1.0 kept parts: outside of the database, for all carts. */
export interface OldParts {
  read(cartId: string): readonly PaymentPart[]
  drop(cartId: string): void
}

/**
 * Moves the parts that an older app took for this cart into its row, behind those that stand there. They are dropped where they
 * were only once the row is committed. Whoever finds them there again, after a crash in between or in a second tab, knows by
 * `moved` that they are the same.
 */
export async function moveOldParts(db: SalesDb, cartId: string, old: OldParts): Promise<void> {
  if (old.read(cartId).length === 0) return
  const isMoved = await db.transaction('rw', db.carts, async () => {
    const row = await db.carts.get(cartId)
    // Read inside, so that of two tabs the later one sees what the earlier one left.
    const parts = old.read(cartId)
    if (!row || parts.length === 0) return false
    const stored = paymentOf(row)
    const moved = JSON.stringify(parts)
    if (stored.moved !== moved) {
      const payment = { version: stored.version + 1, parts: [...stored.parts, ...parts], moved }
      await db.carts.put({ ...row, payment })
    }
    return true
  })
  if (isMoved) old.drop(cartId)
}
