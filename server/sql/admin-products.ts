import type { Product } from '../../src/contract/records/product.ts'
import type { Queryable } from '../database.ts'
import { setChangeContext } from './change-context.ts'

/** Products whose name holds the text, or whose SKU or barcode is it; all when it is empty. By id, at most `limit`. */
export async function searchProducts(
  db: Queryable,
  { branchId, search, limit }: { branchId: number; search: string; limit: number },
): Promise<Product[]> {
  const rows = await db.query<{ product: Product }>(
    // Materialized: as in pages.ts.
    `WITH found AS MATERIALIZED (
     SELECT p FROM products p
      WHERE p.branch_id = $1
        AND ($2 = '' OR strpos(lower(p.name), lower($2)) > 0 OR p.id IN (
              SELECT id FROM products WHERE branch_id = $1 AND sku IS NOT NULL AND sku_key(sku) = sku_key($2)
              UNION ALL
              SELECT id FROM products WHERE branch_id = $1 AND barcode IS NOT NULL AND barcode_key(barcode) = barcode_key($2)))
      ORDER BY p.id LIMIT $3)
     SELECT product_json(p) AS product FROM found ORDER BY (p).id`,
    [branchId, search, limit],
  )
  return rows.map(({ product }) => product)
}

/**
 * Sets the stock, or changes it by a difference: the product's first inventory place moves. Resolves to the whole row, or
 * undefined when there is no such product. In a transaction.
 */
export async function changeStock(
  tx: Queryable,
  change: { productId: number; stock?: number; delta?: number; reason: string; updatedBy: string },
): Promise<Product | undefined> {
  await setChangeContext(tx, change)
  const [row] = await tx.query<{ product: Product }>(
    `UPDATE products p SET stock = coalesce($2::numeric, stock + coalesce($3::numeric, 0))
      WHERE id = $1 RETURNING product_json(p) AS product`,
    [change.productId, change.stock ?? null, change.delta ?? null],
  )
  return row?.product
}
