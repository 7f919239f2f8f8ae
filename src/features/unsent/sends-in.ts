import { waitLeft } from '../../domain/waiting.ts'
import { LONGEST_WAIT_MS } from '../../sync/outbox/queue.pure.ts'
import { steadyNow } from '../../sync/steady-now.ts'

/** ms until an operation is sent again, as the sender of this page sees it; 0: it is due. */
export function sendsIn(nextAttemptAt: number): number {
  return waitLeft(nextAttemptAt, LONGEST_WAIT_MS, steadyNow())
}
