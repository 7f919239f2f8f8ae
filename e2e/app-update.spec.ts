/** A new version of the app beside work under way: it waits, all tabs switch together, and nothing that was put in is lost. */
import type { BrowserContext, Page } from '@playwright/test'
import type { Branch } from './support/admin-client.ts'
import { cartOf, keepCart } from './support/carts.ts'
import { HARTONO } from './support/cashier.ts'
import { type Counter, counterOf } from './support/counter.ts'
import { test as base, expect } from './support/fixtures.ts'
import { createFrontServer, type FrontServer } from './support/front-server.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperations } from './support/sales-store.ts'
import { controlWorkers, findUpdate } from './support/service-workers.ts'
import { goodsOf, makeShop, openTill, type Till } from './support/till.ts'
import { plugInPrinter, takePaperOut } from './support/usb-printer.ts'
import { say, words } from './support/words.ts'

interface UpdateFixtures {
  front: FrontServer
  /** A till of the branch on the front server, whose builds a test publishes. */
  frontTill: (branch: Branch) => Promise<Till>
}

const test = base.extend<UpdateFixtures>({
  front: async ({ network }, use) => {
    const front = await createFrontServer(network.origin)
    await use(front)
    await front.close()
  },
  frontTill: async ({ browser, front, admin, pageErrors }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (branch) => {
      const context = await browser.newContext()
      contexts.push(context)
      pageErrors.watch(context)
      await context.clock.install()
      const page = await context.newPage()
      await page.goto(`${front.origin}/enrol#code=${await admin.pairingCode(branch)}`)
      const counter: Counter = counterOf(context, page)
      await counter.waitForState('live')
      const till = await openTill(counter)
      await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
      return till
    })
    for (const context of contexts) await context.close()
  },
})

const PICTURE = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

/** An old worker with nothing to do is gone long before. */
const ENDED_BY_NOW_MS = 5_000

/** 1 is the build as it is. */
const buildOf = (page: Page) =>
  page.evaluate(() =>
    Number(/~(\d+)\./.exec(document.querySelector('script[type=module]')?.getAttribute('src') ?? '')?.[1] ?? 1),
  )
const product = (page: Page, name: string) => page.locator('[data-product]', { hasText: name })
const lines = (page: Page) => page.getByTestId('cart').locator('[data-testid^="line-"]')

/** A tab has found nobody at work in any tab, and has told the new version to take over. */
const isTakenOver = (page: Page) =>
  page.evaluate(async () =>
    ((await navigator.locks.query()).held ?? []).some(
      ({ name, mode }) => name === 'mstore-is-attended' && mode === 'exclusive',
    ),
  )

const signsHeld = (page: Page) =>
  page.evaluate(async () => ((await navigator.locks.query()).held ?? []).map(({ name }) => name ?? ''))

/** Nobody touches any tab for longer than it takes to be idle, and for less than it takes to be locked. */
const rest = (context: BrowserContext) => context.clock.fastForward('02:05')

