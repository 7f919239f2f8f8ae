/**
 * What a verdict tells of stock (rule D2): from which version of a record on the server's number holds an operation's effect, and
 * which verdicts say that there is none.
 */
import { stockRecord } from '../../contract/records/stock.ts'
import type { OperationResult, OperationRow, StockEffect } from '../../db/sales/sales-rows.ts'
import type { KnownVersion } from '../../domain/available-stock.ts'

/** A server that is restored again and again before a refresh completes leaves the stored stock that many lives behind. */
const LIVES_KEPT = 8

/** The effect with this version known of it; an earlier word of the same life gives way. */
export function withLearned(effect: StockEffect, learned: KnownVersion): StockEffect {
  const others = effect.learned.filter(({ epoch }) => epoch !== learned.epoch)
  return { ...effect, learned: [...others, learned].slice(-LIVES_KEPT) }
}

/** The server knew this sale's void first: it took nothing from stock, and the void, whose verdict may be lost, gives nothing back. */
export function isBookedAsVoid({ kind, deltas, result }: OperationRow): boolean {
  if (kind !== 'sale' || result?.epoch == null || deltas.length === 0) return false
  const { versions } = result
  return deltas.every(([productId]) => !(stockRecord(productId) in versions))
}

/** Effects with the versions of a verdict. A backend without a log tells none: its verdict has to do. */
export function learnFrom(result: OperationResult, effects: readonly StockEffect[]): readonly StockEffect[] {
  if (result.epoch === null) return []
  return effects.map((effect) =>
    // A record that the operation did not touch holds it in any version.
    withLearned(effect, { epoch: result.epoch, version: result.versions[stockRecord(effect.product_id)] ?? 0 }),
  )
}

/** The server accepted the void of a sale that it had never booked: such a verdict names no sale of its own. */
export function isVoidOfUnknown({ kind, result }: OperationRow): boolean {
  return kind === 'void' && result !== null && result.epoch !== null && result.server_id === null
}
