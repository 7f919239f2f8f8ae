/** Half of the shop's network is away, or all of it is slow: the other half goes on, and nothing is lost. */
import { expectEqualToDatabase } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperations } from './support/sales-store.ts'
import { goodsOf, makeShop, openTill, SALE_ON_SERVER } from './support/till.ts'
import { words } from './support/words.ts'

const SLOW_LINE_MS = 60_000
const BOOKED = [{ status: 'paid', grand_total: 48_000, refunded: 0, voids: 0 }]

test.beforeEach(({ pageErrors }) => pageErrors.allow(NETWORK_ERRORS))

test('[C5][Q5] the broker down: stock stays right by REST, sales go up, and nothing looks live @stack', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await makeShop(admin)
  const [first = 0, second = 0, third = 0] = branch.productIds
  const till = await openTill(await counter(branch))
  const other = await counter(branch)
  await network.cutBroker()
  for (const { syncState, page } of [till, other]) {
    await expect(syncState).toHaveAttribute('data-state', 'catching-up')
    await expect(page.getByText(words.sync.brokerTitle)).toBeVisible()
  }
  const sale = await till.sell(goodsOf(branch))
  await expect(till.page.getByTestId('pending-count')).toHaveText('0')
  expect(await sql.query(SALE_ON_SERVER, [sale])).toEqual(BOOKED)
  await expect(other.stock(first)).toHaveText('99')
  await expect(other.stock(second)).toHaveText('100,5')
  await sql.query('UPDATE products SET stock = 7 WHERE id = $1', [third])
  await till.visit('/')
  for (const { stock, syncState } of [till, other]) {
    await expect(stock(third)).toHaveText('7')
    await expect(stock(first)).toHaveText('99')
    await expect(syncState).toHaveAttribute('data-state', 'catching-up')
  }
  for (const { page } of [till, other]) await expectEqualToDatabase(page, sql, branch)
  await network.restore()
  for (const { page, waitForState } of [till, other]) {
    await waitForState('live')
    await expect(page.getByText(words.sync.brokerTitle)).toHaveCount(0)
  }
})

test('[Q1][C4] the server down, the broker up: changes arrive, a sale waits and goes up once @stack', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await makeShop(admin)
  const [first = 0, second = 0, third = 0] = branch.productIds
  const till = await openTill(await counter(branch))
  const { page, stock } = till
  await expect(page.getByTestId('pending-count')).toHaveText('0')
  await till.visit('/')
  await till.waitForState('live')
  await network.cutServer()
  await sql.query('UPDATE products SET stock = 70 WHERE id = $1', [first])
  await expect(stock(first)).toHaveText('70')
  // Shown before it is stored (V2): a page that is left in between loses it until the server can be asked again (C3).
  await expectEqualToDatabase(page, sql, branch)

  const sale = await till.sell(goodsOf(branch))
  await expect(page.getByTestId('receipt')).toContainText(words.receipt.markNotConfirmed)
  await till.visit('/')
  await expect(page.getByTestId('pending-count')).toHaveText('1')
  await expect(stock(first)).toHaveText('68')
  await expect(page.getByText(words.sync.serverTitle)).toBeVisible()
  // A tab that was opened meanwhile hears them too, though it could ask for nothing: with an open connection it is no longer offline.
  await till.waitForState('catching-up')
  await sql.query('UPDATE products SET stock = 60 WHERE id = $1', [third])
  await expect(stock(third)).toHaveText('60')

  await network.restore()
  await expect(page.getByTestId('pending-count')).toHaveText('0')
  await till.waitForState('live')
  expect(await sql.query(SALE_ON_SERVER, [sale])).toEqual(BOOKED)
  await expect(stock(first)).toHaveText('68')
  await expect(stock(second)).toHaveText('100,5')
  await expectEqualToDatabase(page, sql, branch)
})

test('[Q2][C4] a line of 2,000 bytes a second: sales go up once, changes come down in order @stack', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await makeShop(admin)
  const [first = 0, second = 0, third = 0] = branch.productIds
  const till = await openTill(await counter(branch))
  const { page, stock } = till
  await expect(page.getByTestId('pending-count')).toHaveText('0')
  for (const proxy of [network.http, network.mqtt]) {
    proxy.delay(300)
    proxy.trickle(2_000)
  }
  const sales = [await till.sell(goodsOf(branch)), await till.sell(goodsOf(branch))]
  for (let step = 1; step <= 20; step += 1) {
    await sql.query('UPDATE products SET stock = $1 WHERE id = $2', [step, third])
  }
  await till.visit('/')
  await expect(stock(third)).toHaveText('20', { timeout: SLOW_LINE_MS })
  await expect(page.getByTestId('pending-count')).toHaveText('0', { timeout: SLOW_LINE_MS })
  for (const id of sales) expect(await sql.query(SALE_ON_SERVER, [id])).toEqual(BOOKED)
  await expect
    .poll(async () => (await readOperations(page)).map(({ state }) => state), { timeout: SLOW_LINE_MS })
    .toEqual(['settled', 'settled', 'settled'])
  await expect(stock(first)).toHaveText('97')
  await expect(stock(second)).toHaveText('99')
  await expectEqualToDatabase(page, sql, branch)
})
