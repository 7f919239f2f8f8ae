import { setImmediate as nextTask } from 'node:timers/promises'

/** So long may one piece of work keep everybody else waiting, in ms. */
const SLICE_MS = 10

/** A function to be awaited between two pieces of a long work: it lets others run when the last slice was long enough. */
export function createBreather(clock: () => number = () => performance.now()): () => Promise<void> {
  let since = clock()
  return async () => {
    if (clock() - since < SLICE_MS) return
    await nextTask()
    since = clock()
  }
}
