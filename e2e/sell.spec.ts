/** A cashier at the sell screen: finding products, building carts, holding them. Payment has its own file. */
import { expect, type Page } from '@playwright/test'
import * as v from 'valibot'
import { SALES_DB_NAME } from '../src/db/sales/sales-db.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import type { AdminClient, Branch } from './support/admin-client.ts'
import { addStaff, approve, DEWI, openShift, SARI, signIn } from './support/cashier.ts'
import type { Counter } from './support/counter.ts'
import { readDeviceMeta, writeForEver } from './support/device-store.ts'
import { test } from './support/fixtures.ts'
import { holdCatalogue } from './support/held-catalogue.ts'
import { scan } from './support/scanner.ts'
import { say, words } from './support/words.ts'

const productSchema = v.object({ id: v.number() })
const { sell } = words

/** Barang 00001 … 00040: price 2.000 and up, more than 100 in stock, barcode 899 and ten digits. */
async function makeShop(admin: AdminClient): Promise<Branch> {
  const branch = await admin.makeBranch({ products: 40 })
  await addStaff(admin, branch)
  return branch
}

async function addProduct(admin: AdminClient, branch: Branch, product: Record<string, unknown>): Promise<number> {
  const body = { branch_code: branch.branchCode, ...product }
  return v.parse(productSchema, await admin.call('POST', '/api/v1/admin/product', body)).id
}

/** A live counter with a signed-in cashier and an open shift, on the sell screen. */
async function openCounter(make: () => Promise<Counter>): Promise<Counter> {
  const counter = await make()
  await counter.page.goto(new URL('/sell', counter.page.url()).href)
  await signIn(counter.page, SARI.name, SARI.pin)
  await openShift(counter.page, 200_000)
  await expect(counter.page.getByTestId('cart')).toHaveAttribute('aria-busy', 'false')
  await expect(counter.page.locator('[data-product]').first()).toBeVisible()
  return counter
}

const search = (page: Page) => page.getByRole('searchbox', { name: sell.search })
const lines = (page: Page) => page.getByTestId('cart').locator('[data-testid^="line-"]')
const total = (page: Page) => page.getByTestId('cart-total')
const notice = (page: Page) => page.getByTestId('sell-notice')
const product = (page: Page, name: string) => page.locator('[data-product]', { hasText: name })

test('[V1] what is scanned before the whole catalogue has been read is sold once it is here', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const { page, context } = await openCounter(() => counter(branch))
  await expect.poll(async () => (await readDeviceMeta(page, 'front'))?.ids.length).toBe(40)
  await context.addInitScript(holdCatalogue)
  await page.reload()
  await expect(product(page, 'Barang 00001')).toBeVisible()
  await expect(page.getByTestId('cart')).toHaveAttribute('aria-busy', 'false')
  await scan(page, '8990000000012')
  await search(page).fill('barang 00007')
  await search(page).press('Enter')
  await expect(notice(page)).toHaveCount(0)
  await expect(lines(page)).toHaveCount(0)
  await page.evaluate(() => window.releaseCatalogue?.())
  await expect(lines(page)).toHaveCount(2)
  for (const name of ['Barang 00012', 'Barang 00007'])
    await expect(lines(page).filter({ hasText: name })).toHaveCount(1)
  await expect(notice(page)).toHaveCount(0)
})

