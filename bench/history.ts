/** `npm run bench -- history`: the branch's sales of the last 45 days reach a new counter, and are searched there (rule R6). */
import type { Page } from '@playwright/test'
import { addStaff, SARI, signIn } from '../e2e/support/cashier.ts'
import { readDeviceMeta } from '../e2e/support/device-store.ts'
import type { SqlClient } from '../e2e/support/sql-client.ts'
import { words } from '../e2e/support/words.ts'
import { readTasks, watchTasks } from './long-tasks.ts'
import type { HistoryOptions } from './options.ts'
import { pollUntil } from './pace.ts'
import { markdownTable } from './report.ts'
import { type BenchResult, runInBrowser } from './run-on-stand.ts'
import { enrolAndLoad, TABLET } from './stand.ts'

const DEADLINE_MS = 900_000
const PRODUCTS = 1_000
const BATCH = 5_000
/** What a cashier waits for a search that has to look at every sale, ms. */
const LIMIT_MS = 3_000

interface Search {
  readonly what: string
  readonly ms: number
}

export function runHistory({ sales }: HistoryOptions, say: (line: string) => void): Promise<BenchResult> {
  return runInBrowser({ sales }, async (stand, browser) => {
    const branch = await stand.makeBranch(PRODUCTS)
    await addStaff(stand.admin, branch)
    await insertSales(stand.sql, branch.id, sales)
    say(`${sales} sales are booked`)
    const context = await browser.newContext({ viewport: TABLET, locale: 'id-ID' })
    await context.addInitScript(watchTasks)
    const page = await context.newPage()
    const liveMs = await enrolAndLoad(page, await stand.pairingLink(branch))
    const begin = performance.now()
    const isWhole = async () => (await readDeviceMeta(page, 'history')) !== undefined
    if (!(await pollUntil(isWhole, DEADLINE_MS, 250))) throw new Error('The history did not come')
    const loadedMs = performance.now() - begin
    const tasks = await page.evaluate(readTasks)
    say(`the history is whole after ${(loadedMs / 1000).toFixed(1)} s`)
    const storedBytes = await page.evaluate(async () => (await navigator.storage.estimate()).usage ?? 0)

    await page.goto(`${stand.server.origin}/transactions`)
    await signIn(page, SARI.name, SARI.pin)
    await page.getByRole('radio', { name: words.history.scopeAll }).check()
    await page
      .getByTestId(/^sale-/)
      .first()
      .waitFor()
    const searches: Search[] = [
      { what: 'a product that is sold daily', ms: await search(page, 'beras') },
      { what: 'a payment’s reference, the oldest sale', ms: await search(page, `REF-${1}-`) },
      { what: 'what no sale has', ms: await search(page, 'zzzzzz') },
    ]
    const longest = Math.max(0, ...tasks)
    return {
      intro: `${sales} sales of three lines over 44 days, ${PRODUCTS} products, a counter that is enrolled after that.`,
      table: markdownTable(
        ['what', 'measured'],
        [
          ['enrol → live', `${(liveMs / 1000).toFixed(1)} s`],
          ['live → every sale is kept', `${(loadedMs / 1000).toFixed(1)} s`],
          ['longest task of the page meanwhile', `${longest.toFixed(0)} ms`],
          ['kept in the browser, all stores', `${(storedBytes / 1e6).toFixed(0)} MB`],
          ...searches.map(({ what, ms }) => [`search: ${what}`, `${ms.toFixed(0)} ms`]),
        ],
      ),
      data: { liveMs, loadedMs, longest, storedBytes, searches },
      isMet: searches.every(({ ms }) => ms <= LIMIT_MS),
    }
  })
}

/** From the last key until the list shows what was found, or that nothing was, ms. */
async function search(page: Page, text: string): Promise<number> {
  const field = page.getByRole('searchbox')
  await field.fill('')
  await page
    .getByTestId(/^sale-/)
    .first()
    .waitFor()
  return await page.evaluate(
    ([wanted, nothing]) =>
      new Promise<number>((resolve) => {
        const input = document.querySelector<HTMLInputElement>('input[type="search"]')
        const list = document.querySelector('main')
        if (!input || !list) throw new Error('There is no list to search')
        const before = list.querySelector('[data-testid^="sale-"]')?.getAttribute('data-testid')
        const isAnswered = () => {
          const first = list.querySelector('[data-testid^="sale-"]')?.getAttribute('data-testid')
          return list.textContent.includes(nothing) || (first !== undefined && first !== before)
        }
        const begin = performance.now()
        new MutationObserver((_, observer) => {
          if (!isAnswered()) return
          observer.disconnect()
          resolve(performance.now() - begin)
        }).observe(list, { childList: true, subtree: true, characterData: true })
        Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, wanted)
        input.dispatchEvent(new Event('input', { bubbles: true }))
      }),
    [text, words.history.noResultTitle] as const,
  )
}

/** The newest sale alone has no rice, so that a search for it changes what stands on top. */
async function insertSales(sql: SqlClient, branchId: number, count: number): Promise<void> {
  const [first] = await sql.query<{ id: number }>('SELECT min(id) AS id FROM products WHERE branch_id = $1', [branchId])
  for (let from = 1; from <= count; from += BATCH) {
    const to = Math.min(count, from + BATCH - 1)
    await sql.query(
      `WITH sold AS (
         INSERT INTO transactions (branch_id, transaction_code, offline_id, offline_reference, device_id, created_by, status,
                                   payment_method, subtotal, grand_total, created_at, created_at_device, occurred_at)
         SELECT $1::bigint, 'TRX-' || $1::bigint || '-' || n, gen_random_uuid(), 'DEV-A-20261101-' || n, 'DEV-A', 'user_5', 'paid', 'CASH',
                45000, 45000, moment, moment, moment
         FROM generate_series($2::int, $3::int) AS n, LATERAL (SELECT now() - (44.0 * ($4::int - n) / $4::int) * interval '1 day' AS moment) AS at
         RETURNING id, transaction_code
       ), lines AS (
         INSERT INTO transaction_items (transaction_id, product_id, product_name, unit, quantity, price)
         SELECT s.id, p.id, CASE WHEN s.transaction_code = 'TRX-' || $1::bigint || '-' || $4::int THEN 'Teh' ELSE p.name END, p.unit, 1, 15000
         FROM sold s CROSS JOIN generate_series(0, 2) AS line JOIN products p ON p.id = $5::bigint + (s.id * 7 + line * 13) % ${PRODUCTS}
       )
       INSERT INTO transaction_payments (transaction_id, payment_method, amount, reference)
       SELECT id, 'CASH', 45000, 'REF-' || split_part(transaction_code, '-', 3) || '-x' FROM sold`,
      [branchId, from, to, count, first?.id ?? 0],
    )
  }
}
