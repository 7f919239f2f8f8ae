/** The log of applied updates on the page Diagnostics (specification section 7). */
import { readFile } from 'node:fs/promises'
import { isWholeUpdate } from '../src/db/journal/update-row.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import { readEnrollment } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { say, words } from './support/words.ts'

type Line = Readonly<Record<string, unknown>>

test('[section 7] the log of updates lasts over reloads, marked by how each came, and is saved to a file', async ({
  admin,
  sql,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await admin.makeBranch({ products: 5 })
  const [first = 0, second = 0] = branch.productIds
  const { page, stock, open, waitForState } = await counter(branch)
  const rows = page.getByTestId('updates').getByRole('row')
  const secrets = await readEnrollment(page)

  await sql.query('UPDATE products SET stock = 7 WHERE id = $1', [first])
  await expect(stock(first)).toHaveText('7')
  await network.cut()
  await waitForState('offline')
  await sql.query('UPDATE products SET stock = 8 WHERE id = $1', [second])
  await network.restore()
  await expect(stock(second)).toHaveText('8')
  await waitForState('live')
  await open('/diagnostics')

  const caughtUp = rows.filter({ hasText: `stock_updated · ${words.diagnostics.caughtUp}` })
  const live = rows.filter({ hasText: 'stock_updated' }).filter({ hasText: `${first}` })
  const loaded = rows.filter({ hasText: say(words.diagnostics.refreshedRows, { rows: 5 }) })
  const expectAll = async () => {
    await expect(caughtUp).toHaveCount(1)
    await expect(caughtUp).toContainText(`${second}`)
    await expect(live).toHaveCount(1)
    await expect(live).not.toContainText(words.diagnostics.caughtUp)
    // Products, stocks and places of the first load.
    await expect(loaded).toHaveCount(3)
  }

  await test.step('they are there after a reload, while nothing was applied since', async () => {
    await expectAll()
    // Written some seconds after they came.
    await expect
      .poll(async () => (await storedLines(page)).filter(({ event_type: type }) => type === 'stock_updated').length)
      .toBe(2)
    await page.reload()
    await expectAll()
    await expect(page.getByTestId('count-applied')).toHaveAttribute('data-value', '0')
    await expectFits(page)
    await expectAccessible(page)
  })

  await test.step('the file has an object a line, oldest first, and no secrets', async () => {
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: words.diagnostics.saveUpdates }).click()
    const file = await downloading
    expect(file.suggestedFilename()).toMatch(/^mstore-updates-.+-\d{14}\.jsonl$/)
    const text = await readFile(await file.path(), 'utf8')
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line): Line => JSON.parse(line))
    await expect(
      page.getByText(say(words.diagnostics.savedUpdates, { file: file.suggestedFilename(), lines: lines.length })),
    ).toBeVisible()
    for (const line of lines) {
      expect(isWholeUpdate({ ...line, at: Date.parse(String(line.at)) }), JSON.stringify(line)).toBe(true)
    }
    const told = lines.filter(({ event_type: type }) => type === 'stock_updated')
    expect(told).toMatchObject([
      { product_id: first, came: 'live', latency_ms: expect.any(Number), payload_size: expect.any(Number) },
      { product_id: second, came: 'caught-up', latency_ms: expect.any(Number), payload_size: expect.any(Number) },
    ])
    expect(lines).toContainEqual(expect.objectContaining({ event_type: 'stock', came: 'refreshed', rows: 5 }))
    expect(text).not.toContain(secrets?.device_secret_token)
    expect(text).not.toContain('pbkdf2')
  })
})

/** What lies in the database, past the app. */
async function storedLines(page: import('@playwright/test').Page): Promise<readonly Line[]> {
  return await page.evaluate(
    () =>
      new Promise<readonly Line[]>((resolve, reject) => {
        const opening = indexedDB.open('mstore-journal')
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const reading = opening.result.transaction('updates').objectStore('updates').getAll()
          reading.onsuccess = () => {
            opening.result.close()
            resolve(reading.result.flatMap(({ lines }) => lines))
          }
          reading.onerror = () => reject(reading.error)
        }
      }),
  )
}