test('products are found by search, category, favourite and scanner, each with its price and stock', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const low = await addProduct(admin, branch, { name: 'Hampir habis', price: 500, stock: 3, category: 'Bumbu' })
  const { page, stock } = await openCounter(() => counter(branch))

  await expect(stock(branch.productIds[0] ?? 0)).toHaveText('101')
  await expect(product(page, 'Barang 00001')).toContainText('Rp 2.000')

  await test.step('search by name, SKU and barcode; Enter adds and empties the field', async () => {
    await search(page).fill('barang 00007')
    await expect(page.locator('[data-product]')).toHaveCount(1)
    await search(page).press('Enter')
    await expect(search(page)).toHaveValue('')
    await search(page).fill('SKU-12')
    await search(page).press('Enter')
    await search(page).fill('8990000000012')
    await search(page).press('Enter')
    await expect(lines(page)).toHaveCount(2)
    await expect(lines(page).nth(1)).toContainText('2 pcs')
  })

  await test.step('what is only similar is shown, and no Enter in the field takes it', async () => {
    await search(page).fill('barnag 00009')
    await expect(page.getByText(say(words.stock.similar, { text: 'barnag 00009' }))).toBeVisible()
    await expect(page.locator('[data-product]')).toHaveCount(1)
    await search(page).press('Enter')
    await expect(product(page, 'Barang 00009')).toBeFocused()
    await expect(lines(page)).toHaveCount(2)
    await search(page).fill('barang 00009')
    await expect(page.getByText(say(words.stock.similar, { text: 'barnag 00009' }))).toHaveCount(0)
    await search(page).fill('')
  })

  await test.step('category, with the low stock in words', async () => {
    await page.getByRole('button', { name: 'Bumbu' }).click()
    await expect(product(page, 'Barang 00001')).toHaveCount(0)
    await expect(product(page, 'Hampir habis')).toContainText(words.stock.low)
    await product(page, 'Hampir habis').click()
    await expect(page.getByTestId(`line-${low}`)).toBeVisible()
  })

  await test.step('a favourite stays over a reload', async () => {
    await page.getByRole('button', { name: say(sell.favouriteAdd, { name: 'Hampir habis' }) }).click()
    await page.reload()
    await page.getByRole('button', { name: sell.favourites, exact: true }).click()
    await expect(page.locator('[data-product]')).toHaveCount(1)
    await expect(product(page, 'Hampir habis')).toBeVisible()
    await page.getByRole('button', { name: words.stock.allCategories }).click()
  })

  await test.step('list instead of tiles, kept too', async () => {
    await page.getByRole('button', { name: `${sell.view}: ${sell.viewList}` }).click()
    await expect(product(page, 'Barang 00001')).toContainText('SKU-1 · 8990000000001')
    await page.reload()
    await expect(product(page, 'Barang 00001')).toContainText('SKU-1 · 8990000000001')
    await expect(lines(page)).toHaveCount(3)
  })
})

test('a GS1 code finds its product, and of two with one code the cashier chooses', async ({ admin, counter }) => {
  const branch = await makeShop(admin)
  await addProduct(admin, branch, { name: 'Kecap botol', price: 9_000, barcode: '9501101530003' })
  // A scanner's keyboard may have its capitals locked, so case does not tell two codes apart.
  await addProduct(admin, branch, { name: 'Gelas besar', price: 12_000, sku: 'GLS-10001' })
  await addProduct(admin, branch, { name: 'Gelas kecil', price: 7_000, sku: 'gls-10001' })
  const { page } = await openCounter(() => counter(branch))

  await test.step('element strings, with the batch in front and FNC1 between', async () => {
    await scan(page, ']C10109501101530003')
    await scan(page, ']C110AB-123\u001d0109501101530003')
    await scan(page, '(01)09501101530003(17)261231')
    await expect(lines(page).first()).toContainText('Kecap botol')
    await expect(lines(page).first()).toContainText('3 pcs')
  })

  await test.step('a code of two products', async () => {
    await scan(page, 'GLS-10001')
    const question = page.getByRole('dialog', { name: say(sell.bearersTitle, { code: 'GLS-10001' }) })
    await expect(question).toContainText('Gelas besar')
    await expect(lines(page)).toHaveCount(1)
    await expectAccessible(page)
    await question.getByRole('button', { name: 'Gelas kecil' }).click()
    await expect(lines(page).nth(1)).toContainText('Gelas kecil')
    await expect(page.getByRole('dialog')).toHaveCount(0)
  })
})

test('a scanner works wherever the focus is and leaves nothing behind; an unknown code is said and kept', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const { page } = await openCounter(() => counter(branch))
  const code = '8990000000005'

  await test.step('with the focus nowhere, on a button, and in the search', async () => {
    await scan(page, code)
    await expect(lines(page).first()).toContainText('1 pcs')
    await page.getByRole('button', { name: sell.cartMore }).focus()
    await scan(page, code)
    await expect(lines(page).first()).toContainText('2 pcs')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await search(page).fill('barang')
    await scan(page, code)
    await expect(lines(page).first()).toContainText('3 pcs')
    await expect(search(page)).toHaveValue('barang')
  })

  await test.step('in a dialog’s field', async () => {
    await page.getByRole('button', { name: sell.cartMore }).click()
    await page.getByRole('button', { name: sell.noteCartTitle }).click()
    const note = page.getByRole('textbox', { name: sell.note })
    await note.fill('Bungkus')
    await scan(page, code)
    await expect(note).toHaveValue('Bungkus')
    await note.press('Enter')
    await expect(lines(page).first()).toContainText('4 pcs')
    await expect(page.getByTestId('cart')).toContainText('Bungkus')
  })

  await test.step('an unknown code', async () => {
    await scan(page, '8888888888888')
    await expect(notice(page)).toContainText(say(sell.codeUnknown, { code: '8888888888888' }))
    await expect(lines(page)).toHaveCount(1)
    await notice(page).getByRole('button', { name: sell.codeSearch }).click()
    await expect(search(page)).toHaveValue('8888888888888')
    await scan(page, code)
    await expect(lines(page).first()).toContainText('5 pcs')
    await expect(notice(page)).toHaveCount(0)
  })

  await test.step('a person who types is never taken for it', async () => {
    await search(page).fill('')
    await search(page).pressSequentially('8990000000006', { delay: 70 })
    await expect(search(page)).toHaveValue('8990000000006')
    await expect(lines(page)).toHaveCount(1)
  })
})

