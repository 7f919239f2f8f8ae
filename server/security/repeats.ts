/** Tells the first of its kind at once and counts what follows, so that a flood of refusals is a number and no flood of lines. */
export interface Repeats<T> {
  /** What is to be told now, with its count; null: it was counted to what was told a moment ago. */
  note(key: string, event: T): T | null
  /** Ends the window: what was counted since, with how often. */
  drain(): readonly { readonly event: T; readonly count: number }[]
}

/** Events that share one budget, so that a flood of one group leaves the others theirs. */
export interface Group<T> {
  readonly key: string
  /** How its events are told beyond the budget. */
  readonly together: T
}

/** @param most different events of a group in one window; what comes beyond is counted as its `together` */
export function createRepeats<T>(most: number, groupOf: (event: T) => Group<T>): Repeats<T> {
  let seen = new Map<string, { readonly event: T; more: number }>()
  let different = new Map<string, number>()

  function firstOfIts(key: string, event: T): T | null {
    const known = seen.get(key)
    if (known) known.more += 1
    else seen.set(key, { event, more: 0 })
    return known ? null : event
  }

  return {
    note(key, event) {
      const eventKey = `event ${key}`
      if (seen.has(eventKey)) return firstOfIts(eventKey, event)
      const group = groupOf(event)
      const count = different.get(group.key) ?? 0
      if (count >= most) return firstOfIts(`together ${group.key}`, group.together)
      different.set(group.key, count + 1)
      return firstOfIts(eventKey, event)
    },
    drain() {
      const counted = [...seen.values()].filter(({ more }) => more > 0)
      seen = new Map()
      different = new Map()
      return counted.map(({ event, more }) => ({ event, count: more }))
    },
  }
}
