/** The service worker is ended by the browser in the middle of its work, or has a lot of it: nothing is lost, nothing is done twice. */
import type { BrowserContext, Page, Route } from '@playwright/test'
import { PATHS } from '../src/contract/rest.ts'
import { SEND_SALES_TAG } from '../src/sync/refresh/worker-messages.ts'
import { isOfRefresh } from './support/asked.ts'
import { addStaff } from './support/cashier.ts'
import {
  changeDeviceRow,
  countWrongPrices,
  expectEqualToDatabase,
  makePricesWrong,
  readDeviceMeta,
} from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { untilInPage } from './support/in-page.ts'
import { createLoadGate } from './support/load-gate.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperations } from './support/sales-store.ts'
import { controlWorkers } from './support/service-workers.ts'
import { goodsOf, makeShop, openTill, SALE_ON_SERVER } from './support/till.ts'
import { words } from './support/words.ts'

const MANY = 50_000

interface Asked {
  readonly path: string
  readonly lastId: string | null
}

/** The master data that this tablet asks for from now on, its service worker included. */
function watchMaster(context: BrowserContext): Asked[] {
  const asked: Asked[] = []
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (isOfRefresh(url) && /(product|inventory|checksum)$/.test(url.pathname)) {
      asked.push({ path: url.pathname, lastId: url.searchParams.get('last_id') })
    }
  })
  return asked
}

const untilComplete = (page: Page) =>
  expect.poll(async () => (await readDeviceMeta(page, 'refresh'))?.phase, { timeout: 60_000 }).toBe('complete')
const untilControlled = (page: Page) =>
  expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)

