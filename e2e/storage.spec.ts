/** A tablet's storage: lost and found again in the middle of work, nearly full, taken away; and the journal of what went wrong. */
import { readFile } from 'node:fs/promises'
import type { Page } from '@playwright/test'
import { createFormat } from '../src/i18n/format.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import { cartOf, keepCart } from './support/carts.ts'
import { readEnrollment, readMqttPassword } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import {
  countLosses,
  fillStorage,
  type LossMoment,
  loseStorage,
  makeLosable,
  takeStorage,
} from './support/lost-storage.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperations } from './support/sales-store.ts'
import { goodsOf, makeShop, openTill, SALE_ON_SERVER } from './support/till.ts'
import { say, words } from './support/words.ts'

const format = createFormat('id')
const failures = (page: Page) => page.getByTestId('failures').getByRole('listitem')

/** The page was not loaded anew since it was marked. */
async function markPage(page: Page): Promise<void> {
  await page.evaluate(() => void Object.assign(window, { isMarked: true }))
}
const isMarked = (page: Page) => page.evaluate(() => Reflect.get(window, 'isMarked') === true)

const MOMENTS: readonly LossMoment[] = ['silent', 'closed', 'mid-sale', 'after-sale']
for (const moment of MOMENTS) {
  test(`[Q1, V2] the database lost (${moment}): the sale is recorded once, the stock live without a reload`, async ({
    admin,
    counter,
    sql,
  }) => {
    const branch = await makeShop(admin)
    const till = await openTill(await counter(branch, { prepare: makeLosable }))
    const { page } = till
    const [first = 0] = branch.productIds
    const cart = cartOf(goodsOf(branch))
    await keepCart(page, cart)
    await till.visit(`/sell/pay/${cart.cartId}`)
    await page.getByRole('button', { name: words.pay.exact }).click()
    await markPage(page)

    await loseStorage(page, moment)
    await page.keyboard.press('Enter')
    await expect(page).toHaveURL(new RegExp(`/receipt/${cart.saleId}$`))
    await expect(page.getByTestId('receipt')).toBeVisible()
    expect(await countLosses(page)).toBeGreaterThan(0)
    const sales = (await readOperations(page)).filter(({ kind }) => kind === 'sale')
    expect(sales.map(({ offline_id: id }) => id)).toEqual([cart.saleId])
    await expect
      .poll(() => sql.query(SALE_ON_SERVER, [cart.saleId]))
      .toMatchObject([{ status: 'paid', grand_total: 48_000 }])

    await till.open('/')
    await till.waitForState('live')
    await sql.query('UPDATE products SET stock = 42 WHERE id = $1', [first])
    await expect(till.stock(first)).toHaveText('42')
    await loseStorage(page, 'closed')
    await sql.query('UPDATE products SET stock = 43 WHERE id = $1', [first])
    await expect(till.stock(first)).toHaveText('43')
    expect(await isMarked(page), 'the page was not loaded anew').toBe(true)
  })
}

test('taken by the browser while the app runs: said in words, and enrolled anew it works', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const tablet = await counter(branch)
  const { page } = tablet
  await markPage(page)
  await takeStorage(page)
  const banner = page.getByRole('alert').filter({ hasText: words.storage.takenTitle })
  await expect(banner).toContainText(words.storage.takenText)
  await expect(page.getByTestId('sync-state')).toHaveCount(0)
  await expectFits(page)
  await expectAccessible(page)

  await page.getByRole('textbox', { name: words.enrol.code }).fill(await admin.pairingCode(branch))
  await page.getByRole('button', { name: words.enrol.submit, exact: true }).click()
  await tablet.waitForState('live')
  await expect(banner).toHaveCount(0)
  await tablet.open('/diagnostics')
  const noted = failures(page).filter({ hasText: 'The browser has deleted what this device had stored' })
  await expect(noted).toContainText(words.journal.kindStorage)
  expect(await isMarked(page)).toBe(true)
})

test('a device that a person removes is no loss', async ({ admin, counter }) => {
  const branch = await makeShop(admin)
  const { page, open } = await counter(branch)
  await open('/settings')
  await page.getByRole('button', { name: words.settings.remove }).click()
  await page.getByRole('dialog').getByRole('button', { name: words.settings.removeConfirm, exact: true }).click()
  await expect(page.getByTestId('sync-state')).toHaveCount(0)
  await expect(page.getByText(words.storage.takenTitle)).toHaveCount(0)
})

