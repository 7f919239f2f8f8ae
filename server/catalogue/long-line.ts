/** Every cell of a catalogue is at most 200 characters long; there may be columns that are not ours. */
export const LINE_CHARACTERS_MAX = 20_000

/** The first line, from 1, that is longer than any of a catalogue; null when there is none. A parser takes a second for a megabyte. */
export function findLongLine(content: string): number | null {
  let line = 1
  for (let start = 0; start <= content.length; line += 1) {
    const end = content.indexOf('\n', start)
    if ((end < 0 ? content.length : end) - start > LINE_CHARACTERS_MAX) return line
    if (end < 0) return null
    start = end + 1
  }
  return null
}
