import type { RecordOutcome } from '../../sync/outbox/sales.ts'

const WORDS = {
  'already-done': 'shift.errorAlready',
  'storage-full': 'shift.errorStorageFull',
  storage: 'shift.errorStorage',
  'not-enrolled': 'shift.errorDevice',
} as const

/** Why nothing was recorded, as the key of its words; null: it was. */
export function outcomeWords(outcome: RecordOutcome | undefined): (typeof WORDS)[keyof typeof WORDS] | null {
  return outcome === undefined || outcome.ok ? null : WORDS[outcome.reason]
}
