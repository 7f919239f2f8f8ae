/**
 * Settles operations whose effect the stored stock holds (rules D2, Q3). Nothing on the screen
 * depends on when this runs: an included effect does not count, settled or not.
 */
import type { CacheDb } from '../../db/cache-db.ts'
import { readPosition } from '../../db/commit-rows.ts'
import type { Position } from '../../db/rows.ts'
import { readEffectsOf } from '../../db/sales/effects.ts'
import { updateOperations } from '../../db/sales/operations.ts'
import { readInState } from '../../db/sales/read-operations.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import type { OperationResult } from '../../db/sales/sales-rows.ts'
import { readStockVersions } from '../../db/stock-numbers.ts'
import { isIncluded } from '../../domain/available-stock.ts'
import { stepOperation } from './queue.pure.ts'

/** Returns how many accepted operations are not settled yet. */
export async function settleAccepted(
  dbs: { readonly cache: CacheDb; readonly sales: SalesDb },
  now: number,
): Promise<number> {
  const { cache, sales } = dbs
  const accepted = await readInState(sales, 'accepted')
  if (accepted.length === 0) return 0
  const effects = await readEffectsOf(sales, accepted)
  const records = await readStockVersions(cache, [...new Set(effects.map(({ product_id: id }) => id))])
  const results = new Map(accepted.map(({ offline_id: id, result }) => [id, result]))
  const position = await readPosition(cache)
  const waiting = new Set(
    effects
      .filter(({ offline_id: offlineId, product_id: id, learned }) => {
        const record = records.get(id)
        // Stock of an earlier epoch may hold an operation that the server has lost since.
        if (record) return !(record.epoch === results.get(offlineId)?.epoch && isIncluded(record, learned))
        return !isPassed(results.get(offlineId), position)
      })
      .map(({ offline_id: id }) => id),
  )
  const settled = await updateOperations(
    sales,
    accepted.map(({ offline_id: id }) => id).filter((id) => !waiting.has(id)),
    (row) => stepOperation(row, { type: 'settle', now }),
    () => [],
  )
  return accepted.length - settled.length
}

/** True when the log has been applied here up to the operation: a product that is not stored by then does not exist. */
function isPassed(result: OperationResult | null | undefined, { epoch, cursor }: Position): boolean {
  if (!result || result.seq === null) return true
  return result.epoch === epoch && cursor !== null && cursor >= result.seq
}
