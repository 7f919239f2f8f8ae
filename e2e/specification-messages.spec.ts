/** Messages of any MStore backend, by a plain MQTT client with the backend's user: the specification's own, and bad ones. */
import { connectAsync } from 'mqtt'
import { buildTopic } from '../src/contract/topics.ts'
import {
  BARE_STOCK_SAMPLE,
  QUANTITY_UPDATED_SAMPLE,
  STOCK_UPDATED_SAMPLE,
  TRANSACTION_CREATED_SAMPLE,
} from '../tests/unit/contract/specification-samples.ts'
import type { Branch } from './support/admin-client.ts'
import type { Counter } from './support/counter.ts'
import { readDeviceStore, readEnrollment } from './support/device-store.ts'
import { test as base, expect } from './support/fixtures.ts'
import {
  makeSpecificationProduct,
  SPECIFICATION_INVENTORY,
  SPECIFICATION_PRODUCT,
} from './support/specification-product.ts'

/** A branch that has the specification's product beside two of its own, and a counter in it. */
const test = base.extend<{ branch: Branch; tablet1386: Counter }>({
  branch: async ({ admin, sql }, use) => {
    const branch = await admin.makeBranch({ products: 2 })
    await makeSpecificationProduct(sql, branch)
    await use(branch)
  },
  tablet1386: async ({ counter, branch }, use) => use(await counter(branch)),
})

const stockUpdated = (data: unknown, rest: object = {}) => ({ event_type: 'stock_updated', ...rest, data })

test('[section 1] the product and inventory samples, to the letter, leave 99 @stack', async ({
  branch,
  tablet1386: { page, stock },
  backend,
}) => {
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('100')
  await backend.publish(branch, 'product', STOCK_UPDATED_SAMPLE)
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('99')
  await page.getByRole('row', { name: 'Chicken Breast sadia 2 kg' }).click()
  const place = page.getByTestId(`place-${SPECIFICATION_INVENTORY}`)
  await expect(place).toHaveText('100')
  await backend.publish(branch, 'inventory', QUANTITY_UPDATED_SAMPLE)
  await expect(place).toHaveText('99')
  await expect(page.getByTestId('stock-detail').getByRole('listitem').filter({ hasText: 'user_5' })).toContainText('99')
})

test('[section 8] the sample with nothing but product_id and new_stock leaves 99', async ({
  branch,
  tablet1386: { page, stock },
  backend,
}) => {
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('100')
  await backend.publish(branch, 'product', BARE_STOCK_SAMPLE)
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('99')
  const { stocks } = await readDeviceStore(page)
  expect(stocks.find(({ id }) => id === SPECIFICATION_PRODUCT)?.quantity).toBe(99)
})

test('[C1, C6] unknown fields and event types do no harm; a transaction is not a stock', async ({
  branch,
  tablet1386: counter,
  backend,
  sql,
}) => {
  const { page, stock } = counter
  const before = (await readDeviceStore(page)).meta.position
  await counter.open('/diagnostics')
  await backend.publish(branch, 'transaction', TRANSACTION_CREATED_SAMPLE)
  await backend.publish(branch, 'product', { event_type: 'price_list_imported', data: { rows: 12 } })
  await backend.publish(branch, 'product', { event_type: 'price_list_imported' })
  await backend.publish(branch, 'product', {
    ...stockUpdated({ product_id: SPECIFICATION_PRODUCT, new_stock: 98, warehouse: { deep: ['x'] }, colour: null }),
    trace: 'abc',
    headers: [1, 2, 3],
  })
  // The sale and the stock; what is no known event is none.
  await expect.poll(() => counter.count('applied')).toBe(2)
  expect(await counter.count('invalid')).toBe(0)
  await counter.open('/')
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('98')
  expect((await readDeviceStore(page)).meta.position).toEqual(before)
  await sql.query('UPDATE products SET stock = 97 WHERE id = $1', [SPECIFICATION_PRODUCT])
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('97')
})

