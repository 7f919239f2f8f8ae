/** `npm run bench -- refresh`: every row of a large branch is fetched anew while a cashier types. */
import type { Page } from '@playwright/test'
import { createAdminClient } from '../e2e/support/admin-client.ts'
import { addStaff, openShift, SARI, signIn } from '../e2e/support/cashier.ts'
import { readRefresh } from '../e2e/support/device-store.ts'
import { words } from '../e2e/support/words.ts'
import { readTasks, watchTasks } from './long-tasks.ts'
import { readLoadAverage } from './machine.ts'
import type { RefreshOptions } from './options.ts'
import { pollUntil } from './pace.ts'
import { markdownTable } from './report.ts'
import { enrolAndLoad, launchBrowser, openStand, type Stand } from './stand.ts'
import { type Summary, summarize } from './stats.ts'

const TABLET = { width: 1280, height: 800 }
/** A person's pace: faster ones are scanners, ms. */
const KEY_MS = 60
const LONGEST_TASK_MS = 50
const DEADLINE_MS = 600_000

interface Measured {
  readonly refreshMs: number
  /** Last key → the product found is painted. */
  readonly found: Summary
  readonly longTasks: number
  readonly longestTaskMs: number
}

export async function runRefresh(
  options: RefreshOptions,
  say: (line: string) => void,
): Promise<{ markdown: string; data: unknown; isMet: boolean }> {
  const loadBefore = readLoadAverage()
  const stand = await openStand(process.env)
  const browser = await launchBrowser()
  try {
    const context = await browser.newContext({ viewport: TABLET, locale: 'id-ID' })
    const page = await context.newPage()
    const codes = await openSellScreen(stand, page, options.products)
    say(`${options.products} products loaded, shift open`)
    await page.getByTestId('menu').click()
    await page.locator('dialog nav a[href="/settings"]').click()
    const before = (await readRefresh(page))?.finishedAt ?? 0
    const begin = performance.now()
    await page.getByRole('button', { name: words.settings.refreshNow }).click()
    await page.getByTestId('menu').click()
    await page.locator('dialog nav a[href="/sell"]').click()
    await page.locator('[data-product]').first().waitFor()
    await page.evaluate(watchTasks)
    const found: number[] = []
    const isDone = async () => ((await readRefresh(page))?.finishedAt ?? 0) > before
    for (const code of codes) {
      found.push(await findProduct(page, code))
      if (await isDone()) break
    }
    if (!(await pollUntil(isDone, DEADLINE_MS, 250))) throw new Error('The refresh did not end')
    const tasks = await page.evaluate(readTasks)
    const measured: Measured = {
      refreshMs: performance.now() - begin,
      found: summarize(found),
      longTasks: tasks.length,
      longestTaskMs: Math.max(0, ...tasks),
    }
    const loadAfter = readLoadAverage()
    return {
      markdown: summary(stand.description, options, measured, loadBefore, loadAfter),
      data: { description: stand.description, options, loadBefore, loadAfter, measured },
      isMet: measured.longestTaskMs <= LONGEST_TASK_MS,
    }
  } finally {
    await browser.close()
    await stand.close()
  }
}

/** Resolves to what can be searched for, each of one product. */
async function openSellScreen(stand: Stand, page: Page, products: number): Promise<string[]> {
  const branch = await stand.makeBranch(products)
  await addStaff(createAdminClient(stand.server, stand.sql), branch)
  await enrolAndLoad(page, await stand.pairingLink(branch))
  await page.goto(`${stand.server.origin}/sell`)
  await signIn(page, SARI.name, SARI.pin)
  await openShift(page, 100_000)
  await page.locator('[data-product]').first().waitFor()
  const rows = await stand.sql.query<{ barcode: string }>(
    'SELECT barcode FROM products WHERE branch_id = $1 AND barcode IS NOT NULL ORDER BY md5(id::text) LIMIT 200',
    [branch.id],
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

function summary(
  stand: string,
  { products }: RefreshOptions,
  measured: Measured,
  loadBefore: number,
  loadAfter: number,
): string {
  const intro = `${stand}. ${products} products are fetched anew while codes are typed into the search. Load average ${loadBefore.toFixed(2)} before, ${loadAfter.toFixed(2)} after.`
  const { p50, p95, max, count } = measured.found
  return `${intro}\n\n${markdownTable(
    ['what', 'measured'],
    [
      ['refresh', `${(measured.refreshMs / 1000).toFixed(1)} s`],
      ['last key → product found, p50 / p95 / most', `${[p50, p95, max].map(Math.round).join(' / ')} ms of ${count}`],
      ['tasks of the page over 50 ms', measured.longTasks],
      ['longest of them', `${measured.longestTaskMs.toFixed(0)} ms`],
    ],
  )}`
}
