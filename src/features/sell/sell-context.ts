import { createContext, useContext, useSyncExternalStore } from 'preact/compat'
import type { CatalogueEntry } from '../../db/catalogue.ts'
import type { KeptCart } from '../../db/sales/carts.ts'
import type { Cart, CartChange, CartLine, CartRefusal } from '../../domain/cart.ts'
import type { CartStore, Carts } from './cart/cart-store.ts'

/** The question that is open above the sell screen. */
export type OpenDialog =
  | { readonly kind: 'weigh'; readonly entry: CatalogueEntry }
  | { readonly kind: 'bearers'; readonly code: string; readonly entries: readonly CatalogueEntry[] }
  | { readonly kind: 'quantity' | 'line' | 'line-discount' | 'line-note'; readonly lineId: string }
  | { readonly kind: 'below-stock'; readonly lines: readonly CartLine[] }
  | { readonly kind: 'cart-discount' | 'cart-note' | 'label' | 'clear' | 'cart' | 'camera' | 'help' }

/** What the parts of the sell screen may do. The same object as long as the screen stands. */
export interface Sell {
  readonly store: CartStore
  /** Adds this quantity to the cart. Resolves to why not, which is also said on the screen unless the caller says it. */
  add(entry: CatalogueEntry, quantity: number, options?: { readonly isSaidElsewhere?: boolean }): CartRefusal | null
  /** Adds one; goods by weight are asked for their quantity. */
  pick(entry: CatalogueEntry): void
  /** Picks the product that bears a code; of several the cashier chooses. */
  pickBearer(code: string, entries: readonly CatalogueEntry[]): void
  /** Applies a change. A refusal is said on the screen, with `unit` in its words, unless the caller says it. */
  apply(
    change: (cart: Cart) => CartChange,
    options?: { readonly unit?: string; readonly isSaidElsewhere?: boolean },
  ): CartRefusal | null
  /** Gives a discount, with a supervisor's permission where it needs one. Resolves to why it was not given. */
  discount(change: (cart: Cart) => CartChange): Promise<CartRefusal | 'not-allowed' | null>
  open(dialog: OpenDialog | null): void
  /** Warns where it must and goes on to the payment. */
  pay(): void
  /** Sells these lines below the stock shown, and goes on to the payment. */
  payBelowStock(lineIds: readonly string[]): void
  hold(): void
  /** Shows the next cart. */
  next(): void
  /** Deletes the current cart, which was on hold, once a supervisor has allowed it. */
  deleteHeld(): Promise<void>
}

export const SellContext = createContext<Sell | null>(null)

export function useSell(): Sell {
  const sell = useContext(SellContext)
  if (!sell) throw new Error('useSell needs a SellScreen above it')
  return sell
}

export function useCarts({ store }: Pick<Sell, 'store'>): Carts {
  return useSyncExternalStore(store.subscribe, store.get)
}

/** The cart on the screen; null while the carts are read. */
export function useCurrentCart({ store }: Pick<Sell, 'store'>): KeptCart | null {
  const { carts, currentId } = useCarts({ store })
  return carts.find(({ cart }) => cart.cartId === currentId) ?? null
}
