/**
 * `npm run bench -- refresh`: every row of a large branch is fetched anew while a cashier types; once as it is here already, once
 * with another price in each, as after a server was restored.
 */
import type { Page } from '@playwright/test'
import { countWrongPrices, makePricesWrong, readDeviceMeta } from '../e2e/support/device-store.ts'
import { words } from '../e2e/support/words.ts'
import { readTasks, watchTasks } from './long-tasks.ts'
import type { RefreshOptions } from './options.ts'
import { pollUntil } from './pace.ts'
import { markdownTable } from './report.ts'
import { type BenchResult, runInBrowser } from './run-on-stand.ts'
import { openSellScreen } from './sell-screen.ts'
import { type Stand, TABLET } from './stand.ts'
import { type Summary, summarize } from './stats.ts'

/** A person's pace: faster ones are scanners, ms. */
const KEY_MS = 60
/** Searches without a refresh, to compare with. */
const QUIET_SEARCHES = 20
const LONGEST_TASK_MS = 50
const DEADLINE_MS = 600_000

interface Measured {
  readonly quiet: Typing
  readonly same: Refreshing
  readonly other: Refreshing
}

interface Refreshing extends Typing {
  readonly refreshMs: number
}

interface Typing {
  /** Last key → the product found is painted. */
  readonly found: Summary
  readonly longTasks: number
  readonly longestTaskMs: number
}

export function runRefresh(options: RefreshOptions, say: (line: string) => void): Promise<BenchResult> {
  return runInBrowser(options, async (stand, browser) => {
    const context = await browser.newContext({ viewport: TABLET, locale: 'id-ID' })
    const page = await context.newPage()
    const branch = await stand.makeBranch(options.products)
    await openSellScreen(stand, page, branch)
    const codes = await readCodes(stand, branch.id)
    say(`${options.products} products loaded, shift open`)
    await page.addInitScript(watchTasks)
    await page.evaluate(watchTasks)
    const found: number[] = []
    for (const code of codes.splice(0, QUIET_SEARCHES)) found.push(await findProduct(page, code))
    const quiet = typing(found, await page.evaluate(readTasks))
    const same = await refreshWhileTyping(page, codes)
    await makePricesWrong(page)
    if ((await countWrongPrices(page)) !== options.products) throw new Error('Not every price is another')
    await page.reload()
    await page.locator('[data-product]').first().waitFor()
    const other = await refreshWhileTyping(page, codes)
    if ((await countWrongPrices(page)) > 0) throw new Error('The refresh left wrong prices')
    const measured: Measured = { quiet, same, other }
    return {
      intro: `${options.products} products are fetched anew while codes are typed into the search.`,
      table: tabulate(measured),
      data: { measured },
      isMet: Math.max(same.longestTaskMs, other.longestTaskMs) <= LONGEST_TASK_MS,
    }
  })
}

async function refreshWhileTyping(page: Page, codes: string[]): Promise<Refreshing> {
  await page.getByTestId('menu').click()
  await page.locator('dialog nav a[href="/settings"]').click()
  const before = (await readDeviceMeta(page, 'refresh'))?.finishedAt ?? 0
  await page.evaluate(readTasks)
  const begin = performance.now()
  await page.getByRole('button', { name: words.settings.refreshNow }).click()
  await page.getByTestId('menu').click()
  await page.locator('dialog nav a[href="/sell"]').click()
  await page.locator('[data-product]').first().waitFor()
  const found: number[] = []
  const isDone = async () => ((await readDeviceMeta(page, 'refresh'))?.finishedAt ?? 0) > before
  while (codes.length > 0 && !(await isDone())) found.push(await findProduct(page, codes.shift() ?? ''))
  if (!(await pollUntil(isDone, DEADLINE_MS, 250))) throw new Error('The refresh did not end')
  return { ...typing(found, await page.evaluate(readTasks)), refreshMs: performance.now() - begin }
}

function typing(found: readonly number[], tasks: readonly number[]): Typing {
  return { found: summarize([...found]), longTasks: tasks.length, longestTaskMs: Math.max(0, ...tasks) }
}

/** What can be searched for, each of one product. */
async function readCodes({ sql }: Stand, branchId: number): Promise<string[]> {
  const rows = await sql.query<{ barcode: string }>(
    'SELECT barcode FROM products WHERE branch_id = $1 AND barcode IS NOT NULL ORDER BY md5(id::text) LIMIT 200',
    [branchId],
  )
  return rows.map(({ barcode }) => barcode)
}

/** Types a code by hand; resolves to the ms from its last key until its product stands alone. */
async function findProduct(page: Page, code: string): Promise<number> {
  const search = page.getByRole('searchbox', { name: words.sell.search })
  await search.fill('')
  await search.click()
  await page.keyboard.type(code.slice(0, -1), { delay: KEY_MS })
  const begin = performance.now()
  await page.keyboard.type(code.slice(-1))
  await page.waitForFunction(() => document.querySelectorAll('[data-product]').length === 1)
  return performance.now() - begin
}

function tabulate({ quiet, same, other }: Measured): string {
  const row = (what: string, of: (typing: Typing) => string | number) => [what, of(quiet), of(same), of(other)]
  const seconds = ({ refreshMs }: Refreshing) => `${(refreshMs / 1000).toFixed(1)} s`
  return markdownTable(
    ['what', 'no refresh', 'every row as it was', 'every row another'],
    [
      ['refresh', '', seconds(same), seconds(other)],
      row('last key → product found, p50 / p95 / most', ({ found: { p50, p95, max, count } }) => {
        return `${[p50, p95, max].map(Math.round).join(' / ')} ms of ${count}`
      }),
      row('tasks of the page over 50 ms', ({ longTasks }) => longTasks),
      row('longest of them', ({ longestTaskMs }) => `${longestTaskMs.toFixed(0)} ms`),
    ],
  )
}
