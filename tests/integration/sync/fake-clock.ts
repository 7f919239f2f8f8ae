import type { ClockLike } from '../../../src/sync/ports.ts'

const MAX_TIMERS = 20_000

/** A clock that moves only when told, so that hours of protocol run in a moment and every run is the same. */
export class FakeClock implements ClockLike {
  /** Only goes forward, and stands still in a sleep. Timers go by it. */
  #steady = Date.parse('2026-01-05T08:00:00Z')
  /** What the wall clock says beyond it. */
  #set = 0
  #timers: { due: number; callback: () => void }[] = []

  now = (): number => this.#steady + this.#set

  steady = (): number => this.#steady

  after = (delayMs: number, callback: () => void): (() => void) => {
    const timer = { due: this.#steady + delayMs, callback }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }

  /** Time goes on by `ms` in the middle of something; what falls due meanwhile runs at the next `advance`. */
  spend(ms: number): void {
    this.#steady += ms
  }

  /** The device sleeps: the wall clock goes on, and the timers stand still. */
  sleep(ms: number): void {
    this.#set += ms
  }

  /** Somebody sets the clock. */
  jumpTo(now: number): void {
    this.#set = now - this.#steady
  }

  /** The clock was set while no page was open: the steady clock of the next one begins there. What waits goes on to wait. */
  reloadAt(now: number): void {
    const by = now - this.#steady
    this.#steady = now
    this.#set = 0
    for (const timer of this.#timers) timer.due += by
  }

  /** Runs what falls due in the next `ms`, letting promises and IndexedDB settle after each. */
  async advance(ms: number): Promise<void> {
    const end = this.#steady + ms
    await settle()
    for (let fired = 0; ; fired += 1) {
      if (fired > MAX_TIMERS)
        throw new Error(`more than ${MAX_TIMERS} timers in ${ms} ms: something retries without a pause`)
      const [next] = this.#timers.filter(({ due }) => due <= end).toSorted((a, b) => a.due - b.due)
      if (!next) break
      this.#steady = Math.max(this.#steady, next.due)
      this.#timers = this.#timers.filter((other) => other !== next)
      next.callback()
      await settle()
    }
    this.#steady = Math.max(this.#steady, end)
  }
}

/** Lets promises and fake-indexeddb's own turns run out. A transaction of the sync takes a dozen turns. */
export async function settle(turns = 90): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}
