/** The first load of a large branch over a network that breaks: it shows how far it is, and goes on where it stopped. */
import type { BrowserContext } from '@playwright/test'
import { expectEqualToDatabase } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { createLoadGate } from './support/load-gate.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { words } from './support/words.ts'

const PRODUCTS = 5_000
/** Rows of a page. */
const PAGE = 1_000
/** As much of the branch comes before the line breaks. */
const LOADED = 2 * PAGE

test('[R2] the first load shows rows of how many, and after a reload goes on where it stopped', async ({
  admin,
  sql,
  tablet,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await admin.makeBranch({ products: PRODUCTS })
  const gate = createLoadGate(LOADED / PAGE)
  const { context, page, stock, waitForState } = await tablet('/', { prepare: gate.prepare })
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  const asked = recordPages(context)
  await page.getByRole('textbox', { name: words.enrol.code }).fill(await admin.pairingCode(branch))
  await page.getByRole('button', { name: words.enrol.submit, exact: true }).click()

  const progress = page.getByTestId('first-load')
  await expect(progress).toContainText('2.000 dari 5.000 produk')
  await expect(progress.getByRole('progressbar')).toHaveAttribute('aria-valuenow', '20')
  await network.cut()
  await gate.breakOff()
  const before = asked.splice(0)
  await page.reload()
  // What was loaded is still there, and the screen says that it waits.
  await expect(progress).toContainText('2.000 dari 5.000 produk')
  await expect(progress).toContainText(words.stock.loadOffline)

  asked.splice(0)
  await network.restore()
  await waitForState('live')
  const [first = 0] = branch.productIds
  await expect(stock(first)).toHaveText('101')
  await expect(page.getByText('5.000 produk')).toBeVisible()
  await expectEqualToDatabase(page, sql, branch)

  expect(before[0]).toEqual({ resource: 'product', lastId: 0 })
  const [resumed] = asked
  expect(resumed).toEqual({ resource: 'product', lastId: branch.productIds[LOADED - 1] })
  // Neither of the two lists was begun a second time.
  expect(asked.filter(({ lastId }) => lastId === 0)).toEqual([{ resource: 'inventory', lastId: 0 }])
})

test('[C10][R1] the first load is stored beside the screen, never by the page itself', async ({ admin, tablet }) => {
  const branch = await admin.makeBranch({ products: PRODUCTS })
  const { page, waitForState } = await tablet('/', {
    prepare: async (context) => {
      await context.addInitScript(countWrites)
    },
  })
  await page.getByRole('textbox', { name: words.enrol.code }).fill(await admin.pairingCode(branch))
  await page.getByRole('button', { name: words.enrol.submit, exact: true }).click()
  await waitForState('live')
  await expect(page.getByText('5.000 produk')).toBeVisible()
  const writes = await page.evaluate(() => window.writesByTable ?? {})
  // The enrolment itself is the page's.
  expect(writes.meta).toBeGreaterThan(0)
  expect([writes.products, writes.stocks, writes.inventory]).toEqual([undefined, undefined, undefined])
})

declare global {
  interface Window {
    writesByTable?: Record<string, number>
  }
}

/** Runs in the page: which tables it writes to by itself, and how often. */
function countWrites(): void {
  const counts: Record<string, number> = {}
  window.writesByTable = counts
  const { put } = IDBObjectStore.prototype
  IDBObjectStore.prototype.put = function (...given) {
    counts[this.name] = (counts[this.name] ?? 0) + 1
    return put.apply(this, given)
  }
}

/** The pages of master data that this tablet asks for, its service worker included. */
function recordPages(context: BrowserContext): { resource: string; lastId: number }[] {
  const pages: { resource: string; lastId: number }[] = []
  context.on('request', (request) => {
    const { pathname, searchParams } = new URL(request.url())
    const resource = /^\/api\/v1\/master\/(product|inventory)$/.exec(pathname)?.[1]
    const lastId = searchParams.get('last_id')
    if (resource !== undefined && lastId !== null) pages.push({ resource, lastId: Number(lastId) })
  })
  return pages
}
