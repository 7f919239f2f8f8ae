/** Paying and what comes of it: one sale a tap, a receipt on every paper, and words when the disk is full. */
import type { BrowserContext, Page } from '@playwright/test'
import type { Cart } from '../src/domain/cart.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import type { AdminClient, Branch } from './support/admin-client.ts'
import { cartOf, keepCart } from './support/carts.ts'
import { addStaff, openShift, SARI, signIn } from './support/cashier.ts'
import type { Counter } from './support/counter.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import type { SqlClient } from './support/sql-client.ts'
import { plugInPrinter } from './support/usb-printer.ts'
import { say, words } from './support/words.ts'

const QRIS_PICTURE =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=='

interface Till {
  readonly branch: Branch
  readonly counter: Counter
  readonly page: Page
}

/** A counter with Sari signed in, her shift open, at the payment of `cart`. */
async function atPayment(
  { admin, counter }: { admin: AdminClient; counter: (branch: Branch) => Promise<Counter> },
  goods: (branch: Branch) => Cart,
  before: (branch: Branch) => Promise<unknown> = async () => undefined,
): Promise<Till & { readonly cart: Cart }> {
  const branch = await admin.makeBranch({ products: 5 })
  await addStaff(admin, branch)
  await before(branch)
  const till = await counter(branch)
  const cart = goods(branch)
  await keepCart(till.page, cart)
  await till.page.goto(new URL(`/sell/pay/${cart.cartId}`, till.page.url()).href)
  await signIn(till.page, SARI.name, SARI.pin)
  await openShift(till.page, 200_000)
  await expect(till.page.getByTestId('due')).toBeVisible()
  return { branch, counter: till, page: till.page, cart }
}

/** Two lines: Rp 45.000. */
const twoLines = (branch: Branch): Cart => {
  const [first = 0, second = 0] = branch.productIds
  return cartOf([
    { id: first, name: 'Barang 00001', unit: 'pcs', price: 15_000, quantity: 2 },
    { id: second, name: 'Barang 00002', unit: 'kg', price: 12_000, quantity: 1.25 },
  ])
}

const take = (page: Page, amount: string) =>
  page.getByRole('button', { name: say(words.pay.take, { amount }), exact: true })
const method = (page: Page, name: string) => page.getByRole('radio', { name, exact: true })
const receipt = (page: Page) => page.getByTestId('receipt')

async function salesOf(sql: SqlClient, cart: Cart): Promise<number> {
  const rows = await sql.query('SELECT id FROM transactions WHERE offline_id = $1', [cart.saleId])
  return rows.length
}

async function writeSettings(sql: SqlClient, branch: Branch, values: Record<string, unknown>): Promise<void> {
  await sql.query('INSERT INTO settings (branch_id, "values", updated_at) VALUES ($1, $2::jsonb, now())', [
    branch.id,
    JSON.stringify(values),
  ])
}

test('cash with change, by keyboard alone: digits, Enter; the receipt says when the server has it', async ({
  admin,
  counter,
  sql,
}) => {
  const { page, cart, branch } = await atPayment({ admin, counter }, twoLines)
  await expect(page.getByTestId('due')).toHaveText('Rp 45.000')
  await page.keyboard.type('40000')
  await expect(page.getByTestId('change')).toBeEmpty()
  await page.keyboard.press('Delete')
  await page.keyboard.type('100000')
  await expect(page.getByTestId('change')).toContainText('Rp 55.000')
  await expect(page.getByTestId('change').locator('strong')).toHaveCSS('font-size', '40px')
  await page.keyboard.press('Enter')

  await expect(page).toHaveURL(new RegExp(`/receipt/${cart.saleId}$`))
  await expect(page.getByTestId('change')).toContainText('Rp 55.000')
  await expect(receipt(page)).toContainText(/DEV-[A-Z0-9]+-\d{8}-0001/)
  await expect(receipt(page)).toContainText('1,25 kg × 12.000')
  await expect(receipt(page)).toContainText('Sari')
  await expect(receipt(page)).toContainText(/TRX-/)
  await expect(receipt(page)).not.toContainText(words.receipt.markNotConfirmed)
  await expect(page.getByText(words.receipt.confirmed)).toBeVisible()
  expect(await salesOf(sql, cart)).toBe(1)
  const [row] = await sql.query('SELECT grand_total, status FROM transactions WHERE branch_id = $1', [branch.id])
  expect(row).toMatchObject({ grand_total: 45_000, status: 'paid' })

  await page.getByRole('button', { name: words.receipt.next }).click()
  await expect(page).toHaveURL(/\/sell$/)
})

