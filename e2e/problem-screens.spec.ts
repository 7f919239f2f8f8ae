/** Whatever stops the work has a clear screen or banner, never a blank page. */

import { engineOf } from './support/engine.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { words } from './support/words.ts'

test('an address that is not secure explains itself and the way out', async ({ playwright, network, pageErrors }, {
  project,
}) => {
  // Chromium's own remark on every plain http page that carries this header.
  pageErrors.allow(/Cross-Origin-Opener-Policy header has been ignored/)
  const { launchOptions } = project.use
  const browser = await playwright.chromium.launch({
    ...launchOptions,
    args: [...(launchOptions?.args ?? []), '--host-resolver-rules=MAP kasir.test 127.0.0.1'],
  })
  try {
    const context = await browser.newContext()
    pageErrors.watch(context)
    const page = await context.newPage()
    const { port } = new URL(network.origin)
    await page.goto(`http://kasir.test:${port}/`)
    const alert = page.getByRole('alert')
    await expect(alert.getByRole('heading', { name: words.problem.insecureTitle })).toBeVisible()
    await expect(alert).toContainText('TLS=auto')
    await expect(alert).toContainText(`https://kasir.test:${port}`)
    await expect(alert.getByRole('link')).toHaveAttribute('href', `http://kasir.test:${Number(port) + 1}`)
  } finally {
    await browser.close()
  }
})

test('a browser without IndexedDB is told so', async ({ tablet }) => {
  const { page } = await tablet('/', {
    prepare: (context) => context.addInitScript(() => void Reflect.deleteProperty(window, 'indexedDB')),
  })
  await expect(page.getByRole('heading', { name: words.problem.noIndexedDbTitle })).toBeVisible()
  await expect(page.getByText(words.problem.noIndexedDbDo)).toBeVisible()
})

test('storage that cannot be opened is told, with details for support and a way to try again', async ({ tablet }) => {
  const { page } = await tablet('/', {
    prepare: (context) =>
      context.addInitScript(() => {
        if (location.protocol === 'about:' || sessionStorage.getItem('repaired') !== null) return
        IDBFactory.prototype.open = () => {
          throw new DOMException('The user denied permission', 'SecurityError')
        }
      }),
  })
  await expect(page.getByRole('heading', { name: words.problem.storageRefusedTitle })).toBeVisible()
  await page.getByText(words.problem.details).click()
  await expect(page.getByText('The user denied permission')).toBeVisible()
  await page.evaluate(() => sessionStorage.setItem('repaired', '1'))
  await page.getByRole('button', { name: words.app.reload }).click()
  await expect(page.getByRole('heading', { name: words.enrol.title })).toBeVisible()
})

test('a device that refuses to store says so at once, and goes on by itself when it stores again', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0, second = 0] = branch.productIds
  const { page, stock, waitForState } = await counter(branch)
  // It is the one that stores what comes.
  const engine = await engineOf(page)
  await engine.evaluate(() => {
    const { put } = IDBObjectStore.prototype
    const refuse: typeof put = () => {
      throw new DOMException('The disk is full', 'QuotaExceededError')
    }
    IDBObjectStore.prototype.put = refuse
    Object.assign(globalThis, {
      freeSpace: () => {
        IDBObjectStore.prototype.put = put
      },
    })
  })
  await sql.query('UPDATE products SET stock = 5 WHERE id = $1', [first])
  await expect(page.getByText(words.sync.storageTitle)).toBeVisible()
  await engine.evaluate(() => Reflect.get(globalThis, 'freeSpace')())
  await expect(page.getByText(words.sync.storageTitle)).toHaveCount(0, { timeout: 20_000 })
  await sql.query('UPDATE products SET stock = 6 WHERE id = $1', [second])
  await expect(stock(first)).toHaveText('5')
  await expect(stock(second)).toHaveText('6')
  await waitForState('live')
})

test('a server that is gone at the first start: enrolment says that the code is still good, and it is', async ({
  admin,
  tablet,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await admin.makeBranch({ products: 3 })
  const { page, waitForState } = await tablet('/')
  await page.getByRole('textbox', { name: words.enrol.code }).fill(await admin.pairingCode(branch))
  await network.cut()
  await page.getByRole('button', { name: words.enrol.submit, exact: true }).click()
  await expect(page.getByText(words.enrol.errorOffline)).toBeVisible()
  await network.restore()
  await page.getByRole('button', { name: words.enrol.submit, exact: true }).click()
  await waitForState('live')
})

test('an unknown address says so, with the header and a way to the stock', async ({ admin, counter, network }) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0] = branch.productIds
  const { page, stock, waitForState } = await counter(branch)
  await page.goto(`${network.origin}/kasir/7`)
  await expect(page.getByRole('heading', { name: words.app.notFoundTitle })).toBeVisible()
  await waitForState('live')
  await page.getByRole('main').getByRole('link', { name: words.app.toStock }).click()
  await expect(stock(first)).toHaveText('101')
  await page.goto(`${network.origin}/stock/999999999`)
  await expect(page.getByText(words.detail.missingTitle)).toBeVisible()
})
