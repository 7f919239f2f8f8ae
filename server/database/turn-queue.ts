/**
 * Who may use the one session of the embedded database next. Whoever waits belongs to a party: a device, a SQL client, or the
 * server itself. The parties take turns, and within a party it is first come, first served: a hundred requests of one
 * device keep others waiting no longer than one does.
 */
export interface TurnQueue {
  /** Resolves when it is this one's turn, to the way to end it. */
  take(party: string): Promise<() => void>
}

export function createTurnQueue(): TurnQueue {
  /** In the order in which the parties are due. */
  const waiting = new Map<string, (() => void)[]>()
  let isTaken = false

  function next(): void {
    const [due] = waiting
    if (due === undefined) {
      isTaken = false
      return
    }
    const [party, [start, ...later]] = due
    waiting.delete(party)
    if (later.length > 0) waiting.set(party, later)
    start?.()
  }

  function endOnce(): () => void {
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      next()
    }
  }

  return {
    take(party) {
      if (!isTaken) {
        isTaken = true
        return Promise.resolve(endOnce())
      }
      return new Promise((resolve) => {
        const start = () => resolve(endOnce())
        const line = waiting.get(party)
        if (line) line.push(start)
        else waiting.set(party, [start])
      })
    },
  }
}