test('a digit that comes in the moment the sum is seen counts', async ({ admin, counter }) => {
  const { page } = await atPayment({ admin, counter }, twoLines)
  await page.addInitScript(() => {
    const observer = new MutationObserver(() => {
      if (!document.querySelector('[data-testid="due"]')) return
      observer.disconnect()
      document.dispatchEvent(new KeyboardEvent('keydown', { key: '5', bubbles: true }))
    })
    observer.observe(document, { childList: true, subtree: true })
  })
  await page.reload()
  await expect(page.getByTestId('tendered')).toHaveText('Rp 5')
  await page.keyboard.type('0000')
  await expect(page.getByTestId('change')).toContainText('5.000')
  for (const keys of ['50.000', '50000.00', '50.000,00']) {
    await page.keyboard.press('Delete')
    await page.keyboard.type(keys)
    await expect(page.getByTestId('tendered')).toHaveText('Rp 50.000')
  }
})

test('notes add up, exact is exact, and Esc leads back to a cart that has lost nothing', async ({ admin, counter }) => {
  const { page, cart } = await atPayment({ admin, counter }, twoLines)
  const note = (amount: string) => page.getByRole('button', { name: `${words.pay.plus} ${amount}`, exact: true })
  await note('20.000').click()
  await note('20.000').click()
  await note('5.000').click()
  await expect(page.getByTestId('tendered')).toHaveText('Rp 45.000')
  await note('50.000').click()
  await expect(page.getByTestId('tendered')).toHaveText('Rp 95.000')
  await page.getByRole('button', { name: words.pay.exact }).click()
  await expect(page.getByTestId('tendered')).toHaveText('Rp 45.000')
  await page.keyboard.press('Escape')
  await expect(page).toHaveURL(/\/sell$/)
  await page.goto(new URL(`/sell/pay/${cart.cartId}`, page.url()).href)
  await expect(page.getByTestId('due')).toHaveText('Rp 45.000')
})