test('accepted during a sale: the tab that takes money goes on, and then all tabs switch at once', async ({
  admin,
  front,
  frontTill,
  pageErrors,
}) => {
  // The server's own word about a file of the build before.
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const till = await frontTill(branch)
  const selling = till.page
  await till.visit('/sell')
  await product(selling, 'Barang 00001').click()
  await expect(lines(selling)).toHaveCount(1)
  const paying = await till.context.newPage()
  const cart = cartOf(goodsOf(branch))
  await keepCart(selling, cart)
  await paying.goto(`${front.origin}/sell/pay/${cart.cartId}`)
  await expect(paying.getByTestId('due')).toHaveText('Rp 48.000')
  await paying.keyboard.type('5000')
  const loads = { selling: 0, paying: 0 }
  selling.on('load', () => (loads.selling += 1))
  paying.on('load', () => (loads.paying += 1))

  front.publishUpdate()
  await findUpdate(selling)
  for (const tab of [selling, paying]) await expect(tab.getByText(words.update.ready)).toBeVisible()

  await test.step('a part of this build that was never loaded comes from the device: the server has only the new one', async () => {
    const part = await selling.evaluate(async () => {
      const keys = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
      return keys
        .flat()
        .map(({ url }) => url)
        .find((url) => /\/diagnostics-screen-[\w-]{8}\.js$/.test(url))
    })
    expect(part).toBeDefined()
    expect((await fetch(part ?? '')).status).toBe(404)
    await till.open('/diagnostics')
    await expect(selling.getByRole('heading', { name: words.diagnostics.title, level: 1 })).toBeVisible()
  })

  await test.step('accepted in one tab, it waits for the payment in the other', async () => {
    await expect.poll(() => signsHeld(paying)).toContain('mstore-has-input')
    await selling.getByRole('button', { name: words.update.now }).click()
    await expect(selling.getByText(words.update.waitsElsewhere)).toBeVisible()
    await expect(paying.getByText(words.update.waitsHere)).toBeVisible()
    await rest(till.context)
    await paying.keyboard.type('0')
    await expect(paying.getByTestId('change')).toContainText('2.000')
    expect(loads).toEqual({ selling: 0, paying: 0 })
  })

  await paying.keyboard.press('Enter')
  await expect.poll(() => loads).toEqual({ selling: 1, paying: 1 })
  await expect(paying.getByTestId('receipt')).toBeVisible()
  expect([await buildOf(selling), await buildOf(paying)]).toEqual([2, 2])
  expect(await selling.evaluate(async () => (await navigator.serviceWorker.ready).waiting)).toBeNull()

  await test.step('the cart in the other tab is as it was; the sale was recorded once', async () => {
    await till.open('/sell')
    await expect(lines(selling)).toContainText(['Barang 00001'])
    const sales = (await readOperations(selling)).filter(({ kind }) => kind === 'sale')
    expect(sales.map(({ offline_id: id }) => id)).toEqual([cart.saleId])
  })
})

test('left alone: it installs itself in all tabs once no cart is filled and nobody touches any of them', async ({
  admin,
  front,
  frontTill,
  pageErrors,
}) => {
  // To a connection three minutes pass in a moment.
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const till = await frontTill(branch)
  const { page, context } = till
  await till.visit('/sell')
  await product(page, 'Barang 00001').click()
  await expect(lines(page)).toHaveCount(1)
  const other = await context.newPage()
  await other.goto(`${front.origin}/diagnostics`)
  await expect(other.getByRole('heading', { name: words.diagnostics.title, level: 1 })).toBeVisible()
  front.publishUpdate()
  await findUpdate(page)
  await expect(other.getByText(words.update.ready)).toBeVisible()

  // A filled cart counts however long ago it was touched.
  await rest(context)
  await expect.poll(() => signsHeld(page)).toEqual(expect.arrayContaining(['mstore-is-attended']))
  await page.getByRole('button', { name: words.sell.hold, exact: true }).click()
  await expect(lines(page)).toHaveCount(0)
  expect([await buildOf(page), await buildOf(other)]).toEqual([1, 1])

  await rest(context)
  const workers = await controlWorkers(other)
  const restedAt = Date.now()
  await expect
    .poll(async () => {
      const builds = await Promise.all([page, other].map((tab) => buildOf(tab).catch(() => 0)))
      // Called while it was being ended, the old worker began again; then a browser ends it after 30 s, but not under a debugger.
      if (Date.now() - restedAt > ENDED_BY_NOW_MS && (await isTakenOver(other).catch(() => false)))
        await workers.stopAll()
      return builds
    })
    .toEqual([2, 2])
  await expect(page.getByText(words.update.ready)).toHaveCount(0)
})

