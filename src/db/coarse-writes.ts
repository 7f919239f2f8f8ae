/**
 * Many written keys told as a few ranges. Dexie names each key of a small write to every live query of every page, and each of
 * them compares and keeps it: a refreshed page of 1,000 rows would hold up the screen for 100 ms (docs/benchmarks.md). A write of 50 rows or
 * more it tells as one of the whole table, which every live query of the table would run for (rule V1).
 */
import { type DBCore, type DBCoreTable, type Middleware, type ObservabilitySet, RangeSet } from 'dexie'
import { rangesOf } from './ranges.ts'

/** A live event's batch names its keys: a query of other rows does not run for it (rule V1). */
const NAMED_KEYS = 16
const RANGES = 4
/** From so many rows on Dexie tells a put as one of the whole table. */
const WHOLE_TABLE = 50

/** Dexie's own notes what a write changes at level 0; below it the notes are there, and not yet told. */
const BELOW_THE_NOTES = -2

export const COARSE_WRITES: Middleware<DBCore> = {
  stack: 'dbcore',
  name: 'coarse-writes',
  level: BELOW_THE_NOTES,
  create: (core) => ({
    ...core,
    table(name) {
      const table = core.table(name)
      return {
        ...table,
        mutate(request) {
          const { mutatedParts: told } = request
          if (told) coarsen(told)
          if (told && request.type === 'put' && request.values.length >= WHOLE_TABLE) {
            tellExtents(told, `idb://${core.schema.name}/${name}/`, table.schema, request.values)
          }
          return table.mutate(request)
        },
      }
    },
  }),
}

/** In place: more than 16 ranges of one table or index become 4, each from the first to the last of neighbours. */
export function coarsen(parts: ObservabilitySet): void {
  for (const part of Object.values(parts)) {
    const ranges = rangesOf(part)
    if (ranges.length <= NAMED_KEYS) continue
    const neighbours = Math.ceil(ranges.length / RANGES)
    const coarse = new RangeSet()
    for (let start = 0; start < ranges.length; start += neighbours) {
      const group = ranges.slice(start, start + neighbours)
      const [first, last] = [group[0], group.at(-1)]
      if (first && last) coarse.add({ from: first.from, to: last.to })
    }
    replace(part, coarse)
  }
}

/**
 * In place of the whole table: from the least to the greatest key and index key of these rows. What the rows were under before is told by
 * their keys, as of a small write: Dexie looks for those under `:dels`.
 */
export function tellExtents(
  parts: ObservabilitySet,
  prefix: string,
  { primaryKey, indexes }: DBCoreTable['schema'],
  rows: readonly unknown[],
): void {
  const keys = extentOf(rows.map((row) => primaryKey.extractKey?.(row)))
  // A table that gives out its keys itself does not know them yet.
  if (keys === null) return
  const extents = [
    ['', keys],
    [':dels', keys],
    ...indexes.map(({ name, extractKey }) => [name, extentOf(rows.map((row) => extractKey?.(row)))] as const),
  ] as const
  for (const [name, extent] of extents) {
    const part = parts[`${prefix}${name}`]
    if (part && extent) replace(part, extent)
  }
}

/** Null: there is none, or not every row has a key that is a number. */
function extentOf(keys: readonly unknown[]): RangeSet | null {
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const key of keys) {
    if (typeof key !== 'number') return null
    least = Math.min(least, key)
    greatest = Math.max(greatest, key)
  }
  return least <= greatest ? new RangeSet(least, greatest) : null
}

function replace(part: ObservabilitySet[string], by: RangeSet): void {
  Object.assign(part, { l: null, r: null }, by)
}
