/**
 * Parts of a split payment that are taken while the sale is not closed: money that is in the drawer or in the bank already, so it
 * outlives a reload, a crash and a look back into the cart. By cart; storage can be blocked, then only as long as the screen.
 */
import * as v from 'valibot'
import type { PaymentPart } from '../../domain/payment.ts'

const STORAGE_KEY = 'mstore-payments'
/** Carts whose parts are kept; the oldest goes first. */
const KEPT = 30

const rupiah = v.pipe(v.number(), v.safeInteger(), v.minValue(0))
const storedSchema = v.array(
  v.object({
    cartId: v.string(),
    parts: v.array(
      v.object({
        method: v.string(),
        amount: rupiah,
        tendered: v.nullable(rupiah),
        reference: v.nullable(v.string()),
      }),
    ),
  }),
)

export function readParts(cartId: string): readonly PaymentPart[] {
  return readAll().find((kept) => kept.cartId === cartId)?.parts ?? []
}

/** No parts: forgets the cart. */
export function storeParts(cartId: string, parts: readonly PaymentPart[]): void {
  try {
    const others = readAll().filter((kept) => kept.cartId !== cartId)
    const kept = parts.length === 0 ? others : [...others, { cartId, parts }]
    localStorage.setItem(STORAGE_KEY, JSON.stringify(kept.slice(-KEPT)))
  } catch {
    // The screen still has them.
  }
}

/** The device was taken from the shop: nothing of it stays. */
export function forgetAllParts(): void {
  try {
    localStorage.removeItem(STORAGE_KEY)
  } catch {
    // Blocked storage keeps nothing.
  }
}

/** Calls back when another tab takes a part or gives one back. Returns the way to stop. */
export function watchParts(onChange: () => void): () => void {
  const listen = ({ key }: StorageEvent) => {
    if (key === STORAGE_KEY || key === null) onChange()
  }
  window.addEventListener('storage', listen)
  return () => window.removeEventListener('storage', listen)
}

function readAll(): v.InferOutput<typeof storedSchema> {
  try {
    const stored = v.safeParse(storedSchema, JSON.parse(localStorage.getItem(STORAGE_KEY) ?? '[]'))
    return stored.success ? stored.output : []
  } catch {
    return []
  }
}
