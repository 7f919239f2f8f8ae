import { drainQueue } from '../sync/outbox/transaction-queue.ts'
import { withContext } from './worker-context.ts'

/**
 * Sends what waits; the browser calls when there is a network, also without a page. Rejects while something still waits, so that
 * the browser calls again.
 */
export async function sendFromWorker(origin: string): Promise<void> {
  const outcome = await withContext(origin, 'sending', ({ queue }) => drainQueue(queue, { ignoreBackoff: true }))
  if (outcome?.kind === 'waiting' || outcome?.kind === 'failed') throw new Error('Not everything could be sent yet')
}
