/** axe on every screen of the route table and in every state of it, in each set of colours; and no sideways scrolling anywhere. The offline screens: offline.spec.ts. */
import { ROUTE_TABLE } from '../src/app/route-table.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import { expect, test } from './support/fixtures.ts'
import { untilInPage } from './support/in-page.ts'
import { createLoadGate } from './support/load-gate.ts'
import { answered } from './support/page-errors.ts'
import { words } from './support/words.ts'

test('every screen of the route table, enrolled: no axe violation, no sideways scrolling', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  test.slow()
  const branch = await admin.makeBranch({ products: 60 })
  const [first = 0, second = 0, third = 0] = branch.productIds
  await sql.query(
    `UPDATE products SET stock = -2.125, name = 'Barang dengan nama yang sangat panjang sekali untuk melihat apa yang terjadi 500 g' WHERE id = $1`,
    [second],
  )
  await sql.query('UPDATE products SET active = false WHERE id = $1', [third])
  const { page, stock, waitForState } = await counter(branch)
  await sql.query('UPDATE products SET stock = 3 WHERE id = $1', [first])
  await expect(stock(first)).toHaveText('3')

  for (const route of ROUTE_TABLE) {
    const path = route.example.replace('1386', String(first))
    await test.step(path, async () => {
      await page.goto(`${network.origin}${path}`)
      await waitForState('live')
      await expect(page.getByRole('heading').first()).toBeVisible()
      await expectFits(page)
      await expectAccessible(page)
    })
  }
  await test.step('a product on a phone, over the list', async () => {
    await page.goto(`${network.origin}/stock/${first}`)
    await page.setViewportSize({ width: 390, height: 844 })
    await expect(page.getByTestId('stock-detail').getByRole('button', { name: words.app.back })).toBeVisible()
    await expectAccessible(page)
    await page.setViewportSize({ width: 1280, height: 800 })
  })
  await test.step('an address that does not exist', async () => {
    await page.goto(`${network.origin}/no/such/page`)
    await expect(page.getByText(words.app.notFoundTitle)).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
  })
  await test.step('a product that does not exist', async () => {
    await page.goto(`${network.origin}/stock/999999999`)
    await expect(page.getByText(words.detail.missingTitle)).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
  })
  await test.step('nothing found', async () => {
    await page.goto(`${network.origin}/`)
    await page.getByRole('searchbox').fill('tidak ada barang begini')
    await expect(page.getByText(words.stock.noResultText)).toBeVisible()
    await expectAccessible(page)
  })
  await test.step('ordered by stock', async () => {
    await page.getByRole('searchbox').fill('')
    await page.getByRole('radio', { name: words.stock.sortStock }).check()
    await expect(page.getByRole('button', { name: words.stock.orderRefresh })).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
  })
  await test.step('the dialog that asks before removing the device', async () => {
    await page.goto(`${network.origin}/settings`)
    await page.getByRole('button', { name: words.settings.remove }).click()
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
  })
  await test.step('the dialog that asks before replacing the branch', async () => {
    await page.goto('about:blank')
    await page.goto(`${network.origin}/enrol#code=${await admin.pairingCode(branch)}`)
    await expect(page.getByRole('dialog')).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
  })
})

test('every screen of the route table and a refused code: no axe violation, no sideways scrolling', async ({
  tablet,
  network,
  pageErrors,
}) => {
  pageErrors.allow(answered(404))
  const { page } = await tablet('/')
  for (const { example } of ROUTE_TABLE) {
    await page.goto(`${network.origin}${example}`)
    await untilInPage(page, 'h1, h2', { text: words.enrol.title })
    await expect(page.getByRole('heading', { name: words.enrol.title })).toBeVisible()
  }
  await expectFits(page)
  await expectAccessible(page)
  await page.getByRole('textbox', { name: words.enrol.code }).fill('ZZZZ-ZZZZ')
  await page.getByRole('textbox', { name: words.enrol.code }).press('Enter')
  await expect(page.getByText(words.enrol.errorUnknown)).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
})

test('an empty branch, and a first load that is under way: no axe violation, no sideways scrolling', async ({
  admin,
  tablet,
  counter,
}) => {
  const empty = await counter(await admin.makeBranch())
  await expect(empty.page.getByText(words.stock.emptyTitle)).toBeVisible()
  await expectFits(empty.page)
  await expectAccessible(empty.page)

  // One page of two comes: the state in question stays.
  const branch = await admin.makeBranch({ products: 1_500 })
  const loading = await tablet('/', { prepare: createLoadGate(1).prepare })
  await loading.page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await loading.page.getByRole('textbox', { name: words.enrol.code }).fill(await admin.pairingCode(branch))
  await loading.page.getByRole('button', { name: words.enrol.submit, exact: true }).click()
  const progress = loading.page.getByTestId('first-load')
  await expect(progress).toContainText('1.000 dari 1.500 produk')
  await expectFits(loading.page)
  await expectAccessible(loading.page)
  await expect(progress).toBeVisible()
})
