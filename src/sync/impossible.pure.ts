/**
 * An event that cannot happen in a state machine's state: a port or a shell does not keep its word. Nothing is done, and the journal
 * says so. One that may come late (an answer after the stop, a tap that another tab was ahead of) is no such event.
 */
import type { FailureJournal } from './ports.ts'

/** A machine's step may carry it. */
export interface MayBeImpossible {
  readonly isImpossible?: true
}

/** The step of an event that cannot happen. */
export function impossible<S>(state: S): { readonly state: S; readonly effects: []; readonly isImpossible: true } {
  return { state, effects: [], isImpossible: true }
}

/** How the journal names it; the journals of tests throw at it. */
export const IMPOSSIBLE = 'Impossible event'

/** @param phase of the machine, when the event came */
export function noteImpossible(
  journal: FailureJournal,
  step: MayBeImpossible,
  { machine, phase, event }: { readonly machine: string; readonly phase: string; readonly event: string },
): void {
  if (step.isImpossible) journal.note('crash', IMPOSSIBLE, `${machine}: ${event} while ${phase}`)
}
