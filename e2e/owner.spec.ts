/** The owner's pages: the PIN at the server, products, a file of them, goods received, a count, settings that are live elsewhere. */
import type { Page } from '@playwright/test'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import type { AdminClient, Branch } from './support/admin-client.ts'
import { addStaff, HARTONO, openShift, SARI, signIn } from './support/cashier.ts'
import { expect, test } from './support/fixtures.ts'
import { answered } from './support/page-errors.ts'
import { say, words } from './support/words.ts'

/** Another counter of the branch sees a change within this. ms. */
const LIVE_MS = 2_000
/** What the browser itself writes when the server refuses a PIN or a session that is over. */
const REFUSED = answered(403)

async function makeShop(admin: AdminClient, products = 30): Promise<Branch> {
  const branch = await admin.makeBranch({ products })
  await addStaff(admin, branch, [HARTONO, SARI])
  return branch
}

async function enterOwnerPin(page: Page, pin: string): Promise<void> {
  const field = page.getByLabel(words.owner.pin, { exact: true })
  await field.fill(pin)
  await field.press('Enter')
}

async function openPage(page: Page, name: string): Promise<void> {
  await page.getByRole('navigation', { name: words.owner.navLabel }).getByRole('link', { name }).click()
}

async function enterCount(page: Page, product: string, quantity: string, label: string): Promise<void> {
  const find = page.getByLabel(words.ownerStock.find)
  await find.fill(product)
  await find.press('Enter')
  const field = page.getByLabel(say(label, { unit: 'pcs' }))
  await expect(field).toBeFocused()
  await field.fill(quantity)
  await field.press('Enter')
  await expect(field).toHaveCount(0)
}

test('the owner signs in by a PIN that the server checks, and edits a price; another counter shows it', async ({
  admin,
  counter,
  pageErrors,
}) => {
  pageErrors.allow(REFUSED)
  const branch = await makeShop(admin)
  const other = await counter(branch)
  const { page, open } = await counter(branch)
  await open('/owner')
  await enterOwnerPin(page, '0000')
  await expect(page.getByRole('alert')).toHaveText(words.owner.pinWrong)
  await enterOwnerPin(page, HARTONO.pin)

  // One tab stop, from which the keys lead through the list.
  await page.getByRole('button', { name: /^Barang 00001/ }).focus()
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('ArrowDown')
  await expect(page.getByRole('button', { name: /^Barang 00003/ })).toBeFocused()
  await expect(page.locator('[data-index][tabindex="0"]')).toHaveCount(1)
  await page.keyboard.press('Enter')
  const dialog = page.getByRole('dialog', { name: words.ownerProducts.editTitle })
  await dialog.getByLabel(words.ownerProducts.price).fill('12.750')
  await dialog.getByRole('button', { name: words.ownerProducts.save }).click()
  await expect(dialog).toHaveCount(0)
  const row = other.page.getByRole('row', { name: /Barang 00003/ })
  await expect(row).toContainText('Rp 12.750', { timeout: LIVE_MS })

  await page.getByRole('button', { name: words.ownerProducts.add }).click()
  const added = page.getByRole('dialog', { name: words.ownerProducts.addTitle })
  await added.getByRole('button', { name: words.ownerProducts.save }).click()
  await expect(added.getByText(words.ownerProducts.nameMissing)).toBeVisible()
  await added.getByLabel(words.ownerProducts.name).fill('Aa barang baru')
  await added.getByLabel(words.ownerProducts.price).fill('5000')
  await added.getByLabel(words.ownerProducts.firstStock).fill('2,5')
  await added.getByRole('button', { name: words.ownerProducts.save }).click()
  const fresh = other.page.getByRole('row', { name: /Aa barang baru/ })
  await expect(fresh).toContainText('2,5', { timeout: LIVE_MS })

  await page.getByRole('button', { name: /^Aa barang baru/ }).click()
  await page.getByRole('dialog').getByLabel(words.ownerProducts.active).uncheck()
  await page.getByRole('dialog').getByRole('button', { name: words.ownerProducts.save }).click()
  await expect(fresh).toHaveCount(0, { timeout: LIVE_MS })
})

