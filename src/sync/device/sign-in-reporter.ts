/**
 * Tells the server of the sign-ins that this device checked itself, when it can be reached: for the owner to read, so never in the way of
 * anything else. What is sent twice counts once there. One tells at a time.
 */
import { COUNTER_SIGN_INS_PATH, NOTES_AT_ONCE, type SignInNote } from '../../contract/counter-sign-ins.ts'
import { HttpFailure } from '../errors.ts'
import { failureKind } from '../failure-kind.ts'
import type { ClockLike, FailureJournal, HttpLike, LockManagerLike } from '../ports.ts'
import { createTimers } from '../timers.ts'

/** Where they are kept: src/db/sales/sign-in-notes.ts. */
export interface NotesLike {
  claim(deviceId: string): Promise<readonly SignInNote[]>
  forget(told: readonly SignInNote[]): Promise<void>
  watch(onCount: (count: number) => void, onError: (error: unknown) => void): () => void
}

export interface SignInReporter {
  start(): void
  /** The line is back. */
  kick(): void
  stop(): void
}

/** Wait this long, ms, so that several tries of one person go in one report. */
const GATHER_MS = 5_000
const WAIT_MIN_MS = 60_000
const WAIT_MAX_MS = 15 * 60_000
/** A server that is older, or refuses what this version tells. */
const WAIT_REFUSED_MS = 60 * 60_000

export function createSignInReporter(deps: {
  readonly deviceId: string
  readonly http: HttpLike
  readonly locks: LockManagerLike
  readonly clock: ClockLike
  readonly journal: FailureJournal
  readonly notes: NotesLike
}): SignInReporter {
  const { deviceId, http, locks, clock, journal, notes } = deps
  const timers = createTimers(clock)
  let isTelling = false
  let failures = 0
  let isStopped = false
  let stopWatching = () => {}

  async function tell(): Promise<void> {
    if (isTelling || isStopped) return
    isTelling = true
    try {
      const isMine = await locks.request('mstore-sign-ins', { ifAvailable: true }, async () => {
        const waiting = await notes.claim(deviceId)
        const some = waiting.slice(0, NOTES_AT_ONCE)
        if (some.length === 0) return true
        await http({ method: 'POST', path: COUNTER_SIGN_INS_PATH, body: { notes: some } })
        failures = 0
        await notes.forget(some)
        return true
      })
      // Another tab reports them. If it dies, this one does.
      if (isMine === undefined) again(WAIT_MAX_MS)
    } catch (error) {
      wait(error)
    } finally {
      isTelling = false
    }
  }

  function wait(error: unknown): void {
    // The line is down, which is no fault to note.
    if (!(error instanceof HttpFailure && error.status === null)) {
      journal.note(failureKind(error, 'crash'), 'Telling of sign-ins', error)
    }
    failures += 1
    const isRefused = error instanceof HttpFailure && error.class !== 'transient'
    const asked = (error instanceof HttpFailure ? error.retryAfterMs : null) ?? 0
    const growing = Math.min(WAIT_MAX_MS, WAIT_MIN_MS * 2 ** Math.min(failures - 1, 10))
    again(isRefused ? WAIT_REFUSED_MS : Math.max(growing, Math.min(asked, WAIT_MAX_MS)))
  }

  function again(ms: number): void {
    if (!isStopped) timers.set('tell', ms, () => void tell())
  }

  return {
    start() {
      const note = (error: unknown) => journal.note(failureKind(error, 'crash'), 'Sign-ins', error)
      // Do this before anybody signs in: from now on all notes are this device's.
      void notes.claim(deviceId).catch(note)
      // A report changes the notes, so what is left calls back again and is reported next.
      stopWatching = notes.watch((count) => {
        if (count > 0 && failures === 0) again(GATHER_MS)
      }, note)
    },
    kick() {
      if (failures > 0) again(GATHER_MS)
    },
    stop() {
      isStopped = true
      stopWatching()
      timers.clearAll()
    },
  }
}
