/** Tablets that an earlier version of the app worked on, opened by this one, with unsent sales in place (rule Q7). */
import type { Page } from '@playwright/test'
import type { FailureRow } from '../src/db/journal/failure-row.ts'
import { JOURNAL_DB_NAME } from '../src/db/journal/journal-db.ts'
import { SALES_DB_NAME } from '../src/db/sales/sales-db.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import type { Branch } from './support/admin-client.ts'
import { expectEqualToDatabase } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { layIn, makeOldTablet, type OldTablet, openNoApp, RECORDINGS } from './support/old-tablet.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperations } from './support/sales-store.ts'
import type { SqlClient } from './support/sql-client.ts'
import { goodsOf, makeShop, openTill } from './support/till.ts'
import { say, words } from './support/words.ts'

const WITH_SALES = 'cache-2_sales-1.json'
const UNSENT = 35

const product = (page: Page, name: string) => page.locator('[data-product]', { hasText: name })
const cartLines = (page: Page) => page.getByTestId('cart').locator('[data-testid^="line-"]')
const isDone = ({ state }: { state: string }) => ['accepted', 'settled', 'cancelled'].includes(state)

async function untilAllSent(page: Page): Promise<void> {
  await expect
    .poll(async () => (await readOperations(page)).filter((row) => !isDone(row)).length, { timeout: 30_000 })
    .toBe(0)
}

/** What the tablet's journal holds; nothing in recordings from before there was one. */
const failuresIn = ({ databases }: OldTablet): readonly string[] =>
  databases
    .filter(({ name }) => name === JOURNAL_DB_NAME)
    .flatMap(({ stores }) => stores)
    .filter(({ name }) => name === 'failures')
    .flatMap(({ rows }) => rows as readonly FailureRow[])
    .map(({ text }) => text)

/** Everything that the tablet recorded and did not cancel is booked in the branch once, and nothing else. */
async function expectBookedOnce(sql: SqlClient, branch: Branch, { operations }: OldTablet): Promise<void> {
  const ids = (kind: string) =>
    operations
      .filter((row) => row.kind === kind && row.state !== 'cancelled')
      .map(({ offline_id: id }) => id)
      .toSorted()
  const booked = async (query: string) =>
    (await sql.query<{ id: string }>(query, [branch.id])).map(({ id }) => id).toSorted()
  expect(ids('sale').length).toBeGreaterThan(30)
  expect(await booked('SELECT offline_id AS id FROM transactions WHERE branch_id = $1 AND refund_of IS NULL')).toEqual(
    ids('sale'),
  )
  expect(
    await booked('SELECT offline_id AS id FROM transactions WHERE branch_id = $1 AND refund_of IS NOT NULL'),
  ).toEqual(ids('refund'))
  expect(
    await booked(`SELECT v.offline_id AS id FROM voids v JOIN transactions t ON t.offline_id = v.transaction_offline_id
                   WHERE t.branch_id = $1`),
  ).toEqual(ids('void'))
  expect(await booked('SELECT offline_id AS id FROM cash_movements WHERE branch_id = $1')).toEqual(ids('cash_movement'))
  expect(
    await sql.query(
      'SELECT count(*)::int AS shifts, count(closed_at_device)::int AS closed FROM shifts WHERE branch_id = $1',
      [branch.id],
    ),
  ).toEqual([{ shifts: 2, closed: 1 }])
}

/** Writes into the upgrade of a database fail, as on a full disk, while the tablet is marked as full. */
function failUpgrades(): void {
  const { put } = IDBObjectStore.prototype
  IDBObjectStore.prototype.put = function (...row) {
    if (this.transaction.mode === 'versionchange' && localStorage.getItem('full') !== null) {
      throw new DOMException('The disk is full', 'QuotaExceededError')
    }
    return put.apply(this, row)
  }
}

/** Opens the sales database past the app, in this version, and keeps it open without ever making way. */
async function holdOpen(page: Page, version: number): Promise<void> {
  await page.evaluate(
    ([name, wanted]) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name, wanted)
        opening.onsuccess = () => {
          Object.assign(window, { held: opening.result })
          resolve()
        }
        opening.onerror = () => reject(opening.error)
      }),
    [SALES_DB_NAME, version] as const,
  )
}