test('what a form sends is what it shows, however soon Enter follows the last key', async ({ admin, counter }) => {
  const branch = await makeShop(admin)
  const { page, open } = await counter(branch)
  await open('/owner')
  const field = page.getByLabel(words.owner.pin, { exact: true })
  await expect(field).toBeFocused()
  // What the field does not take, it does not show.
  await field.pressSequentially('a1-b2')
  await expect(field).toHaveValue('12')
  const sent = page.waitForRequest((request) => request.url().endsWith('/staff/session'))
  await field.evaluate(async (input: HTMLInputElement, pin) => {
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')?.set?.call(input, pin)
    input.dispatchEvent(new Event('input', { bubbles: true }))
    // The next event, before any frame.
    await new Promise((resolve) => {
      const next = new MessageChannel()
      next.port1.onmessage = resolve
      next.port2.postMessage(null)
    })
    input.form?.requestSubmit()
  }, HARTONO.pin)
  expect((await sent).postDataJSON()).toMatchObject({ pin: HARTONO.pin })
  await expect(page.getByRole('button', { name: /^Barang 00003/ })).toBeVisible()
})

test('a session that has ended asks for the PIN again, and what was typed is still there', async ({
  admin,
  sql,
  counter,
  pageErrors,
}) => {
  pageErrors.allow(REFUSED)
  const branch = await makeShop(admin)
  const { page, open } = await counter(branch)
  await open('/owner')
  await enterOwnerPin(page, HARTONO.pin)
  await openPage(page, words.owner.navSettings)
  await page.getByLabel(words.ownerSettings.shopName).fill('Toko Baru')
  await sql.query('DELETE FROM staff_sessions', [])
  await page.getByRole('button', { name: words.ownerSettings.save }).click()
  await expect(page.getByText(words.owner.signInAgainText)).toBeVisible()
  await expect(page.getByLabel(words.ownerSettings.shopName)).toBeHidden()
  await enterOwnerPin(page, HARTONO.pin)
  await expect(page.getByLabel(words.ownerSettings.shopName)).toHaveValue('Toko Baru')
  await page.getByRole('button', { name: words.ownerSettings.save }).click()
  await expect(page.getByText(words.ownerSettings.saved)).toBeVisible()

  await page.getByRole('button', { name: say(words.owner.signOut, { name: 'Hartono' }) }).click()
  await expect(page.getByLabel(words.owner.pin, { exact: true })).toBeVisible()
  await page.reload()
  await expect(page.getByLabel(words.owner.pin, { exact: true })).toBeVisible()
})

test('settings are live on a counter that sells, pictures are scaled to fit', async ({ admin, counter }) => {
  const branch = await makeShop(admin)
  const seller = await counter(branch)
  await seller.open('/sell')
  await signIn(seller.page, SARI.name, SARI.pin)
  await openShift(seller.page, 100_000)
  await expect(seller.page.getByText('Barang 00001')).toBeVisible()
  await expect(seller.page.getByText(words.stock.low, { exact: true })).toHaveCount(0)

  const { page, open } = await counter(branch)
  await open('/owner')
  await enterOwnerPin(page, HARTONO.pin)
  await openPage(page, words.owner.navSettings)
  await page.getByLabel(words.ownerSettings.lowStock).fill('sedikit')
  await page.getByRole('button', { name: words.ownerSettings.save }).click()
  await expect(page.getByText(words.ownerSettings.lowStockWrong)).toBeVisible()
  await page.getByLabel(words.ownerSettings.lowStock).fill('500')
  await page.getByLabel(words.ownerSettings.taxRate).fill('11')
  await page
    .getByLabel(say(words.ownerSettings.chooseFor, { label: words.ownerSettings.qris }))
    .setInputFiles({ name: 'qris.png', mimeType: 'image/png', buffer: await noisyPicture(page) })
  const picture = page.getByRole('img', { name: words.ownerSettings.qris })
  await expect(picture).toBeVisible()
  expect((await picture.getAttribute('src'))?.length).toBeLessThanOrEqual(60_000)
  await page.getByRole('button', { name: words.ownerSettings.save }).click()
  await expect(page.getByText(words.ownerSettings.saved)).toBeVisible()
  await expect(seller.page.getByText(words.stock.low, { exact: true }).first()).toBeVisible({ timeout: LIVE_MS })
})