test('a barcode that is scanned at the payment takes no money', async ({ admin, counter, sql }) => {
  const { page, cart } = await atPayment({ admin, counter }, twoLines)
  for (const code of ['8991234567890', '12345670']) {
    await page.keyboard.type(code)
    await page.keyboard.press('Enter')
    await expect(page.getByText(words.pay.refusedTooLarge)).toBeVisible()
    await page.keyboard.press('Delete')
  }
  expect(await salesOf(sql, cart)).toBe(0)
  await expect(page).toHaveURL(/\/sell\/pay\//)
})

test('split: QRIS with the shop’s picture, then cash rounded to hundreds; the part outlives a reload', async ({
  admin,
  counter,
  sql,
}) => {
  const goods = ({ productIds: [first = 0] }: Branch) =>
    cartOf([{ id: first, name: 'Barang 00001', unit: 'pcs', price: 45_030, quantity: 1 }])
  const { page, cart } = await atPayment({ admin, counter }, goods, (branch) =>
    writeSettings(sql, branch, {
      cash_rounding: 100,
      qris_picture: QRIS_PICTURE,
      payment_methods: ['CASH', 'QRIS', 'CARD'],
      shop_name: 'Toko Maju',
      receipt_footer: 'Terima kasih',
    }),
  )
  await expect(page.getByTestId('due')).toHaveText('Rp 45.000')
  await expect(page.getByRole('radio')).toHaveCount(3)
  await method(page, 'QRIS').check()
  await expect(page.getByTestId('due')).toHaveText('Rp 45.030')
  const picture = page.getByAltText(words.pay.qrisPicture)
  await expect(picture).toBeVisible()
  await expect.poll(() => picture.evaluate((img) => img instanceof HTMLImageElement && img.naturalWidth)).toBe(1)
  await page.getByLabel(words.pay.reference).fill('QR-991')
  await page.getByRole('button', { name: '2', exact: true }).click()
  await page.getByRole('button', { name: '000', exact: true }).click()
  await page.getByRole('button', { name: '0', exact: true }).click()
  await page.getByRole('button', { name: say(words.pay.takePart, { amount: 'Rp 20.000', rest: 'Rp 25.030' }) }).click()
  await expect(page.getByTestId('due')).toHaveText('Rp 25.000')

  await page.reload()
  await expect(page.getByTestId('due')).toHaveText('Rp 25.000')
  await page.getByRole('button', { name: words.pay.exact }).click()
  await take(page, 'Rp 25.000').click()
  await expect(receipt(page)).toContainText('Toko Maju')
  await expect(receipt(page)).toContainText('QR-991')
  await expect(receipt(page)).toContainText('-30')
  await expect(receipt(page)).toContainText('Rp 45.000')
  await expect(receipt(page)).toContainText(/TRX-/)
  const paid = await sql.query(
    'SELECT p.payment_method, p.amount FROM transaction_payments p JOIN transactions t ON t.id = p.transaction_id WHERE t.offline_id = $1 ORDER BY p.amount',
    [cart.saleId],
  )
  expect(paid).toEqual([
    { payment_method: 'QRIS', amount: 20_000 },
    { payment_method: 'CASH', amount: 25_000 },
  ])
})

test('[Q2] tapped twice within 50 ms, and in two tabs at once: one sale, and all see its receipt', async ({
  admin,
  counter,
  sql,
}) => {
  const { page, cart, counter: till } = await atPayment({ admin, counter }, twoLines)
  const other = await till.context.newPage()
  await other.goto(page.url())
  const tabs = [page, other]
  for (const tab of tabs) {
    await tab.getByRole('button', { name: words.pay.exact }).click()
    await expect(take(tab, 'Rp 45.000')).toBeEnabled()
  }
  await Promise.all(
    tabs.map((tab) =>
      take(tab, 'Rp 45.000').evaluate((button) => {
        if (!(button instanceof HTMLElement)) return
        button.click()
        button.click()
      }),
    ),
  )
  for (const tab of tabs) {
    await expect(tab).toHaveURL(new RegExp(`/receipt/${cart.saleId}$`))
    await expect(receipt(tab)).toContainText(/-0001/)
  }
  await expect(receipt(page)).toContainText(/TRX-/)
  expect(await salesOf(sql, cart)).toBe(1)
})

test('[Q7] a full disk is said before any receipt; nothing is lost and the sale goes through later', async ({
  admin,
  counter,
  sql,
}) => {
  const { page, cart } = await atPayment({ admin, counter }, twoLines)
  await page.getByRole('button', { name: words.pay.exact }).click()
  await fillDisk(page)
  await take(page, 'Rp 45.000').click()
  const alert = page.getByRole('alert')
  await expect(alert).toContainText(words.pay.storageFullTitle)
  await expect(alert).toContainText(words.pay.storageFullText)
  await expect(page).toHaveURL(/\/sell\/pay\//)
  await expectAccessible(page)
  await page.getByRole('button', { name: words.pay.toUnsent }).click()
  await expect(page).toHaveURL(/\/unsent$/)
  expect(await salesOf(sql, cart)).toBe(0)

  await page.goto(new URL(`/sell/pay/${cart.cartId}`, page.url()).href)
  await page.getByRole('button', { name: words.pay.exact }).click()
  await take(page, 'Rp 45.000').click()
  await expect(receipt(page)).toContainText(/TRX-/)
  expect(await salesOf(sql, cart)).toBe(1)
})

/** Until the page is loaded again, this tab's writes of sales are refused as a browser without room refuses them. */
async function fillDisk(page: Page): Promise<void> {
  await page.evaluate(() => {
    const refuse = (kept: typeof IDBObjectStore.prototype.put) =>
      function refused(this: IDBObjectStore, ...rest: Parameters<typeof kept>) {
        if (this.name === 'operations') throw new DOMException('no room left', 'QuotaExceededError')
        return kept.apply(this, rest)
      }
    IDBObjectStore.prototype.put = refuse(IDBObjectStore.prototype.put)
    IDBObjectStore.prototype.add = refuse(IDBObjectStore.prototype.add)
  })
}

test('offline: the receipt says that the server has not confirmed it, and says so no longer once it has', async ({
  admin,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const { page } = await atPayment({ admin, counter }, twoLines)
  await network.cut()
  await page.getByRole('button', { name: words.pay.exact }).click()
  await take(page, 'Rp 45.000').click()
  await expect(receipt(page)).toContainText(words.receipt.markNotConfirmed)
  await expect(page.getByText(words.receipt.stored)).toBeVisible()
  await network.restore()
  await expect(page.getByText(words.receipt.confirmed)).toBeVisible({ timeout: 30_000 })
  await expect(receipt(page)).not.toContainText(words.receipt.markNotConfirmed)
  await expect(receipt(page)).toContainText(/TRX-/)
})

test('on paper of 58 and 80 mm: the receipt alone, as wide as the roll; the second print is a copy', async ({
  admin,
  counter,
}, testInfo) => {
  const name = 'Kopi <img src=x onerror="window.broken=1"> \u001b@\u001dV dengan nama yang panjang sekali'
  const { page } = await atPayment({ admin, counter }, ({ productIds: [first = 0] }) =>
    cartOf([{ id: first, name, unit: 'pcs', price: 15_000, quantity: 2 }]),
  )
  await page.getByRole('button', { name: words.pay.exact }).click()
  await take(page, 'Rp 30.000').click()
  await expect(receipt(page)).toContainText('<img src=x onerror="window.broken=1"> @ V dengan nama')
  expect(await page.evaluate(() => 'broken' in window)).toBe(false)
  await expect(receipt(page)).toContainText(/TRX-/)
  await expect(receipt(page)).not.toContainText(words.receipt.markCopy)

  for (const width of [58, 80]) {
    await page.getByRole('radio', { name: `${width} mm` }).check()
    await testInfo.attach(`receipt-${width}mm.png`, {
      body: await receipt(page).screenshot(),
      contentType: 'image/png',
    })
    await page.evaluate(() => {
      window.print = () => undefined
    })
    await page.getByRole('button', { name: width === 58 ? words.receipt.print : words.receipt.printAgain }).click()
    await page.emulateMedia({ media: 'print' })
    await expect(page.getByRole('button', { name: words.receipt.next })).toBeHidden()
    await expect(page.getByTestId('sync-state')).toBeHidden()
    expect((await receipt(page).boundingBox())?.width).toBeCloseTo((width / 25.4) * 96, 0)
    const sheet = await page.pdf({ preferCSSPageSize: true })
    await testInfo.attach(`receipt-${width}mm.pdf`, { body: sheet, contentType: 'application/pdf' })
    const text = sheet.toString('latin1')
    expect(text.match(/\/Type\s*\/Page\b/g)).toHaveLength(1)
    expect(Number(/\/MediaBox\s*\[\s*0\s+0\s+([\d.]+)/.exec(text)?.[1])).toBeCloseTo((width / 25.4) * 72, 0)
    await page.emulateMedia({ media: 'screen' })
    await expect(receipt(page)).toContainText(words.receipt.markCopy)
  }
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: words.receipt.savePicture }).click()
  expect((await download).suggestedFilename()).toMatch(/^DEV-.*\.png$/)
})

test('a receipt printer on USB gets logo, receipt and drawer’s kick, once however quickly it is tapped', async ({
  admin,
  counter,
  sql,
}) => {
  const { page, cart } = await atPayment(
    { admin, counter: async (branch) => await counter(branch, { prepare: plugInPrinter }) },
    twoLines,
    (branch) => writeSettings(sql, branch, { receipt_logo: QRIS_PICTURE }),
  )
  await page.goto(new URL('/settings', page.url()).href)
  await page.getByRole('button', { name: words.printer.usb, exact: true }).click()
  await expect(page.getByText(words.printer.chosen)).toBeVisible()
  await page.goto(new URL(`/sell/pay/${cart.cartId}`, page.url()).href)
  await page.getByRole('button', { name: words.pay.exact }).click()
  await take(page, 'Rp 45.000').click()
  const isAtWork = await page.getByRole('button', { name: words.receipt.printer }).evaluate(async (button) => {
    if (!(button instanceof HTMLElement)) return null
    button.click()
    // The next tap waits already: no timer comes before it, only what the first has begun.
    for (let turn = 0; turn < 100; turn += 1) await null
    button.click()
    return document.querySelector('[data-at-work]') !== null
  })
  expect(isAtWork, '[U1] no reload from the tap on').toBe(true)
  await expect(page.getByText(words.receipt.printed)).toBeVisible()
  const printed = await page.evaluate(() => String(Reflect.get(window, 'printedBytes')))
  expect(printed.split('\u001bp\u0000'), 'one kick').toHaveLength(2)
  expect(printed, 'the logo as a raster image').toContain('\u001dv0')
  expect(printed).toContain('Barang 00001')
  expect(printed).toContain('Rp 45.000')
  await expect(receipt(page)).toContainText(words.receipt.markCopy)
})

test('a browser without printers and sharing offers neither; one that shares hands on text and picture', async ({
  admin,
  counter,
}) => {
  const poor = await atPayment(
    { admin, counter: async (branch) => await counter(branch, { prepare: takePortsAway }) },
    twoLines,
  )
  await poor.page.getByRole('button', { name: words.pay.exact }).click()
  await take(poor.page, 'Rp 45.000').click()
  await expect(poor.page.getByRole('button', { name: words.receipt.savePicture })).toBeVisible()
  await expect(poor.page.getByRole('button', { name: words.receipt.share })).toHaveCount(0)
  await expect(poor.page.getByText(words.receipt.setUpPrinter)).toHaveCount(0)
  await poor.page.goto(new URL('/settings', poor.page.url()).href)
  await expect(poor.page.getByText(words.printer.none)).toBeVisible()

  const rich = await atPayment(
    { admin, counter: async (branch) => await counter(branch, { prepare: writeDownShares }) },
    twoLines,
  )
  await rich.page.getByRole('button', { name: words.pay.exact }).click()
  await take(rich.page, 'Rp 45.000').click()
  await rich.page.getByRole('button', { name: words.receipt.share }).click()
  await expect
    .poll(() => rich.page.evaluate(() => Reflect.get(window, 'shared')))
    .toMatchObject({
      text: expect.stringMatching(/DEV-.*-0001/),
      type: 'image/png',
      name: expect.stringMatching(/png$/),
    })
})

/** As Firefox and Safari on a tablet. */
async function takePortsAway(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    for (const name of ['usb', 'serial', 'bluetooth', 'share', 'canShare']) {
      Reflect.deleteProperty(Navigator.prototype, name)
    }
  })
}

