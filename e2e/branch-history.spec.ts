/** The branch's sales are on every counter (rule R6): live, without a network, and those from before it was enrolled. */
import { TRANSACTION_CREATED_SAMPLE } from '../tests/unit/contract/specification-samples.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import { approve, DEWI } from './support/cashier.ts'
import { readDeviceMeta } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { giveReason, goodsOf, makeShop, openTill, SALE_ON_SERVER, type Till } from './support/till.ts'
import { say, words } from './support/words.ts'

async function openList({ page, open }: Till): Promise<void> {
  await open('/transactions')
  await page.getByRole('radio', { name: words.history.scopeAll }).check()
}

const isWhole = async ({ page }: Till) => (await readDeviceMeta(page, 'history')) !== undefined

test('[R6] another counter’s sale comes by the log, and is read and refunded without a network @stack', async ({
  admin,
  counter,
  network,
  pageErrors,
  sql,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const seller = await openTill(await counter(branch))
  const other = await openTill(await counter(branch))
  const { page } = other
  await openList(other)
  await expect(page.getByRole('heading', { name: words.history.emptyTitle })).toBeVisible()
  const sale = await seller.sell(goodsOf(branch))
  const line = page.getByTestId(`sale-${sale}`)
  await expect(line).toContainText('Rp 48.000')
  // Its row is here: who pays by what is on no event.
  await line.getByRole('link').click()
  await expect(page.getByText(words.methods.cash)).toBeVisible()

  await network.cut()
  await other.visit(`/transactions/${sale}`)
  await expect(page.getByRole('main')).toContainText('Barang 00002')
  await expect(page.getByRole('main')).toContainText(words.methods.cash)
  await page.getByRole('button', { name: words.history.refund, exact: true }).click()
  const [chicken = 0] = branch.productIds
  await page.getByTestId(`refund-${chicken}`).getByRole('textbox').fill('1')
  await expectFits(page)
  await expectAccessible(page)
  const confirm = say(words.history.refundConfirm, { total: 'Rp 15.000' })
  await page.getByRole('button', { name: confirm }).click()
  await giveReason(page, words.operation.reasonDamaged, confirm)
  await approve(page, DEWI.name, DEWI.pin)
  await expect(page.getByTestId('receipt')).toContainText('Rp 15.000')
  await network.restore()
  await expect
    .poll(async () => await sql.query(SALE_ON_SERVER, [sale]))
    .toEqual([{ status: 'paid', grand_total: 48_000, refunded: 15_000, voids: 0 }])

  await test.step('the seller sees the refund by itself', async () => {
    await seller.visit(`/transactions/${sale}`)
    await expect(seller.page.getByTestId('undoing-refund')).toContainText('15.000')
    await expect(seller.page.getByTestId('sale-state')).toContainText(words.history.partlyRefunded)
  })
})

test('[R6] sales from before a counter was enrolled are found there without a network', async ({
  admin,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const seller = await openTill(await counter(branch))
  const both = await seller.sell(goodsOf(branch))
  const one = await seller.sell(goodsOf(branch).slice(0, 1))
  await expect(seller.page.getByText(words.receipt.confirmed)).toBeVisible()

  const other = await openTill(await counter(branch))
  const { page } = other
  await expect.poll(() => isWhole(other)).toBe(true)
  await network.cut()
  await openList(other)
  await expect(page.getByTestId(/^sale-/)).toHaveCount(2)
  await expect(page.getByText(words.history.olderMissing)).toBeVisible()
  await expect(page.getByText(words.history.allStaleTitle)).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
  await page.getByRole('searchbox').fill('barang 00002')
  await expect(page.getByTestId(`sale-${one}`)).toHaveCount(0)
  await expect(page.getByTestId(`sale-${both}`)).toBeVisible()
})

test('[C6] a notification of the specification’s form is a sale in the list, with goods that nobody knows', async ({
  admin,
  backend,
  counter,
}) => {
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  await openList(till)
  await expect(till.page.getByRole('heading', { name: words.history.emptyTitle })).toBeVisible()
  await backend.publish(branch, 'transaction', TRANSACTION_CREATED_SAMPLE)
  const line = till.page.getByTestId(/^sale-/)
  await expect(line).toContainText('TRX-20251014-001')
  await expect(line).toContainText('Rp 16.800')
  await line.getByRole('link').click()
  await expect(till.page.getByRole('main')).toContainText('#1386')
})