test('[R2] stopped in the middle of a load: what was stored stays, and the load goes on from there', async ({
  admin,
  sql,
  tablet,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await admin.makeBranch({ products: 2_500 })
  const gate = createLoadGate(1)
  const { context, page, stock, waitForState } = await tablet('/', { prepare: gate.prepare })
  await untilControlled(page)
  await page.getByRole('textbox', { name: words.enrol.code }).fill(await admin.pairingCode(branch))
  await page.getByRole('button', { name: words.enrol.submit, exact: true }).click()
  await expect(page.getByTestId('first-load')).toContainText('1.000 dari 2.500 produk')

  const workers = await controlWorkers(page)
  await workers.stopAll()
  await gate.breakOff()
  const asked = watchMaster(context)
  await page.reload()
  await waitForState('live')
  await expect(stock(branch.productIds[0] ?? 0)).toHaveText('101')
  expect(asked[0]).toEqual({ path: PATHS.products, lastId: String(branch.productIds[999]) })
  expect(asked.filter(({ lastId }) => lastId === '0')).toEqual([{ path: PATHS.inventory, lastId: '0' }])
  await expectEqualToDatabase(page, sql, branch)
})

test('[Q2][Q4] stopped while it sends with no page open: the next time everything goes up once', async ({
  admin,
  sql,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  const { page, context, visit } = till
  await untilControlled(page)
  await expect(page.getByTestId('pending-count')).toHaveText('0')
  await network.cut()
  const sales = [await till.sell(goodsOf(branch)), await till.sell(goodsOf(branch)), await till.sell(goodsOf(branch))]
  const origin = new URL(page.url()).origin
  let uploads = 0
  let isAnswered = false
  await context.route(`**${PATHS.batchSync}`, async (route: Route) => {
    // Only the worker sends here.
    if (route.request().serviceWorker() === null) return await route.abort('connectionreset')
    uploads += 1
    if (isAnswered) return await route.continue()
    // The server has it, the answer never comes.
    await route.fetch()
  })
  await network.restore()
  // Of the same origin, and not the app.
  await page.goto(`${origin}/healthz`)
  const workers = await controlWorkers(page)
  await workers.dispatchSync(SEND_SALES_TAG)
  await expect.poll(async () => (await sql.query(SALE_ON_SERVER, [sales[0]])).length).toBe(1)
  await workers.stopAll()
  const before = uploads
  isAnswered = true
  await workers.dispatchSync(SEND_SALES_TAG)
  await expect
    .poll(async () => (await readOperations(page)).filter(({ state }) => state === 'queued' || state === 'sending'))
    .toEqual([])
  expect(uploads).toBeGreaterThan(before)
  for (const id of sales) {
    expect(await sql.query(SALE_ON_SERVER, [id])).toEqual([
      { status: 'paid', grand_total: 48_000, refunded: 0, voids: 0 },
    ])
  }
  await context.unrouteAll({ behavior: 'ignoreErrors' })
  await visit(`${origin}/`)
  await till.waitForState('live')
  await expect(page.getByTestId('pending-count')).toHaveText('0')
  await expect(till.stock(branch.productIds[0] ?? 0)).toHaveText('95')
  await expectEqualToDatabase(page, sql, branch)
})

test('[R1][R2] two tabs and the worker that all find the stock stale refresh it once', async ({ admin, counter }) => {
  const branch = await admin.makeBranch({ products: 3 })
  const { page, context } = await counter(branch)
  await untilControlled(page)
  await untilComplete(page)
  const other = await context.newPage()
  await other.goto(page.url())
  await expect(other.getByTestId('sync-state')).toHaveAttribute('data-state', 'live')
  const workers = await controlWorkers(page)
  const comeBack = (tab: Page) =>
    tab.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  const asked = watchMaster(context)
  /** What one round costs that all of these ask for at once, when the last refresh ended ten minutes ago. */
  const costOf = async (...triggers: (() => Promise<unknown>)[]): Promise<readonly Asked[]> => {
    const staleAt = ((await readDeviceMeta(page, 'refresh'))?.finishedAt ?? 0) - 600_000
    await changeDeviceRow(page, { table: 'meta', key: 'refresh', path: 'value', fields: { finishedAt: staleAt } })
    asked.splice(0)
    await Promise.all(triggers.map((trigger) => trigger()))
    await expect.poll(async () => (await readDeviceMeta(page, 'refresh'))?.finishedAt ?? 0).toBeGreaterThan(staleAt)
    // One of each that comes after it finds it fresh and asks for nothing.
    await other.reload()
    await expect(other.getByTestId('sync-state')).toHaveAttribute('data-state', 'live')
    return [...asked]
  }
  // The first round brings what later ones are spared (an ETag).
  await costOf(() => comeBack(page))
  const once = await costOf(() => comeBack(page))
  expect(once.length).toBeGreaterThan(0)
  const together = await costOf(
    () => comeBack(page),
    () => comeBack(other),
    () => workers.dispatchSync(SEND_SALES_TAG),
  )
  expect(together).toEqual(once)
})

test(`[R2][V1] ${MANY} products are fetched anew while a cashier types: nothing typed is lost`, async ({
  admin,
  tablet,
}) => {
  test.slow()
  const branch = await admin.makeBranch({ products: MANY })
  await addStaff(admin, branch)
  const gate = createLoadGate()
  const counter = await tablet(`/enrol#code=${await admin.pairingCode(branch)}`, { prepare: gate.prepare })
  const { page, stock, open } = counter
  await untilInPage(page, '[data-testid="sync-state"][data-state="live"]', { timeout: 180_000 })
  await openTill(counter)
  const last = branch.productIds.at(-1) ?? 0
  await changeDeviceRow(page, { table: 'stocks', key: last, fields: { quantity: 1 } })
  // So that each row is written, and the list that is searched changes with each page.
  await makePricesWrong(page)
  expect(await countWrongPrices(page)).toBe(MANY)

  gate.holdAfter(5)
  await open('/settings')
  await page.getByRole('button', { name: words.settings.refreshNow }).click()
  await expect.poll(async () => (await readDeviceMeta(page, 'refresh'))?.lastId).toBe(branch.productIds[4_999])
  await open('/sell')
  const search = page.getByRole('searchbox', { name: words.sell.search })
  const lines = page.getByTestId('cart').locator('[data-testid^="line-"]')
  const add = async (place: number) => {
    const name = `Barang ${String(place).padStart(5, '0')}`
    await search.click()
    // A person's pace: faster ones are scanners.
    await page.keyboard.type(name, { delay: 60 })
    await expect(search).toHaveValue(name)
    // Others follow, whose barcodes have these digits.
    await expect(page.locator('[data-product]').first()).toContainText(name)
    await page.keyboard.press('Enter')
    await expect(search).toHaveValue('')
    await expect(page.getByTestId(`line-${branch.productIds[place - 1]}`)).toBeVisible()
  }
  await add(377)
  await expect(lines).toHaveCount(1)
  expect((await readDeviceMeta(page, 'refresh'))?.phase).toBe('running')
  await gate.open()
  let added = 1
  do {
    added += 1
    await add(1_000 * added)
    await expect(lines).toHaveCount(added)
  } while ((await readDeviceMeta(page, 'refresh'))?.phase === 'running')
  await search.fill(`Barang ${MANY}`)
  await expect(stock(last)).toHaveText(formatCount(MANY + 100))
  expect(await countWrongPrices(page)).toBe(0)
})

const formatCount = (count: number) => new Intl.NumberFormat('id-ID').format(count)
