/**
 * Comparing what is stored with the server's checksums of ids and versions (rule R2). Pure: what is read, fetched and hashed is
 * the caller's.
 */
import type { ChecksumRange } from '../../contract/pages.ts'
import { kindsOf, type RecordRegistry, type Resource } from '../../contract/records/registry.ts'
import type { IdRange, Position, Provenance, Standing, StoredRows } from '../../db/rows.ts'
import { isYoung } from '../../domain/waiting.ts'

/** Records in a range: coarse ones over everything first, then fine ones where a coarse one differs. */
export const COARSE_RANGE = 500
export const FINE_RANGE = 25

/** A counter that is further behind than this many changes catches up first: comparing would only find what is on its way. */
const MAX_BEHIND = 100
/** A counter whose cursor has stood still for this long is compared all the same: its log does not bring what it lacks. ms */
const STANDING_STILL_MS = 10_000

/** A range of the server's answer with its beginning. */
export type ServerRange = IdRange & Pick<ChecksumRange, 'checksum' | 'count'>

/** The server's ranges as an unbroken row from `after` on. */
export function chainRanges(after: number, ranges: readonly ChecksumRange[]): ServerRange[] {
  return ranges.map(({ up_to: upTo, count, checksum }, index) => ({
    after: index === 0 ? after : (ranges[index - 1]?.up_to ?? after),
    upTo,
    count,
    checksum,
  }))
}

/**
 * What the ranges that differ mean: `equal`, `look-closer` at those, or `load` everything, when looking closer would cost more.
 */
export function judgeComparison(
  all: readonly ServerRange[],
  differing: readonly ServerRange[],
): 'equal' | 'look-closer' | 'load' {
  if (differing.length === 0) return 'equal'
  return differing.length > 2 && differing.length * 2 > all.length ? 'load' : 'look-closer'
}

/**
 * Where the log stands when it is about to bring what a comparison would find; null when it is not.
 * @param before what this gave the last time
 */
export function leaveToLog(
  { epoch, cursor }: Position,
  seq: number,
  before: Standing | undefined,
  now: number,
): Standing | null {
  if (cursor === null || seq - cursor <= MAX_BEHIND) return null
  const hasMoved = before?.epoch !== epoch || before.cursor !== cursor
  if (hasMoved) return { epoch, cursor, since: now }
  return isYoung(before.since, STANDING_STILL_MS, now) ? before : null
}

/**
 * One line a row, by id, as the server writes it: `id:version`, of a row that holds several records all their versions in the order of
 * their declarations (`id:version:stock_version`).
 */
export function recordLines(
  { name, shape }: Pick<Resource, 'name' | 'shape'>,
  records: RecordRegistry,
  stored: StoredRows,
  epoch: string | null,
): string {
  const tables = kindsOf(records, name).map((kind) => stored.records.get(kind.name))
  const ids = new Set(tables.flatMap((rows) => [...(rows?.keys() ?? [])]))
  const lines: string[] = []
  for (const id of [...ids].toSorted((a, b) => a - b)) {
    const rows = tables.map((table) => table?.get(id))
    // A record that the branch never wrote is missing on the server, and has version 0 here.
    if (shape === 'one' && rows[0]?.version === 0) continue
    const isKnown = rows.every((row) => row !== undefined && isComparable(row.provenance, epoch))
    // A row that is not fully known here must differ from the server's.
    lines.push(isKnown ? [id, ...rows.map((row) => row?.version)].join(':') : `${id}:?`)
  }
  return lines.join(',')
}

/** False for what an event without version, one that told a part, or another epoch has left: its version says too little (C2, C8). */
function isComparable({ epoch: own, unversioned, partial }: Provenance, epoch: string | null): boolean {
  return own === epoch && unversioned !== true && partial !== true
}
