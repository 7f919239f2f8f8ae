/** Several tabs of one tablet share one connection. */
import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'

/** URLs of the WebSockets that a page opens from now on. */
function watchSockets(page: Page): string[] {
  const opened: string[] = []
  page.on('websocket', (socket) => opened.push(socket.url()))
  return opened
}

test('[C9] one tab is connected, both are live, and the other takes over when it closes', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0] = branch.productIds
  const { page, context } = await counter(branch)

  const second = await context.newPage()
  const sockets = watchSockets(second)
  await second.goto(page.url())
  const secondState = second.getByTestId('sync-state')
  const secondStock = second.getByTestId(`stock-${first}`)
  await expect(secondState).toHaveAttribute('data-state', 'live')
  await sql.query('UPDATE products SET stock = 55 WHERE id = $1', [first])
  await expect(secondStock).toHaveText('55')
  await expect(page.getByTestId(`stock-${first}`)).toHaveText('55')
  expect(sockets).toEqual([])

  await page.close()
  await expect.poll(() => sockets.length).toBe(1)
  await expect(secondState).toHaveAttribute('data-state', 'live')
  await sql.query('UPDATE products SET stock = 54 WHERE id = $1', [first])
  await expect(secondStock).toHaveText('54')
})
