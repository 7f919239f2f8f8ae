/**
 * Many written keys told as a few ranges. Dexie names each key of a small write to every live query of every page, and each of
 * them compares and keeps it: a refreshed page of 1,000 rows would hold up the screen for 100 ms (docs/benchmarks.md).
 */
import { type DBCore, type Middleware, type ObservabilitySet, RangeSet } from 'dexie'
import { rangesOf } from './ranges.ts'

/** A live event's batch names its keys: a query of other rows does not run for it (rule V1). */
const NAMED_KEYS = 16
const RANGES = 4

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
          if (request.mutatedParts) coarsen(request.mutatedParts)
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
    Object.assign(part, { l: null, r: null }, coarse)
  }
}
