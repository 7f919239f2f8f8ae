import type { Branch } from './admin-client.ts'
import type { SqlClient } from './sql-client.ts'

/** The product and the place that the specification's samples name; ids are global, so one branch at a time has them. */
export const SPECIFICATION_PRODUCT = 1386
export const SPECIFICATION_INVENTORY = 6486

/** Ids that the database gives out by itself start above the specification's, in whichever order the tests run. */
export async function keepSpecificationIdsFree(sql: SqlClient): Promise<void> {
  await sql.query(`SELECT setval(pg_get_serial_sequence('products', 'id'), 10000),
                          setval(pg_get_serial_sequence('inventory', 'id'), 10000)`)
}

/** Gives the branch product 1386 with 100 in stock, all of it at inventory 6486. Takes both from whoever had them. */
export async function makeSpecificationProduct(sql: SqlClient, branch: Branch): Promise<void> {
  await sql.query('DELETE FROM products WHERE id = $1', [SPECIFICATION_PRODUCT])
  await sql.query(
    `INSERT INTO products (id, branch_id, name, sku, category, price)
     VALUES ($1, $2, 'Chicken Breast sadia 2 kg', 'CHB-2KG', 'Daging', 15000)`,
    [SPECIFICATION_PRODUCT, branch.id],
  )
  await sql.query(`INSERT INTO inventory (id, product_id, place, quantity) VALUES ($1, $2, 'Freezer', 100)`, [
    SPECIFICATION_INVENTORY,
    SPECIFICATION_PRODUCT,
  ])
}
