import type { RecordOutcome } from '../../sync/outbox/sales.ts'

/** The outcome for the second tab. */
export const ALREADY_DONE: RecordOutcome = { ok: false, reason: 'already-done', operation: null }

/** Runs `work` under a lock: the device has one drawer, so two tabs must not open or close its shift at the same time. */
export async function oneAtATime<T>(work: () => Promise<T>): Promise<T> {
  return await navigator.locks.request('mstore-shift', work)
}
