/** Writes records under ids that the caller chose; everything else leaves ids to the database. */
import type { Queryable } from '../database.ts'

export interface SeedProduct {
  readonly id: number
  readonly name: string
  readonly sku: string | null
  readonly barcode: string | null
  readonly category: string | null
  readonly price: number
  readonly unit: string
  /** The sum of `inventory`. */
  readonly stock: number
  readonly inventory: readonly { readonly id: number; readonly place: string; readonly quantity: number }[]
}

/** Any number that no other advisory lock uses. */
const SEED_LOCK = 4_715_301

/** Makes a second server that starts at the same time wait until the first has committed. */
export async function lockSeed(tx: Queryable): Promise<void> {
  await tx.query('SELECT pg_advisory_xact_lock($1)', [SEED_LOCK])
}

/** Inserts products and their inventory, sums already right: the triggers need not move stock. */
export async function insertSeedProducts(
  tx: Queryable,
  branchId: number,
  products: readonly SeedProduct[],
): Promise<void> {
  await tx.query(
    `SELECT set_config('mstore.updated_by', 'demo', true), set_config('mstore.reason', 'initial_stock', true),
            set_config('mstore.coupling', 'off', true)`,
  )
  await tx.query(
    `INSERT INTO products (id, branch_id, name, sku, barcode, category, price, unit, stock)
     SELECT id, $1::bigint, name, sku, barcode, category, price, unit, stock
       FROM jsonb_to_recordset($2::jsonb)
         AS p (id bigint, name text, sku text, barcode text, category text, price bigint, unit text, stock numeric)
      ORDER BY id`,
    [branchId, JSON.stringify(products)],
  )
  const inventory = products.flatMap((product) =>
    product.inventory.map((place) => ({ ...place, product_id: product.id })),
  )
  await tx.query(
    `INSERT INTO inventory (id, product_id, branch_id, place, quantity)
     SELECT id, product_id, $1::bigint, place, quantity
       FROM jsonb_to_recordset($2::jsonb) AS i (id bigint, product_id bigint, place text, quantity numeric)
      ORDER BY id`,
    [branchId, JSON.stringify(inventory)],
  )
  await tx.query(`SELECT set_config('mstore.coupling', '', true)`)
}

/** The next ids that the database gives out lie above all chosen ones. */
export async function continueIdsAfterSeed(tx: Queryable): Promise<void> {
  await tx.query(
    `SELECT setval(pg_get_serial_sequence('products', 'id'), (SELECT max(id) FROM products)),
            setval(pg_get_serial_sequence('inventory', 'id'), (SELECT max(id) FROM inventory))`,
  )
}
