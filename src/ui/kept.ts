/**
 * Small things that this browser keeps beside the databases: choices of this device, and what costs little to lose. Storage can be
 * blocked or full: then nothing is found and nothing is kept, and whoever asks goes on for as long as the page is open.
 */
type Place = () => Storage

/** For all tabs, until somebody deletes it. */
const DEVICE: Place = () => localStorage
/** For this tab, over a reload. */
export const TAB: Place = () => sessionStorage

/** Null: nothing is kept there. */
export function readKept(key: string, place: Place = DEVICE): string | null {
  try {
    return place().getItem(key)
  } catch {
    return null
  }
}

/** Null forgets what is there. */
export function keep(key: string, text: string | null, place: Place = DEVICE): void {
  try {
    if (text === null) place().removeItem(key)
    else place().setItem(key, text)
  } catch {
    // It counts for as long as the page is open.
  }
}

/** Null: nothing is kept there, or no JSON. It is checked by whoever reads it: another version may have written it. */
export function readKeptJson(key: string, place: Place = DEVICE): unknown {
  try {
    return JSON.parse(readKept(key, place) ?? 'null')
  } catch {
    return null
  }
}

export function keepJson(key: string, value: unknown, place: Place = DEVICE): void {
  keep(key, JSON.stringify(value), place)
}
