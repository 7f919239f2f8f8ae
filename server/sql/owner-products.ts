/** What an owner does to the catalogue beyond one product's fields. */
import type { Product } from '../../src/contract/records/product.ts'
import type { Queryable } from '../database.ts'
import { readProductPage } from './products.ts'

/** Of one turn of the database: nobody waits for a whole branch. */
const AT_ONCE = 500

/** All products of the branch by name, for a file. Each as it is when its part is read. */
export async function listProducts(db: Queryable, branchId: number): Promise<Product[]> {
  const products: Product[] = []
  for (let lastId = 0, hasMore = true; hasMore; ) {
    const { rows, meta } = await readProductPage(db, { branchId, lastId, limit: AT_ONCE })
    products.push(...rows)
    lastId = meta.last_id
    hasMore = meta.has_more
  }
  return products.sort((a, b) => (a.name === b.name ? a.id - b.id : a.name < b.name ? -1 : 1))
}

/** The branch's product, locked until the transaction ends; null when it has none with this id. In a transaction. */
export async function lockProduct(tx: Queryable, branchId: number, id: number): Promise<Product | null> {
  const [row] = await tx.query<{ product: Product }>(
    `SELECT product_json(p) AS product FROM products p WHERE p.id = $1 AND p.branch_id = $2 FOR NO KEY UPDATE`,
    [id, branchId],
  )
  return row?.product ?? null
}
