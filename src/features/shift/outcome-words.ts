import type { RecordOutcome } from '../../sync/outbox/sales.ts'

const WORDS = {
  'already-done': 'shift.errorAlready',
  'storage-full': 'shift.errorStorageFull',
  storage: 'shift.errorStorage',
  'not-enrolled': 'shift.errorDevice',
} as const

/** Message key for why nothing was recorded; null: it was recorded. */
export function outcomeWords(outcome: RecordOutcome | undefined): (typeof WORDS)[keyof typeof WORDS] | null {
  return outcome === undefined || outcome.ok ? null : WORDS[outcome.reason]
}
