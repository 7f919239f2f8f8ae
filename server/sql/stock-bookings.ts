/** Several changes of stock in one booking, each record updated once and locked in order (rule S10). */
import type { Inventory } from '../../src/contract/records/inventory.ts'
import type { Queryable } from '../database.ts'
import { setChangeContext } from './change-context.ts'

export interface StockLine {
  readonly productId: number
  /** null: the product's first place, made when there is none. */
  readonly inventoryId: number | null
  /** In the product's unit, at most three decimals. */
  readonly delta: number
}

export interface BookedLine {
  readonly product_id: number
  readonly delta: number
  readonly inventory: Inventory
}

/**
 * Adds each line's difference to its place and to its product's stock. Lines of the same place are one change, differences of
 * 0 none. Resolves to null when a product or a place is not the branch's. In a transaction.
 */
export async function bookStock(
  tx: Queryable,
  booking: { branchId: number; lines: readonly StockLine[]; reason: string; updatedBy: string },
): Promise<BookedLine[] | null> {
  await setChangeContext(tx, booking)
  const lines = JSON.stringify(
    booking.lines.map(({ productId, inventoryId, delta }) => ({
      product_id: productId,
      inventory_id: inventoryId,
      delta,
    })),
  )
  // Products by id, then places by id: everybody who changes both does it in this order.
  const products = await tx.query(
    `SELECT id FROM products WHERE branch_id = $1
        AND id IN (SELECT product_id FROM jsonb_to_recordset($2::jsonb) AS l(product_id bigint))
      ORDER BY id FOR NO KEY UPDATE`,
    [booking.branchId, lines],
  )
  if (products.length < new Set(booking.lines.map(({ productId }) => productId)).size) return null
  await tx.query(
    `INSERT INTO inventory (product_id, branch_id, place, quantity)
     SELECT DISTINCT l.product_id, $1::bigint, 'Toko', 0 FROM jsonb_to_recordset($2::jsonb) AS l(product_id bigint, inventory_id bigint)
      WHERE l.inventory_id IS NULL AND NOT EXISTS (SELECT FROM inventory i WHERE i.product_id = l.product_id)`,
    [booking.branchId, lines],
  )
  const changes = await tx.query<{ id: number; product_id: number; delta: number }>(
    `SELECT i.id, i.product_id, d.delta
       FROM inventory i
       JOIN (SELECT l.product_id,
                    coalesce(l.inventory_id, (SELECT min(f.id) FROM inventory f WHERE f.product_id = l.product_id)) AS id,
                    sum(l.delta) AS delta
               FROM jsonb_to_recordset($2::jsonb) AS l(product_id bigint, inventory_id bigint, delta numeric)
              GROUP BY 1, 2) d ON d.id = i.id AND d.product_id = i.product_id
      WHERE i.branch_id = $1
      ORDER BY i.id FOR NO KEY UPDATE OF i`,
    [booking.branchId, lines],
  )
  const placeOf = new Map(changes.map(({ id, product_id }) => [id, product_id]))
  if (booking.lines.some((line) => line.inventoryId !== null && placeOf.get(line.inventoryId) !== line.productId)) {
    return null
  }
  const moved = changes.filter(({ delta }) => delta !== 0)
  const deltas = JSON.stringify(moved)
  await tx.query(`SELECT set_config('mstore.coupling', 'off', true)`)
  await tx.query(
    `UPDATE products p SET stock = p.stock + d.delta
       FROM (SELECT product_id, sum(delta) AS delta FROM jsonb_to_recordset($1::jsonb) AS l(product_id bigint, delta numeric)
              GROUP BY product_id) d
      WHERE p.id = d.product_id AND d.delta <> 0`,
    [deltas],
  )
  const places = await tx.query<{ inventory: Inventory }>(
    `UPDATE inventory i SET quantity = i.quantity + d.delta
       FROM jsonb_to_recordset($1::jsonb) AS d(id bigint, delta numeric) WHERE i.id = d.id
     RETURNING inventory_json(i) AS inventory`,
    [deltas],
  )
  await tx.query(`SELECT set_config('mstore.coupling', '', true)`)
  const byId = new Map(places.map(({ inventory }) => [inventory.id, inventory]))
  return moved.flatMap(({ id, product_id, delta }) => {
    const inventory = byId.get(id)
    return inventory ? [{ product_id, delta, inventory }] : []
  })
}
