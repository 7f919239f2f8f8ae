/**
 * Small values in web storage, beside the databases: choices of this device, and data that costs little to lose. If storage is
 * blocked or full, reads return null and writes do nothing, so callers keep their own copy while the page is open.
 */
type Place = () => Storage

/** Shared by all tabs, until somebody deletes it. */
const DEVICE: Place = () => localStorage
/** For this tab; survives a reload. */
export const TAB: Place = () => sessionStorage

/** Null: no value. */
export function readKept(key: string, place: Place = DEVICE): string | null {
  try {
    return place().getItem(key)
  } catch {
    return null
  }
}

/** Null removes the value. */
export function keep(key: string, text: string | null, place: Place = DEVICE): void {
  try {
    if (text === null) place().removeItem(key)
    else place().setItem(key, text)
  } catch {
    // The caller's copy lasts while the page is open.
  }
}

/** Null: no value, or not JSON. The caller validates it, because another version may have written it. */
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
