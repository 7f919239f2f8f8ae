/** What fuzzing may cost: the time of the processor for one input, the memory at its highest, and the memory that is kept after all. */
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { expect } from 'vitest'

const MB = 1024 * 1024

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

/** Bytes, without what the garbage collector takes at once. */
function memoryInUse(): number {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

/** As little as several collections leave: what one of them sets free, or what was made while it went on, is the next one's. */
async function memoryKept(enough: number): Promise<number> {
  let kept = memoryInUse()
  for (let round = 0; round < 5 && kept > enough; round += 1) {
    await new Promise((resolve) => setImmediate(resolve))
    kept = Math.min(kept, memoryInUse())
  }
  return kept
}

/** The most memory that this process ever had, bytes; a test file has a process of its own. */
const highestMemory = () => process.resourceUsage().maxRSS * 1024

export interface Limits {
  /** Of the processor, for one input, all threads together: another process that keeps the machine busy does not count. */
  readonly cpuMs: number
  /** Bytes that the process may grow by while it works. */
  readonly grownBytes: number
  /** Bytes that may be left when all is done and collected. */
  readonly keptBytes: number
}

/** An ordinary input takes a few milliseconds and kilobytes; the rest is room for a garbage collector that is in no hurry. */
const LIMITS: Limits = { cpuMs: 3_000, grownBytes: 384 * MB, keptBytes: 16 * MB }

export interface Costs {
  /** The run of a property, whose every input is held to the time. */
  readonly held: <Given extends readonly unknown[]>(
    run: (...given: Given) => Promise<void> | void,
  ) => (...given: Given) => Promise<void>
  /** Once all of them are done. */
  readonly expectBounded: () => Promise<void>
}

/** Begins now: what was there before counts for nothing. */
export function boundCosts(limits: Partial<Limits> = {}): Costs {
  const { cpuMs, grownBytes, keptBytes } = { ...LIMITS, ...limits }
  const inUse = memoryInUse()
  const highest = highestMemory()
  return {
    held:
      (run) =>
      async (...given) => {
        const start = process.cpuUsage()
        await run(...given)
        const { user, system } = process.cpuUsage(start)
        expect((user + system) / 1000, 'ms of the processor for this input').toBeLessThan(cpuMs)
      },
    expectBounded: async () => {
      expect(highestMemory() - highest, 'bytes that the process grew by').toBeLessThan(grownBytes)
      expect((await memoryKept(inUse + keptBytes)) - inUse, 'bytes that are kept').toBeLessThan(keptBytes)
    },
  }
}