test('an open dialog and a half typed field hold it in every tab; a touch or a filled cart does not', async ({
  admin,
  front,
  frontTill,
}) => {
  const till = await frontTill(await makeShop(admin))
  const typing = await till.context.newPage()
  await typing.goto(`${front.origin}/enrol`)
  const field = typing.getByRole('textbox', { name: words.enrol.code })
  await field.pressSequentially('7K3M')
  await typing.getByTestId('menu').click()
  await expect.poll(() => signsHeld(typing)).toContain('mstore-has-input')
  await till.visit('/sell')
  await product(till.page, 'Barang 00001').click()
  await expect(lines(till.page)).toHaveCount(1)

  front.publishUpdate()
  await findUpdate(till.page)
  await till.page.getByRole('button', { name: words.update.now }).click()
  await expect(till.page.getByText(words.update.waitsElsewhere)).toBeVisible()
  await expect(typing.getByText(words.update.waitsHere)).toBeVisible()
  await typing.keyboard.press('Escape')
  await expect(typing.getByRole('dialog')).toHaveCount(0)
  await expect(field).toHaveValue(/7K3M/)
  expect([await buildOf(till.page), await buildOf(typing)]).toEqual([1, 1])

  await field.fill('')
  for (const tab of [till.page, typing]) await expect.poll(() => buildOf(tab).catch(() => 0)).toBe(2)
  await expect(lines(till.page)).toContainText(['Barang 00001'])
})

test('[U1] a receipt on its way to paper holds it, in whichever way it is printed', async ({
  admin,
  front,
  frontTill,
}) => {
  const branch = await makeShop(admin)
  const till = await frontTill(branch)
  const { page } = till
  await plugInPrinter(till.context)
  await till.visit('/settings')
  await page.getByRole('button', { name: words.printer.usb, exact: true }).click()
  await expect(page.getByText(words.printer.chosen)).toBeVisible()
  await till.sell(goodsOf(branch))
  const isHeld = async () => (await signsHeld(page)).includes('mstore-has-input')
  await expect.poll(isHeld).toBe(false)
  // As on a tablet, where the page goes on behind the dialog.
  await page.evaluate(() => {
    window.print = () => undefined
  })
  await page.getByRole('button', { name: words.receipt.print, exact: true }).click()
  await expect.poll(isHeld).toBe(true)
  await page.evaluate(() => window.dispatchEvent(new Event('afterprint')))
  await expect.poll(isHeld).toBe(false)

  front.publishUpdate()
  await findUpdate(page)
  const putPaperIn = await takePaperOut(page)
  await page.getByRole('button', { name: words.receipt.printer }).click()
  await page.getByRole('button', { name: words.update.now }).click()
  await expect(page.getByText(words.update.waitsHere)).toBeVisible()
  await page.getByRole('button', { name: words.receipt.next }).click()
  await expect(product(page, 'Barang 00001')).toBeVisible()
  await expect(page.getByText(words.update.waitsHere)).toBeVisible()
  expect(await buildOf(page)).toBe(1)

  await putPaperIn()
  await expect.poll(() => buildOf(page).catch(() => 0)).toBe(2)
})

