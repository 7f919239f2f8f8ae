/** Stores the server's verdicts on operations, in one transaction with what they tell of stock and of each other (rules Q3, D2, C8). */
import { inOneTransaction, updateOperations } from '../../db/sales/operations.ts'
import { readAbout } from '../../db/sales/read-operations.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import { readKnownEpoch } from '../../db/sales/sales-meta.ts'
import type { OperationResult } from '../../db/sales/sales-rows.ts'
import { isBookedAsVoid, isVoidOfUnknown, learnFrom, withLearned } from './learn-versions.pure.ts'
import { type QueueEvent, stepOperation } from './queue.pure.ts'

/** `epoch`: of the answer. `epochBefore`: known when its request left. */
interface AnswerEpochs {
  readonly epoch: string | null
  readonly epochBefore: string | null
}

/**
 * Stores the verdicts, and with them what they tell of stock (rule D2). An answer that comes after a new epoch has begun
 * is of the old one: what it confirmed goes up again, as all that was confirmed there (rule C8).
 */
export async function recordVerdicts(
  salesDb: SalesDb,
  verdicts: ReadonlyMap<string, QueueEvent>,
  now: number,
  { epoch, epochBefore }: AnswerEpochs,
): Promise<void> {
  await inOneTransaction(salesDb, async () => {
    const known = await readKnownEpoch(salesDb)
    const isOver = epoch !== null && known !== epochBefore && known !== epoch
    const written = await updateOperations(
      salesDb,
      [...verdicts.keys()],
      (row) => {
        const event = verdicts.get(row.offline_id)
        const next = event ? stepOperation(row, event) : null
        return isOver && next?.state === 'accepted' ? stepOperation(next, { type: 'reopen' }) : next
      },
      (row, effects) => {
        const event = verdicts.get(row.offline_id)
        return event?.type === 'accept' ? learnFrom(event.result, effects) : 'keep'
      },
    )
    for (const row of written) {
      if (verdicts.get(row.offline_id)?.type !== 'accept') continue
      if (isVoidOfUnknown(row)) {
        if (!isOver) await cancelRefused(salesDb, row.about, now)
        await forgetEffects(salesDb, row.about, row.result)
      }
      if (isBookedAsVoid(row)) await forgetEffects(salesDb, row.offline_id, row.result)
    }
  })
}

/** When the server has accepted the void of a refused sale, the sale is cancelled as well. */
async function cancelRefused(salesDb: SalesDb, saleId: string, now: number): Promise<void> {
  await updateOperations(
    salesDb,
    [saleId],
    (sale) => (sale.state === 'needs-decision' ? stepOperation(sale, { type: 'cancel', now }) : null),
    () => [],
  )
}

/**
 * Nothing about this sale has an effect on stock in this epoch: it had not booked the sale when it accepted the
 * void, and never will otherwise than as void. What an older epoch's stock holds of it still counts as it did.
 */
async function forgetEffects(salesDb: SalesDb, saleId: string, result: OperationResult | null): Promise<void> {
  if (!result) return
  const about = await readAbout(salesDb, saleId)
  await updateOperations(
    salesDb,
    about.map(({ offline_id: id }) => id),
    (operation) => operation,
    (_, effects) => effects.map((effect) => withLearned(effect, { epoch: result.epoch, version: 0 })),
  )
}
