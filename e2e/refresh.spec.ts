/** The refresh in the service worker: when it runs, for whom, and what it costs (rules R1, R2). */
import type { BrowserContext, Page } from '@playwright/test'
import { PATHS } from '../src/contract/rest.ts'
import { REFRESH_TAG, SEND_SALES_TAG } from '../src/sync/refresh/worker-messages.ts'
import { isComparison, isOfRefresh } from './support/asked.ts'
import type { Counter } from './support/counter.ts'
import { changeDeviceRow, expectEqualToDatabase, readDeviceStore } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'

const finishedAt = async (page: Page) => (await readDeviceStore(page)).meta.refresh?.finishedAt ?? 0
const comeBack = (page: Page) =>
  page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))

/** The service worker controls this page, and no refresh is under way. */
async function workerIsThere({ page }: Counter): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready)
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
  await expect.poll(async () => (await readDeviceStore(page)).meta.refresh?.phase).toBe('complete')
}

/** As if the last refresh had ended ten minutes ago. Resolves to that time. */
async function makeStale(page: Page): Promise<number> {
  const at = (await finishedAt(page)) - 600_000
  await changeDeviceRow(page, { table: 'meta', key: 'refresh', path: 'value', fields: { finishedAt: at } })
  return at
}

/** Master data asked for from now on, by whom. */
function watchMaster(context: BrowserContext) {
  const asked: { readonly url: URL; readonly byWorker: boolean }[] = []
  context.on('request', (request) => {
    const url = new URL(request.url())
    if (isOfRefresh(url)) asked.push({ url, byWorker: request.serviceWorker() !== null })
  })
  return asked
}

test('[R1][R2] a stale stock is refreshed in the service worker when the tablet is back, a fresh one not', async ({
  admin,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const tablet = await counter(branch)
  const { page, context } = tablet
  await workerIsThere(tablet)
  const asked = watchMaster(context)
  const madeStale = await makeStale(page)

  await comeBack(page)
  await expect.poll(() => finishedAt(page)).toBeGreaterThan(madeStale)
  const refreshedAt = await finishedAt(page)
  await comeBack(page)
  await page.reload()
  await expect(page.getByTestId('sync-state')).toHaveAttribute('data-state', 'live')
  expect(await finishedAt(page)).toBe(refreshedAt)
  expect(asked.filter(({ byWorker }) => !byWorker)).toEqual([])
})

const TRIGGERS: Record<string, (page: Page) => Promise<unknown>> = {
  'is seen again': comeBack,
  'is thawed': (page) => page.evaluate(() => document.dispatchEvent(new Event('resume'))),
  'is shown again from the back/forward cache': (page) =>
    page.evaluate(() => window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))),
  // With no `offline` before it: the page was opened without a network.
  'has a network': (page) => page.evaluate(() => window.dispatchEvent(new Event('online'))),
  'has been open for five minutes': (page) => page.clock.runFor('05:00'),
}

test('[R1] a stale stock is refreshed when a page is seen again, thawed, has a network, and by its timer', async ({
  admin,
  counter,
}) => {
  const tablet = await counter(await admin.makeBranch({ products: 3 }))
  const { page, context } = tablet
  await workerIsThere(tablet)
  await page.clock.install()
  await page.reload()
  await tablet.waitForState('live')
  await workerIsThere(tablet)
  const asked = watchMaster(context)
  for (const [name, trigger] of Object.entries(TRIGGERS)) {
    await test.step(name, async () => {
      const madeStale = await makeStale(page)
      await trigger(page)
      await expect.poll(() => finishedAt(page)).toBeGreaterThan(madeStale)
    })
  }
  expect(asked.filter(({ byWorker }) => !byWorker)).toEqual([])
})

test('[R2] a counter that is current loads nothing: it compares, and fetches only the range that differs @stack', async ({
  admin,
  counter,
  sql,
}) => {
  const branch = await admin.makeBranch({ products: 60 })
  const tablet = await counter(branch)
  const { page, context } = tablet
  await workerIsThere(tablet)
  const wrong = branch.productIds[40] ?? 0
  // Whatever the reason: this row is not what the server has, and no event will ever say so.
  await changeDeviceRow(page, { table: 'stocks', key: wrong, fields: { quantity: 4711, version: 0 } })
  const asked = watchMaster(context)
  const madeStale = await makeStale(page)

  await comeBack(page)
  await expect.poll(() => finishedAt(page)).toBeGreaterThan(madeStale)
  await expectEqualToDatabase(page, sql, branch)
  const rowsAsked = asked.filter(({ url }) => [PATHS.products, PATHS.inventory].includes(url.pathname as never))
  expect(rowsAsked.map(({ url }) => [url.pathname, url.searchParams.get('limit')])).toEqual([[PATHS.products, '25']])

  // Nothing has changed since: one question, and no body.
  const refreshedAt = await finishedAt(page)
  await makeStale(page)
  asked.length = 0
  const unchanged = context.waitForEvent('response', (response) => isComparison(new URL(response.url())))
  await comeBack(page)
  expect((await unchanged).status()).toBe(304)
  await expect.poll(() => finishedAt(page)).toBeGreaterThan(refreshedAt)
  expect(asked).toHaveLength(1)
})

for (const [name, tag] of [
  ['periodic sync', REFRESH_TAG],
  ['sync', SEND_SALES_TAG],
] as const) {
  test(`[R1] a ${name} event refreshes what is stale, with no page of the app open`, async ({
    admin,
    counter,
    sql,
  }) => {
    const branch = await admin.makeBranch({ products: 3 })
    const [first = 0] = branch.productIds
    const tablet = await counter(branch)
    const { page, context } = tablet
    await workerIsThere(tablet)
    const origin = new URL(page.url()).origin
    // Of the same origin, and not the app.
    await page.goto(`${origin}/healthz`)
    await makeStale(page)
    await sql.query('UPDATE products SET stock = 77 WHERE id = $1', [first])

    const cdp = await context.newCDPSession(page)
    const registration = new Promise<string>((resolve) => {
      cdp.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
        const [known] = registrations.filter(({ scopeURL }) => scopeURL.startsWith(origin))
        if (known) resolve(known.registrationId)
      })
    })
    await cdp.send('ServiceWorker.enable')
    const registrationId = await registration
    if (tag === REFRESH_TAG) await cdp.send('ServiceWorker.dispatchPeriodicSyncEvent', { origin, registrationId, tag })
    else await cdp.send('ServiceWorker.dispatchSyncEvent', { origin, registrationId, tag, lastChance: false })

    const stored = async () => (await readDeviceStore(page)).stocks.find(({ id }) => id === first)?.quantity
    await expect.poll(stored).toBe(77)
  })
}
