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
      WHERE branch_id = $1 AND id = ANY($2::bigint[])
      ORDER BY id FOR NO KEY UPDATE`,
    [branchId, ids],
  )
  return rows.map((row) => ({ ...row, stock: toThousandths(row.stock) }))
}

/** All places of the products, locked by id; after their products. */
export async function lockPlaces(tx: Queryable, productIds: readonly number[]): Promise<LockedPlace[]> {
  const rows = await tx.query<LockedPlace>(
    `SELECT id, product_id AS "productId", quantity FROM inventory
      WHERE product_id = ANY($1::bigint[])
      ORDER BY id FOR NO KEY UPDATE`,
    [productIds],
  )
  return rows.map((row) => ({ ...row, quantity: toThousandths(row.quantity) }))
}

/** Versions that stand on the tombstones of products that are gone. One that is only in another branch has none here. */
export async function tombstoneVersions(tx: Queryable, productIds: readonly number[]): Promise<Map<number, number>> {
  const rows = await tx.query<{ id: number; version: number }>(
    `SELECT t.record_id AS id, t.stock_version AS version FROM tombstones t
      WHERE t.kind = 'product' AND t.record_id = ANY($1::bigint[])
        AND NOT EXISTS (SELECT FROM products p WHERE p.id = t.record_id)`,
    [productIds],
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
  if (moves.products.length === 0) return { products: [], places: [] }
  await tx.query(`SELECT set_config('mstore.coupling', 'off', true)`)
  const products = await tx.query<MovedRecord>(
    `UPDATE products p SET stock = p.stock + m.delta FROM unnest($1::bigint[], $2::numeric[]) AS m(id, delta)
      WHERE p.id = m.id RETURNING p.id, p.stock_version AS version`,
    columnsOf(moves.products),
  )
  const moved = await tx.query<MovedRecord>(
    `UPDATE inventory i SET quantity = i.quantity + m.delta FROM unnest($1::bigint[], $2::numeric[]) AS m(id, delta)
      WHERE i.id = m.id RETURNING i.id, i.version`,
    columnsOf(moves.places),
  )
  const made: MovedRecord[] = []
  for (const { productId, branchId, delta } of moves.newPlaces) {
    const rows = await tx.query<MovedRecord>(
      `INSERT INTO inventory (product_id, branch_id, place, quantity) VALUES ($1, $2, 'Toko', $3) RETURNING id, version`,
      [productId, branchId, fromThousandths(delta)],
    )
    made.push(...rows)
  }
  await tx.query(`SELECT set_config('mstore.coupling', '', true)`)
  return { products, places: [...moved, ...made] }
}

/** Ids and differences as two arrays. Arrays, because the planner counts their rows: for JSON it assumes a hundred, and reads the table. */
function columnsOf(moves: readonly StockMove[]): [number[], number[]] {
  return [moves.map(({ id }) => id), moves.map(({ delta }) => fromThousandths(delta))]
}
