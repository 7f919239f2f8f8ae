/** What a page and the service worker say to each other about a refresh (rule R1). */
import * as v from 'valibot'
import { REFRESH_MODES } from './refresh.pure.ts'
import { REFRESH_OUTCOMES } from './refresh-deps.ts'

export const refreshRequestSchema = v.object({
  type: v.literal('refresh'),
  mode: v.picklist(REFRESH_MODES),
})

/** `working` comes at once and then with each part of an answer and each page; `done` ends it. */
export const refreshReplySchema = v.variant('type', [
  v.object({ type: v.literal('working') }),
  v.object({ type: v.literal('done'), outcome: v.picklist(REFRESH_OUTCOMES) }),
])
export type RefreshReply = v.InferOutput<typeof refreshReplySchema>

/** Background Sync: something waits to be sent. */
export const SEND_SALES_TAG = 'mstore-send-sales'
/** Periodic Background Sync: a closed app refreshes now and then, where the browser grants it. */
export const REFRESH_TAG = 'mstore-refresh'
