/**
 * For an event that cannot happen in the present state of a state machine. It means that a port or a shell breaks its contract, so the
 * machine does nothing and the journal says so. An event that is only late (an answer after the stop) is not impossible.
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
