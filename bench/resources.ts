/** What a phase costs: processor time and memory of server and page. */
import type { CDPSession, Page } from '@playwright/test'

export interface ServerUse {
  readonly cpuSeconds: number
  readonly residentBytes: number
}

export interface PageUse {
  readonly heapBytes: number
  /** Time in which the main thread was busy. */
  readonly taskSeconds: number
}

export interface PageMeter {
  /** `collect` frees what nobody holds any more first, so that two readings can be compared. */
  read(options: { collect: boolean }): Promise<PageUse>
  close(): Promise<void>
}

/** From the server's own /metrics, so the embedded database and broker are in it. */
export async function readServerUse(origin: string): Promise<ServerUse> {
  const text = await (await fetch(`${origin}/metrics`)).text()
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN)
  return {
    cpuSeconds: read('process_cpu_seconds_total'),
    residentBytes: read('process_resident_memory_bytes'),
  }
}

export async function createPageMeter(page: Page): Promise<PageMeter> {
  const session: CDPSession = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  return {
    async read({ collect }) {
      if (collect) await session.send('HeapProfiler.collectGarbage')
      const { metrics } = await session.send('Performance.getMetrics')
      const value = (wanted: string) => metrics.find(({ name }) => name === wanted)?.value ?? Number.NaN
      return { heapBytes: value('JSHeapUsedSize'), taskSeconds: value('TaskDuration') }
    },
    async close() {
      await session.detach()
    },
  }
}
