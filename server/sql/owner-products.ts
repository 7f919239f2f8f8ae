/** What an owner does to the catalogue beyond one product's fields. */
import type { Product } from '../../src/contract/records.ts'
import type { Queryable } from '../database.ts'

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
