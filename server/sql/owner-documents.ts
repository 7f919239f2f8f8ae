/** What owners booked, once for each request id. */
import type { Queryable } from '../database.ts'

export interface OwnerRequest {
  readonly branchId: number
  readonly requestId: string
  readonly kind: 'product' | 'receiving' | 'stocktake'
  readonly request: unknown
  readonly staffId: number
  readonly deviceId: string
}

/** `new`: do it and call `answerRequest`. `done`: it was done already, this was the answer. */
export type ClaimedRequest = { state: 'new'; id: number } | { state: 'done'; answer: unknown } | { state: 'other' }

/**
 * Takes a request id for this transaction; the same id at the same time waits for its end. `other`: the id is known with other
 * content, or from another branch.
 */
export async function claimRequest(tx: Queryable, request: OwnerRequest): Promise<ClaimedRequest> {
  const content = JSON.stringify(request.request)
  const [claimed] = await tx.query<{ id: number }>(
    `INSERT INTO owner_documents (branch_id, request_id, kind, request, staff_id, device_id)
     VALUES ($1, $2, $3, $4::jsonb, $5, $6) ON CONFLICT (request_id) DO NOTHING RETURNING id`,
    [request.branchId, request.requestId, request.kind, content, request.staffId, request.deviceId],
  )
  if (claimed) return { state: 'new', id: claimed.id }
  const [known] = await tx.query<{ answer: unknown }>(
    `SELECT answer FROM owner_documents
      WHERE request_id = $1 AND branch_id = $2 AND kind = $3 AND request = $4::jsonb`,
    [request.requestId, request.branchId, request.kind, content],
  )
  return known ? { state: 'done', answer: known.answer } : { state: 'other' }
}

export async function answerRequest(tx: Queryable, id: number, answer: unknown): Promise<void> {
  await tx.query('UPDATE owner_documents SET answer = $2::jsonb WHERE id = $1', [id, JSON.stringify(answer)])
}
