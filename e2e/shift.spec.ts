/** The drawer of a counter: opened, moved, closed and reported without a network; what comes up when the line is back. */
import type { Page } from '@playwright/test'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import type { Branch } from './support/admin-client.ts'
import { cartOf, keepCart } from './support/carts.ts'
import { addStaff, openShift, SARI, signIn } from './support/cashier.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperations } from './support/sales-store.ts'
import { say, words } from './support/words.ts'

const sumsOf = (page: Page) => page.getByTestId('shift-sums')
const report = (page: Page) => page.getByTestId('shift-report')

/** A line of paper as it reads: its words, then its number. */
async function expectLine(page: Page, left: string, right: string): Promise<void> {
  await expect(report(page).locator('p').filter({ hasText: left }).filter({ hasText: right }).first()).toBeVisible()
}

/** Sells one `Barang 00001` for `price` and pays it exactly in cash. */
async function sellForCash(page: Page, origin: string, branch: Branch, price: number): Promise<void> {
  const [first = 0] = branch.productIds
  const cart = cartOf([{ id: first, name: 'Barang 00001', unit: 'pcs', price, quantity: 1 }])
  await keepCart(page, cart)
  await page.goto(`${origin}/sell/pay/${cart.cartId}`)
  await expect(page.getByTestId('due')).toBeVisible()
  await page.keyboard.type(String(price))
  await page.keyboard.press('Enter')
  await expect(page.getByTestId('receipt')).toBeVisible()
}

