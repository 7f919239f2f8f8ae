/** What a refresh must know of this counter's operations before it stores a page (rules R5, C8). */
import { stockRecord } from '../../contract/records/stock.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { readLearned } from '../../db/learned.ts'
import { readEffectsOf, toEffects } from '../../db/sales/effects.ts'
import { inOneTransaction, updateOperations } from '../../db/sales/operations.ts'
import { readInState } from '../../db/sales/read-operations.ts'
import { readKnownEpoch, writeSalesMeta } from '../../db/sales/sales-meta.ts'
import type { OperationRow, OperationState, StockEffect } from '../../db/sales/sales-rows.ts'
import { isVoidOfUnknown, withLearned } from '../outbox/learn-versions.pure.ts'
import { isReopened, stepOperation } from '../outbox/queue.pure.ts'
import type { QueueDeps } from '../outbox/send-batch.ts'
import { askForVerdicts } from '../outbox/transaction-queue.ts'
import type { PageGuard } from './refresh-deps.ts'

export function createPageGuard(cache: CacheDb, queue: QueueDeps): PageGuard {
  const { salesDb } = queue

  /** Leaves out what this device kept from an earlier branch: this branch's server does not know it. */
  async function readOwn(...states: readonly OperationState[]): Promise<OperationRow[]> {
    const rows = await Promise.all(states.map((state) => readInState(salesDb, state)))
    return rows.flat().filter(({ branch_code: code }) => code === queue.branchCode)
  }

  /**
   * In a new epoch the server may have lost what it had confirmed. All of it is queued again, and counts as unsent until it is confirmed.
   */
  async function reopen(epoch: string): Promise<void> {
    if ((await readKnownEpoch(salesDb)) === epoch) return
    // In one transaction, so that each verdict recorded meanwhile belongs either to the old epoch or to the new one.
    await inOneTransaction(salesDb, async () => {
      if ((await readKnownEpoch(salesDb)) !== epoch) await reopenLost(epoch)
    })
  }

  async function reopenLost(epoch: string): Promise<void> {
    const confirmed = await readOwn('accepted', 'settled')
    const lost = confirmed.filter((row) => isReopened(row, epoch))
    const wasSettled = new Set(lost.filter(({ state }) => state === 'settled').map(({ offline_id: id }) => id))
    // The new epoch has booked the void of a sale that it never booked: neither has an effect there (see forgetEffects).
    const voided = new Set(
      confirmed.filter((row) => row.result?.epoch === epoch && isVoidOfUnknown(row)).map(({ about }) => about),
    )
    const withoutTrace = ({ offline_id: id, about }: OperationRow) => voided.has(id) || voided.has(about)
    await updateOperations(
      salesDb,
      lost.map(({ offline_id: id }) => id),
      (row) => stepOperation(row, { type: 'reopen' }),
      (row) => {
        if (!wasSettled.has(row.offline_id)) return 'keep'
        const effects = toEffects(row)
        return withoutTrace(row) ? effects.map((effect) => withLearned(effect, { epoch, version: 0 })) : effects
      },
    )
    await writeSalesMeta(salesDb, 'epoch', { value: epoch })
  }

  /** Effects of operations that may have reached the server, on these products, whose version in this epoch is unknown. */
  async function unknownEffects(epoch: string | null, productIds: ReadonlySet<number>): Promise<StockEffect[]> {
    // Include accepted ones: their verdict may be of another epoch than a page that comes late.
    const sent = (await readOwn('queued', 'sending', 'accepted')).filter(({ ever_sent: everSent }) => everSent)
    const effects = await readEffectsOf(salesDb, sent)
    const onPage = effects.filter(
      ({ product_id: id, learned }) => productIds.has(id) && !learned.some((known) => known.epoch === epoch),
    )
    const fromEvents = await readLearned(
      cache,
      onPage.map(({ offline_id: id, product_id: product }) => [id, stockRecord(product)]),
    )
    return onPage.filter((_, index) => fromEvents[index]?.epoch !== epoch)
  }

  return {
    async beforePage(epoch, productIds) {
      if (epoch !== null) await reopen(epoch)
      if (productIds.length === 0) return new Set()
      const ids = new Set(productIds)
      const unknown = await unknownEffects(epoch, ids)
      if (unknown.length === 0) return new Set()
      await askForVerdicts(queue, [...new Set(unknown.map(({ offline_id: id }) => id))])
      return new Set((await unknownEffects(epoch, ids)).map(({ product_id: id }) => id))
    },
    async isAnswered(epoch) {
      const unanswered = async () =>
        (await readOwn('queued', 'sending'))
          // Ask for all of them: such an event may lie before the position that the refresh ends at, with its product on no page.
          .filter(({ result, ever_sent: everSent }) => (result === null ? everSent : result.epoch !== epoch))
          .map(({ offline_id: id }) => id)
      const ids = await unanswered()
      if (ids.length === 0) return true
      await askForVerdicts(queue, ids)
      return (await unanswered()).length === 0
    },
  }
}