test('[C2] without a version the timestamp decides: missing and equal apply, an older one does not', async ({
  branch,
  tablet1386: { page, stock },
  backend,
  sql,
}) => {
  const shown = stock(SPECIFICATION_PRODUCT)
  const publish = (newStock: number, timestamp?: string) =>
    backend.publish(
      branch,
      'product',
      stockUpdated({ product_id: SPECIFICATION_PRODUCT, new_stock: newStock, reason: `to ${newStock}` }, { timestamp }),
    )
  await publish(90, '2025-10-14T21:30:00Z')
  await expect(shown).toHaveText('90')
  await publish(91, '2025-10-14T21:29:59Z')
  await publish(92)
  await expect(shown).toHaveText('92')
  await publish(93, '2025-10-14T21:30:00Z')
  await expect(shown).toHaveText('93')
  await publish(94, '2025-10-14T21:30:01Z')
  await publish(94, '2025-10-14T21:30:01Z')
  await publish(95, '2025-10-14T21:30:00.999Z')
  await expect(shown).toHaveText('94')
  await sql.query('UPDATE products SET stock = 96 WHERE id = $1', [SPECIFICATION_PRODUCT])
  await expect(shown).toHaveText('96')
  // The history has what was applied: neither of the two older ones.
  await page.getByRole('row', { name: 'Chicken Breast sadia 2 kg' }).click()
  const history = page.getByTestId('stock-detail').getByRole('listitem')
  for (const applied of [90, 92, 93, 94])
    await expect(history.filter({ hasText: `to ${applied}` }).first()).toBeVisible()
  for (const older of [91, 95]) await expect(history.filter({ hasText: `to ${older}` })).toHaveCount(0)
})

test('[invariant 5] malformed, mistyped and huge messages change nothing, stop nothing, and are counted @stack', async ({
  branch,
  tablet1386: counter,
  backend,
  sql,
}) => {
  const { page, stock } = counter
  const before = await readDeviceStore(page)
  const valid = { product_id: SPECIFICATION_PRODUCT, new_stock: 5 }
  const bad: unknown[] = [
    '',
    'not JSON',
    '{"event_type":"stock_updated","data":{"product_id":1386,"new_stock":5}',
    'null',
    '[]',
    '42',
    '"stock_updated"',
    {},
    { event_type: 7, data: valid },
    { event_type: '', data: valid },
    { event_type: 'stock_updated' },
    stockUpdated(null),
    stockUpdated([valid]),
    stockUpdated({ new_stock: 5 }),
    stockUpdated({ ...valid, new_stock: undefined }),
    stockUpdated({ ...valid, new_stock: '5' }),
    stockUpdated({ ...valid, new_stock: null }),
    stockUpdated({ ...valid, new_stock: 5.0001 }),
    stockUpdated({ ...valid, new_stock: 1e12 }),
    '{"event_type":"stock_updated","data":{"product_id":1386,"new_stock":1e999}}',
    stockUpdated({ ...valid, product_id: '1386' }),
    stockUpdated({ ...valid, product_id: -1386 }),
    stockUpdated({ ...valid, product_id: 1386.5 }),
    stockUpdated(valid, { timestamp: 'yesterday' }),
    stockUpdated(valid, { timestamp: 1_760_000_000 }),
    stockUpdated(valid, { seq: -1 }),
    stockUpdated({ ...valid, product_name: 'x'.repeat(200_000) }),
    { event_type: 'product_changed', data: { id: SPECIFICATION_PRODUCT, name: 'half a product' } },
    { event_type: 'heartbeat', seq: 'soon' },
  ]
  await counter.open('/diagnostics')
  for (const payload of bad) await backend.publish(branch, 'product', payload)
  await backend.publish(branch, 'inventory', {
    event_type: 'quantity_updated',
    data: { inventory_id: SPECIFICATION_INVENTORY },
  })
  await expect.poll(() => counter.count('invalid')).toBe(bad.length + 1)
  expect(await counter.count('applied')).toBe(0)

  const after = await readDeviceStore(page)
  expect(after.products).toEqual(before.products)
  expect(after.stocks).toEqual(before.stocks)
  expect(after.inventory).toEqual(before.inventory)
  expect(after.meta.position).toEqual(before.meta.position)

  await sql.query('UPDATE products SET stock = 44 WHERE id = $1', [SPECIFICATION_PRODUCT])
  await expect.poll(() => counter.count('applied')).toBeGreaterThan(0)
  await counter.open('/')
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('44')
  await counter.waitForState('live')
})

