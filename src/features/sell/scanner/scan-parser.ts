/**
 * Tells a keyboard-wedge scanner from a person: it types a whole code with a few milliseconds between the keys and ends it with
 * Enter or Tab. Pure: keys and their times come in.
 *
 *     quiet ──key──▸ burst ──key soon──▸ burst ──Enter or Tab soon──▸ scan
 *                      └──────────── pause ────────────▸ typed (or a scan without an end key)
 */

/** What has come in one burst. Times are ms of one clock. */
export interface Burst {
  readonly text: string
  readonly startedAt: number
  readonly lastAt: number
}

/** Between two keys of a scanner; slow Bluetooth ones need 30 ms, a person's fastest keys in a row about 60. */
export const KEY_GAP_MS = 50
/** After this pause a burst is over. */
export const BURST_END_MS = 90
const AVERAGE_GAP_MS = 35
const SCAN_LENGTH_MIN = 4
/** Without an end key only a long number is a scan, with a scanner's own mark in front or without. */
const BARE_SCAN = /^(?:\][A-Za-z]\d)?\d{8,}$/

/** A printable key. Begins a new burst when the one before is over. */
export function addKey(burst: Burst | null, key: string, at: number): Burst {
  if (!burst || at - burst.lastAt > KEY_GAP_MS) return { text: key, startedAt: at, lastAt: at }
  return { text: burst.text + key, startedAt: burst.startedAt, lastAt: at }
}

/** The code, when Enter or Tab at this time ends a scan; null: a person pressed it. */
export function endKey(burst: Burst | null, at: number): string | null {
  if (!burst || at - burst.lastAt > BURST_END_MS) return null
  return isFast(burst) && burst.text.length >= SCAN_LENGTH_MIN ? burst.text.trim() : null
}

/** What a burst was that no end key followed. */
export function endPause(burst: Burst): { readonly kind: 'scan' | 'typed'; readonly text: string } {
  return { kind: isFast(burst) && BARE_SCAN.test(burst.text) ? 'scan' : 'typed', text: burst.text }
}

function isFast({ text, startedAt, lastAt }: Burst): boolean {
  return text.length > 1 && (lastAt - startedAt) / (text.length - 1) <= AVERAGE_GAP_MS
}
