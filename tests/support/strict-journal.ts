import { IMPOSSIBLE } from '../../src/sync/impossible.pure.ts'
import type { FailureJournal } from '../../src/sync/ports.ts'

/** A failure journal for tests: fails the test when a state machine got an event that cannot happen in its state. */
export function createStrictJournal(note: FailureJournal['note'] = () => undefined): FailureJournal {
  return {
    note(kind, what, error) {
      if (what === IMPOSSIBLE) throw new Error(`${what}: ${String(error)}`)
      note(kind, what, error)
    },
  }
}