test('carts are held and resumed, over a reload too; deleting one that was held asks for a supervisor', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const { page } = await openCounter(() => counter(branch))
  const tab = (name: string) => page.getByRole('group', { name: sell.carts }).getByRole('button', { name })

  await product(page, 'Barang 00001').click()
  await page.getByRole('button', { name: sell.cartMore }).click()
  await page.getByRole('button', { name: sell.labelTitle }).click()
  await page.getByRole('textbox', { name: sell.label }).fill('Bu Ani')
  await page.getByRole('button', { name: sell.save }).click()
  await page.getByRole('button', { name: sell.hold, exact: true }).click()
  await expect(lines(page)).toHaveCount(0)
  await test.step('[Q11] the disk has confirmed nothing yet of what is seen', async () => {
    await writeForEver(page, { database: SALES_DB_NAME, store: 'carts' })
    await product(page, 'Barang 00002').click()
    await expect(lines(page)).toContainText(['Barang 00002'])
  })

  await page.reload()
  await expect(lines(page)).toContainText(['Barang 00002'])
  await tab('Bu Ani').click()
  await expect(lines(page)).toContainText(['Barang 00001'])
  await expect(total(page)).toHaveText('Rp 2.000')

  await test.step('a supervisor’s PIN deletes it; without one it stays', async () => {
    const ask = async () => {
      await page.getByRole('button', { name: sell.cartMore }).click()
      await page.getByRole('button', { name: sell.deleteCart }).click()
    }
    await ask()
    await page.getByRole('dialog').last().getByRole('button', { name: words.app.cancel }).click()
    await page.keyboard.press('Escape')
    await expect(tab('Bu Ani')).toBeVisible()
    await ask()
    await approve(page, DEWI.name, DEWI.pin)
    await expect(tab('Bu Ani')).toHaveCount(0)
    await page.reload()
    await expect(page.getByTestId('cart')).toHaveAttribute('aria-busy', 'false')
    await expect(tab('Bu Ani')).toHaveCount(0)
  })

  await test.step('a cart that was never held is cleared after one question', async () => {
    await expect(lines(page)).toHaveCount(0)
    await product(page, 'Barang 00003').click()
    await page.getByRole('button', { name: sell.cartMore }).click()
    await page.getByRole('button', { name: sell.clear }).click()
    await page.getByRole('button', { name: sell.clearConfirm, exact: true }).click()
    await expect(lines(page)).toHaveCount(0)
  })
})