test('goods received add up; a count books the difference, and the sale made meanwhile is not lost @stack', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const [first = 0, second = 0] = branch.productIds
  const other = await counter(branch)
  const { page, open } = await counter(branch)
  await open('/owner')
  await enterOwnerPin(page, HARTONO.pin)

  await openPage(page, words.owner.navReceiving)
  await enterCount(page, 'SKU-1', '4', words.ownerStock.received)
  await enterCount(page, '8990000000001', '0,5', words.ownerStock.received)
  await expect(page.getByRole('list', { name: words.ownerStock.receivedList })).toContainText('+4,5 pcs')
  await page.getByRole('button', { name: words.ownerStock.bookReceiving }).click()
  await page.getByRole('button', { name: words.ownerStock.bookNow }).click()
  await expect(page.getByText(say(words.ownerStock.receivingDone, { formatted: 1 }))).toBeVisible()
  await expect(other.stock(first)).toHaveText('105,5', { timeout: LIVE_MS })

  await openPage(page, words.owner.navStocktake)
  // The screen shows 102, the shelf holds 100.
  await enterCount(page, 'SKU-2', '100', words.ownerStock.counted)
  await page.reload()
  await enterOwnerPin(page, HARTONO.pin)
  const counted = page.getByRole('list', { name: words.ownerStock.countedList })
  await expect(counted).toContainText('Barang 00002')
  await expect(counted).toContainText('-2')
  // Somebody buys five before it is booked.
  await admin.call('POST', '/api/v1/admin/stock', { product_id: second, delta: -5, reason: 'transaction' })
  await expect(other.stock(second)).toHaveText('97', { timeout: LIVE_MS })
  await page.getByRole('button', { name: words.ownerStock.bookStocktake }).click()
  await expect(page.getByRole('dialog')).toContainText(say(words.ownerStock.summary, { counted: 1, differing: 1 }))
  await page.getByRole('button', { name: words.ownerStock.bookNow }).click()
  await expect(page.getByText(say(words.ownerStock.stocktakeDone, { formatted: 1 }))).toBeVisible()
  await expect(other.stock(second)).toHaveText('95', { timeout: LIVE_MS })
  await expect(counted).toHaveCount(0)
})

test('the catalogue goes out as a file and comes in again, changed, after a look at what will change', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const { page, open } = await counter(branch)
  await open('/owner')
  await enterOwnerPin(page, HARTONO.pin)
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: words.ownerProducts.export }).click()
  const stream = await (await download).createReadStream()
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(Buffer.from(chunk))
  const csv = Buffer.concat(chunks).toString('utf8')
  expect(csv.split('\r\n').filter(Boolean)).toHaveLength(31)

  await page.getByRole('button', { name: words.ownerProducts.import }).click()
  const field = page.getByLabel(words.ownerProducts.chooseFile).first()
  const choose = (name: string, text: string) =>
    field.setInputFiles({ name, mimeType: 'text/csv', buffer: Buffer.from(text) })
  await choose('sama.csv', csv)
  await expect(
    page.getByText(say(words.ownerProducts.plan, { file: 'sama.csv', created: 0, updated: 0, unchanged: 30 })),
  ).toBeVisible()
  await expect(page.getByRole('button', { name: words.ownerProducts.importNow })).toHaveCount(0)
  await choose('salah.csv', csv.replace('Barang 00002', ''))
  await expect(page.getByText(say(words.ownerProducts.problem, { line: 3, reason: 'nama kosong' }))).toBeVisible()
  await choose('harga.csv', csv.replace('Barang 00002', 'Aa barang dua'))
  await expect(page.getByRole('table')).toContainText('Barang 00002 → Aa barang dua')
  await page.getByRole('button', { name: words.ownerProducts.importNow }).click()
  await expect(
    page.getByText(say(words.ownerProducts.imported, { created: 0, updated: 1, unchanged: 29 })),
  ).toBeVisible()
  await page.getByRole('button', { name: words.ownerProducts.backToList }).click()
  await expect(page.getByRole('button', { name: /^Aa barang dua/ })).toBeVisible()
})

