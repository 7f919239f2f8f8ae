/**
 * Writes tests/fixtures/databases/{schema versions}.json: what a tablet of this version holds after a day of work, with thirty unsent
 * sales. Run it when a schema has got a new version, with the version that goes to the counters: fixtures of versions that were in
 * use are kept for good.
 */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { CACHE_DB_NAME } from '../../src/db/cache-db.ts'
import { JOURNAL_DB_NAME } from '../../src/db/journal/journal-db.ts'
import { SALES_DB_NAME } from '../../src/db/sales/sales-db.ts'
import { dumpDatabases, RECORDED } from '../../tests/support/database-fixture.ts'
import { addStaff, approve, DEWI, openShift } from '../support/cashier.ts'
import { expect, test } from '../support/fixtures.ts'
import { NETWORK_ERRORS } from '../support/page-errors.ts'
import { readOperations } from '../support/sales-store.ts'
import { giveReason, goodsOf, holdSender, openTill } from '../support/till.ts'
import { say, words } from '../support/words.ts'

const UNSENT_SALES = 30
const FOLDER = join(import.meta.dirname, '../../tests/fixtures/databases')

const settled = (page: Page) => async () =>
  (await readOperations(page)).every(({ state }) => state === 'settled' || state === 'accepted')

const dump = (page: Page) => page.evaluate(dumpDatabases, [CACHE_DB_NAME, SALES_DB_NAME, JOURNAL_DB_NAME])

const rowsIn = (page: Page, store: string) => async () =>
  (await dump(page)).flatMap(({ stores }) => stores).find(({ name }) => name === store)?.rows.length ?? 0

test('record', async ({ admin, counter, network, pageErrors, sql }) => {
  pageErrors.allow(NETWORK_ERRORS)
  for (const [table, first] of Object.entries(RECORDED)) {
    await sql.query(`SELECT setval(pg_get_serial_sequence($1, 'id'), $2)`, [table, first])
  }
  const branch = await admin.makeBranch({ products: 5 })
  await addStaff(admin, branch)
  const till = await openTill(await counter(branch))
  const { page, open, sell, visit } = till
  await sql.query(`UPDATE products SET stock = 90 WHERE id = $1`, [branch.productIds[2]])

  const refunded = await sell(goodsOf(branch))
  const voided = await sell(goodsOf(branch))
  await expect(page.getByText(words.receipt.confirmed)).toBeVisible()
  await expect.poll(settled(page)).toBe(true)

  const letSend = await holdSender(till)
  await network.cut()
  const cancelled = await sell(goodsOf(branch))
  await visit(`/transactions/${cancelled}`)
  await page.getByRole('button', { name: words.history.voidSale }).click()
  await giveReason(page, words.operation.reasonWrongItem, words.history.voidConfirm)
  await approve(page, DEWI.name, DEWI.pin)
  await expect(page.getByTestId('sale-state')).toContainText(words.history.cancelled)
  await letSend()

  // From here on every attempt fails: these may have reached the server, as far as the tablet knows.
  for (let sale = 0; sale < UNSENT_SALES / 2; sale += 1) await sell(goodsOf(branch))
  await visit(`/transactions/${voided}`)
  await page.getByRole('button', { name: words.history.voidSale }).click()
  await giveReason(page, words.operation.reasonBuyerLeft, words.history.voidConfirm)
  await approve(page, DEWI.name, DEWI.pin)
  await expect(page.getByTestId('undoing-void')).toBeVisible()
  await visit(`/transactions/${refunded}`)
  await page.getByRole('button', { name: words.history.refund, exact: true }).click()
  await page.getByTestId(`refund-${branch.productIds[0]}`).getByRole('textbox').fill('1')
  const confirm = say(words.history.refundConfirm, { total: 'Rp 15.000' })
  await page.getByRole('button', { name: confirm }).click()
  await giveReason(page, words.operation.reasonDamaged, confirm)
  await approve(page, DEWI.name, DEWI.pin)
  await expect(page).toHaveURL(/\/receipt\//)

  await open('/shift')
  await page.getByRole('button', { name: words.shift.moveOut, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(words.shift.amount, { exact: true }).fill('30000')
  await dialog.getByLabel(words.shift.reason, { exact: true }).fill('Bayar es batu')
  await dialog.getByRole('button', { name: words.shift.save }).click()
  await expect(dialog).toHaveCount(0)
  await page.getByRole('button', { name: words.shift.close, exact: true }).click()
  await dialog.getByLabel(words.shift.countedCash).fill('1000000')
  await dialog.getByRole('button', { name: words.shift.close, exact: true }).click()
  await expect(dialog).toHaveCount(0)
  await visit('/shift')
  await openShift(page, 250_000)
  for (let sale = 0; sale < UNSENT_SALES / 2; sale += 1) await sell(goodsOf(branch).slice(0, 1))

  await visit('/sell')
  const product = (name: string) => page.locator('[data-product]', { hasText: name })
  await product('Barang 00001').click()
  await page.getByRole('button', { name: words.sell.hold, exact: true }).click()
  await product('Barang 00003').click()
  await expect(page.getByTestId('cart')).toContainText('Barang 00003')
  await expect.poll(rowsIn(page, 'carts')).toBe(2)
  await expect.poll(rowsIn(page, 'failures')).toBeGreaterThan(0)
  // Written once a minute has ended.
  await expect.poll(rowsIn(page, 'minutes'), { timeout: 70_000 }).toBeGreaterThan(0)

  const databases = await dump(page)
  const versions = databases.map(({ name, version }) => `${name.replace('mstore-', '')}-${version / 10}`)
  const text = JSON.stringify(databases)
  await writeFile(join(FOLDER, `${versions.join('_')}.json`), `${text}\n`)
})
