/**
 * What news does to the stored records (rules C2, C7, R3): of a batch of events, or of one record, whatever brought it and whatever kind it
 * is about. This is the one place that decides about a record. Pure: the database reads the records that a batch names inside its
 * transaction, this decides, the database writes exactly what is returned.
 *
 * Several events on one record fold into one write. An event on a record that is not here makes its row wanted: it is fetched whole,
 * never inserted in part.
 */
import { dequal } from 'dequal/lite'
import type { EventPosition } from '../../contract/events.ts'
import type { Fields, RecordKind, RecordNews } from '../../contract/records/record-kind.ts'
import type { RecordRegistry } from '../../contract/records/registry.ts'
import type { RecordRow, RowWrites, StoredRows } from '../../db/rows.ts'
import { type ApplyContext, Draft } from './draft.pure.ts'
import { type IncomingState, isBuried, isNewer, isRemoved, provenanceAfter } from './version-rule.pure.ts'

/** An event of a declared type, with its data as the declaration's schema gives it. */
export type RecordEvent = EventPosition & { readonly type: string; readonly data: unknown }

export interface TouchedRecords {
  /** Ids by kind. */
  readonly ids: ReadonlyMap<string, ReadonlySet<number>>
  /** `offline_id`s of operations that these events are of (rule D2). */
  readonly operations: readonly string[]
}

export interface ApplyOutcome {
  readonly writes: RowWrites
  /** For each event, in order; `ignored`: it is of no concern to the cache. */
  readonly verdicts: readonly (Verdict | 'ignored')[]
}

/** The records that must be read to apply these events. */
export function touchedRecords(records: RecordRegistry, events: readonly RecordEvent[]): TouchedRecords {
  const ids = new Map<string, Set<number>>()
  const operations = new Set<string>()
  for (const { type, data } of events) {
    for (const { kind, news, operation } of records.events.get(type)?.readings ?? []) {
      const told = news?.(data, 0)
      if (told) {
        const touched = ids.get(kind.name) ?? new Set()
        ids.set(kind.name, touched.add(told.id))
      }
      const known = operation?.(data)
      if (known) operations.add(known.offline_id)
    }
  }
  return { ids, operations: [...operations] }
}

/** Applies events in order to the stored records. Never throws. */
export function applyEvents(events: readonly RecordEvent[], stored: StoredRows, context: ApplyContext): ApplyOutcome {
  const draft = new Draft(stored, context)
  const verdicts = events.map((event) => applyEvent(draft, event))
  return { writes: draft.writes(), verdicts }
}

const STRONGEST_FIRST = ['applied', 'wanted', 'older'] as const

function applyEvent(draft: Draft, event: RecordEvent): Verdict | 'ignored' {
  const { records, now } = draft.context
  const epoch = event.epoch ?? draft.context.epoch
  const at = event.timestamp === undefined ? now : Date.parse(event.timestamp)
  const verdicts = new Set<Verdict>()
  for (const { kind, news, operation, history } of records.events.get(event.type)?.readings ?? []) {
    const known = operation?.(event.data)
    for (const [record, version] of Object.entries(known?.versions ?? {})) {
      draft.learn(known?.offline_id ?? '', record, version, epoch)
    }
    const told = news?.(event.data, at)
    if (!told) continue
    const before = draft.record(kind, told.id)
    const verdict = applyNews(draft, kind, told, { epoch, timestamp: event.timestamp, source: 'event' })
    verdicts.add(verdict)
    if (verdict === 'applied' && history && before) {
      draft.noteHistory(history(event.data, { ...before }), at)
    }
  }
  return STRONGEST_FIRST.find((verdict) => verdicts.has(verdict)) ?? 'ignored'
}

/** `applied`: the record changed. `older`: what is stored has come further. `wanted`: nothing of it is stored before its row is fetched. */
type Verdict = 'applied' | 'older' | 'wanted'

export function applyNews(
  draft: Draft,
  kind: RecordKind,
  news: RecordNews,
  arrival: Omit<IncomingState, 'version'>,
): Verdict {
  const { id, version } = news
  const state: IncomingState = { ...arrival, version }
  const row = draft.record(kind, id)
  if (!row && isBuried(state, draft.tombstone(kind, id))) return 'older'
  if ('removed' in news) {
    if (row && !isRemoved(state, row)) return 'older'
    draft.bury(kind, id, news.version, state.epoch)
    return 'applied'
  }
  const isPart = 'part' in news
  if (!row && isPart && !news.rest) {
    draft.want(kind, id)
    return 'wanted'
  }
  const fields = isPart ? { ...(row ? {} : news.rest), ...news.part } : news.whole
  const next = recordAfter(row, { id, fields }, state)
  if (next === null) return 'older'
  const isPartial = isPart && news.rest !== undefined
  const put = isPartial ? { ...next, provenance: { ...next.provenance, partial: true } as const } : next
  draft.put(kind, kind.isListed ? { ...put, rev: revAfter(draft, row, fields) } : put)
  if (isPartial) draft.want(kind, id)
  return 'applied'
}

/** The record once these fields are put into it. Null: what is stored has come further. */
export function recordAfter<Put extends Fields>(
  row: RecordRow | undefined,
  { id, fields }: { readonly id: number; readonly fields: Put },
  state: IncomingState,
) {
  if (row && !isNewer(state, row)) return null
  const version = state.version ?? row?.version ?? 0
  return { ...row, ...fields, id, version, provenance: provenanceAfter(state, row?.provenance) }
}

/** A version that changed nothing to be seen makes no list read the record again. */
function revAfter(draft: Draft, row: RecordRow | undefined, fields: Fields): number {
  const stored: Readonly<Record<string, unknown>> = { ...row }
  const isSame = row?.rev !== undefined && Object.entries(fields).every(([name, value]) => dequal(stored[name], value))
  return isSame ? row.rev : draft.nextRev()
}
