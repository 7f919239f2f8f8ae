/** `npm run bench -- flood`: counters are live while one statement changes every product of their branch. */
import type { Page } from '@playwright/test'
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
  readonly equalMs: number
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
    const wanted = await readSumOfStocks(stand, branch.id)
    const measured = await Promise.all(pages.map((page) => follow(page, wanted, committed)))
    return {
      intro: `One UPDATE of ${options.products} rows, ${((committed - begin) / 1000).toFixed(1)} s long, while ${pages.length} counters are live.`,
      table: tabulate(measured),
      data: { measured, updateMs: committed - begin },
      isMet: measured.every(({ equalMs, liveMs, isEqual }) => isEqual && Math.max(equalMs, liveMs) <= LIMIT_MS),
    }
  })
}

async function follow(page: Page, wanted: number, committed: number): Promise<Measured> {
  const isEqual = await pollUntil(async () => (await sumOfStocks(page)) === wanted, DEADLINE_MS, 250)
  const equalMs = performance.now() - committed
  const live = page.locator('[data-testid="sync-state"][data-state="live"]')
  if (!(await pollUntil(async () => (await live.count()) > 0, DEADLINE_MS, 50)))
    throw new Error('A counter is not live')
  const liveMs = performance.now() - committed
  return { equalMs, liveMs, longestTaskMs: Math.max(0, ...(await page.evaluate(readTasks))), isEqual }
}

function tabulate(measured: readonly Measured[]): string {
  const slowest = (of: (one: Measured) => number) => Math.max(...measured.map(of))
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`
  return markdownTable(
    ['what', 'limit', 'the slowest counter'],
    [
      ['commit → all of it stored', seconds(LIMIT_MS), seconds(slowest(({ equalMs }) => equalMs))],
      ['commit → live again', seconds(LIMIT_MS), seconds(slowest(({ liveMs }) => liveMs))],
      ['longest task of a page', '', `${slowest(({ longestTaskMs }) => longestTaskMs).toFixed(0)} ms`],
      ['equal to the server', '', measured.every(({ isEqual }) => isEqual) ? 'yes' : 'no'],
    ],
  )
}
