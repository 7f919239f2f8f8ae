/** Stock and inventory as an operation moves them (rule S10). Quantities in thousandths. All in a transaction. */
import { fromThousandths, toThousandths } from '../../src/domain/quantity.ts'
import type { Queryable } from '../database.ts'

export interface LockedProduct {
  readonly id: number
  readonly name: string
  /** Rupiah. */
  readonly price: number
  readonly stock: number
  readonly stockVersion: number
}

export interface LockedPlace {
  readonly id: number
  readonly productId: number
  readonly quantity: number
}

/** The branch's products among `ids`, locked by id until the transaction ends. Others take what is missing: gone, or elsewhere. */
export async function lockProducts(tx: Queryable, branchId: number, ids: readonly number[]): Promise<LockedProduct[]> {
  const rows = await tx.query<LockedProduct>(
    `SELECT id, name, price, stock, stock_version AS "stockVersion" FROM products
      WHERE branch_id = $1 AND id IN (SELECT wanted.id::bigint FROM jsonb_array_elements_text($2::jsonb) AS wanted(id))
      ORDER BY id FOR NO KEY UPDATE`,
    [branchId, JSON.stringify(ids)],
  )
  return rows.map((row) => ({ ...row, stock: toThousandths(row.stock) }))
}

/** All places of the products, locked by id; after their products. */
export async function lockPlaces(tx: Queryable, productIds: readonly number[]): Promise<LockedPlace[]> {
  const rows = await tx.query<LockedPlace>(
    `SELECT id, product_id AS "productId", quantity FROM inventory
      WHERE product_id IN (SELECT wanted.id::bigint FROM jsonb_array_elements_text($1::jsonb) AS wanted(id))
      ORDER BY id FOR NO KEY UPDATE`,
    [JSON.stringify(productIds)],
  )
  return rows.map((row) => ({ ...row, quantity: toThousandths(row.quantity) }))
}

/** Versions that stand on the tombstones of products that are gone. One that is only in another branch has none here. */
export async function tombstoneVersions(tx: Queryable, productIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await tx.query<{ id: number; version: number }>(
    `SELECT t.record_id AS id, t.stock_version AS version FROM tombstones t
      WHERE t.kind = 'product' AND t.record_id IN (SELECT wanted.id::bigint FROM jsonb_array_elements_text($1::jsonb) AS wanted(id))
        AND NOT EXISTS (SELECT FROM products p WHERE p.id = t.record_id)`,
    [JSON.stringify(productIds)],
  )
  return new Map(rows.map(({ id, version }) => [id, version]))
}

export interface MovedRecord {
  readonly id: number
  readonly version: number
}

export interface StockMove {
  readonly id: number
  readonly delta: number
}

/** `branchId` is the product's. */
export interface NewPlace {
  readonly productId: number
  readonly branchId: number
  readonly delta: number
}

/**
 * Moves products by id, then places by id, each once, with the coupling off: the caller answers for stock = sum of places.
 * A product without a place gets one, 'Toko', like one whose stock an owner sets (0003).
 */
export async function applyMoves(
  tx: Queryable,
  moves: { products: readonly StockMove[]; places: readonly StockMove[]; newPlaces: readonly NewPlace[] },
): Promise<{ products: MovedRecord[]; places: MovedRecord[] }> {
  await tx.query(`SELECT set_config('mstore.coupling', 'off', true)`)
  const products = await tx.query<MovedRecord>(
    `UPDATE products p SET stock = p.stock + m.delta FROM jsonb_to_recordset($1::jsonb) AS m(id bigint, delta numeric)
      WHERE p.id = m.id RETURNING p.id, p.stock_version AS version`,
    [toJson(moves.products)],
  )
  const moved = await tx.query<MovedRecord>(
    `UPDATE inventory i SET quantity = i.quantity + m.delta FROM jsonb_to_recordset($1::jsonb) AS m(id bigint, delta numeric)
      WHERE i.id = m.id RETURNING i.id, i.version`,
    [toJson(moves.places)],
  )
  const made = await tx.query<MovedRecord>(
    `INSERT INTO inventory (product_id, branch_id, place, quantity)
     SELECT m."productId", m."branchId", 'Toko', m.delta
       FROM jsonb_to_recordset($1::jsonb) AS m("productId" bigint, "branchId" bigint, delta numeric) ORDER BY 1
     RETURNING id, version`,
    [toJson(moves.newPlaces)],
  )
  await tx.query(`SELECT set_config('mstore.coupling', '', true)`)
  return { products, places: [...moved, ...made] }
}

function toJson(moves: readonly { readonly delta: number }[]): string {
  return JSON.stringify(moves.map((move) => ({ ...move, delta: fromThousandths(move.delta) })))
}
