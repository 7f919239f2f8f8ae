/** What a cashier does to a cart. Every change is a pure function that returns a new cart, or says why not. */
import { type Cart, type CartChange, type CartLine, type CartRefusal, findLine, refuse, replaceLine } from './cart.ts'
import { keepApproval, withoutApproval } from './cart-discount.ts'
import { addQuantities, fromThousandths, toThousandths } from './quantity.ts'
import { isMeasured } from './unit.ts'

/** What a cart takes over from the catalogue. */
export interface CartProduct {
  readonly id: number
  readonly name: string
  readonly unit: string
  readonly price: number
}

/** Units of one line: more is a barcode that was typed into the wrong field. */
export const QUANTITY_MAX = 99_999
/** Lines of one sale, as the server takes them. */
export const CART_LINES_MAX = 500
/** Rupiah of one sale before discounts, as the server takes it. */
export const SUBTOTAL_MAX = 1_000_000_000_000
export const NOTE_MAX = 500
export const LABEL_MAX = 40

/** Adds to the product's line, or begins it at the end of the cart. */
export function addProduct(
  cart: Cart,
  product: CartProduct,
  { quantity, stockShown }: { readonly quantity: number; readonly stockShown: number | null },
): CartChange {
  const present = cart.lines.find(({ productId }) => productId === product.id)
  if (present) return setQuantity(cart, present.lineId, addQuantities(present.quantity, quantity), stockShown)
  if (cart.lines.length >= CART_LINES_MAX) return refuse('lines-full')
  const { id, name, unit, price } = product
  const line: CartLine = {
    lineId: String(id),
    productId: id,
    name,
    unit,
    quantity,
    price,
    masterPrice: price,
    discount: null,
    note: '',
    stockShown,
    belowStockAccepted: false,
    goneAccepted: false,
  }
  return withLines(cart, [...cart.lines, line], quantityRefusal(quantity, unit))
}

export function setQuantity(cart: Cart, lineId: string, quantity: number, stockShown: number | null): CartChange {
  const line = findLine(cart, lineId)
  if (!line) return { ok: true, cart }
  const lines = replaceLine(cart, { ...line, quantity, stockShown })
  return withLines(cart, lines, quantityRefusal(quantity, line.unit))
}

export function setLineNote(cart: Cart, lineId: string, note: string): Cart {
  return changeLine(cart, lineId, { note: note.trim().slice(0, NOTE_MAX) })
}

export function setCartNote(cart: Cart, note: string): Cart {
  return { ...cart, note: note.trim().slice(0, NOTE_MAX) }
}

export function setLabel(cart: Cart, label: string): Cart {
  return { ...cart, label: label.trim().slice(0, LABEL_MAX) }
}

export function removeLine(cart: Cart, lineId: string): Cart {
  const lines = cart.lines.filter((line) => line.lineId !== lineId)
  return lines.length === cart.lines.length ? cart : keepApproval(cart, { ...cart, lines })
}

/** Empty, and without what belonged to its lines; still the same cart. */
export function clearCart(cart: Cart): Cart {
  return { ...withoutApproval(cart), lines: [], discount: null, note: '' }
}

/** Sells the line at the catalogue's new price. */
export function takeNewPrice(cart: Cart, lineId: string, price: number): CartChange {
  const line = findLine(cart, lineId)
  if (!line) return { ok: true, cart }
  return withLines(cart, replaceLine(cart, { ...line, price, masterPrice: price }), null)
}

/** Sells the line at the price it holds, though the catalogue says `masterPrice` now. */
export function keepPrice(cart: Cart, lineId: string, masterPrice: number): Cart {
  return changeLine(cart, lineId, { masterPrice })
}

/** Sells the line though its product is no longer sold. */
export function keepGoneProduct(cart: Cart, lineId: string): Cart {
  return changeLine(cart, lineId, { goneAccepted: true })
}

/** The cashier was warned and holds the goods in the hands. */
export function acceptBelowStock(cart: Cart, lineIds: readonly string[]): Cart {
  const lines = cart.lines.map((line) =>
    lineIds.includes(line.lineId) && !line.belowStockAccepted ? { ...line, belowStockAccepted: true } : line,
  )
  return { ...cart, lines }
}

/** The cart with the stock that the counter shows now; a product that is not known keeps what it had. */
export function withStockShown(cart: Cart, stockOf: (productId: number) => number | undefined): Cart {
  const lines = cart.lines.map((line) => {
    const stockShown = stockOf(line.productId) ?? line.stockShown
    return stockShown === line.stockShown ? line : { ...line, stockShown }
  })
  return lines.every((line, index) => line === cart.lines[index]) ? cart : { ...cart, lines }
}

/** True when selling the line takes the stock that was shown below zero. */
export function isBelowStock({ quantity, stockShown }: Pick<CartLine, 'quantity' | 'stockShown'>): boolean {
  return stockShown !== null && toThousandths(quantity) > toThousandths(stockShown)
}

/** Lines that go below the stock shown and that nobody has accepted yet: one warning for all of them. */
export function unacceptedBelowStock(cart: Cart): readonly CartLine[] {
  return cart.lines.filter((line) => !line.belowStockAccepted && isBelowStock(line))
}

function changeLine(cart: Cart, lineId: string, change: Partial<CartLine>): Cart {
  const line = findLine(cart, lineId)
  return line ? { ...cart, lines: replaceLine(cart, { ...line, ...change }) } : cart
}

function withLines(cart: Cart, lines: readonly CartLine[], refusal: CartRefusal | null): CartChange {
  if (refusal) return refuse(refusal)
  // As floating point, only to compare: the sums themselves are exact.
  const estimate = lines.reduce((sum, { quantity, price }) => sum + quantity * price, 0)
  if (estimate > SUBTOTAL_MAX) return refuse('total-too-large')
  return { ok: true, cart: keepApproval(cart, { ...cart, lines }) }
}

function quantityRefusal(quantity: number, unit: string): CartRefusal | null {
  if (!(quantity > 0)) return 'quantity-not-positive'
  if (quantity > QUANTITY_MAX) return 'quantity-too-large'
  if (fromThousandths(toThousandths(quantity)) !== quantity) return 'quantity-decimals'
  return Number.isInteger(quantity) || isMeasured(unit) ? null : 'not-whole'
}
