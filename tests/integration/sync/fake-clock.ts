import type { ClockLike } from '../../../src/sync/ports.ts'

const MAX_TIMERS = 20_000

/** A clock that moves only when told, so that hours of protocol run in a moment and every run is the same. */
export class FakeClock implements ClockLike {
  #now = Date.parse('2026-01-05T08:00:00Z')
  #timers: { due: number; callback: () => void }[] = []

  now = (): number => this.#now

  after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = { due: this.#now + delayMs, callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Time goes on by `ms` in the middle of something; what falls due meanwhile runs at the next `advance`. */
  spend(ms: number): void {
    this.#now += ms
  }

  /** The device sleeps: the wall clock goes on, and the timers stand still. */
  sleep(ms: number): void {
    this.#now += ms
    for (const timer of this.#timers) timer.due += ms
  }

  /** Somebody sets the clock. */
  jumpTo(now: number): void {
    this.#now = now
  }

  /** Runs what falls due in the next `ms`, letting promises and IndexedDB settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms
    await settle()
    for (let fired = 0; ; fired += 1) {
      if (fired > MAX_TIMERS)
        throw new Error(`more than ${MAX_TIMERS} timers in ${ms} ms: something retries without a pause`)
      const [next] = this.#timers.filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due)
      if (!next) break
      this.#now = Math.max(this.#now, next.due)
      this.#timers = this.#timers.filter((other) => other !== next)
      next.callback()
      await settle()
    }
    this.#now = Math.max(this.#now, end)
  }
}

/** Lets promises and fake-indexeddb's own turns run out. A transaction of the sync takes a dozen turns. */
export async function settle(turns = 60): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