for (const file of RECORDINGS.filter((name) => name.includes('sales'))) {
  test(`[Q7] thirty unsent entries outlive the upgrade of ${file}, each booked once`, async ({
    admin,
    sql,
    network,
    tablet,
  }) => {
    const branch = await makeShop(admin)
    const old = await makeOldTablet({ admin, sql }, network.origin, branch, file)
    expect(old.operations.filter((row) => !isDone(row))).toHaveLength(UNSENT)
    const { page, waitForState } = await tablet('/sell', { prepare: (context) => layIn(context, network.origin, old) })
    await waitForState('live')
    await untilAllSent(page)
    await expectBookedOnce(sql, branch, old)
    expect((await readOperations(page)).map(({ offline_id: id }) => id)).toEqual(
      old.operations.map(({ offline_id: id }) => id),
    )

    await test.step('the session, the carts and the stock are as they should be', async () => {
      await expect(cartLines(page)).toContainText(['Barang 00003'])
      await expect(page.getByRole('group', { name: words.sell.carts }).getByRole('button')).toHaveCount(2)
      // 101 at first; 16 full sales and 15 small ones of two each, one more voided, one piece came back.
      await expect(product(page, 'Barang 00001')).toContainText('40')
      expect(await sql.query('SELECT stock FROM products WHERE id = $1', [branch.productIds[0]])).toEqual([
        { stock: 40 },
      ])
      await expectEqualToDatabase(page, sql, branch)
    })

    await test.step('what went wrong before is still told', async () => {
      await page.goto(`${network.origin}/diagnostics`)
      for (const text of failuresIn(old)) await expect(page.getByTestId('failures')).toContainText(text)
    })
  })
}

test('a tablet of the first version, before there were sales, works on and holds the branch', async ({
  admin,
  sql,
  network,
  tablet,
}) => {
  const branch = await makeShop(admin)
  const old = await makeOldTablet({ admin, sql }, network.origin, branch, 'cache-1.json')
  const counter = await tablet('/', { prepare: (context) => layIn(context, network.origin, old) })
  await counter.waitForState('live')
  await expectEqualToDatabase(counter.page, sql, branch)
  const till = await openTill(counter)
  const sale = await till.sell(goodsOf(branch))
  await expect(till.page.getByText(words.receipt.confirmed)).toBeVisible()
  expect(await sql.query('SELECT status FROM transactions WHERE offline_id = $1', [sale])).toEqual([{ status: 'paid' }])
})

test('[Q7] an upgrade that fails says so; what is unsent goes by a file to another counter, booked once', async ({
  admin,
  counter,
  sql,
  network,
  tablet,
}) => {
  const branch = await makeShop(admin)
  const old = await makeOldTablet({ admin, sql }, network.origin, branch, WITH_SALES)
  const { page, waitForState } = await tablet('/', {
    async prepare(context) {
      await layIn(context, network.origin, old)
      await context.addInitScript(failUpgrades)
      await context.addInitScript(() => {
        if (location.protocol === 'about:') return
        if (sessionStorage.getItem('begun') === null) localStorage.setItem('full', 'yes')
        sessionStorage.setItem('begun', 'yes')
      })
    },
  })
  await expect(page.getByRole('heading', { name: words.update.failedTitle })).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: words.update.export }).click()
  const file = await downloading
  await expect(page.getByTestId('rescue-note')).toHaveText(
    say(words.update.exported, { count: UNSENT, file: file.suggestedFilename() }),
  )
  expect(await readOperations(page)).toEqual(old.operations)

  const other = await openTill(await counter(branch))
  await other.open('/unsent')
  await other.page.getByTestId('unsent-file').setInputFiles(await file.path())
  await expect(other.page.getByTestId('unsent-note')).toHaveText(
    say(words.unsent.importDone, { added: UNSENT, known: 0 }),
  )
  await untilAllSent(other.page)
  const sent = async () =>
    await sql.query(`SELECT offline_id FROM transactions WHERE branch_id = $1 ORDER BY offline_id`, [branch.id])
  const ids = old.operations
    .filter((row) => !isDone(row) && (row.kind === 'sale' || row.kind === 'refund'))
    .map(({ offline_id: id }) => ({ offline_id: id }))
  expect(await sent()).toEqual(expect.arrayContaining(ids))

  // There is room again: the same tablet upgrades and sends what it kept, all of which the server knows.
  await page.evaluate(() => localStorage.removeItem('full'))
  await page.getByRole('button', { name: words.app.reload }).click()
  await waitForState('live')
  await untilAllSent(page)
  expect(new Set((await sent()).map((row) => JSON.stringify(row))).size).toBe((await sent()).length)
})

