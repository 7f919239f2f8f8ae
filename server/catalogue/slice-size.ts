/** How many lines of a file are brought in at once. Pure. */

/** So long may a slice hold the embedded database, ms: others' requests wait for one slice at most. */
const SLICE_MS = 40
const LEAST = 10
const MOST = 500
export const FIRST_SLICE = 50

/** @param took how long the last slice of `size` lines took, ms. At most twice as many: one quick slice proves little. */
export function nextSliceSize(size: number, took: number): number {
  const wanted = Math.round((size * SLICE_MS) / Math.max(took, 1))
  return Math.min(MOST, Math.max(LEAST, Math.min(wanted, size * 2)))
}
