import type { Queryable } from '../database.ts'
import { conflict } from '../http/api-error.ts'
import { answerRequest, claimRequest, type OwnerRequest } from '../sql/owner-documents.ts'
import type { StaffAtDevice } from './staff-guard.ts'

/**
 * Does what an owner asked for once: the same request again, after an answer that got lost, is given the same answer. Throws a
 * 409 when the id is known with other content. In a transaction.
 */
export async function bookOnce<T>(
  tx: Queryable,
  booking: { who: StaffAtDevice; requestId: string; kind: OwnerRequest['kind']; request: unknown },
  work: (documentId: number) => Promise<T>,
): Promise<T> {
  const { who, requestId, kind, request } = booking
  const claimed = await claimRequest(tx, {
    branchId: who.device.branchId,
    requestId,
    kind,
    request,
    staffId: who.staff.staffId,
    deviceId: who.device.id,
  })
  // What is stored is what `work` resolved to for the same kind and content.
  if (claimed.state === 'done') return claimed.answer as T
  if (claimed.state === 'other') throw conflict('This request id was used for something else')
  const answer = await work(claimed.id)
  await answerRequest(tx, claimed.id, answer)
  return answer
}