async function moveCash(page: Page, direction: 'in' | 'out', amount: number, reason: string): Promise<void> {
  const button = direction === 'in' ? words.shift.moveIn : words.shift.moveOut
  await page.getByRole('button', { name: button, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(words.shift.amount, { exact: true }).fill(String(amount))
  await dialog.getByLabel(words.shift.reason, { exact: true }).fill(reason)
  await dialog.getByRole('button', { name: words.shift.save }).click()
  await expect(dialog).toHaveCount(0)
}

async function closeShift(page: Page, counted: number): Promise<void> {
  await page.getByRole('button', { name: words.shift.close, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(words.shift.countedCash).fill(String(counted))
  await dialog.getByRole('button', { name: words.shift.close, exact: true }).click()
  await expect(report(page)).toBeVisible()
}

test('a whole shift offline, closed with what is missing named, goes up once', async ({
  admin,
  sql,
  counter,
  network,
  pageErrors,
}) => {
  test.slow()
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await admin.makeBranch({ products: 2 })
  await addStaff(admin, branch)
  const { page, waitForState, open } = await counter(branch)
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await page.reload()
  await waitForState('live')
  await network.cut()
  await page.goto(`${network.origin}/shift`)
  await waitForState('offline')
  await signIn(page, SARI.name, SARI.pin)
  await openShift(page, 200_000)
  await expect(page.getByTestId('shift')).toHaveText(/^Shift \d\d\.\d\d$/)

  for (const price of [15_000, 7_000]) await sellForCash(page, network.origin, branch, price)
  await expect(page.getByTestId('pending-count')).toHaveText('2')

  await open('/shift')
  await moveCash(page, 'in', 50_000, 'Uang kembalian')
  await moveCash(page, 'out', 30_000, 'Bayar es batu')
  await expect(sumsOf(page)).toContainText('Rp 242.000')
  await expect(sumsOf(page)).toContainText(say(words.shift.unsent, { count: 2, amount: 'Rp 22.000' }))

  await test.step('the difference is named before it is closed', async () => {
    await page.getByRole('button', { name: words.shift.close, exact: true }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: words.shift.close, exact: true }).click()
    await expect(dialog.getByText(words.shift.amountMissing)).toBeVisible()
    await expect(dialog.getByTestId('cash-difference')).toHaveCount(0)
    const counted = dialog.getByLabel(words.shift.countedCash)
    await counted.fill('242000')
    await expect(dialog.getByTestId('cash-difference')).toContainText(words.shift.exact)
    await counted.fill('250000')
    await expect(dialog.getByTestId('cash-difference')).toContainText('Lebih Rp 8.000')
    await dialog.getByText(words.shift.countNotes).click()
    await dialog.getByLabel(say(words.shift.pieces, { amount: 'Rp 100.000' })).fill('2')
    await dialog.getByLabel(say(words.shift.pieces, { amount: 'Rp 20.000' })).fill('2')
    await expect(counted).toHaveValue('240.000')
    await expect(dialog.getByTestId('cash-difference')).toContainText('Kurang Rp 2.000')
    await expectFits(page)
    await expectAccessible(page)
    await dialog.getByRole('button', { name: words.shift.close, exact: true }).click()
  })

  await test.step('the report, after a reload without a network too', async () => {
    await expect(report(page)).toBeVisible()
    await page.reload()
    await waitForState('offline')
    await expectLine(page, words.shift.openingLine, '200.000')
    await expectLine(page, words.shift.cashSales, '22.000')
    await expectLine(page, 'Bayar es batu', '-30.000')
    await expectLine(page, words.shift.expected, 'Rp 242.000')
    await expectLine(page, words.shift.counted, 'Rp 240.000')
    await expectLine(page, words.shift.difference, 'Kurang Rp 2.000')
    await expectLine(page, words.methods.cash, '22.000')
    await expectLine(page, say(words.shift.unsentAtClose, { count: 2 }), '')
    await expectFits(page)
    await expectAccessible(page)
  })

  await test.step('the next shift opens; the earlier one stays to be read', async () => {
    await page.getByRole('main').getByRole('link', { name: words.shift.toShift }).click()
    await expect(page.getByTestId('shift')).toHaveText(words.header.noShift)
    await openShift(page, 240_000)
    await expect(sumsOf(page)).toContainText('Rp 240.000')
    await page.getByRole('link', { name: /Kurang Rp 2\.000/ }).click()
    await expectLine(page, words.shift.openingLine, '200.000')
  })

  await test.step('it goes up by itself, once', async () => {
    await network.restore()
    await expect(page.getByTestId('pending-count')).toHaveText('0', { timeout: 30_000 })
    const closedOnServer = () =>
      sql.query<{ counted: number; expected: number; unsent: number }>(
        `SELECT counted_cash::int AS counted, expected_cash::int AS expected, unsent_count::int AS unsent
         FROM shifts WHERE branch_id = $1 AND closed_at IS NOT NULL`,
        [branch.id],
      )
    await expect.poll(closedOnServer, { timeout: 30_000 }).toEqual([{ counted: 240_000, expected: 242_000, unsent: 2 }])
    const movements = await sql.query<{ direction: string; amount: number }>(
      `SELECT direction, amount::int AS amount FROM cash_movements WHERE branch_id = $1 ORDER BY created_at_device`,
      [branch.id],
    )
    expect(movements).toEqual([
      { direction: 'in', amount: 50_000 },
      { direction: 'out', amount: 30_000 },
    ])
  })
})

test('a shift is one for all tabs: opened in one it is open in the other, and two cannot close it', async ({
  admin,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch()
  await addStaff(admin, branch)
  const { page, context } = await counter(branch)
  await page.goto(`${network.origin}/shift`)
  await signIn(page, SARI.name, SARI.pin)
  const tab = await context.newPage()
  await tab.goto(`${network.origin}/shift`)
  await expect(tab.getByRole('heading', { name: words.shift.openTitle })).toBeVisible()
  await openShift(page, 10_000)
  await expect(sumsOf(tab)).toContainText('Rp 10.000')
  await tab.getByRole('button', { name: words.shift.close, exact: true }).click()
  await expect(tab.getByRole('dialog')).toBeVisible()
  await closeShift(page, 10_000)
  await expect(tab.getByRole('dialog')).toHaveCount(0)
  await expect(tab.getByRole('heading', { name: words.shift.openTitle })).toBeVisible()
  await expect(tab.getByText(words.shift.exact)).toBeVisible()
})

test('[Q2] cash out, tapped twice before the first is stored: one movement', async ({ admin, counter, network }) => {
  const branch = await admin.makeBranch()
  await addStaff(admin, branch)
  const { page } = await counter(branch)
  await page.goto(`${network.origin}/shift`)
  await signIn(page, SARI.name, SARI.pin)
  await openShift(page, 100_000)
  await page.getByRole('button', { name: words.shift.moveOut, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(words.shift.amount, { exact: true }).fill('30000')
  await dialog.getByLabel(words.shift.reason, { exact: true }).fill('Bayar es batu')
  await dialog.getByRole('button', { name: words.shift.save }).evaluate((button) => {
    if (!(button instanceof HTMLElement)) return
    button.click()
    button.click()
  })
  await expect(dialog).toHaveCount(0)
  await expect(sumsOf(page)).toContainText('Rp 70.000')
  // What is recorded after it finds nothing of the second tap before it.
  await moveCash(page, 'in', 5_000, 'Uang kembalian')
  await expect(sumsOf(page)).toContainText('Rp 75.000')
  const recorded = (await readOperations(page)).filter(({ kind }) => kind === 'cash_movement')
  expect(recorded.map(({ content }) => content)).toMatchObject([
    { movement: { direction: 'out', amount: 30_000 } },
    { movement: { direction: 'in', amount: 5_000 } },
  ])
})

test('the report prints alone, as wide as the roll', async ({ admin, counter, network }) => {
  const branch = await admin.makeBranch()
  await addStaff(admin, branch)
  const { page } = await counter(branch)
  await page.goto(`${network.origin}/shift`)
  await signIn(page, SARI.name, SARI.pin)
  await openShift(page, 10_000)
  await closeShift(page, 10_000)
  for (const width of [58, 80]) {
    await page.getByRole('radio', { name: width === 58 ? words.receipt.paper58 : words.receipt.paper80 }).check()
    await page.emulateMedia({ media: 'print' })
    await expect(page.getByTestId('menu')).toBeHidden()
    await expect(page.getByRole('heading', { name: words.shift.report })).toBeHidden()
    const box = await report(page).boundingBox()
    // 96 px are an inch of 25.4 mm.
    expect(Math.round(((box?.width ?? 0) / 96) * 25.4)).toBe(width)
    await page.emulateMedia({ media: 'screen' })
  }
})

test('an empty form, an amount of nothing and a report that is not here: words and no record', async ({
  admin,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch()
  await addStaff(admin, branch)
  const { page } = await counter(branch)
  await page.goto(`${network.origin}/shift`)
  await signIn(page, SARI.name, SARI.pin)
  await page.getByRole('button', { name: words.shift.openSubmit }).click()
  await expect(page.getByText(words.shift.amountMissing)).toBeVisible()
  await expectAccessible(page)
  const opening = page.getByLabel(words.shift.openingCash)
  // Not taken for 125: what has no reading stays as it was typed, is said, and opens nothing.
  await opening.fill('-1a2.5')
  await expect(opening).toHaveValue('-1a2.5')
  await expect(page.getByText(words.number.notRupiah)).toBeVisible()
  await page.getByRole('button', { name: words.shift.openSubmit }).click()
  await expect(opening).toBeVisible()
  await expectAccessible(page)
  // Key by key: points between thousands come by themselves, but one that stands before decimals is not one of them.
  await opening.fill('')
  await opening.pressSequentially('5000.00')
  await expect(opening).toHaveValue('5.000.00')
  await expect(page.getByText(words.number.notRupiah)).toBeVisible()
  await opening.fill('')
  await opening.pressSequentially('1.500.00')
  await opening.pressSequentially('0')
  await expect(opening).toHaveValue('1.500.000')
  await expect(page.getByText(words.number.notRupiah)).toHaveCount(0)
  await opening.fill('0')
  await page.getByRole('button', { name: words.shift.openSubmit }).click()
  await expect(sumsOf(page)).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)

  await page.getByRole('button', { name: words.shift.moveOut, exact: true }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(words.shift.amount, { exact: true }).fill('0')
  await dialog.getByRole('button', { name: words.shift.save }).click()
  await expect(dialog.getByText(words.shift.amountPositive)).toBeVisible()
  await expect(dialog.getByText(words.shift.reasonMissing)).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
  await dialog.getByRole('button', { name: words.app.cancel }).click()
  await expect(page.getByText(words.shift.noMovements)).toBeVisible()

  await page.goto(`${network.origin}/shift/56752b9f-3cb4-4b29-8512-ce3e0112c527`)
  await expect(page.getByRole('heading', { name: words.shift.missingTitle })).toBeVisible()
  await expectAccessible(page)
})
