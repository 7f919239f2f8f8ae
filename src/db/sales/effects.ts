/** What this counter's operations do to stock, as far as the server's number may not hold it yet (rule D2). */
import type { Enrollment } from '../../contract/device.ts'
import { stockRecord } from '../../contract/records/stock.ts'
import type { SalesDb } from './sales-db.ts'
import type { OperationRow, StockEffect } from './sales-rows.ts'

/** What the operations of this counter do to these products, as far as the server's number may not hold it yet. */
export async function readEffectsOnProducts(db: SalesDb, productIds: readonly number[]): Promise<StockEffect[]> {
  return await db.effects.where('product_id').anyOf(productIds).toArray()
}

export async function readAllEffects(db: SalesDb): Promise<StockEffect[]> {
  return await db.effects.toArray()
}

/** Those of the branch that the device is enrolled in now. */
export function effectsAt(device: Enrollment | undefined, effects: readonly StockEffect[]): readonly StockEffect[] {
  return effects.filter(({ branch_code: code }) => code === device?.branch.code)
}

export async function readEffectsOf(db: SalesDb, operations: readonly OperationRow[]): Promise<StockEffect[]> {
  if (operations.length === 0) return []
  return await db.effects
    .where('[offline_id+product_id]')
    .inAnyRange(
      operations.map(({ offline_id: id }) => [
        [id, 0],
        [id, Number.MAX_SAFE_INTEGER],
      ]),
    )
    .toArray()
}

/** What the operation does to stock, with what its verdict told. */
export function toEffects({ offline_id: offlineId, branch_code: branch, deltas, result }: OperationRow): StockEffect[] {
  return deltas.map(([productId, delta]) => {
    const version = result?.versions[stockRecord(productId)] ?? 0
    const learned = result ? [{ epoch: result.epoch, version }] : []
    return { offline_id: offlineId, branch_code: branch, product_id: productId, delta, learned }
  })
}

export async function deleteEffects(db: SalesDb, operations: readonly OperationRow[]): Promise<void> {
  const effects = await readEffectsOf(db, operations)
  await db.effects.bulkDelete(effects.map(effectKey))
}

/** What an operation does to stock from now on; `keep`: what it did. */
export type ChangeOfEffects = (
  operation: OperationRow,
  stored: readonly StockEffect[],
) => readonly StockEffect[] | 'keep'

/** Changes what these operations do to stock, within the caller's transaction. */
export async function changeEffects(
  db: SalesDb,
  operations: readonly OperationRow[],
  change: ChangeOfEffects,
): Promise<void> {
  const before = groupEffects(await readEffectsOf(db, operations))
  const gone: [string, number][] = []
  const put: StockEffect[] = []
  for (const row of operations) {
    const own = before.get(row.offline_id) ?? []
    const next = change(row, own)
    if (next === 'keep') continue
    const kept = new Set(next.map(({ product_id: id }) => id))
    gone.push(...own.filter(({ product_id: id }) => !kept.has(id)).map(effectKey))
    put.push(...next)
  }
  await Promise.all([gone.length > 0 && db.effects.bulkDelete(gone), put.length > 0 && db.effects.bulkPut(put)])
}

function groupEffects(effects: readonly StockEffect[]): Map<string, StockEffect[]> {
  const groups = new Map<string, StockEffect[]>()
  for (const effect of effects) groups.set(effect.offline_id, [...(groups.get(effect.offline_id) ?? []), effect])
  return groups
}

function effectKey({ offline_id: offlineId, product_id: productId }: StockEffect): [string, number] {
  return [offlineId, productId]
}