async function writeDownShares(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => {
    const share = async ({ text, files: [file] = [] }: ShareData) =>
      Reflect.set(window, 'shared', { text, name: file?.name, type: file?.type })
    Object.defineProperties(navigator, { canShare: { value: () => true }, share: { value: share } })
  })
}

test('payment and receipt: no axe violation, no sideways scrolling, in every size and set of colours', async ({
  admin,
  counter,
  network,
  sql,
}) => {
  test.slow()
  const { page, cart } = await atPayment({ admin, counter }, twoLines, (branch) =>
    writeSettings(sql, branch, { qris_picture: QRIS_PICTURE, tax_rate_bp: 1100, tax_included: false }),
  )
  await expectFits(page)
  await expectAccessible(page)
  await page.keyboard.type('100000')
  await expectFits(page)
  await expectAccessible(page)
  await method(page, 'QRIS').check()
  await page.keyboard.type('1000')
  await page.keyboard.press('Enter')
  // The next part begins with cash, once the one before is kept.
  await expect(page.getByTestId('due')).toHaveText('Rp 48.950')
  await method(page, 'QRIS').check()
  await expectFits(page)
  await expectAccessible(page)
  await take(page, 'Rp 48.950').click()
  await expect(receipt(page)).toContainText(/TRX-/)
  for (const width of [58, 80]) {
    await page.getByRole('radio', { name: `${width} mm` }).check()
    await expectFits(page)
    await expectAccessible(page)
  }
  await test.step('a cart that is gone, a receipt that is not here', async () => {
    await page.goto(`${network.origin}/sell/pay/${cart.cartId}`)
    await expect(page.getByText(words.pay.goneTitle)).toBeVisible()
    await expectAccessible(page)
    await page.goto(`${network.origin}/receipt/${crypto.randomUUID()}`)
    await expect(page.getByText(words.receipt.missingTitle)).toBeVisible()
    await expectAccessible(page)
  })
})
