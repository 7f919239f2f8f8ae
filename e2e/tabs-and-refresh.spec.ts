/** Several tabs of one tablet share one connection, and the service worker refreshes for all of them. */
import type { Page } from '@playwright/test'
import { readDeviceStore } from './support/device-store.ts'
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

test('[R1][R2] a stale stock is refreshed in the service worker when the tablet comes back, a fresh one is not', async ({
  admin,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const { page } = await counter(branch)
  await page.evaluate(() => navigator.serviceWorker.ready)
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true)
  const fromPage: string[] = []
  page.on('request', (request) => {
    if (request.url().includes('/master/') && !request.serviceWorker()) fromPage.push(request.url())
  })

  // As if the last refresh had ended ten minutes ago: written where the app itself keeps it.
  const madeStale = await page.evaluate(
    () =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open('mstore-cache')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const meta = db.transaction('meta', 'readwrite').objectStore('meta')
          const reading = meta.get('refresh')
          reading.onsuccess = () => {
            const row = reading.result
            row.value.finishedAt -= 600_000
            const writing = meta.put(row)
            writing.onsuccess = () => {
              db.close()
              resolve(row.value.finishedAt)
            }
          }
        }
      }),
  )
  const finishedAt = async () => (await readDeviceStore(page)).meta.refresh?.finishedAt ?? 0
  const comeBack = () => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))

  await comeBack()
  await expect.poll(finishedAt).toBeGreaterThan(madeStale)
  const refreshedAt = await finishedAt()
  await comeBack()
  await page.reload()
  await expect(page.getByTestId('sync-state')).toHaveAttribute('data-state', 'live')
  expect(await finishedAt()).toBe(refreshedAt)
  expect(fromPage).toEqual([])
})