test('[invariant 5] a message above every limit is refused by broker or counter, and both go on @stack', async ({
  branch,
  tablet1386: { page, stock, waitForState },
  broker,
  server,
  sql,
}) => {
  const { env } = await readEnrollment(page)
  const { username, password, protocolVersion } = broker
  const sender = await connectAsync(
    broker.url(server.origin),
    { username, password, protocolVersion, reconnectPeriod: 0 },
    false,
  )
  const closed = new Promise<void>((resolve) => sender.once('close', () => resolve()))
  sender.on('error', () => {})
  const payload = JSON.stringify(
    stockUpdated({ product_id: SPECIFICATION_PRODUCT, new_stock: 5, note: 'x'.repeat(300_000) }),
  )
  const topic = buildTopic({ env, merchantCode: branch.merchantCode, branchCode: branch.branchCode }, 'product')
  await Promise.race([sender.publishAsync(topic, payload, { qos: 1 }).catch(() => null), closed])
  await sender.endAsync(true)
  await sql.query('UPDATE products SET stock = 45 WHERE id = $1', [SPECIFICATION_PRODUCT])
  // Mosquitto's WebSockets need seconds for a message of this size, and what follows waits behind it.
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('45', { timeout: 30_000 })
  await waitForState('live')
})

test('[C4] a place in the log that does not exist yet is asked for, never believed @stack', async ({
  branch,
  tablet1386: { page, stock, waitForState },
  backend,
  sql,
}) => {
  const position = (await readDeviceStore(page)).meta.position
  const data = { product_id: SPECIFICATION_PRODUCT, new_stock: 5, version: 1000 }
  const asked = page.waitForResponse(/\/api\/v1\/changes/)
  await backend.publish(
    branch,
    'product',
    stockUpdated(data, { seq: (position?.cursor ?? 0) + 1000, epoch: position?.epoch }),
  )
  await asked
  await waitForState('live')
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('100')
  await sql.query('UPDATE products SET stock = 43 WHERE id = $1', [SPECIFICATION_PRODUCT])
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('43')
})

test('[C2] an unknown product, and one of another branch, are fetched or forgotten, never half inserted', async ({
  branch,
  tablet1386: counter,
  backend,
  admin,
  sql,
}) => {
  const { page, stock } = counter
  const other = await admin.makeBranch({ products: 1 })
  const [foreign = 0] = other.productIds
  for (const id of [999_999_999, foreign]) {
    const asked = page.waitForResponse(/\/api\/v1\/master\/product\?.*ids=/)
    await backend.publish(branch, 'product', stockUpdated({ product_id: id, new_stock: 5 }))
    await asked
    await expect(stock(id)).toHaveCount(0)
  }
  await sql.query('UPDATE products SET stock = 42 WHERE id = $1', [SPECIFICATION_PRODUCT])
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('42')
  const { products } = await readDeviceStore(page)
  expect(products.map(({ id }) => id).sort((a, b) => a - b)).toEqual([SPECIFICATION_PRODUCT, ...branch.productIds])
})

test('[invariant 5] markup in names is text, wherever it is shown', async ({
  branch,
  tablet1386: { page, stock },
  backend,
  sql,
}) => {
  const hostile = `<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>{{t}} \${x}`
  await sql.query('UPDATE products SET name = $1, sku = $2, category = $2 WHERE id = $3', [
    hostile,
    '<b>SKU</b>',
    SPECIFICATION_PRODUCT,
  ])
  await sql.query('UPDATE inventory SET place = $1 WHERE id = $2', [hostile, SPECIFICATION_INVENTORY])
  const row = page.getByRole('row').filter({ hasText: hostile })
  await expect(row).toBeVisible()
  await expect(row).toContainText('<b>SKU</b>')
  await row.click()
  const detail = page.getByTestId('stock-detail')
  await expect(detail.getByRole('heading', { name: hostile })).toBeVisible()
  await expect(detail.getByRole('listitem').filter({ hasText: hostile })).toBeVisible()
  await backend.publish(
    branch,
    'product',
    stockUpdated({
      product_id: SPECIFICATION_PRODUCT,
      new_stock: 9,
      product_name: hostile,
      reason: hostile,
      updated_by: hostile,
    }),
  )
  await expect(stock(SPECIFICATION_PRODUCT)).toHaveText('9')
  await expect(detail.getByRole('listitem').filter({ hasText: `oleh ${hostile}` })).toBeVisible()
  await page.getByRole('searchbox').fill('<zzz onerror=1>')
  await expect(page.getByText('<zzz onerror=1>')).toBeVisible()
  expect(await page.evaluate(() => 'pwned' in window)).toBe(false)
  expect(await page.locator('img').count()).toBe(0)
})
