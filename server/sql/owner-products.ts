/** What an owner does to the catalogue beyond one product's fields. */
import type { Product } from '../../src/contract/records.ts'
import type { Queryable } from '../database.ts'
import { type ImportedProduct, PRODUCT_OF_ROW } from './products.ts'

/** All products of the branch by name, for a file. */
export async function listProducts(db: Queryable, branchId: number): Promise<Product[]> {
  const rows = await db.query<{ product: Product }>(
    'SELECT product_json(p) AS product FROM products p WHERE p.branch_id = $1 ORDER BY p.name, p.id',
    [branchId],
  )
  return rows.map(({ product }) => product)
}

/** The branch's product, locked until the transaction ends; null when it has none with this id. In a transaction. */
export async function lockProduct(tx: Queryable, branchId: number, id: number): Promise<Product | null> {
  const [row] = await tx.query<{ product: Product }>(
    `SELECT product_json(p) AS product FROM products p WHERE p.id = $1 AND p.branch_id = $2 FOR NO KEY UPDATE`,
    [id, branchId],
  )
  return row?.product ?? null
}

/** The product that each row of a file means, in the rows' order; null for a new one. Reads only. */
export async function matchProducts(
  db: Queryable,
  branchId: number,
  rows: readonly ImportedProduct[],
): Promise<(Product | null)[]> {
  const keys = rows.map(({ id, sku, barcode }) => ({ id, sku, barcode }))
  const found = await db.query<{ product: Product | null }>(
    `SELECT (SELECT product_json(p) FROM products p WHERE p.id = matched.product_id) AS product
       FROM (SELECT f.line, ${PRODUCT_OF_ROW} AS product_id
               FROM ROWS FROM (jsonb_to_recordset($2::jsonb) AS (id bigint, sku text, barcode text))
                    WITH ORDINALITY AS f(id, sku, barcode, line)) AS matched
      ORDER BY matched.line`,
    [branchId, JSON.stringify(keys)],
  )
  return found.map(({ product }) => product)
}
