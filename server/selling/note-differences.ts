/** What was accepted although it stood out (rule S9). */
import type { Sale } from '../../src/contract/sales.ts'
import { fromThousandths } from '../../src/domain/quantity.ts'
import type { Queryable } from '../database.ts'
import { insertOversoldLines, insertPriceDifferences, type OversoldLine } from '../sql/sale-notes.ts'
import type { LockedProduct } from '../sql/stock-moves.ts'
import { priceDifferences } from './check-sale.ts'

type NotedSale = Pick<OversoldLine, 'branch_id' | 'transaction_id' | 'occurred_at'>

/** `products` as they were before; `sold`: thousandths by product that left. */
export async function noteDifferences(
  tx: Queryable,
  noted: NotedSale,
  sale: Sale,
  { products, sold }: { products: ReadonlyMap<number, LockedProduct>; sold: ReadonlyMap<number, number> },
): Promise<void> {
  const { device_id, staff_id } = sale
  const oversold = oversoldLines(sale, products, sold).map((line) => ({ ...noted, device_id, staff_id, ...line }))
  await insertOversoldLines(tx, oversold)
  const prices = new Map([...products].map(([id, { price }]) => [id, price]))
  await insertPriceDifferences(
    tx,
    priceDifferences(sale.items, prices).map(({ item, serverPrice }) => ({
      ...noted,
      product_id: item.product_id,
      product_name: item.product_name,
      quantity: item.quantity,
      sold_price: item.price,
      server_price: serverPrice,
      counter_price: item.master_price,
    })),
  )
}

/** Products that this sale took below zero (rule S9). What the cashier saw stands on the first of a product's lines. */
function oversoldLines(
  sale: Sale,
  products: ReadonlyMap<number, LockedProduct>,
  sold: ReadonlyMap<number, number>,
): Omit<OversoldLine, keyof NotedSale | 'device_id' | 'staff_id'>[] {
  return [...sold].flatMap(([productId, quantity]) => {
    const product = products.get(productId)
    if (!product || product.stock - quantity >= 0) return []
    const stockAfter = product.stock - quantity
    return {
      product_id: productId,
      product_name: product.name,
      quantity: fromThousandths(quantity),
      missing: fromThousandths(Math.min(quantity, -stockAfter)),
      stock_before: fromThousandths(product.stock),
      stock_after: fromThousandths(stockAfter),
      stock_shown: sale.items.find(({ product_id: id }) => id === productId)?.stock_shown ?? null,
    }
  })
}