test('[S9] below zero stock: one warning with continue, never a refusal', async ({ admin, counter }) => {
  const branch = await makeShop(admin)
  const id = await addProduct(admin, branch, { name: 'Terakhir', price: 7_000, stock: 1 })
  const { page } = await openCounter(() => counter(branch))
  await search(page).fill('terakhir')
  await product(page, 'Terakhir').click()
  const line = page.getByTestId(`line-${id}`)
  await expect(line).toContainText('1 pcs')
  await expect(line).not.toContainText(say(sell.belowStock, { stock: '1 pcs' }))
  await product(page, 'Terakhir').click()
  await expect(line).toContainText('2 pcs')
  await expect(line).toContainText(say(sell.belowStock, { stock: '1 pcs' }))

  await page.getByTestId('pay').click()
  const warning = page.getByRole('dialog', { name: sell.belowTitle })
  await expect(warning).toContainText(say(sell.belowLine, { quantity: '2 pcs', stock: '1' }))
  await expect(warning.getByRole('button', { name: sell.belowStockContinue })).toBeFocused()
  await page.keyboard.press('Enter')
  await expect(page).toHaveURL(/\/sell\/pay\//)
  await page.goBack()
  await expect(line).toContainText('2 pcs')
  await page.getByTestId('pay').click()
  await expect(page).toHaveURL(/\/sell\/pay\//)
})

test('discounts in rupiah and percent: too large is refused, over the limit asks for a supervisor', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const { page } = await openCounter(() => counter(branch))
  const dialog = page.getByRole('dialog')
  await product(page, 'Barang 00009').click()
  await expect(total(page)).toHaveText('Rp 10.000')

  await test.step('on a line', async () => {
    await page.getByRole('button', { name: say(sell.lineMore, { name: 'Barang 00009' }) }).click()
    await dialog.getByRole('button', { name: sell.lineDiscount }).click()
    await dialog.getByLabel(sell.discountValueAmount).fill('10.001')
    await dialog.getByRole('button', { name: sell.save }).click()
    await expect(dialog).toContainText('Diskon melebihi Rp 10.000')
    await dialog.getByLabel(sell.discountValueAmount).fill('0')
    await dialog.getByRole('button', { name: sell.save }).click()
    await expect(dialog).toContainText(sell.refusedDiscountPositive)
    await dialog.getByLabel(sell.discountValueAmount).fill('500')
    await expect(dialog).toContainText('Rp 10.000 menjadi Rp 9.500')
    await dialog.getByRole('button', { name: sell.save }).click()
    await expect(dialog).toHaveCount(0)
    await expect(total(page)).toHaveText('Rp 9.500')
  })

  await test.step('on the cart, over the cashier’s limit', async () => {
    const percent = async () => {
      await page.keyboard.press('Shift+F4')
      await dialog.getByRole('radio', { name: sell.discountPercent }).check()
      await dialog.getByLabel(sell.discountValuePercent).fill('20')
      await dialog.getByRole('button', { name: sell.save }).click()
    }
    await percent()
    await expect(page.getByRole('dialog', { name: words.approval.discount })).toBeVisible()
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')
    await expect(dialog).toHaveCount(0)
    await expect(total(page)).toHaveText('Rp 9.500')
    await percent()
    await approve(page, DEWI.name, DEWI.pin)
    await expect(total(page)).toHaveText('Rp 7.600')
    await page.getByTestId('pay').click()
    await expect(page).toHaveURL(/\/sell\/pay\//)
  })
})

test('quantities: steppers, keypad, goods by weight; what can’t be sold is refused in words', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const id = await addProduct(admin, branch, { name: 'Ayam potong', price: 38_000, stock: 12.5, unit: 'kg' })
  const { page, stock } = await openCounter(() => counter(branch))
  const dialog = page.getByRole('dialog')

  await test.step('goods by weight ask for their weight', async () => {
    await search(page).fill('ayam')
    await expect(stock(id)).toHaveText('12,5')
    await product(page, 'Ayam potong').click()
    for (const key of ['1', ',', '2', '5']) {
      await dialog.getByRole('button', { name: key === ',' ? sell.comma : key, exact: true }).click()
    }
    await dialog.getByRole('button', { name: sell.add }).click()
    await expect(page.getByTestId(`line-${id}`)).toContainText('1,25 kg')
    await expect(total(page)).toHaveText('Rp 47.500')
  })

  await test.step('pieces', async () => {
    await search(page).fill('barang 00001')
    await product(page, 'Barang 00001').click()
    const quantity = lines(page)
      .nth(1)
      .getByRole('button', { name: /^Jumlah/ })
    await page.getByRole('button', { name: say(sell.more, { name: 'Barang 00001' }) }).click()
    await expect(quantity).toHaveText('2 pcs')
    await quantity.click()
    const field = dialog.getByRole('textbox')
    for (const [typed, refusal] of [
      ['0', sell.refusedNotPositive],
      ['-3', sell.refusedNotPositive],
      ['1,5', say(sell.refusedWhole, { unit: 'pcs' })],
      ['8990000000001', say(sell.refusedTooLarge, { max: '99.999' })],
      ['dua', say(sell.refusedNumber, { example: '3' })],
    ] as const) {
      await field.fill(typed)
      await dialog.getByRole('button', { name: sell.save }).click()
      await expect(dialog.getByRole('alert')).toHaveText(refusal)
    }
    await field.fill('12')
    await dialog.getByRole('button', { name: sell.save }).click()
    await expect(quantity).toHaveText('12 pcs')
    await expect(total(page)).toHaveText('Rp 71.500')
  })

  await test.step('the last piece goes by the same button', async () => {
    const weighed = page.getByTestId(`line-${id}`)
    const less = weighed.getByRole('button', { name: say(sell.less, { name: 'Ayam potong' }) })
    await less.click()
    await expect(weighed).toContainText('1,15 kg')
    await page.getByRole('button', { name: say(sell.lineMore, { name: 'Ayam potong' }) }).click()
    await dialog.getByRole('button', { name: sell.remove }).click()
    await expect(weighed).toHaveCount(0)
  })
})

test('a price that changes and a product that goes while in the cart are said on the line', async ({
  admin,
  counter,
}) => {
  const branch = await makeShop(admin)
  const [dearer = 0, gone = 0] = branch.productIds
  const { page } = await openCounter(() => counter(branch))
  await product(page, 'Barang 00001').click()
  await product(page, 'Barang 00002').click()
  await expect(total(page)).toHaveText('Rp 5.000')

  await admin.call('PATCH', `/api/v1/admin/product/${dearer}`, { price: 2_500 })
  const line = page.getByTestId(`line-${dearer}`)
  await expect(line).toContainText(say(sell.priceChanged, { price: 'Rp 2.500', held: 'Rp 2.000' }))
  await expect(total(page)).toHaveText('Rp 5.000')
  await line.getByRole('button', { name: say(sell.priceKeep, { held: 'Rp 2.000' }) }).click()
  await expect(line).not.toContainText('Harga berubah')
  await admin.call('PATCH', `/api/v1/admin/product/${dearer}`, { price: 3_000 })
  await line.getByRole('button', { name: sell.priceTake }).click()
  await expect(total(page)).toHaveText('Rp 6.000')

  await admin.call('PATCH', `/api/v1/admin/product/${gone}`, { active: false })
  const goneLine = page.getByTestId(`line-${gone}`)
  await expect(goneLine).toContainText(sell.productGone)
  await expect(product(page, 'Barang 00002')).toHaveCount(0)
  await goneLine.getByRole('button', { name: sell.goneKeep }).click()
  await expect(goneLine).not.toContainText(sell.productGone)
  await expect(total(page)).toHaveText('Rp 6.000')
})

test('a whole cart by keyboard alone, with a help sheet', async ({ admin, counter }) => {
  const branch = await makeShop(admin)
  const { page } = await openCounter(() => counter(branch))
  const press = (key: string) => page.keyboard.press(key)

  await press('?')
  const help = page.getByRole('dialog', { name: sell.helpTitle })
  await expect(help).toBeVisible()
  await press('Escape')
  await expect(help).toHaveCount(0)

  await press('/')
  await expect(search(page)).toBeFocused()
  await page.keyboard.type('barang', { delay: 60 })
  await expect(search(page)).toHaveValue('barang')
  await press('ArrowDown')
  await expect(product(page, 'Barang 00001')).toBeFocused()
  await press('ArrowRight')
  await press('Enter')
  await expect(lines(page)).toContainText(['Barang 00002'])
  await press('F3')
  await page.keyboard.type('12', { delay: 60 })
  await press('Enter')
  await expect(lines(page).first()).toContainText('12 pcs')
  await press('F4')
  await page.keyboard.type('600', { delay: 60 })
  await press('Enter')
  await expect(total(page)).toHaveText('Rp 35.400')
  await press('F8')
  await expect(lines(page)).toHaveCount(0)
  await press('F7')
  await expect(total(page)).toHaveText('Rp 35.400')
  await press('F9')
  await expect(page).toHaveURL(/\/sell\/pay\//)
})

test('axe finds nothing and nothing scrolls sideways, with a full cart, on every size', async ({ admin, counter }) => {
  const branch = await makeShop(admin)
  await addProduct(admin, branch, {
    name: 'Sebuah produk dengan nama yang luar biasa panjang sekali, Tanpaspasidanjugatidakbisadipotong',
    price: 999_999_999,
    stock: -1234.567,
    unit: 'kilogram',
  })
  const { page } = await openCounter(() => counter(branch))
  await product(page, 'Barang 00001').click()
  await search(page).fill('sebuah')
  await product(page, 'Sebuah produk').click()
  await page.getByRole('dialog').getByRole('textbox').fill('999,999')
  await page.getByRole('dialog').getByRole('button', { name: sell.add }).click()
  await search(page).fill('')
  await scan(page, '8888888888888')
  await expect(notice(page)).toBeVisible()
  await expectAccessible(page)
  await expectFits(page)

  await page.getByRole('button', { name: `${sell.view}: ${sell.viewList}` }).click()
  await expectAccessible(page)
  await expectFits(page)

  await page.setViewportSize({ width: 390, height: 844 })
  await page.getByTestId('cart-bar').click()
  await expect(page.getByRole('dialog', { name: sell.cart })).toBeVisible()
  await expect(lines(page)).toHaveCount(2)
  await expectAccessible(page)
})
