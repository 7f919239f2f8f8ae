import { expect, test } from './support/fixtures.ts'

test('an UPDATE by a separate SQL client is on the screen', async ({ admin, sql, counter }) => {
  const branch = await admin.makeBranch({ products: 50 })
  const { stock } = await counter(branch)
  const [first = 0] = branch.productIds
  await expect(stock(first)).toHaveText('101')
  await sql.query('UPDATE products SET stock = 42 WHERE id = $1', [first])
  await expect(stock(first)).toHaveText('42')
})
