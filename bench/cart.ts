/** `npm run bench -- cart`: how soon the cart is painted after a press, a key or a scan, in a large branch and a long cart. */
import type { Page } from '@playwright/test'
import { scan } from '../e2e/support/scanner.ts'
import type { CartOptions } from './options.ts'
import { pollUntil } from './pace.ts'
import { bundlePageScript } from './page-scripts.ts'
import { markdownTable } from './report.ts'
import { type BenchResult, runInBrowser } from './run-on-stand.ts'
import { openSellScreen } from './sell-screen.ts'
import { TABLET } from './stand.ts'
import { type Summary, summarize } from './stats.ts'

/** What a person may wait for paint, ms (95 of 100). */
const LIMIT_MS = 50
const STEPS = 40
const STEP_DEADLINE_MS = 5_000

interface Measured {
  readonly what: string
  readonly lines: number
  readonly ms: Summary
}

export function runCart(options: CartOptions, say: (line: string) => void): Promise<BenchResult> {
  return runInBrowser(options, async (stand, browser) => {
    const context = await browser.newContext({ viewport: TABLET, locale: 'id-ID' })
    await context.addInitScript({ content: await bundlePageScript('cart-probe') })
    const page = await context.newPage()
    const branch = await stand.makeBranch(options.products)
    // Pieces, not weights: goods by weight ask for their quantity first.
    await stand.sql.query(`UPDATE products SET unit = 'pcs' WHERE branch_id = $1`, [branch.id])
    await openSellScreen(stand, page, branch)
    say(`${options.products} products loaded, shift open`)
    const measured: Measured[] = []
    measured.push(...(await measureCart(page)))
    const before = await countLines(page)
    for (let line = before; line < options.lines; line += 1) {
      await step(page, () => scan(page, barcode(line + 1_000)))
    }
    const long = await countLines(page)
    if (long !== options.lines) throw new Error(`${long} lines in the cart instead of ${options.lines}`)
    say(`${long} lines in the cart`)
    measured.push(...(await measureCart(page)))
    const isMet = measured.every(({ ms }) => ms.p95 <= LIMIT_MS)
    const intro = `${options.products.toLocaleString('en')} products, a 1280 × 800 tablet; from the press or the key to the end of the frame that shows the new total. Limit ${LIMIT_MS} ms (p95): ${isMet ? 'met' : 'missed'}.`
    const rows = measured.map(({ what, lines, ms }) => [what, lines, ms.p50, ms.p95, ms.max, ms.count])
    return {
      intro,
      table: markdownTable(['ms', 'lines', 'p50', 'p95', 'most', 'samples'], rows),
      data: { limitMs: LIMIT_MS, measured },
      isMet,
    }
  })
}

async function measureCart(page: Page): Promise<Measured[]> {
  const lines = await countLines(page)
  const tiles = page.locator('[data-product]')
  const count = await tiles.count()
  const added: number[] = []
  const again: number[] = []
  const quantity: number[] = []
  for (let index = 0; index < STEPS; index += 1) {
    const tile = tiles.nth(index % Math.min(count, 16))
    await tile.scrollIntoViewIfNeeded()
    added.push(await step(page, () => tile.click()))
    again.push(await step(page, () => tile.click()))
    const more = page.getByTestId('cart').locator('[data-active="true"]').getByRole('button').nth(2)
    quantity.push(await step(page, () => more.click()))
  }
  return [
    { what: 'product pressed', lines, ms: summarize(added) },
    { what: 'same product pressed again', lines, ms: summarize(again) },
    { what: 'plus pressed on a line', lines, ms: summarize(quantity) },
  ]
}

/** Runs one step and resolves to the ms until it was painted. */
async function step(page: Page, act: () => Promise<unknown>): Promise<number> {
  await page.evaluate(() => window.benchCart.begin())
  await act()
  let ms: number | null = null
  const isPainted = await pollUntil(
    async () => {
      ms = await page.evaluate(() => window.benchCart.painted())
      return ms !== null
    },
    STEP_DEADLINE_MS,
    5,
  )
  if (!isPainted || ms === null) throw new Error('The cart did not change')
  return ms
}

function countLines(page: Page): Promise<number> {
  return page.getByTestId('cart').locator('[data-testid^="line-"]').count()
}

/** As bench/catalogue.ts numbers them. */
function barcode(index: number): string {
  return `899${String(index).padStart(10, '0')}`
}
