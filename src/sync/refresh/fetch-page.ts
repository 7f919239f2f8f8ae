import { inventoryPageSchema, productPageSchema } from '../../contract/rest.ts'
import type { RecordKind } from '../../db/rows.ts'
import type { HttpAnswer } from '../ports.ts'
import { readAnswer } from '../read-answer.ts'
import type { Page } from '../records/apply-page.pure.ts'

/**
 * The page in an answer that was asked for with `last_id` `afterId` and `limit`, with its place in the log (rule R4).
 * @throws HttpFailure when the answer is not one
 */
export function readPageAnswer(
  asked: { readonly resource: RecordKind; readonly afterId: number; readonly limit: number },
  answer: HttpAnswer,
): Page {
  if (asked.resource === 'product') {
    const { data, meta } = readAnswer(productPageSchema, answer)
    return { resource: 'product', rows: data, ...placeOf(asked, data, meta) }
  }
  const { data, meta } = readAnswer(inventoryPageSchema, answer)
  return { resource: 'inventory', rows: data, ...placeOf(asked, data, meta) }
}

function placeOf(
  { afterId, limit }: { readonly afterId: number; readonly limit: number },
  rows: readonly { id: number }[],
  meta:
    | {
        last_id: number
        has_more: boolean
        total?: number | undefined
        seq?: number | undefined
        epoch?: string | undefined
      }
    | undefined,
) {
  return {
    afterId,
    // Without `meta` (another MStore backend) a full page means that there may be more.
    lastId: meta?.last_id ?? rows.at(-1)?.id ?? afterId,
    hasMore: rows.length > 0 && (meta?.has_more ?? rows.length >= limit),
    total: meta?.total ?? null,
    seq: meta?.seq ?? null,
    epoch: meta?.epoch ?? null,
  }
}
