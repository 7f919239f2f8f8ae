/** After the sale: found again, printed again, voided and refunded, here and at another counter, with and without a network. */
import { expectAccessible, expectFits } from './support/accessibility.ts'
import { approve, DEWI } from './support/cashier.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperation, readOperations } from './support/sales-store.ts'
import { giveReason, goodsOf, holdSender, makeShop, openTill, SALE_ON_SERVER } from './support/till.ts'
import { say, words } from './support/words.ts'

test('a sale is listed, found by its parts, read in full, and printed again', async ({ admin, counter }) => {
  const branch = await makeShop(admin)
  const { page, sell, open } = await openTill(await counter(branch))
  const first = await sell(goodsOf(branch))
  const second = await sell(goodsOf(branch).slice(0, 1))
  await open('/transactions')
  const line = (id: string) => page.getByTestId(`sale-${id}`)
  await expect(line(first)).toContainText('Rp 48.000')
  await expect(line(first)).toContainText(words.history.confirmed)
  await expect(line(first)).toContainText(/TRX-/)
  await expect(page.getByTestId(/^sale-/)).toHaveText([/-0002/, /-0001/])

  await test.step('the search looks into numbers, goods and totals', async () => {
    const search = page.getByRole('searchbox')
    await search.fill('barang 00002')
    await expect(line(second)).toHaveCount(0)
    await expect(line(first)).toBeVisible()
    await search.fill('30000')
    await expect(line(first)).toHaveCount(0)
    await expect(line(second)).toBeVisible()
    await page.getByLabel(words.history.day).fill('2020-01-01')
    await expect(page.getByRole('heading', { name: words.history.noResultTitle })).toBeVisible()
    await page.getByRole('button', { name: words.history.clearFilters }).click()
    await expect(page.getByTestId(/^sale-/)).toHaveCount(2)
  })
  await expectFits(page)
  await expectAccessible(page)

  await line(first).getByRole('link').click()
  await expect(page.getByTestId('sale-total')).toHaveText('Rp 48.000')
  const main = page.getByRole('main')
  await expect(main).toContainText('1,5 kg × 12.000')
  await expect(main).toContainText('Sari')
  await expect(main).toContainText(words.methods.cash)
  await expect(main).toContainText(/TRX-/)
  await expectFits(page)
  await expectAccessible(page)
  await page.getByRole('button', { name: words.history.reprint }).click()
  await expect(page).toHaveURL(new RegExp(`/receipt/${first}$`))
})