test('[U1] what was sent and refused, or has no answer yet, holds it', async ({ admin, sql, front, frontTill }) => {
  const branch = await makeShop(admin)
  await admin.makeStaff(branch, HARTONO)
  const till = await frontTill(branch)
  const { page } = till
  await page.getByRole('button', { name: words.shift.close, exact: true }).click()
  const closing = page.getByRole('dialog')
  await closing.getByLabel(words.shift.countedCash).fill('500000')
  await closing.getByRole('button', { name: words.shift.close, exact: true }).click()
  await page.getByRole('main').getByRole('link', { name: words.shift.toShift }).click()
  await expect(page.getByRole('heading', { name: words.shift.openTitle })).toBeVisible()

  const owner = await till.context.newPage()
  await owner.goto(`${front.origin}/owner/shop`)
  const pin = owner.getByLabel(words.owner.pin, { exact: true })
  await pin.fill(HARTONO.pin)
  await pin.press('Enter')
  const picture = say(words.ownerSettings.chooseFor, { label: words.ownerSettings.qris })
  await expect(owner.getByLabel(picture)).toBeAttached()
  const isHeld = async () => (await signsHeld(owner)).includes('mstore-has-input')
  await expect.poll(isHeld).toBe(false)
  await owner
    .getByLabel(picture)
    .setInputFiles({ name: 'qris.png', mimeType: 'image/png', buffer: Buffer.from(PICTURE, 'base64') })
  await expect(owner.getByRole('img', { name: words.ownerSettings.qris })).toBeVisible()
  await expect.poll(isHeld).toBe(true)
  const lowStock = owner.getByLabel(words.ownerSettings.lowStock)
  await lowStock.fill('sedikit')
  await owner.getByRole('button', { name: words.ownerSettings.save }).click()
  await expect(owner.getByText(words.ownerSettings.lowStockWrong)).toBeVisible()

  // Another tab that opens a shift keeps this one waiting.
  const letGo = await owner.evaluateHandle(() => {
    const { promise, resolve } = Promise.withResolvers<void>()
    return new Promise<() => void>((taken) => {
      void navigator.locks.request('mstore-shift', () => {
        taken(resolve)
        return promise
      })
    })
  })
  await page.getByLabel(words.shift.openingCash).fill('450000')
  await page.getByRole('button', { name: words.shift.openSubmit }).click()
  await expect(page.getByRole('button', { name: words.shift.working })).toBeVisible()

  front.publishUpdate()
  await findUpdate(page)
  await page.getByRole('button', { name: words.update.now }).click()
  for (const tab of [page, owner]) await expect(tab.getByText(words.update.waitsHere)).toBeVisible()
  await letGo.evaluate((resolve) => resolve())
  await expect(page.getByTestId('shift-sums')).toContainText('Rp 450.000')
  await expect(page.getByText(words.update.waitsElsewhere)).toBeVisible()
  await expect(owner.getByText(words.update.waitsHere)).toBeVisible()
  expect([await buildOf(page), await buildOf(owner)]).toEqual([1, 1])

  await lowStock.fill('7')
  await owner.getByRole('button', { name: words.ownerSettings.save }).click()
  for (const tab of [page, owner]) await expect.poll(() => buildOf(tab).catch(() => 0)).toBe(2)
  const stored = await sql.query<{ low_stock: number }>(
    `SELECT ("values"->>'low_stock')::int AS low_stock FROM settings WHERE branch_id = $1`,
    [branch.id],
  )
  expect(stored).toEqual([{ low_stock: 7 }])
})

test('files of the build before stay until the version after the next', async ({
  admin,
  front,
  frontTill,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const { page } = await frontTill(await makeShop(admin))
  const filesOf = (build: number) =>
    page.evaluate(async (wanted) => {
      const keys = await Promise.all((await caches.keys()).map(async (name) => (await caches.open(name)).keys()))
      const urls = keys.flat().map(({ url }) => url)
      return urls.filter((url) => url.includes('/assets/') && Number(/~(\d+)\./.exec(url)?.[1] ?? 1) === wanted)
    }, build)
  const update = async (build: number) => {
    front.publishUpdate()
    await findUpdate(page)
    await page.getByRole('button', { name: words.update.now }).click()
    await expect.poll(() => buildOf(page).catch(() => 0)).toBe(build)
    await expect
      .poll(() => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state))
      .toBe('activated')
  }
  const first = await filesOf(1)
  expect(first.length).toBeGreaterThan(20)
  await update(2)
  expect((await filesOf(1)).length).toBe(first.length)
  // A tab that still ran the first build would get its parts.
  expect(await page.evaluate(async (url) => (await fetch(url)).status, first[0] ?? '')).toBe(200)
  await update(3)
  expect((await filesOf(2)).length).toBe(first.length)
  expect(await filesOf(1)).toEqual([])
})

test('a part that can’t be loaded all the same says so and offers a reload, never a blank screen', async ({
  admin,
  counter,
  pageErrors,
}) => {
  // The console is told what the screen caught.
  pageErrors.allow(/Failed to fetch dynamically imported module/)
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const { page, open } = await counter(branch, { serviceWorkers: 'block' })
  const part = /\/assets\/diagnostics-screen-.*\.js$/
  await page.route(part, (route) => route.abort())
  await open('/diagnostics')
  await expect(page.getByRole('heading', { name: words.problem.chunkTitle })).toBeVisible()
  // Once, not as a screen and a banner.
  await expect(page.getByText(words.problem.chunkTitle).filter({ visible: true })).toHaveCount(1)
  await page.unroute(part)
  await page.getByRole('button', { name: words.app.reload }).click()
  await expect(page.getByRole('heading', { name: words.diagnostics.title, level: 1 })).toBeVisible()
})
