/**
 * Lines of the log of applied updates for what a refresh, a comparison or single fetched rows have changed. A first load is one line of
 * each kind that says how many, and so is whatever changes more than SINGLES_MAX records of a kind: nobody reads 50,000 lines, and they
 * would push everything else out of the log.
 */
import type { RecordKind } from '../../contract/records/record-kind.ts'
import type { AppliedUpdate } from '../../db/journal/update-row.ts'
import { utf8Length } from '../../domain/utf8-length.ts'
import type { ChangedByRows, ChangedRecord } from '../records/changed-records.pure.ts'

/** Of one kind in one refresh. */
export const SINGLES_MAX = 100

/** `loaded`: a full load brings it, so each kind is one line however few there are. */
export type OnChanged = (changes: ChangedByRows, how?: 'loaded') => void

export interface RefreshedLines {
  readonly onChanged: OnChanged
  /** Oldest kind first. @param skewMs server clock minus this clock */
  take(skewMs: number): AppliedUpdate[]
}

interface Single {
  readonly change: ChangedRecord
  readonly size: number | null
  readonly at: number
}

/** Gathers what one refresh changes, page by page. */
export function createRefreshedLines(now: () => number): RefreshedLines {
  let kinds = new Map<RecordKind, { rows: number; singles: Single[]; isLoad: boolean; at: number }>()
  return {
    onChanged({ changed, rows }, how) {
      const at = now()
      for (const change of changed) {
        const known = kinds.get(change.kind) ?? { rows: 0, singles: [], isLoad: false, at }
        kinds.set(change.kind, known)
        known.rows += 1
        known.at = at
        known.isLoad ||= how === 'loaded'
        const isSingle = !known.isLoad && known.rows <= SINGLES_MAX
        if (isSingle) known.singles.push({ change, size: sizeOf(change, rows), at })
        else known.singles = []
      }
    },
    take(skewMs) {
      const taken = kinds
      kinds = new Map()
      return [...taken].flatMap(([kind, { rows, singles, at }]) =>
        singles.length > 0
          ? singles.map((single) => lineOf(single, skewMs))
          : [{ ...EMPTY, event_type: kind.name, at, rows }],
      )
    },
  }
}

const EMPTY = { product_id: null, latency_ms: null, payload_size: null, came: 'refreshed' } as const

function lineOf({ change: { kind, record, isRemoved }, size, at }: Single, skewMs: number): AppliedUpdate {
  // What is gone says when it changed last before, not when it went.
  const changedAt = isRemoved ? null : (kind.changedAt?.({ ...record }) ?? null)
  return {
    event_type: isRemoved ? `${kind.name}_removed` : kind.name,
    ...productFacts(kind.products?.({ ...record }) ?? []),
    latency_ms: changedAt === null ? null : Math.max(0, at + skewMs - changedAt),
    payload_size: size,
    at,
    came: 'refreshed',
  }
}

/** The specification's one `product_id`, and how many there are where it is one of several. */
export function productFacts(ids: readonly number[]): Pick<AppliedUpdate, 'product_id' | 'products'> {
  const [first = null] = ids
  return ids.length > 1 ? { product_id: first, products: ids.length } : { product_id: first }
}

/** A resource of one record gives it without an id. */
function sizeOf({ record, isRemoved }: ChangedRecord, rows: readonly unknown[]): number | null {
  if (isRemoved) return null
  const row = rows.length === 1 ? rows[0] : rows.find((candidate) => Object(candidate).id === record.id)
  return row === undefined ? null : utf8Length(JSON.stringify(row))
}
