/**
 * Rules D1 and D2 at the level of painted frames: a sale lowers the number on this counter at once, and on the way from pending
 * to confirmed it never moves. A second tab of the tablet stands on the stock list and records every value that a frame shows.
 */
import type { BrowserContext, Page, Request, Route, WebSocketRoute } from '@playwright/test'
import { PATHS } from '../src/contract/rest.ts'
import type { AdminClient, Branch } from './support/admin-client.ts'
import { approve, DEWI } from './support/cashier.ts'
import type { Counter } from './support/counter.ts'
import { keepEngineInPage } from './support/engine.ts'
import { expect, type TabletOptions, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperation, readOperations } from './support/sales-store.ts'
import { giveReason, goodsOf, holdSender, makeShop, openTill } from './support/till.ts'
import { words } from './support/words.ts'

const CHANGES = (url: URL) => url.pathname === PATHS.changes

/** A hand on what comes down to the tablet of the log: from the broker, and by REST once the broker has been silent for long. */
function createLogGate() {
  const waiting: (() => void)[] = []
  let isOpen = true
  return {
    async prepare(context: BrowserContext): Promise<void> {
      await keepEngineInPage(context)
      await context.routeWebSocket(/.*/, (socket: WebSocketRoute) => {
        const server = socket.connectToServer()
        server.onMessage((message) => {
          if (isOpen) socket.send(message)
          else waiting.push(() => socket.send(message))
        })
      })
      await context.route(CHANGES, async (route: Route) => {
        if (!isOpen) await new Promise<void>((resolve) => waiting.push(resolve))
        await route.fallback()
      })
    },
    close(): void {
      isOpen = false
    },
    open(): void {
      isOpen = true
      for (const deliver of waiting.splice(0)) deliver()
    },
  }
}

/** Records each value that the product's number shows in a frame; doubles in a row are left out. */
async function recordFrames(page: Page, productId: number) {
  await expect(page.getByTestId(`stock-${productId}`)).toBeVisible()
  await page.evaluate((id) => {
    const values: number[] = []
    Object.assign(window, { shownValues: values })
    const look = () => {
      const value = Number(document.querySelector<HTMLElement>(`[data-testid="stock-${id}"]`)?.dataset.value)
      if (values.at(-1) !== value) values.push(value)
      requestAnimationFrame(look)
    }
    look()
  }, productId)
  const values = () => page.evaluate(() => (window as unknown as { shownValues: number[] }).shownValues)
  return { values, last: async () => (await values()).at(-1) }
}

/** A tablet with an open till in one tab and the stock list in another. */
async function twoTabs(admin: AdminClient, counter: (branch: Branch, options: TabletOptions) => Promise<Counter>) {
  const gate = createLogGate()
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch, { prepare: gate.prepare }))
  const [product = 0] = branch.productIds
  const list = await till.context.newPage()
  await list.goto(new URL('/', till.page.url()).href)
  await expect(list.getByTestId(`stock-${product}`)).toHaveText('101')
  const frames = await recordFrames(list, product)
  const settled = (saleId: string) =>
    expect.poll(async () => (await readOperation(list, saleId)).state, { timeout: 20_000 }).toBe('settled')
  return { till, list, frames, gate, product, settled, goods: goodsOf(branch) }
}

const isUpload = (request: Request) => new URL(request.url()).pathname === PATHS.batchSync
const UPLOADS = `**${PATHS.batchSync}`

test('[D1][D2] a sale that is confirmed by the response first never moves the number again @stack', async ({
  admin,
  counter,
  sql,
}) => {
  const { till, list, frames, gate, goods, settled, product } = await twoTabs(admin, counter)
  gate.close()
  const saleId = await till.sell(goods)
  await expect.poll(frames.last).toBe(99)
  await expect.poll(async () => (await readOperation(list, saleId)).state).toBe('accepted')
  gate.open()
  await settled(saleId)
  expect(await frames.values()).toEqual([101, 99])
  expect(await sql.query('SELECT stock::float8 AS stock FROM products WHERE id = $1', [product])).toEqual([
    { stock: 99 },
  ])
})

test('[D1][D2] a sale that is confirmed by its event first never moves the number again @stack', async ({
  admin,
  counter,
  sql,
}) => {
  const { till, frames, goods, settled, product } = await twoTabs(admin, counter)
  let release: () => void = () => undefined
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await till.context.route(UPLOADS, async (route: Route) => {
    const response = await route.fetch()
    await released
    await route.fulfill({ response })
  })
  const saleId = await till.sell(goods)
  await expect.poll(() => sql.query('SELECT 1 FROM transactions WHERE offline_id = $1', [saleId])).toHaveLength(1)
  // A later change of somebody else comes after the sale's event: once it is shown, the event has been applied.
  await sql.query('UPDATE products SET stock = stock + 10 WHERE id = $1', [product])
  await expect.poll(frames.last).toBe(109)
  release()
  await settled(saleId)
  expect(await frames.values()).toEqual([101, 99, 109])
})

