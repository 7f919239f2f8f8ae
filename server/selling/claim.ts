import type { OperationType } from '../../src/contract/batch-sync.ts'
import type { Queryable } from '../database.ts'
import { claimOperation, confirmOperation, type StoredResult, takeTurn } from '../sql/operations.ts'
import { recountShift } from './booked-shift.ts'
import type { Sent } from './read-batch.ts'
import { ContentMismatch, Refusal } from './refusal.ts'
import type { Sender } from './sender.ts'

/**
 * Takes an operation's id for this transaction, or resolves to the result of the time when the same was booked (rule Q2). What
 * another device had brought counts in its shift from the time when the device that recorded it sends it too.
 * Throws ContentMismatch when it was something else.
 */
export async function claim(
  tx: Queryable,
  sender: Sender,
  type: OperationType,
  { offlineId, content }: Pick<Sent<unknown>, 'offlineId' | 'content'>,
  partOf?: string,
): Promise<StoredResult | null> {
  const outcome = await claimOperation(tx, {
    offlineId,
    type,
    content,
    branchId: sender.branchId,
    sentBy: sender.deviceId,
    confirmed: sender.isOwnersDecision === true,
    ...(partOf === undefined ? {} : { partOf }),
  })
  switch (outcome.state) {
    case 'new':
      return null
    case 'same':
      await confirm(tx, sender, offlineId)
      return outcome.result
    case 'other-content':
      throw new ContentMismatch(offlineId, type)
    case 'other-branch':
      throw new Refusal('wrong_branch', 'This belongs to another branch')
  }
}

async function confirm(tx: Queryable, sender: Sender, offlineId: string): Promise<void> {
  const confirmed = await confirmOperation(tx, offlineId, sender.deviceId)
  if (!confirmed?.shiftOfflineId) return
  await takeTurn(tx, confirmed.shiftOfflineId)
  await recountShift(tx, confirmed.shiftOfflineId)
}
