/** What was accepted although it stood out (rule S9). */
import type { Sale } from '../../src/contract/sales.ts'
import type { Queryable } from '../database.ts'
import {
  insertOversoldLines,
  insertPriceDifferences,
  type OversoldLine,
  type SaleNoteContext,
} from '../sql/sale-notes.ts'
import type { LockedProduct } from '../sql/stock-moves.ts'
import { priceDifferences } from './check-sale.ts'

/** `products` as they were before; `sold`: thousandths by product that left. */
export async function noteDifferences(
  tx: Queryable,
  context: SaleNoteContext,
  sale: Sale,
  { products, sold }: { products: ReadonlyMap<number, LockedProduct>; sold: ReadonlyMap<number, number> },
): Promise<void> {
  await insertOversoldLines(tx, context, oversoldLines(sale, products, sold))
  const prices = new Map([...products].map(([id, { price }]) => [id, price]))
  await insertPriceDifferences(
    tx,
    context,
    priceDifferences(sale.items, prices).map(({ item, serverPrice }) => ({
      productId: item.product_id,
      productName: item.product_name,
      quantity: item.quantity,
      soldPrice: item.price,
      serverPrice,
      counterPrice: item.master_price,
    })),
  )
}

/** Products that this sale took below zero (rule S9). What the cashier saw stands on the first of a product's lines. */
function oversoldLines(
  sale: Sale,
  products: ReadonlyMap<number, LockedProduct>,
  sold: ReadonlyMap<number, number>,
): OversoldLine[] {
  return [...sold].flatMap(([productId, quantity]) => {
    const product = products.get(productId)
    if (!product || product.stock - quantity >= 0) return []
    const stockAfter = product.stock - quantity
    return {
      productId,
      productName: product.name,
      quantity,
      missing: Math.min(quantity, -stockAfter),
      stockBefore: product.stock,
      stockAfter,
      stockShown: sale.items.find(({ product_id: id }) => id === productId)?.stock_shown ?? null,
    }
  })
}
