/** A change in the database is on the counter's screen, whoever made it. */
import * as v from 'valibot'
import { pairingCodeAnswerSchema } from '../src/contract/admin.ts'
import { PATHS } from '../src/contract/rest.ts'
import { STAFF_TOKEN_HEADER, staffSessionAnswerSchema } from '../src/contract/staff-session.ts'
import { addStaff, HARTONO } from './support/cashier.ts'
import { expectEqualToDatabase } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { words } from './support/words.ts'

test('[flow 1] the printed link enrols a tablet, and an UPDATE by a separate SQL client is on its screen @stack', async ({
  admin,
  sql,
  tablet,
  network,
}) => {
  const branch = await admin.makeBranch({ products: 50 })
  const data = await admin.call('POST', '/api/v1/admin/pairing-code', { branch_code: branch.branchCode })
  const { link } = v.parse(pairingCodeAnswerSchema, { code: 200, data }).data
  const { page, stock, waitForState } = await tablet(link)
  await waitForState('live')
  // The one-time code leaves the address, and the history with it.
  await expect(page).toHaveURL(`${network.origin}/`)
  await expect(page.getByText('50 produk')).toBeVisible()

  const [first = 0] = branch.productIds
  await expect(stock(first)).toHaveText('101')
  await sql.query('UPDATE products SET stock = 42 WHERE id = $1', [first])
  await expect(stock(first)).toHaveText('42')
})

test('a stock that the owner sets or moves over admin REST is on the screen', async ({ admin, counter }) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0] = branch.productIds
  const { stock } = await counter(branch)
  await admin.call('POST', '/api/v1/admin/stock', { product_id: first, stock: 7 })
  await expect(stock(first)).toHaveText('7')
  await admin.call('POST', '/api/v1/admin/stock', { product_id: first, delta: 5 })
  await expect(stock(first)).toHaveText('12')
  await admin.call('PATCH', `/api/v1/admin/product/${first}`, { stock: 30 })
  await expect(stock(first)).toHaveText('30')
})

test('a count on another counter (inventory adjustment) shows in list, detail, storage place and history', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0] = branch.productIds
  const [place] = await sql.query<{ id: number }>('SELECT id FROM inventory WHERE product_id = $1', [first])
  const placeId = place?.id ?? 0
  const { page, stock } = await counter(branch)
  await page.getByRole('row', { name: 'Barang 00001' }).click()
  const detail = page.getByTestId('stock-detail')
  await expect(detail.getByTestId(`place-${placeId}`)).toHaveText('101')

  await addStaff(admin, branch, [HARTONO])
  const [owner] = await sql.query<{ id: number }>('SELECT id FROM staff WHERE branch_id = $1', [branch.id])
  const { device_secret_token: token } = await admin.enrolDevice(branch)
  const opened = await fetch(`${network.origin}${PATHS.staffSession}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ staff_id: owner?.id, pin: HARTONO.pin }),
  })
  const { staff_token: staffToken } = v.parse(staffSessionAnswerSchema, await opened.json()).data
  const response = await fetch(`${network.origin}/api/v1/inventory/adjustment`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${token}`,
      [STAFF_TOKEN_HEADER]: staffToken,
      'content-type': 'application/json',
    },
    body: JSON.stringify({ inventory_id: placeId, quantity: 90, reason: 'adjustment' }),
  })
  expect(response.status).toBe(200)

  await expect(stock(first)).toHaveText('90')
  await expect(detail.getByTestId('detail-stock')).toHaveText('90')
  await expect(detail.getByTestId(`place-${placeId}`)).toHaveText('90')
  const change = detail.getByRole('listitem').filter({ hasText: words.detail.reasonAdjustment })
  await expect(change).toContainText('101')
  await expect(change).toContainText('90')
  await expect(change).toContainText(`user_${owner?.id}`)
})

test('storage places appear, move and go in the open detail, and the product’s stock is their sum @stack', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0] = branch.productIds
  const { page, stock } = await counter(branch)
  await page.getByRole('row', { name: 'Barang 00001' }).click()
  const places = page.getByTestId('stock-detail').getByRole('listitem')

  const [cellar] = await sql.query<{ id: number }>(
    `INSERT INTO inventory (product_id, place, quantity) VALUES ($1, 'Gudang belakang', 9) RETURNING id`,
    [first],
  )
  const cellarQuantity = page.getByTestId(`place-${cellar?.id}`)
  await expect(places.filter({ hasText: 'Gudang belakang' })).toContainText('9')
  await expect(stock(first)).toHaveText('110')
  await sql.query('UPDATE inventory SET quantity = 4 WHERE id = $1', [cellar?.id])
  await expect(cellarQuantity).toHaveText('4')
  await expect(stock(first)).toHaveText('105')
  await sql.query(`UPDATE inventory SET place = 'Rak depan' WHERE id = $1`, [cellar?.id])
  await expect(places.filter({ hasText: 'Rak depan' })).toContainText('4')
  await sql.query('DELETE FROM inventory WHERE id = $1', [cellar?.id])
  await expect(cellarQuantity).toHaveCount(0)
  await expect(stock(first)).toHaveText('101')
})

