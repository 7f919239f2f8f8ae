import type { Inventory } from '../../src/contract/records/inventory.ts'
import type { Queryable } from '../database.ts'
import { setChangeContext } from './change-context.ts'

/** Adds a place of a product; the product's stock grows by its quantity. `id` only where it must be a certain one. */
export async function insertInventory(
  tx: Queryable,
  place: { productId: number; place: string; quantity: number; id?: number; updatedBy: string; reason: string },
): Promise<Inventory> {
  await setChangeContext(tx, place)
  const [row] = await tx.query<{ inventory: Inventory }>(
    `INSERT INTO inventory AS i (id, product_id, place, quantity)
     VALUES (coalesce($1, nextval(pg_get_serial_sequence('inventory', 'id'))), $2, $3, $4)
     RETURNING inventory_json(i) AS inventory`,
    [place.id ?? null, place.productId, place.place, place.quantity],
  )
  if (!row) throw new Error('The place was not inserted')
  return row.inventory
}

/**
 * Sets a place's quantity to what was counted, or changes it by a difference; the product's stock follows. Resolves to the
 * row, or undefined when the branch has no such place. In a transaction.
 */
export async function adjustInventory(
  tx: Queryable,
  adjustment: {
    branchId: number
    inventoryId: number
    quantity?: number
    delta?: number
    reason: string
    updatedBy: string
  },
): Promise<Inventory | undefined> {
  const { branchId, inventoryId, quantity, delta } = adjustment
  await setChangeContext(tx, adjustment)
  // The product first, like everybody who changes both: the opposite order would deadlock.
  await tx.query(
    `SELECT FROM products p WHERE p.id = (SELECT product_id FROM inventory WHERE id = $1 AND branch_id = $2) FOR NO KEY UPDATE`,
    [inventoryId, branchId],
  )
  const [row] = await tx.query<{ inventory: Inventory }>(
    `UPDATE inventory i SET quantity = coalesce($3::numeric, quantity + coalesce($4::numeric, 0))
      WHERE id = $1 AND branch_id = $2 RETURNING inventory_json(i) AS inventory`,
    [inventoryId, branchId, quantity ?? null, delta ?? null],
  )
  return row?.inventory
}
