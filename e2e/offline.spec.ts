/** Pull the network: the list stays. Plug it in: it catches up by itself. */
import { expectAccessible, expectFits } from './support/accessibility.ts'
import { expectEqualToDatabase } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { words } from './support/words.ts'

/** "per 14.03", or "per 12 Nov, 14.03" once it is tomorrow. */
const AGE = /per (\d+ \p{L}+, )?\d\d\.\d\d/u

test('[D3] offline the list stays, with its age, over a reload; plugged in it catches up by itself @stack', async ({
  admin,
  sql,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await admin.makeBranch({ products: 60 })
  const [first = 0, second = 0, third = 0] = branch.productIds
  const later = branch.productIds[41] ?? 0
  const { page, stock, syncState, waitForState, open } = await counter(branch)
  await sql.query('UPDATE products SET stock = 7.5 WHERE id = $1', [first])
  await expect(stock(first)).toHaveText('7,5')
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))

  await network.cut()
  await waitForState('offline')
  await sql.query('UPDATE products SET stock = 999 WHERE id = $1', [second])
  await sql.query('DELETE FROM products WHERE id = $1', [third])
  await sql.query(`INSERT INTO products (branch_id, name, stock) VALUES ($1, 'Aneka keripik', 8)`, [branch.id])

  await test.step('the list is there, says how old it is, and can be searched', async () => {
    await expect(syncState).toContainText(words.sync.offline)
    await expect(syncState).toHaveText(AGE)
    await expect(page.getByRole('row', { name: 'Barang 00001' })).toHaveText(AGE)
    await expect(page.getByText(words.sync.serverTitle)).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
    await page.getByRole('searchbox').fill('barang 42')
    await expect(stock(later)).toHaveText('142')
    await expect(stock(first)).toHaveCount(0)
    await page.getByRole('searchbox').fill('')
    await expect(stock(first)).toHaveText('7,5')
  })

  await test.step('a reload opens from the cache with the same numbers', async () => {
    await page.reload()
    await waitForState('offline')
    await expect(stock(first)).toHaveText('7,5')
    await expect(stock(second)).toHaveText('102')
    await expect(stock(third)).toHaveText('103')
    await expect(syncState).toHaveText(AGE)
    await expect(page.getByText('60 produk')).toBeVisible()
    await page.getByRole('searchbox').fill('SKU-42')
    await expect(stock(later)).toHaveText('142')
    await page.getByRole('searchbox').fill('')
    // Screens that were never open before are in the cache too.
    await page.goto(`${network.origin}/settings`)
    await expect(page.getByRole('heading', { name: words.settings.title })).toBeVisible()
    await open('/')
    await expect(stock(first)).toHaveText('7,5')
  })

  await test.step('it catches up without a reload', async () => {
    let loads = 0
    page.on('load', () => {
      loads += 1
    })
    await network.restore()
    await waitForState('live')
    await expect(stock(second)).toHaveText('999')
    await expect(stock(third)).toHaveCount(0)
    await expect(page.getByRole('row', { name: 'Aneka keripik' })).toBeVisible()
    await expect(page.getByRole('row', { name: 'Barang 00001' })).not.toHaveText(AGE)
    await expectEqualToDatabase(page, sql, branch)
    expect(loads).toBe(0)
  })
})