test('products created, renamed, deactivated, deleted and moved away by SQL come, change and go @stack', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 5 })
  const other = await admin.makeBranch({ products: 1, merchantCode: branch.merchantCode })
  const [first = 0, second = 0, third = 0] = branch.productIds
  const here = await counter(branch)
  const there = await counter(other)

  const [created] = await sql.query<{ id: number }>(
    `INSERT INTO products (branch_id, name, price, stock) VALUES ($1, 'Aneka keripik', 12500, 8) RETURNING id`,
    [branch.id],
  )
  await expect(here.stock(created?.id ?? 0)).toHaveText('8')
  await expect(here.page.getByRole('row', { name: 'Aneka keripik' })).toContainText('Rp 12.500')
  await expect(here.page.getByText('6 produk')).toBeVisible()

  await sql.query(`UPDATE products SET name = 'Zaitun hijau', price = 99000 WHERE id = $1`, [first])
  await expect(here.page.getByRole('row', { name: 'Zaitun hijau' })).toContainText('Rp 99.000')
  await expect(here.page.getByRole('row', { name: 'Barang 00001' })).toHaveCount(0)
  // By name it now stands last.
  await expect(here.page.getByRole('row').last()).toContainText('Zaitun hijau')

  await sql.query('UPDATE products SET active = false WHERE id = $1', [second])
  await expect(here.stock(second)).toHaveCount(0)
  await here.page.getByRole('button', { name: words.stock.inactive }).click()
  await expect(here.stock(second)).toHaveText('102')
  await sql.query('UPDATE products SET active = true WHERE id = $1', [second])
  await here.page.getByRole('button', { name: words.stock.allCategories, exact: true }).click()
  await expect(here.stock(second)).toHaveText('102')

  await sql.query('UPDATE products SET branch_id = $1 WHERE id = $2', [other.id, third])
  await expect(here.stock(third)).toHaveCount(0)
  await expect(there.stock(third)).toHaveText('103')
  await sql.query('UPDATE products SET stock = 3 WHERE id = $1', [third])
  await expect(there.stock(third)).toHaveText('3')

  await sql.query('DELETE FROM products WHERE id = $1', [first])
  await expect(here.stock(first)).toHaveCount(0)
  await expectEqualToDatabase(here.page, sql, branch)
  await expectEqualToDatabase(there.page, sql, other)
})

test('[S1] a transaction is seen whole when it commits and never when it is rolled back @stack', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 5 })
  const [a = 0, b = 0, c = 0, d = 0] = branch.productIds
  const { page, stock } = await counter(branch)
  await sql.query('BEGIN')
  await sql.query('UPDATE products SET stock = 666 WHERE id = ANY ($1)', [[a, b]])
  await sql.query('ROLLBACK')
  await sql.query('BEGIN')
  await sql.query('UPDATE products SET stock = 1 WHERE id = $1', [b])
  await sql.query('UPDATE products SET stock = stock + 10 WHERE id = ANY ($1)', [[b, c]])
  await sql.query('DELETE FROM products WHERE id = $1', [d])
  await sql.query('COMMIT')
  await expect(stock(b)).toHaveText('11')
  await expect(stock(c)).toHaveText('113')
  await expect(stock(d)).toHaveCount(0)
  await expect(stock(a)).toHaveText('101')
  await expectEqualToDatabase(page, sql, branch)
})

test('goods by weight, empty shelves and negative stock are shown as they are', async ({ admin, sql, counter }) => {
  const branch = await admin.makeBranch({ products: 4 })
  const [byWeight = 0, low = 0, out = 0, oversold = 0] = branch.productIds
  const { page, stock } = await counter(branch)
  const row = (name: string) => page.getByRole('row', { name })
  await sql.query(`UPDATE products SET unit = 'kg', stock = 1234.345 WHERE id = $1`, [byWeight])
  await expect(stock(byWeight)).toHaveText('1.234,345')
  await expect(row('Barang 00001')).toContainText('kg')
  await expect(row('Barang 00001')).toContainText(words.stock.enough)
  await sql.query('UPDATE products SET stock = 0.5 WHERE id = $1', [low])
  await expect(stock(low)).toHaveText('0,5')
  await expect(row('Barang 00002')).toContainText(words.stock.low)
  await sql.query('UPDATE products SET stock = 0 WHERE id = $1', [out])
  await expect(stock(out)).toHaveText('0')
  await expect(row('Barang 00003')).toContainText(words.stock.out)
  await sql.query('UPDATE products SET stock = -2.75 WHERE id = $1', [oversold])
  await expect(stock(oversold)).toHaveText('-2,75')
  await expect(row('Barang 00004')).toContainText(words.stock.out)
})
