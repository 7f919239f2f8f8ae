/** What a verdict tells of stock (rule D2): from which version of a record on the server's number holds an operation's effect. */
import type { StockEffect } from '../../db/sales/sales-rows.ts'
import type { KnownVersion } from '../../domain/available-stock.ts'

/** A server that is restored again and again before a refresh completes leaves the stored stock that many lives behind. */
const LIVES_KEPT = 8

export function withLearned(effect: StockEffect, learned: KnownVersion): StockEffect {
  const others = effect.learned.filter(({ epoch }) => epoch !== learned.epoch)
  return { ...effect, learned: [...others, learned].slice(-LIVES_KEPT) }
}
