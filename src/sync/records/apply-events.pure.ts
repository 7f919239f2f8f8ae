/**
 * What a batch of events does to the stored records (rules C2, C7). Pure: the database reads the records that the batch names inside its
 * transaction, this decides, the database writes exactly what is returned.
 *
 * Several events on one record fold into one write. An event on a record that is not here makes its row wanted: it is fetched whole,
 * never inserted in part.
 */
import type { EventPosition } from '../../contract/events.ts'
import type { RecordRegistry } from '../../contract/records/registry.ts'
import type { RowWrites, StoredRows } from '../../db/rows.ts'
import { applyNews, type Verdict } from './apply-news.pure.ts'
import { type ApplyContext, Draft } from './draft.pure.ts'

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
      if (kind && news) {
        const touched = ids.get(kind.name) ?? new Set()
        ids.set(kind.name, touched.add(news(data).id))
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
  const verdicts = new Set<Verdict>()
  for (const { kind, news, operation, history } of records.events.get(event.type)?.readings ?? []) {
    const known = operation?.(event.data)
    for (const [record, version] of Object.entries(known?.versions ?? {})) {
      draft.learn(known?.offline_id ?? '', record, version, epoch)
    }
    if (!kind || !news) continue
    const told = news(event.data)
    const before = draft.record(kind, told.id)
    const verdict = applyNews(draft, kind, told, { epoch, timestamp: event.timestamp, source: 'event' })
    verdicts.add(verdict)
    if (verdict === 'applied' && history && before) {
      draft.noteHistory(
        history(event.data, { ...before }),
        event.timestamp === undefined ? now : Date.parse(event.timestamp),
      )
    }
  }
  return STRONGEST_FIRST.find((verdict) => verdicts.has(verdict)) ?? 'ignored'
}
