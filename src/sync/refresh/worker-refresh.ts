/** The page's side of a refresh in the service worker, with the page itself as the fallback (rule R1). */
import * as v from 'valibot'
import type { ClockLike } from '../ports.ts'
import type { RefreshMode } from './refresh.pure.ts'
import type { RefreshOutcome } from './refresh-deps.ts'
import { refreshReplySchema } from './worker-messages.ts'

/** Sends one message to the service worker and hears its replies; null while no worker controls this page. */
export type WorkerPost = (message: unknown, onReply: (reply: unknown) => void) => void

/** A worker that does not answer within this time is not there for us, ms. */
const ACCEPT_MS = 2000
/** A worker that says nothing for this long was stopped in the middle, ms. What it stored stays; the next call goes on. */
const SILENCE_MS = 30_000

export function createWorkerRefresh(deps: {
  readonly worker: () => WorkerPost | null
  readonly runHere: (mode: RefreshMode) => Promise<RefreshOutcome>
  readonly clock: ClockLike
}): (mode: RefreshMode) => Promise<RefreshOutcome> {
  return async (mode) => {
    const post = deps.worker()
    if (!post) return await deps.runHere(mode)
    const outcome = await askWorker(post, mode, deps.clock)
    return outcome === 'not-accepted' ? await deps.runHere(mode) : outcome
  }
}

function askWorker(post: WorkerPost, mode: RefreshMode, clock: ClockLike): Promise<RefreshOutcome | 'not-accepted'> {
  return new Promise((resolve) => {
    let cancel = clock.after(ACCEPT_MS, () => resolve('not-accepted'))
    post({ type: 'refresh', mode }, (message) => {
      const reply = v.safeParse(refreshReplySchema, message)
      if (!reply.success) return
      cancel()
      if (reply.output.type === 'done') resolve(reply.output.outcome)
      else cancel = clock.after(SILENCE_MS, () => resolve('failed'))
    })
  })
}
