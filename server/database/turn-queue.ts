/**
 * Who may use a session of the database next: the embedded one has one, a pool of PostgreSQL several. Whoever waits belongs to a
 * party: a device, a SQL client, or the server itself. The parties take turns, and within a party it is first come, first served: a
 * hundred requests of one device keep others waiting no longer than one does.
 */
export interface TurnQueue {
  /** Resolves when it is this one's turn, to the way to end it. */
  take(party: string): Promise<() => void>
}

/**
 * @param sessions how many may have their turn at the same time
 * @param ofParty how many of them one party may have: the rest is there for whoever comes next
 */
export function createTurnQueue(sessions = 1, ofParty = sessions): TurnQueue {
  /** In the order in which the parties are due. */
  const waiting = new Map<string, (() => void)[]>()
  /** Turns under way. */
  const held = new Map<string, number>()
  let free = sessions

  const mayStart = (party: string) => free > 0 && (held.get(party) ?? 0) < ofParty

  function begin(party: string): void {
    free -= 1
    held.set(party, (held.get(party) ?? 0) + 1)
  }

  function end(party: string): void {
    free += 1
    const left = (held.get(party) ?? 0) - 1
    if (left > 0) held.set(party, left)
    else held.delete(party)
    for (const [due, [start, ...later]] of waiting) {
      if (!mayStart(due)) continue
      waiting.delete(due)
      if (later.length > 0) waiting.set(due, later)
      begin(due)
      start?.()
      return
    }
  }

  function endOnce(party: string): () => void {
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      end(party)
    }
  }

  return {
    take(party) {
      if (mayStart(party)) {
        begin(party)
        return Promise.resolve(endOnce(party))
      }
      return new Promise((resolve) => {
        const start = () => resolve(endOnce(party))
        const line = waiting.get(party)
        if (line) line.push(start)
        else waiting.set(party, [start])
      })
    },
  }
}
