/** What is booked is what the cashier has read: another tab, the owner or another cashier's hand may change things meanwhile. */
import type { Page } from '@playwright/test'
import type { Cart } from '../src/domain/cart.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import type { AdminClient, Branch } from './support/admin-client.ts'
import { cartOf, keepCart } from './support/carts.ts'
import type { Counter } from './support/counter.ts'
import { expect, test } from './support/fixtures.ts'
import type { SqlClient } from './support/sql-client.ts'
import { makeShop, openTill } from './support/till.ts'
import { say, words } from './support/words.ts'

const due = (page: Page) => page.getByTestId('due')
const change = (page: Page) => page.locator('[role=status]', { hasText: /bukan Rp|berubah/ })
const take = (page: Page, amount: string) =>
  page.getByRole('button', { name: say(words.pay.take, { amount }), exact: true })
const goOn = (page: Page, amount: string) =>
  page.getByRole('button', { name: say(words.pay.changedAccept, { due: amount }), exact: true })

/** Sum, number of lines and what was paid, as the server booked it; none: it has not. */
async function soldAs(sql: SqlClient, cart: Cart) {
  return await sql.query(
    `SELECT t.grand_total,
            (SELECT count(*)::int FROM transaction_items i WHERE i.transaction_id = t.id) AS items,
            (SELECT sum(p.amount)::int FROM transaction_payments p WHERE p.transaction_id = t.id) AS paid
       FROM transactions t WHERE t.offline_id = $1`,
    [cart.saleId],
  )
}

interface TwoTabs {
  readonly branch: Branch
  readonly cart: Cart
  /** Stands at the payment of the cart, Rp 23.000. */
  readonly paying: Page
  /** Stands at the sell screen and shows the same cart. */
  readonly selling: Page
}

/** The same cart resumed in two tabs of one tablet. */
async function openTwoTabs({
  admin,
  counter,
}: {
  admin: AdminClient
  counter: (branch: Branch) => Promise<Counter>
}): Promise<TwoTabs> {
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  const [first = 0] = branch.productIds
  const cart = cartOf([{ id: first, name: 'Barang 00001', unit: 'pcs', price: 23_000, quantity: 1 }])
  await keepCart(till.page, cart)
  await till.visit(`/sell/pay/${cart.cartId}`)
  await expect(due(till.page)).toHaveText('Rp 23.000')
  const selling = await till.context.newPage()
  await selling.goto(new URL('/sell', till.page.url()).href)
  await selling.getByRole('group', { name: words.sell.carts }).getByRole('button').first().click()
  await expect(selling.getByTestId('cart-total')).toHaveText('Rp 23.000')
  return { branch, cart, paying: till.page, selling }
}

const addSecond = (page: Page) => page.locator('[data-product]', { hasText: 'Barang 00002' }).click()

test('[Q2] two tabs edit one cart: the sum that was read stays, nothing is taken until the new one was', async ({
  admin,
  counter,
  sql,
}) => {
  const { cart, paying, selling } = await openTwoTabs({ admin, counter })
  await paying.getByRole('button', { name: words.pay.exact }).click()
  await expect(take(paying, 'Rp 23.000')).toBeEnabled()
  await addSecond(selling)
  await expect(selling.getByTestId('cart-total')).toHaveText('Rp 26.000')

  await expect(change(paying)).toContainText(words.pay.changedCart)
  await expect(due(paying)).toHaveText('Rp 23.000')
  await expect(take(paying, 'Rp 23.000')).toBeDisabled()
  await paying.keyboard.press('Enter')
  await expectFits(paying)
  await expectAccessible(paying)
  expect(await soldAs(sql, cart)).toEqual([])

  await goOn(paying, 'Rp 26.000').click()
  await expect(change(paying)).toHaveCount(0)
  await expect(due(paying)).toHaveText('Rp 26.000')
  await paying.getByRole('button', { name: words.pay.exact }).click()
  await take(paying, 'Rp 26.000').click()
  await expect(paying.getByTestId('receipt')).toContainText(/TRX-/)
  expect(await soldAs(sql, cart)).toEqual([{ grand_total: 26_000, items: 2, paid: 26_000 }])
})

