import type { RecordOutcome } from '../../sync/outbox/sales.ts'

/** What the second tab is told. */
export const ALREADY_DONE: RecordOutcome = { ok: false, reason: 'already-done', operation: null }

/** A device has one drawer: two tabs never open or close its shift at the same time, each sees what the other did. */
export async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  return await navigator.locks.request('mstore-shift', work)
}
