/** The engine beside the screen (rule C10): what becomes of a counter whose worker dies, or whose browser gives none. */
import type { Worker } from '@playwright/test'
import type { Counter } from './support/counter.ts'
import { expectEqualToDatabase } from './support/device-store.ts'
import { engineOf, keepEngineInPage } from './support/engine.ts'
import { expect, test } from './support/fixtures.ts'
import { goodsOf, makeShop, openTill, SALE_ON_SERVER } from './support/till.ts'

const BOOKED = [{ status: 'paid', grand_total: 48_000, refunded: 0, voids: 0 }]

/** What support reads of it. */
async function expectNoted({ open, page }: Counter, text: string): Promise<void> {
  await open('/diagnostics')
  await expect(page.getByTestId('failures')).toContainText(text)
  await open('/')
}

const ENDS = {
  'is ended by the system': (worker: Worker) => worker.evaluate(() => self.close()),
  'throws what nobody catches': (worker: Worker) =>
    worker.evaluate(
      () => void setTimeout(() => Promise.resolve().then(() => reportError(new Error('out of order'))), 0),
    ),
}

for (const [what, end] of Object.entries(ENDS)) {
  test(`[C10] an engine that ${what} is noted and begun again, and nothing is lost @stack`, async ({
    admin,
    counter,
    sql,
  }) => {
    const branch = await makeShop(admin)
    const [first = 0, second = 0, third = 0] = branch.productIds
    const till = await openTill(await counter(branch))
    await till.visit('/')
    await till.waitForState('live')
    const worker = await engineOf(till.page)
    const isGone = new Promise((resolve) => worker.once('close', resolve))
    await sql.query('UPDATE products SET stock = 60 WHERE id = $1', [third])
    await end(worker)
    await isGone
    // While it is away: the next one hears of it.
    await sql.query('UPDATE products SET stock = 50 WHERE id = $1', [third])

    await expect(till.stock(third)).toHaveText('50')
    await till.waitForState('live')
    expect(await engineOf(till.page)).not.toBe(worker)
    await expectNoted(till, 'Engine')
    await sql.query('UPDATE products SET stock = 40 WHERE id = $1', [third])
    await expect(till.stock(third)).toHaveText('40')
    const sale = await till.sell(goodsOf(branch))
    await expect(till.page.getByTestId('pending-count')).toHaveText('0')
    expect(await sql.query(SALE_ON_SERVER, [sale])).toEqual(BOOKED)
    await till.visit('/')
    await expect(till.stock(first)).toHaveText('99')
    await expect(till.stock(second)).toHaveText('100,5')
    await expectEqualToDatabase(till.page, sql, branch)
  })
}

test('[C10] a browser that gives no workers: the page follows the log itself, and sells @stack', async ({
  admin,
  counter,
  sql,
}) => {
  const branch = await makeShop(admin)
  const [first = 0, , third = 0] = branch.productIds
  const till = await openTill(await counter(branch, { prepare: keepEngineInPage }))
  expect(till.page.workers()).toEqual([])
  await till.visit('/')
  await till.waitForState('live')
  await sql.query('UPDATE products SET stock = 60 WHERE id = $1', [third])
  await expect(till.stock(third)).toHaveText('60')
  const sale = await till.sell(goodsOf(branch))
  await expect(till.page.getByTestId('pending-count')).toHaveText('0')
  expect(await sql.query(SALE_ON_SERVER, [sale])).toEqual(BOOKED)
  await till.visit('/')
  await expect(till.stock(first)).toHaveText('99')
  await expectNoted(till, 'Engine, no worker')
  await expectEqualToDatabase(till.page, sql, branch)
})