test('[Q2] money taken while another tab changes the cart: the sum that was read, or nothing', async ({
  admin,
  counter,
  sql,
}) => {
  const { cart, paying, selling } = await openTwoTabs({ admin, counter })
  let read = 0
  await expect(async () => {
    // Where the other tab was first, the question is answered, and then it is tried again.
    const question = change(paying).getByRole('button')
    if (await question.isVisible()) await question.click()
    await paying.getByRole('button', { name: words.pay.exact }).click()
    ;[read] = await Promise.all([paying.evaluate(takeAtOnce), addSecond(selling)])
    await expect(paying.getByTestId('receipt').or(change(paying))).toBeVisible()
    await expect(paying).toHaveURL(/\/receipt\//, { timeout: 1 })
  }).toPass({ timeout: 60_000 })
  await expect(paying.getByTestId('receipt')).toContainText(/TRX-/)
  expect(await soldAs(sql, cart)).toMatchObject([{ grand_total: read, paid: read }])
})

/** Reads the sum and presses, between which nothing else runs in this page. */
function takeAtOnce(): number {
  const sum = Number(document.querySelector('[data-testid="due"]')?.textContent?.replaceAll(/\D/g, ''))
  const buttons = [...document.querySelectorAll('button')]
  buttons.find(({ textContent }) => /^(Terima Rp)/.test(textContent ?? ''))?.click()
  return sum
}

test('[Q2] tax and a price change while the payment stands: the price stays, the tax is asked for', async ({
  admin,
  counter,
  sql,
}) => {
  const { branch, cart, paying, selling } = await openTwoTabs({ admin, counter })
  await sql.query('UPDATE products SET price = 30000 WHERE id = $1', [branch.productIds[0]])
  // The other tab shows the question about the price: the change has come.
  await expect(selling.getByTestId('cart')).toContainText('Rp 30.000')
  await expect(due(paying)).toHaveText('Rp 23.000')
  await expect(change(paying)).toHaveCount(0)

  await sql.query('INSERT INTO settings (branch_id, "values", updated_at) VALUES ($1, $2::jsonb, now())', [
    branch.id,
    JSON.stringify({ tax_rate_bp: 1000, tax_included: false }),
  ])
  await expect(change(paying)).toContainText(words.pay.changedSettings)
  await expect(due(paying)).toHaveText('Rp 23.000')
  await goOn(paying, 'Rp 25.300').click()
  await paying.getByRole('button', { name: words.pay.exact }).click()
  await take(paying, 'Rp 25.300').click()
  await expect(paying.getByTestId('receipt')).toContainText(/TRX-/)
  expect(await soldAs(sql, cart)).toEqual([{ grand_total: 25_300, items: 1, paid: 25_300 }])
})

test('[Q2] a part taken in one tab is seen in the other before it takes the rest; both are booked', async ({
  admin,
  counter,
  sql,
}) => {
  const { cart, paying, selling } = await openTwoTabs({ admin, counter })
  await selling.goto(paying.url())
  await expect(due(selling)).toHaveText('Rp 23.000')
  await paying.getByRole('button', { name: words.pay.exact }).click()

  await selling.getByRole('radio', { name: 'QRIS', exact: true }).check()
  await selling.keyboard.type('13000')
  await selling
    .getByRole('button', { name: say(words.pay.takePart, { amount: 'Rp 13.000', rest: 'Rp 10.000' }) })
    .click()
  await expect(due(selling)).toHaveText('Rp 10.000')

  await expect(change(paying)).toContainText(words.pay.changedParts)
  await expect(take(paying, 'Rp 23.000')).toBeDisabled()
  await goOn(paying, 'Rp 10.000').click()
  await expect(due(paying)).toHaveText('Rp 10.000')
  await paying.getByRole('button', { name: words.pay.exact }).click()
  await take(paying, 'Rp 10.000').click()
  await expect(paying.getByTestId('receipt')).toContainText(/TRX-/)
  await expect(selling).toHaveURL(new RegExp(`/receipt/${cart.saleId}$`))
  expect(await soldAs(sql, cart)).toEqual([{ grand_total: 23_000, items: 1, paid: 23_000 }])
})

test('[Q11] a tablet that was updated in the middle of a split payment goes on with what was taken', async ({
  admin,
  counter,
  sql,
}) => {
  const { cart, paying } = await openTwoTabs({ admin, counter })
  const parts = [{ method: 'QRIS', amount: 13_000, tendered: null, reference: null }]
  // As the app of before left it.
  await paying.evaluate(
    (kept) => localStorage.setItem('mstore-payments', JSON.stringify(kept)),
    [{ cartId: cart.cartId, parts }],
  )
  await paying.reload()
  await expect(due(paying)).toHaveText('Rp 10.000')
  await expect(change(paying)).toHaveCount(0)
  await paying.getByRole('button', { name: words.pay.exact }).click()
  await take(paying, 'Rp 10.000').click()
  await expect(paying.getByTestId('receipt')).toContainText(/TRX-/)
  expect(await soldAs(sql, cart)).toEqual([{ grand_total: 23_000, items: 1, paid: 23_000 }])
  const left = await paying.evaluate(() => localStorage.getItem('mstore-payments'))
  expect(left).toBe('[]')
})
