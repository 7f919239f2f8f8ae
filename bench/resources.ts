/** What a phase costs: processor time and memory of server and page. */
import type { CDPSession, Page } from '@playwright/test'

export interface ServerUse {
  readonly cpuSeconds: number
  readonly residentBytes: number
}

export interface PageUse {
  readonly heapBytes: number
  /** Time in which the main thread was busy: by the clock, or what it had of a core (see `createPageMeter`). */
  readonly taskSeconds: number
}

export interface PageMeter {
  /** `collect` frees what nobody holds any more first, so that two readings can be compared. */
  read(options: { collect: boolean }): Promise<PageUse>
  close(): Promise<void>
}

/** Who is measured, and what opens its figures. */
export interface MeasuredServer {
  readonly origin: string
  readonly adminToken: string
}

async function readMetrics({ origin, adminToken }: MeasuredServer): Promise<string> {
  const response = await fetch(`${origin}/metrics`, { headers: { authorization: `Bearer ${adminToken}` } })
  if (!response.ok) throw new Error(`/metrics answers ${response.status}`)
  return response.text()
}

/** From the server's own /metrics, so the embedded database and broker are in it. */
export async function readServerUse(server: MeasuredServer): Promise<ServerUse> {
  const text = await readMetrics(server)
  const read = (name: string) => Number(new RegExp(`^${name} (\\S+)`, 'm').exec(text)?.[1] ?? Number.NaN)
  return {
    cpuSeconds: read('process_cpu_seconds_total'),
    residentBytes: read('process_resident_memory_bytes'),
  }
}

/** Seconds that the server itself has taken so far, each request from its arrival to the end of its answer, on routes below `path`. */
export async function readServerSeconds(server: MeasuredServer, path: string): Promise<number> {
  return sumOfRoutes(await readMetrics(server), path)
}

/** Of the text of /metrics. */
export function sumOfRoutes(metrics: string, path: string): number {
  const lines = metrics.matchAll(/^mstore_http_request_duration_seconds_sum\{.*\broute="([^"]*)".*\} (\S+)$/gm)
  return [...lines]
    .filter(([, route]) => route?.startsWith(path))
    .reduce((sum, [, , seconds]) => sum + Number(seconds), 0)
}

/** `threadTicks`: what others take of the machine meanwhile does not count as the page's. */
export async function createPageMeter(
  page: Page,
  timeDomain: 'timeTicks' | 'threadTicks' = 'timeTicks',
): Promise<PageMeter> {
  const session: CDPSession = await page.context().newCDPSession(page)
  await session.send('Performance.enable', { timeDomain })
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
