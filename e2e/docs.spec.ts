/** The documents of the interfaces, on a tablet that is a counter: they are for reading, and know nothing of it. */
import axe from 'axe-core'
import { OPERATIONS } from '../scripts/api-docs/openapi.ts'
import { eventDataSchemas } from '../src/contract/events.ts'
import { expect, test } from './support/fixtures.ts'

test('the viewer shows every operation beside the app, asks nobody else, and sends nothing', async ({
  admin,
  counter,
  network,
}) => {
  const { page } = await counter(await admin.makeBranch({ products: 2 }))
  // The app's service worker has the page: it must leave this address to the server.
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url()))
  await page.goto(`${network.origin}/docs`)
  await expect(page.locator('.opblock-summary-path')).toHaveCount(OPERATIONS.length)
  const upload = page.locator('#operations-Selling-batchSync')
  await upload.locator('.opblock-summary-control').click()
  await expect(upload).toContainText('offline_reference')
  await expect(page.getByRole('button', { name: /try it|authorize|execute/i })).toHaveCount(0)
  expect(asked.filter((url) => !url.startsWith(`${network.origin}/docs`) && !url.startsWith('data:'))).toEqual([])
})

test('a script in the pages of the documents reaches neither the token nor the sales of the till', async ({
  admin,
  counter,
  network,
}) => {
  const { page } = await counter(await admin.makeBranch({ products: 2 }))
  expect(await page.evaluate(tryToReach)).toEqual({ databases: 'reached', storage: 'reached' })
  for (const path of ['/docs/', '/docs/events.html']) {
    await page.goto(`${network.origin}${path}`)
    expect(await page.evaluate(() => self.origin)).toBe('null')
    expect(await page.evaluate(tryToReach)).toEqual({ databases: 'SecurityError', storage: 'SecurityError' })
  }
})

test('every event stands on its page, which fits a phone and which axe finds nothing on', async ({
  tablet,
  pageErrors,
}) => {
  const { page } = await tablet('/docs/events.html', { viewport: { width: 390, height: 844 } })
  for (const type of [...Object.keys(eventDataSchemas), 'heartbeat']) {
    await expect(page.locator(`#event-${type}`)).toContainText(type)
  }
  await page.getByRole('link', { name: 'TransactionEvent' }).first().click()
  await expect(page.locator('#shape-TransactionEvent')).toBeInViewport()
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390)
  // axe tries a style of its own; the page has none.
  expect(await page.locator('[style], style').count()).toBe(0)
  pageErrors.allow(/Applying inline style violates/)
  await page.evaluate(axe.source)
  const found = await page.evaluate(async () => {
    const { run }: typeof axe = Reflect.get(window, 'axe')
    return (await run(document)).violations.map(({ id, nodes }) => [id, ...nodes.map(({ html }) => html)])
  })
  expect(found).toEqual([])
})

/** Runs in the page. What stands in the way of what the app has stored, by the error's name. */
async function tryToReach(): Promise<{ databases: string; storage: string }> {
  const attempt = async (read: () => unknown) => {
    try {
      await read()
      return 'reached'
    } catch (error) {
      return error instanceof Error || error instanceof DOMException ? error.name : String(error)
    }
  }
  return {
    databases: await attempt(() => indexedDB.open('mstore-cache')),
    storage: await attempt(() => localStorage.length),
  }
}