test('a tab whose data a newer version takes makes way, says so and records nothing more', async ({
  admin,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await makeShop(admin)
  const till = await openTill(await counter(branch))
  const { page } = till
  const newer = await openNoApp(till.context, network.origin)
  await till.context.setOffline(true)
  const unsent = await till.sell(goodsOf(branch))
  await till.open('/sell')

  const stored = await test.step('a newer version in another tab upgrades: this one stops', async () => {
    await holdOpen(newer, 990)
    await expect(page.getByRole('heading', { name: words.update.outdatedTitle })).toBeVisible()
    const operations = await readOperations(newer)
    expect(operations.map(({ offline_id: id }) => id)).toContain(unsent)
    return operations
  })
  await test.step('it fits and can be read by everybody', async () => {
    await expectFits(page)
    await expectAccessible(page)
  })

  await till.context.setOffline(false)
  await test.step('loaded again in the old version it opens nothing, and hands out what is unsent', async () => {
    await page.getByRole('button', { name: words.app.reload }).click()
    await expect(page.getByRole('heading', { name: words.update.newerTitle })).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: words.update.export }).click()
    await downloading
    expect(await readOperations(newer)).toEqual(stored)
  })
})

test('another tab that holds the old version open is named; what is unsent can be exported meanwhile', async ({
  admin,
  sql,
  network,
  tablet,
}) => {
  const branch = await makeShop(admin)
  const old = await makeOldTablet({ admin, sql }, network.origin, branch, WITH_SALES)
  const holders: Page[] = []
  const { page, waitForState } = await tablet('/', {
    async prepare(context) {
      await layIn(context, network.origin, old)
      const holder = await openNoApp(context, network.origin)
      await holdOpen(holder, 10)
      holders.push(holder)
    },
  })
  await expect(page.getByRole('heading', { name: words.update.blockedTitle })).toBeVisible({ timeout: 20_000 })
  await expectFits(page)
  await expectAccessible(page)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: words.update.export }).click()
  const file = await downloading
  await expect(page.getByTestId('rescue-note')).toContainText(file.suggestedFilename())
  for (const holder of holders) await holder.close()
  await page.getByRole('button', { name: words.app.reload }).click()
  await waitForState('live')
  await untilAllSent(page)
  await expectBookedOnce(sql, branch, old)
})

test('[Q7] an app that crashes, or never starts, still hands out everything unsent', async ({
  admin,
  sql,
  network,
  tablet,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  pageErrors.allow(/broken on purpose/)
  const branch = await makeShop(admin)
  const old = await makeOldTablet({ admin, sql }, network.origin, branch, WITH_SALES)
  const { page } = await tablet('/', {
    async prepare(context) {
      await layIn(context, network.origin, old)
      // So that all of it is still unsent when it is exported.
      await context.route('**/pos/offline/batch-sync', (route) => route.abort())
      await context.addInitScript(() => {
        Object.defineProperty(Intl.NumberFormat.prototype, 'format', {
          get() {
            throw new Error('broken on purpose')
          },
        })
      })
    },
  })
  await expect(page.getByRole('heading', { name: words.problem.crashTitle })).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
  const downloading = page.waitForEvent('download')
  await page.getByRole('button', { name: words.update.export }).click()
  const file = await downloading
  await expect(page.getByTestId('rescue-note')).toHaveText(
    say(words.update.exported, { count: UNSENT, file: file.suggestedFilename() }),
  )

  await page.goto(`${network.origin}/?rescue`)
  await expect(page.getByRole('heading', { name: words.update.rescueTitle })).toBeVisible()
  await expectFits(page)
  await expectAccessible(page)
  const again = page.waitForEvent('download')
  await page.getByRole('button', { name: words.update.export }).click()
  await again
  await expect(page.getByTestId('rescue-note')).toContainText(String(UNSENT))
  await expect(page.getByRole('link', { name: words.update.toApp })).toHaveAttribute('href', '/')
})
