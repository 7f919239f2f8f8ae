/** Tells the first of its kind at once and counts what follows, so that a flood of refusals is a number and no flood of lines. */
export interface Repeats<T> {
  /** What is to be told now, with its count; null: it was counted to what was told a moment ago. */
  note(key: string, event: T): T | null
  /** Ends the window: what was counted since, with how often. */
  drain(): readonly { readonly event: T; readonly count: number }[]
}

/**
 * @param most different events in one window; what comes beyond is counted as `toOthers` says
 */
export function createRepeats<T>(most: number, toOthers: (event: T) => readonly [key: string, event: T]): Repeats<T> {
  let seen = new Map<string, { readonly event: T; more: number }>()
  return {
    note(key, event) {
      const [usedKey, used] = seen.has(key) || seen.size < most ? [key, event] : toOthers(event)
      const known = seen.get(usedKey)
      if (known) {
        known.more += 1
        return null
      }
      seen.set(usedKey, { event: used, more: 0 })
      return used
    },
    drain() {
      const counted = [...seen.values()].filter(({ more }) => more > 0)
      seen = new Map()
      return counted.map(({ event, more }) => ({ event, count: more }))
    },
  }
}