test('from 80 % on staff are warned in words, wherever they are', async ({ admin, counter }) => {
  const branch = await makeShop(admin)
  const { page, open } = await counter(branch, { prepare: (context) => fillStorage(context, 0.834) })
  const warning = page
    .getByRole('status')
    .filter({ hasText: say(words.storage.nearlyFullTitle, { percent: format.percent(0.834) }) })
  await expect(warning).toContainText(words.storage.nearlyFullText)
  await expectFits(page)
  await expectAccessible(page)
  await open('/settings')
  await expect(warning).toBeVisible()
  await expect(page.getByTestId('storage')).toContainText(words.storage.freeDo)
  await expectAccessible(page)
  await warning.getByRole('link', { name: words.storage.look }).click()
  await expect(page.getByTestId('storage')).toContainText(
    say(words.storage.freeLow, { percent: format.percent(0.834) }),
  )
  await warning.getByRole('button', { name: words.app.later }).click()
  await expect(warning).toHaveCount(0)
  await expectFits(page)
  await expectAccessible(page)
})

test('with room enough nobody is warned', async ({ admin, counter }) => {
  const branch = await makeShop(admin)
  const { page, open } = await counter(branch, { prepare: (context) => fillStorage(context, 0.79) })
  await open('/diagnostics')
  await expect(page.getByTestId('storage')).toContainText(
    say(words.storage.freeEnough, { percent: format.percent(0.79) }),
  )
  await expect(page.getByRole('link', { name: words.storage.look })).toHaveCount(0)
})

test('[C1] what went wrong is kept over a reload, shown in every tab, exported, and cleared by a person', async ({
  admin,
  backend,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  pageErrors.allow(/a fault of this test/)
  const branch = await makeShop(admin)
  const { page, context, open } = await counter(branch)
  const secrets = await readEnrollment(page)
  const password = await readMqttPassword(page)
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))

  await test.step('invalid messages are counted in one line', async () => {
    for (let message = 0; message < 5; message += 1) await backend.publish(branch, 'product', '{"no": "event"')
    await open('/diagnostics')
    const invalid = failures(page).filter({ hasText: words.journal.kindInput })
    await expect(invalid).toContainText('5 kali')
    await expect(invalid).toHaveCount(1)
  })

  await test.step('an uncaught error and an unhandled rejection are kept, and another tab shows them', async () => {
    const other = await context.newPage()
    await other.goto(new URL('/diagnostics', page.url()).href)
    await page.evaluate(() => {
      setTimeout(() => {
        throw new TypeError('a fault of this test')
      }, 0)
      void Promise.reject(new Error('a fault of this test, too'))
    })
    const crash = failures(other).filter({ hasText: words.journal.kindCrash })
    await expect(crash.filter({ hasText: 'Uncaught: TypeError: a fault of this test' })).toHaveCount(1)
    await expect(crash.filter({ hasText: 'Unhandled rejection: Error: a fault of this test, too' })).toHaveCount(1)
    await other.close()
  })

  await test.step('the service worker writes its own', async () => {
    await page.reload()
    await network.cut()
    await open('/settings')
    await page.getByRole('button', { name: words.settings.refreshNow }).click()
    await open('/diagnostics')
    const worker = failures(page).filter({ hasText: 'Service worker, refresh' })
    await expect(worker).toContainText(words.journal.kindNetwork)
    await network.restore()
  })

  await test.step('everything is there after a reload, and fits', async () => {
    await page.reload()
    await expect(failures(page).filter({ hasText: words.journal.kindInput })).toContainText('5 kali')
    await expect(failures(page).filter({ hasText: words.journal.kindCrash })).toHaveCount(2)
    await expectFits(page)
    await expectAccessible(page)
  })

  await test.step('the file for support holds it, without secrets', async () => {
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: words.journal.export }).click()
    const file = await downloading
    await expect(page.getByText(say(words.journal.exported, { file: file.suggestedFilename() }))).toBeVisible()
    const text = await readFile(await file.path(), 'utf8')
    expect(JSON.parse(text)).toMatchObject({ format: 'mstore-unsent-1', device_id: secrets?.device_id })
    expect(text).toContain('a fault of this test, too')
    expect(text).not.toContain(secrets?.device_secret_token)
    expect(text).not.toContain(password)
    expect(text).not.toContain('pbkdf2')
  })

  await test.step('a person clears it', async () => {
    await page.getByRole('button', { name: words.journal.clear }).click()
    const dialog = page.getByRole('dialog', { name: words.journal.clearTitle })
    await dialog.getByRole('button', { name: words.app.cancel }).click()
    await expect(failures(page).filter({ hasText: words.journal.kindCrash })).toHaveCount(2)
    await page.getByRole('button', { name: words.journal.clear }).click()
    await dialog.getByRole('button', { name: words.journal.clear }).click()
    await expect(failures(page).filter({ hasText: words.journal.kindCrash })).toHaveCount(0)
  })
})
