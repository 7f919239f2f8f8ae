/**
 * Comparing what is stored with the server's checksums of ids and versions (rule R2). Pure: what is read, fetched and hashed is
 * the caller's.
 */
import type { ChecksumRange } from '../../contract/rest.ts'
import type { InventoryRow, Position, ProductRow, Provenance, SettingsRow, StaffRow, Standing } from '../../db/rows.ts'
import { isYoung } from '../../domain/waiting.ts'

/** Records a range: of the first look over everything, and of the second into ranges that differ. */
export const COARSE_RANGE = 500
export const FINE_RANGE = 25

/** A counter that is further behind than this many changes catches up first: comparing would only find what is on its way. */
const MAX_BEHIND = 100
/** A counter whose cursor has stood still for this long is compared all the same: its log does not bring what it lacks. ms */
const STANDING_STILL_MS = 10_000

/** The ids after `after`, up to `upTo`; null: to the end. */
export interface IdRange {
  readonly after: number
  readonly upTo: number | null
}

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

/** `id:version:stock_version` of each product by id, as the server writes it. */
export function productRecords(rows: readonly ProductRow[], epoch: string | null): string {
  return rows
    .map((row) => {
      const isKnown = isComparable(row.catalogue, epoch) && isComparable(row.stocked, epoch)
      return isKnown ? `${row.id}:${row.version}:${row.stock_version}` : unknown(row.id)
    })
    .join(',')
}

export function inventoryRecords(rows: readonly InventoryRow[], epoch: string | null): string {
  return rows.map((row) => (isComparable(row.counted, epoch) ? `${row.id}:${row.version}` : unknown(row.id))).join(',')
}

export function staffRecords(rows: readonly StaffRow[], epoch: string | null): string {
  return rows.map((row) => (isComparable(row.kept, epoch) ? `${row.id}:${row.version}` : unknown(row.id))).join(',')
}

/** A branch that never wrote settings has none on the server; here that is version 0. */
export function settingsRecord(row: SettingsRow | undefined, epoch: string | null): string {
  if (!row || row.version === 0) return ''
  return isComparable(row.kept, epoch) ? `1:${row.version}` : unknown(1)
}

/** What an event without version left, or another life of the log, has no version that could be compared (rules C2, C8). */
function isComparable({ epoch: own, unversioned }: Provenance, epoch: string | null): boolean {
  return own === epoch && unversioned !== true
}

/** Equals nothing that the server says. */
function unknown(id: number): string {
  return `${id}:?`
}
