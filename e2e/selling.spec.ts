/** The counter's promise: whatever happens, each sale is on the server once, and every counter shows what is left. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Route } from '@playwright/test'
import { PATHS } from '../src/contract/rest.ts'
import { counterOf } from './support/counter.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperation, readOperations } from './support/sales-store.ts'
import { goodsOf, makeShop, openTill, sellAt } from './support/till.ts'

const STOCK = 'SELECT stock::float8 AS stock FROM products WHERE id = $1'
const SALES = 'SELECT offline_id FROM transactions WHERE branch_id = $1'

test('[D1] a sale made online is on the server, and the stock of every other counter falls @stack', async ({
  admin,
  counter,
  sql,
}) => {
  const branch = await makeShop(admin)
  const [product = 0] = branch.productIds
  const till = await openTill(await counter(branch))
  const other = await counter(branch)
  await expect(other.stock(product)).toHaveText('101')
  const saleId = await till.sell(goodsOf(branch))
  await expect(other.stock(product)).toHaveText('99')
  await expect(till.page.getByTestId('pending-count')).toHaveText('0')
  const [sale] = await sql.query<{ transaction_code: string }>(
    'SELECT transaction_code FROM transactions WHERE offline_id = $1',
    [saleId],
  )
  await expect(till.page.getByTestId('receipt')).toContainText(sale?.transaction_code ?? 'a code')
})

test('[invariant 1][invariant 2] 20 sales made offline are on the server once, and both counters agree @stack', async ({
  admin,
  counter,
  network,
  sql,
  pageErrors,
}) => {
  test.slow()
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const [product = 0] = branch.productIds
  const till = await openTill(await counter(branch))
  const other = await counter(branch)
  await network.cut()
  const sold: string[] = []
  for (let count = 0; count < 20; count += 1) {
    sold.push(await till.sell(goodsOf(branch)))
    if (count === 9) await till.page.reload()
  }
  await expect(till.page.getByTestId('pending-count')).toHaveText('20')
  const references = (await readOperations(till.page)).flatMap(({ content }) =>
    content.type === 'sale' ? content.sale.offline_reference : [],
  )
  expect(new Set(references).size, '[Q6] no number twice').toBe(20)
  // Meanwhile somebody else changes the stock.
  await sql.query('UPDATE products SET stock = stock - 1 WHERE id = $1', [product])
  await network.restore()
  await expect(till.page.getByTestId('pending-count')).toHaveText('0', { timeout: 30_000 })
  const booked = await sql.query<{ offline_id: string }>(SALES, [branch.id])
  expect(booked.map(({ offline_id: id }) => id).toSorted()).toEqual(sold.toSorted())
  expect(await sql.query(STOCK, [product])).toEqual([{ stock: 60 }])
  await till.visit('/')
  await expect(till.stock(product)).toHaveText('60')
  await expect(other.stock(product)).toHaveText('60')
})

test('[Q2] the response cut after the server’s commit: the retry books nothing twice @stack', async ({
  admin,
  counter,
  sql,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const [product = 0] = branch.productIds
  const till = await openTill(await counter(branch))
  let answers = 0
  await till.context.route(`**${PATHS.batchSync}`, async (route: Route) => {
    answers += 1
    if (answers > 2) return await route.continue()
    await route.fetch()
    await route.abort('connectionreset')
  })
  const saleId = await till.sell(goodsOf(branch))
  await expect.poll(async () => (await readOperation(till.page, saleId)).state, { timeout: 20_000 }).toBe('settled')
  expect(answers).toBeGreaterThan(2)
  expect(await sql.query(SALES, [branch.id])).toEqual([{ offline_id: saleId }])
  expect(await sql.query(STOCK, [product])).toEqual([{ stock: 99 }])
})

test('[Q4][Q6] two tabs of a tablet sell at the same time: one sends, no number is drawn twice @stack', async ({
  admin,
  counter,
  sql,
}) => {
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  const page = await till.context.newPage()
  await page.goto(new URL('/sell', till.page.url()).href)
  let underWay = 0
  let most = 0
  await till.context.route(`**${PATHS.batchSync}`, async (route: Route) => {
    underWay += 1
    most = Math.max(most, underWay)
    const response = await route.fetch()
    underWay -= 1
    await route.fulfill({ response })
  })
  const sales = await Promise.all([till.sell(goodsOf(branch)), sellAt(page, goodsOf(branch))])
  await expect.poll(async () => (await sql.query(SALES, [branch.id])).length, { timeout: 20_000 }).toBe(2)
  await expect(page.getByTestId('pending-count')).toHaveText('0')
  const operations = await readOperations(page)
  const references = operations.flatMap(({ content }) =>
    content.type === 'sale' ? content.sale.offline_reference : [],
  )
  expect(new Set(references).size).toBe(2)
  expect(operations.filter(({ offline_id: id }) => sales.includes(id))).toHaveLength(2)
  expect(most, 'uploads at the same time').toBe(1)
})

test('[Q1] the browser killed right after the receipt: the sale is there after a restart, and goes up @stack', async ({
  admin,
  playwright,
  network,
  pageErrors,
  sql,
}, { project }) => {
  test.slow()
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const profile = await mkdtemp(join(tmpdir(), 'mstore-killed-'))
  const launch = () =>
    playwright.chromium.launchPersistentContext(profile, { ...project.use.launchOptions, locale: 'id-ID' })
  let context = await launch()
  try {
    const page = await context.newPage()
    await page.goto(`${network.origin}/enrol#code=${await admin.pairingCode(branch)}`)
    const counter = counterOf(context, page)
    await counter.waitForState('live')
    const till = await openTill(counter)
    await network.cut()
    const saleId = await till.sell(goodsOf(branch))
    const { content } = await readOperation(page, saleId)
    await killBrowser(context)

    context = await launch()
    const after = await context.newPage()
    await after.goto(new URL('/unsent', network.origin).href)
    await expect(after.getByTestId('pending-count')).toHaveText('1')
    const kept = await readOperation(after, saleId)
    // An attempt may be under way.
    expect(['queued', 'sending'], 'unsent').toContain(kept.state)
    expect(kept.content).toEqual(content)
    await network.restore()
    await expect(after.getByTestId('pending-count')).toHaveText('0', { timeout: 30_000 })
    expect(await sql.query(SALES, [branch.id])).toEqual([{ offline_id: saleId }])
  } finally {
    await context.close().catch(() => undefined)
    await rm(profile, { recursive: true, force: true, maxRetries: 5 })
  }
})

/** The whole browser at once, as when the tablet's battery ends. */
async function killBrowser(context: BrowserContext): Promise<void> {
  const session = await context.browser()?.newBrowserCDPSession()
  if (!session) throw new Error('this context has no browser of its own')
  const { processInfo } = await session.send('SystemInfo.getProcessInfo')
  const pid = processInfo.find(({ type }) => type === 'browser')?.id
  if (pid === undefined) throw new Error('the browser does not tell its process')
  const closed = new Promise<void>((resolve) => context.once('close', () => resolve()))
  process.kill(pid, 'SIGKILL')
  await closed
}
