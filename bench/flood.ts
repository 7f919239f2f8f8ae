/** `npm run bench -- flood`: counters are live while one statement changes every product of their branch. */
import type { Page } from '@playwright/test'
import { readDeviceMeta } from '../e2e/support/device-store.ts'
import { readTasks, watchTasks } from './long-tasks.ts'
import type { FloodOptions } from './options.ts'
import { pollUntil } from './pace.ts'
import { markdownTable } from './report.ts'
import { type BenchResult, runInBrowser } from './run-on-stand.ts'
import { enrolAndLoad, VIEWPORT } from './stand.ts'
import { readSumOfStocks, sumOfStocks } from './sum-of-stocks.ts'

/** From the commit until each counter has stored all of it and says that it is live, ms. */
const LIMIT_MS = 10_000
const DEADLINE_MS = 120_000

interface Measured {
  /** From the commit, ms. */
  readonly storedMs: number
  readonly liveMs: number
  readonly longestTaskMs: number
  readonly isEqual: boolean
}

export function runFlood(options: FloodOptions, say: (line: string) => void): Promise<BenchResult> {
  return runInBrowser(options, async (stand, browser) => {
    const branch = await stand.makeBranch(options.products)
    const pages: Page[] = []
    for (let counter = 0; counter < options.counters; counter += 1) {
      const context = await browser.newContext({ viewport: VIEWPORT, locale: 'id-ID' })
      await context.addInitScript(watchTasks)
      const page = await context.newPage()
      await enrolAndLoad(page, await stand.pairingLink(branch))
      pages.push(page)
    }
    say(`${pages.length} counters are live with ${options.products} products`)
    await Promise.all(pages.map((page) => page.evaluate(readTasks)))
    const begin = performance.now()
    await stand.sql.query('UPDATE products SET stock = stock + 1 WHERE branch_id = $1', [branch.id])
    const committed = performance.now()
    const [log] = await stand.sql.query<{ seq: number }>('SELECT seq FROM branch_seq WHERE branch_id = $1', [branch.id])
    const end = log?.seq ?? 0
    const wanted = await readSumOfStocks(stand, branch.id)
    const measured = await Promise.all(pages.map((page) => follow(page, { end, wanted, committed })))
    return {
      intro: `One UPDATE of ${options.products} rows, ${((committed - begin) / 1000).toFixed(1)} s long, while ${pages.length} counters are live.`,
      table: tabulate(measured),
      data: { measured, updateMs: committed - begin },
      isMet: measured.every(({ storedMs, liveMs, isEqual }) => isEqual && Math.max(storedMs, liveMs) <= LIMIT_MS),
    }
  })
}

async function follow(
  page: Page,
  { end, wanted, committed }: { readonly end: number; readonly wanted: number; readonly committed: number },
): Promise<Measured> {
  // To read the rows themselves again and again would hold up what writes them.
  const isStored = async () => ((await readDeviceMeta(page, 'position'))?.cursor ?? 0) >= end
  if (!(await pollUntil(isStored, DEADLINE_MS, 100))) throw new Error('A counter does not store all changes')
  const storedMs = performance.now() - committed
  const live = page.locator('[data-testid="sync-state"][data-state="live"]')
  if (!(await pollUntil(async () => (await live.count()) > 0, DEADLINE_MS, 50)))
    throw new Error('A counter is not live')
  const liveMs = performance.now() - committed
  const longestTaskMs = Math.max(0, ...(await page.evaluate(readTasks)))
  return { storedMs, liveMs, longestTaskMs, isEqual: (await sumOfStocks(page)) === wanted }
}

function tabulate(measured: readonly Measured[]): string {
  const slowest = (of: (one: Measured) => number) => Math.max(...measured.map(of))
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  return markdownTable(
    ['what', 'limit', 'the slowest counter'],
    [
      ['commit → all of it stored', seconds(LIMIT_MS), seconds(slowest(({ storedMs }) => storedMs))],
      ['commit → live again', seconds(LIMIT_MS), seconds(slowest(({ liveMs }) => liveMs))],
      ['longest task of a page', '', `${slowest(({ longestTaskMs }) => longestTaskMs).toFixed(0)} ms`],
      ['equal to the server', '', measured.every(({ isEqual }) => isEqual) ? 'yes' : 'no'],
    ],
  )
}