test('[D2][R5] a full refresh between a lost response and its retry shows the sale once', async ({
  admin,
  counter,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const { till, list, frames, gate, goods, settled } = await twoTabs(admin, counter)
  gate.close()
  let lost = 0
  await till.context.route(UPLOADS, async (route: Route) => {
    if (lost > 0) return await route.continue()
    lost += 1
    await route.fetch()
    await route.abort('connectionreset')
  })
  const saleId = await till.sell(goods)
  await expect.poll(() => lost).toBe(1)
  await till.open('/settings')
  await till.page.getByRole('button', { name: words.settings.refreshNow }).click()
  await expect(till.page.getByText(words.settings.refreshComplete)).toBeVisible({ timeout: 20_000 })
  await expect.poll(async () => (await readOperation(list, saleId)).result !== null, { timeout: 20_000 }).toBe(true)
  gate.open()
  await settled(saleId)
  expect(await frames.values()).toEqual([101, 99])
})

test('[D1][D2][Q3] the tab killed while it sends a sale: the number stays, the sale is booked once', async ({
  admin,
  counter,
  sql,
}) => {
  const { till, goods, product } = await twoTabs(admin, counter)
  // A third one, which neither sells nor sends: the connection goes to the list when the till's tab loads its payment.
  const watcher = await till.context.newPage()
  await watcher.goto(new URL('/', till.page.url()).href)
  await expect(watcher.getByTestId(`stock-${product}`)).toHaveText('101')
  const frames = await recordFrames(watcher, product)
  let isHeld = true
  await till.context.route(UPLOADS, async (route: Route) => {
    if (!isHeld) return await route.continue()
    // The server has it; the tab that waits for the answer dies.
    await route.fetch()
  })
  const sending = till.context.waitForEvent('request', isUpload)
  const saleId = await till.sell(goods)
  const sender = (await sending).frame().page()
  expect(sender).not.toBe(watcher)
  await expect.poll(() => sql.query('SELECT 1 FROM transactions WHERE offline_id = $1', [saleId])).toHaveLength(1)
  isHeld = false
  await sender.close()
  await expect.poll(async () => (await readOperation(watcher, saleId)).state, { timeout: 20_000 }).toBe('settled')
  expect(await frames.values()).toEqual([101, 99])
  expect(await sql.query('SELECT 1 FROM transactions WHERE offline_id = $1', [saleId])).toHaveLength(1)
  expect(await readOperations(watcher)).toHaveLength(2)
})

test('[D1][D2][C7] several sales that go up and come down together go step by step, never up', async ({
  admin,
  counter,
  network,
  pageErrors,
  sql,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const { till, list, frames, goods, settled, product } = await twoTabs(admin, counter)
  await network.cut()
  const sales = [await till.sell(goods), await till.sell(goods), await till.sell(goods)]
  await expect.poll(frames.last).toBe(95)
  await expect(list.getByTestId('pending-count')).toHaveText('3')
  await network.restore()
  for (const saleId of sales) await settled(saleId)
  await expect(list.getByTestId('pending-count')).toHaveText('0')
  expect(await frames.values()).toEqual([101, 99, 97, 95])
  expect(await sql.query('SELECT stock::float8 AS stock FROM products WHERE id = $1', [product])).toEqual([
    { stock: 95 },
  ])
})

test('[D1][Q3] a sale that is voided unsent gives its goods back here, and reaches the server in no form', async ({
  admin,
  counter,
  network,
  pageErrors,
  sql,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const { till, list, frames, goods } = await twoTabs(admin, counter)
  const letSend = await holdSender(till)
  await network.cut()
  const saleId = await till.sell(goods)
  await till.visit(`/transactions/${saleId}`)
  await till.page.getByRole('button', { name: words.history.voidSale }).click()
  await giveReason(till.page, words.operation.reasonWrongItem, words.history.voidConfirm)
  await approve(till.page, DEWI.name, DEWI.pin)
  await expect.poll(frames.last).toBe(101)
  await letSend()
  await network.restore()
  await till.waitForState('live')
  const open = async () => (await readOperations(list)).filter(({ state }) => !['settled', 'cancelled'].includes(state))
  await expect.poll(open, { timeout: 20_000 }).toEqual([])
  expect(await frames.values()).toEqual([101, 99, 101])
  expect(await sql.query('SELECT 1 FROM transactions WHERE offline_id = $1', [saleId])).toEqual([])
})
