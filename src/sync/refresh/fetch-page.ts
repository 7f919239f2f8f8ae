import type { Resource } from '../../contract/records/registry.ts'
import type { HttpAnswer } from '../ports.ts'
import { readAnswer } from '../read-answer.ts'
import type { Page } from '../records/apply-page.pure.ts'

/**
 * The page in an answer that was asked for with `last_id` `afterId` and `limit`, with its place in the log (rule R4).
 * @throws HttpFailure when the answer is not one
 */
export function readPageAnswer(
  { resource, afterId, limit }: { readonly resource: Resource; readonly afterId: number; readonly limit: number },
  answer: HttpAnswer,
): Page {
  const { data, meta } = readAnswer(resource.answer, answer)
  // Rows of a paged resource have ids; the next page is asked for by the last one.
  const rows = data as readonly { readonly id: number }[]
  return {
    resource: resource.name,
    rows,
    afterId,
    // Without `meta` (another MStore backend) a full page means that there may be more.
    lastId: meta?.last_id ?? rows.at(-1)?.id ?? afterId,
    hasMore: rows.length > 0 && (meta?.has_more ?? rows.length >= limit),
    total: meta?.total ?? null,
    seq: meta?.seq ?? null,
    epoch: meta?.epoch ?? null,
  }
}
