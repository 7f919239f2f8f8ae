import { liveQuery } from '../live-query.ts'
import type { SalesDb } from './sales-db.ts'
import type { OperationState } from './sales-rows.ts'

export interface QueueCounts {
  /** To be sent. */
  readonly queued: number
  /** Confirmed, and not known to be in the stock yet. */
  readonly accepted: number
}

/** Calls back with the counts now and whenever a context of this device changes the queue. Returns the way to stop. */
export function watchQueue(db: SalesDb, onCounts: (counts: QueueCounts) => void): () => void {
  const count = (state: OperationState) =>
    db.operations.where('[state+place]').between([state, 0], [state, Number.MAX_SAFE_INTEGER]).count()
  const subscription = liveQuery([db], async () => {
    const [queued, accepted] = await Promise.all([count('queued'), count('accepted')])
    return { queued, accepted }
  }).subscribe(onCounts)
  return () => subscription.unsubscribe()
}
