/**
 * How this device stands with the server (rule C5): whether the server can be reached, and whether it takes the device. A server that was
 * set back to an older state knows its devices again once that is put right, so a refused device asks again; a revoked one is final.
 * What a refusal means for connection and log is not known here.
 */
import { HttpFailure } from '../errors.ts'
import { failureKind } from '../failure-kind.ts'
import type { FailureJournal } from '../ports.ts'
import type { createTimers } from '../timers.ts'

export interface ServerStandingDeps {
  /** Asks the server who this device is; rejects with HttpFailure. */
  readonly checkDevice: () => Promise<void>
  readonly journal: FailureJournal
  /** The owner's timers; it clears them when it stops. */
  readonly timers: ReturnType<typeof createTimers>
  /** False once this tab has stopped: another one is connected. */
  readonly isRunning: () => boolean
  /** The server does not take this device. */
  readonly onRefused: () => void
  /** The server takes this device again. */
  readonly onTakenAgain: () => void
  /** The device was asked about: the server knows it, or could not be asked. */
  readonly onChecked: (outcome: 'known' | 'unasked') => void
  readonly onChange: () => void
}

/** A server that does not know this device is asked again, ms. */
const ASK_AGAIN_MS = 60_000

export function createServerStanding(deps: ServerStandingDeps) {
  const { journal, timers } = deps
  let isServerReachable: boolean | null = null
  let isRefused = false
  let isChecking = false

  /** A refused device asks the server, which also makes it known to the broker again. One question at a time. */
  async function check(): Promise<void> {
    if (isChecking) return
    isChecking = true
    let failure: unknown = null
    try {
      await deps.checkDevice()
    } catch (error) {
      failure = error
    }
    isChecking = false
    if (!deps.isRunning()) return
    if (failure === null && isRefused) {
      isRefused = false
      deps.onTakenAgain()
    }
    noteAnswer(failure)
    // A server that restarts while it is asked gives no verdict: ask again.
    const isFinal = failure instanceof HttpFailure && failure.class === 'revoked'
    if (isRefused && !isFinal) askAgainLater()
    if (failure === null) deps.onChecked('known')
    else if (failure instanceof HttpFailure && failure.class === 'transient') deps.onChecked('unasked')
  }

  function noteAnswer(failure: unknown): void {
    if (failure === null) {
      isServerReachable = true
    } else if (failure instanceof HttpFailure) {
      isServerReachable = failure.class !== 'transient'
      if (isServerReachable) journal.note(failureKind(failure, 'network'), 'Server', failure)
      if (failure.class === 'revoked' || failure.class === 'unauthorized') {
        isRefused = true
        deps.onRefused()
        if (failure.class === 'unauthorized') askAgainLater()
      }
    } else {
      journal.note(failureKind(failure, 'crash'), 'Sync', failure)
    }
    deps.onChange()
  }

  function askAgainLater(): void {
    timers.set('known-again', ASK_AGAIN_MS, () => void check())
  }

  return {
    /** `isServerReachable` null: it was not asked yet. */
    facts: () => ({ isServerReachable, isRefused }),
    check,
    /** A request was answered, or failed with the given error. */
    noteAnswer,
  }
}