test('the owner’s pages: no axe violation, no sideways scrolling', async ({ admin, counter }) => {
  test.slow()
  const branch = await makeShop(admin)
  const { page, open } = await counter(branch)
  await open('/owner')
  await expect(page.getByLabel(words.owner.pin, { exact: true })).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
  await enterOwnerPin(page, HARTONO.pin)
  await expect(page.getByRole('button', { name: words.ownerProducts.add })).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
  await test.step('a product', async () => {
    await page.getByRole('button', { name: /^Barang 00003/ }).click()
    await expectAccessible(page)
    await page.getByRole('button', { name: words.app.cancel }).click()
  })
  await test.step('a file', async () => {
    await page.getByRole('button', { name: words.ownerProducts.import }).click()
    const file = { name: 'a.csv', mimeType: 'text/csv', buffer: Buffer.from('nama,harga\nBaru,1000\n') }
    await page.getByLabel(words.ownerProducts.chooseFile).first().setInputFiles(file)
    await expect(page.getByRole('table')).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
  })
  await test.step('a count', async () => {
    await openPage(page, words.owner.navStocktake)
    await page.getByLabel(words.ownerStock.find).fill('Barang 0000')
    await expect(page.getByRole('list', { name: words.ownerStock.results })).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
    await enterCount(page, 'SKU-2', '100', words.ownerStock.counted)
    await page.getByRole('button', { name: words.ownerStock.bookStocktake }).click()
    await expectAccessible(page)
    await page.getByRole('button', { name: words.app.cancel }).click()
    await expectFits(page)
    await expectAccessible(page)
  })
  await test.step('settings', async () => {
    await openPage(page, words.owner.navSettings)
    await expect(page.getByLabel(words.ownerSettings.shopName)).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
  })
})

/** A picture that no format makes small. */
async function noisyPicture(page: Page): Promise<Buffer> {
  const url = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    canvas.width = 900
    canvas.height = 900
    const context = canvas.getContext('2d')
    if (!context) throw new Error('no canvas')
    const image = context.createImageData(900, 900)
    for (let index = 0; index < image.data.length; index++) image.data[index] = (index * 2_654_435_761) >>> 24
    context.putImageData(image, 0, 0)
    return canvas.toDataURL('image/png')
  })
  return Buffer.from(url.slice(url.indexOf(',') + 1), 'base64')
}

test('an owner’s PIN of before the rules opens only a new one, and that opens the pages', async ({
  admin,
  sql,
  counter,
  pageErrors,
}) => {
  pageErrors.allow(REFUSED)
  const branch = await makeShop(admin, 1)
  const [other] = await sql.query<{ pin_hash: string }>(
    `SELECT pin_hash FROM staff WHERE branch_id = $1 AND role = 'cashier'`,
    [branch.id],
  )
  // As it was before: a counter's PIN.
  await sql.query(`UPDATE staff SET pin_hash = $2 WHERE branch_id = $1 AND role = 'owner'`, [
    branch.id,
    other?.pin_hash,
  ])
  await sql.query(`DELETE FROM staff WHERE branch_id = $1 AND role = 'cashier'`, [branch.id])
  const { page, open } = await counter(branch)
  await open('/owner')
  await enterOwnerPin(page, SARI.pin)
  await expect(page.getByRole('heading', { name: words.owner.newPinTitle })).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
  const pin = page.getByLabel(words.owner.newPin, { exact: true })
  const again = page.getByLabel(words.owner.newPinAgain)
  const save = page.getByRole('button', { name: words.owner.newPinSave })
  await pin.fill('12345678')
  await save.click()
  await expect(page.getByText(words.people.pinCommon)).toBeVisible()
  await pin.fill('61930472')
  await again.fill('61930473')
  await save.click()
  await expect(page.getByText(words.owner.newPinDiffers)).toBeVisible()
  await again.fill('61930472')
  await save.click()
  await expect(page.getByRole('navigation', { name: words.owner.navLabel })).toBeVisible()
  await page.getByRole('button', { name: say(words.owner.signOut, { name: HARTONO.name }) }).click()
  await enterOwnerPin(page, SARI.pin)
  await expect(page.getByRole('alert')).toHaveText(words.owner.pinWrong)
  await enterOwnerPin(page, '61930472')
  await expect(page.getByRole('navigation', { name: words.owner.navLabel })).toBeVisible()
})
