/**
 * Asks the server for what the branch's log holds after a place (rules C1, S6). Only the latest request counts: the answer to an
 * earlier one is ignored. What the answer means for the log, and when to ask again, is not known here.
 */
import * as v from 'valibot'
import { type ParsedEvent, parseEvent } from '../../contract/events.ts'
import { changesAnswerSchema } from '../../contract/pages.ts'
import { PATHS } from '../../contract/rest.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { utf8Length } from '../../domain/utf8-length.ts'
import { HttpFailure } from '../errors.ts'
import type { ClockLike, FailureJournal, HttpLike } from '../ports.ts'
import type { LogEntry } from './cursor.pure.ts'

/** A parsed message on its way to the database. `size` in bytes, `at` client time in ms. */
export interface Arrived {
  readonly event: ParsedEvent
  readonly size: number
  readonly at: number
  /** Fetched after a time without connection. */
  readonly missed: boolean
}

export interface FetchedChanges {
  readonly entries: readonly LogEntry<Arrived>[]
  readonly lastSeq: number
  readonly hasMore: boolean
  readonly epoch: string
  readonly mark: string | undefined
  /** Server time, ms, of the answer; null: not told. */
  readonly serverTime: number | null
  /** Client time, ms. */
  readonly askedAt: number
}

/** Where changes come from, and who is told how the server answers. */
export interface ChangesSource {
  readonly db: CacheDb
  readonly branchCode: string
  readonly http: HttpLike
  readonly clock: ClockLike
  readonly journal: FailureJournal
  /** An answer told the server's clock, ms, rounded down to seconds. */
  readonly onServerTime: (serverTime: number) => void
  /** A request was answered, or failed with the given error. */
  readonly onAnswer: (failure: unknown) => void
}

export interface ChangesFetcherDeps extends ChangesSource {
  /** Resolves once there is memory for another answer (rule C7). */
  readonly room: () => Promise<void>
  /** The mark to show to the server (rule S6); null when there is none. */
  readonly seen: () => Promise<string | null>
  /** What is fetched now was missed while there was no connection. */
  readonly isMissed: () => boolean
  readonly onChanges: (changes: FetchedChanges, after: number) => void
  /** The latest request brought no usable answer. */
  readonly onFailed: (error: unknown) => void
}

const CHANGES_LIMIT = 500

export function createChangesFetcher(deps: ChangesFetcherDeps) {
  const { clock } = deps
  let generation = 0

  async function fetch(after: number): Promise<void> {
    generation += 1
    const mine = generation
    await deps.room()
    if (mine !== generation) return
    const askedAt = clock.now()
    const query = new URLSearchParams({ branch_code: deps.branchCode, after: `${after}`, limit: `${CHANGES_LIMIT}` })
    const seen = await deps.seen()
    if (mine !== generation) return
    if (seen !== null) query.set('seen', seen)
    try {
      const { body, serverTime = null } = await deps.http({ path: `${PATHS.changes}?${query}` })
      if (serverTime !== null) deps.onServerTime(serverTime)
      deps.onAnswer(null)
      if (mine !== generation) return
      const answer = v.safeParse(changesAnswerSchema, body)
      if (!answer.success) throw new HttpFailure('The answer of /changes is not valid', null)
      const { events, last_seq: lastSeq, has_more: hasMore, epoch, mark } = answer.output.data
      const entries = events.map((event, index) => toEntry(event, after + 1 + index))
      deps.onChanges({ entries, lastSeq, hasMore, epoch, mark, serverTime, askedAt }, after)
    } catch (error) {
      deps.onAnswer(error)
      if (mine === generation) deps.onFailed(error)
    }
  }

  /** An event of `/changes`: its place is known by counting even when the event itself is unusable (rule C1). */
  function toEntry(input: unknown, expectedSeq: number): LogEntry<Arrived> {
    const event = parseEvent(input, deps.db.records.events)
    const item = { event, size: utf8Length(JSON.stringify(input)), at: clock.now(), missed: deps.isMissed() }
    if (event.type === 'invalid') {
      deps.journal.note('input', 'Change', event.reason)
      return { seq: expectedSeq, epoch: null, valid: false, item }
    }
    return { seq: event.seq ?? expectedSeq, epoch: event.epoch ?? null, valid: true, item }
  }

  return {
    fetch,
    /** Ignores the answer to the request that is under way. */
    cancel(): void {
      generation += 1
    },
  }
}