test('[Q3] voids and refunds made offline: an unsent sale’s stays here, those of sent ones go up once', async ({
  admin,
  counter,
  sql,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const [chicken = 0, rice = 0] = branch.productIds
  const till = await openTill(await counter(branch))
  const { page } = till
  const refunded = await till.sell(goodsOf(branch))
  const voided = await till.sell(goodsOf(branch))
  await expect(page.getByText(words.receipt.confirmed)).toBeVisible()
  await expect.poll(async () => sql.query(SALE_ON_SERVER, [voided])).toHaveLength(1)

  const letSend = await holdSender(till)
  await network.cut()
  const unsent = await till.sell(goodsOf(branch))

  await test.step('the list says what it can’t know', async () => {
    await till.open('/transactions')
    await expect(page.getByTestId(`sale-${unsent}`)).toContainText(words.history.waiting)
    await page.getByRole('radio', { name: words.history.scopeAll }).check()
    await expect(page.getByText(words.history.allStaleTitle)).toBeVisible()
    await expect(page.getByTestId(/^sale-/)).toHaveCount(3)
    await expectFits(page)
    await expectAccessible(page)
  })

  await test.step('a sale that never left is cancelled here', async () => {
    await till.visit(`/transactions/${unsent}`)
    await page.getByRole('button', { name: words.history.voidSale }).click()
    await giveReason(page, words.operation.reasonWrongItem, words.history.voidConfirm)
    await approve(page, DEWI.name, DEWI.pin)
    await expect(page.getByTestId('sale-note')).toHaveText(say(words.history.voidDone, { total: 'Rp 48.000' }))
    await expect(page.getByTestId('sale-state')).toContainText(words.history.cancelled)
    await expect(page.getByRole('button', { name: words.history.refund, exact: true })).toHaveCount(0)
    const row = await readOperation(page, unsent)
    expect(row).toMatchObject({ state: 'cancelled', ever_sent: false })
    expect(row.decisions).toMatchObject([{ what: 'void', reason: words.operation.reasonWrongItem }])
    expect(row.decisions[0]?.approved_by).not.toBeNull()
    await letSend()
  })

  await test.step('a sent sale is voided', async () => {
    await till.visit(`/transactions/${voided}`)
    await page.getByRole('button', { name: words.history.voidSale }).click()
    await giveReason(page, words.operation.reasonBuyerLeft, words.history.voidConfirm)
    await approve(page, DEWI.name, DEWI.pin)
    await expect(page.getByTestId('undoing-void')).toContainText(words.history.waiting)
    await expect(page.getByTestId('sale-state')).toContainText(words.history.void)
  })

  await test.step('half of a sale is refunded, no more than is left can be', async () => {
    await till.visit(`/transactions/${refunded}`)
    await page.getByRole('button', { name: words.history.refund, exact: true }).click()
    const quantity = (id: number) => page.getByTestId(`refund-${id}`).getByRole('textbox')
    await quantity(chicken).fill('3')
    await expect(page.getByText(say(words.history.refundTooMany, { left: '2' }))).toBeVisible()
    await quantity(chicken).fill('0,5')
    await expect(page.getByText(words.history.refundNotWhole)).toBeVisible()
    await quantity(chicken).fill('1')
    await quantity(rice).fill('0,75')
    await expect(page.getByTestId('refund-total')).toHaveText('Rp 24.000')
    await expectFits(page)
    await expectAccessible(page)
    const confirm = say(words.history.refundConfirm, { total: 'Rp 24.000' })
    await page.getByRole('button', { name: confirm }).click()
    await giveReason(page, words.operation.reasonDamaged, confirm)
    await approve(page, DEWI.name, DEWI.pin)
    await expect(page).toHaveURL(/\/receipt\//)
    await expect(page.getByTestId('receipt')).toContainText('Rp 24.000')
  })

  await network.restore()
  await expect(page.getByText(words.receipt.confirmed)).toBeVisible()
  await expect
    .poll(async () => await sql.query(SALE_ON_SERVER, [refunded]))
    .toEqual([{ status: 'paid', grand_total: 48_000, refunded: 24_000, voids: 0 }])
  await expect
    .poll(async () => await sql.query(SALE_ON_SERVER, [voided]))
    .toEqual([{ status: 'void', grand_total: 48_000, refunded: 0, voids: 1 }])
  expect(await sql.query(SALE_ON_SERVER, [unsent])).toEqual([])
  // Sold 2 twice of 101 and 1.5 twice of 102; one sale came back whole, half of the other.
  expect(await sql.query('SELECT stock FROM products WHERE id = ANY($1) ORDER BY id', [[chicken, rice]])).toEqual([
    { stock: 100 },
    { stock: 101.25 },
  ])

  await test.step('the rest can be refunded, and then nothing', async () => {
    await till.visit(`/transactions/${refunded}`)
    await expect(page.getByTestId('sale-state')).toContainText(words.history.partlyRefunded)
    await expect(page.getByRole('button', { name: words.history.voidSale })).toHaveCount(0)
    await page.getByRole('button', { name: words.history.refund, exact: true }).click()
    for (const id of [chicken, rice]) {
      await page.getByTestId(`refund-${id}`).getByRole('button', { name: words.history.refundAll, exact: true }).click()
    }
    const confirm = say(words.history.refundConfirm, { total: 'Rp 24.000' })
    await page.getByRole('button', { name: confirm }).click()
    await giveReason(page, words.operation.reasonDamaged, confirm)
    await approve(page, DEWI.name, DEWI.pin)
    await expect(page).toHaveURL(/\/receipt\//)
    await till.visit(`/transactions/${refunded}`)
    await expect(page.getByText(words.history.nothingLeft)).toBeVisible()
    await expect(page.getByRole('button', { name: words.history.refund, exact: true })).toHaveCount(0)
  })
  const kinds = (await readOperations(page)).map(({ kind }) => kind)
  expect(kinds.filter((kind) => kind === 'refund')).toHaveLength(2)
})

test('another counter sees the sale, prints it, and voids it; the first learns of it', async ({
  admin,
  counter,
  sql,
}) => {
  const branch = await makeShop(admin)
  const seller = await openTill(await counter(branch))
  const sale = await seller.sell(goodsOf(branch))
  await expect(seller.page.getByText(words.receipt.confirmed)).toBeVisible()

  const other = await openTill(await counter(branch))
  await other.open('/transactions')
  await expect(other.page.getByRole('heading', { name: words.history.emptyTitle })).toBeVisible()
  await other.page.getByRole('radio', { name: words.history.scopeAll }).check()
  const line = other.page.getByTestId(`sale-${sale}`)
  await expect(line).toContainText('Rp 48.000')
  await line.getByRole('link').click()
  await other.page.getByRole('button', { name: words.history.reprint }).click()
  await expect(other.page.getByTestId('receipt')).toContainText(words.receipt.markCopy)
  await expect(other.page.getByTestId('receipt')).toContainText('1,5 kg × 12.000')
  await other.page.getByRole('button', { name: words.app.close }).click()

  await other.page.getByRole('button', { name: words.history.voidSale }).click()
  await giveReason(other.page, words.operation.reasonTwice, words.history.voidConfirm)
  await approve(other.page, DEWI.name, DEWI.pin)
  await expect(other.page.getByTestId('undoing-void')).toContainText(words.history.confirmed)
  await expect
    .poll(async () => await sql.query(SALE_ON_SERVER, [sale]))
    .toEqual([{ status: 'void', grand_total: 48_000, refunded: 0, voids: 1 }])

  await seller.visit(`/transactions/${sale}`)
  await expect(seller.page.getByTestId('undoing-void')).toContainText(words.operation.reasonTwice)
  await expect(seller.page.getByRole('button', { name: words.history.voidSale })).toHaveCount(0)
})
