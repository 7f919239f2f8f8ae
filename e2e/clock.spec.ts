/** Somebody sets the tablet's clock: sales go up all the same, and nobody wins a guess at a PIN. */
import type { BrowserContext, Page } from '@playwright/test'
import { SALES_DB_NAME } from '../src/db/sales/sales-db.ts'
import type { OperationRow } from '../src/db/sales/sales-rows.ts'
import { addStaff, enterPin, SARI } from './support/cashier.ts'
import { keepEngineInPage } from './support/engine.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperations } from './support/sales-store.ts'
import { goodsOf, makeShop, openTill } from './support/till.ts'

const HOUR_MS = 3_600_000
const CLOCK_KEY = 'test-clock-set-by'

/** The wall clock of all pages of this tablet can be set; what only goes forward goes on, and a page begins it at the wall clock. */
async function makeSettable(context: BrowserContext): Promise<void> {
  await keepEngineInPage(context)
  await context.addInitScript((key) => {
    // about:blank has no storage.
    if (!location.protocol.startsWith('http')) return
    const RealDate = Date
    const setBy = () => Number(localStorage.getItem(key) ?? 0)
    const now = () => RealDate.now() + setBy()
    class SettableDate extends RealDate {
      constructor(...given: [] | [number | string | Date]) {
        if (given.length === 0) super(now())
        else super(...given)
      }
      static override now() {
        return now()
      }
    }
    globalThis.Date = SettableDate as DateConstructor
    const origin = performance.timeOrigin + setBy()
    Object.defineProperty(performance, 'timeOrigin', { get: () => origin })
  }, CLOCK_KEY)
}

async function setClock(page: Page, byMs: number): Promise<void> {
  await page.evaluate(([key, by]) => localStorage.setItem(key, by), [CLOCK_KEY, String(byMs)] as const)
}

const isSent = ({ state }: OperationRow) => state === 'accepted' || state === 'settled'

for (const [what, byMs] of [
  ['back by three hours', -3 * HOUR_MS],
  ['forward by nine days', 9 * 24 * HOUR_MS],
] as const) {
  test(`[Q5] a clock that is set ${what} while a sale waits, over a reload too, leaves nothing unsent`, async ({
    admin,
    counter,
    network,
    pageErrors,
    sql,
  }) => {
    pageErrors.allow(NETWORK_ERRORS)
    const branch = await makeShop(admin)
    const till = await openTill(await counter(branch, { prepare: makeSettable }))
    await network.cut()
    const sale = await till.sell(goodsOf(branch))
    await expect.poll(async () => (await readOperations(till.page)).at(-1)?.attempts).toBeGreaterThan(0)
    await setClock(till.page, byMs)
    await till.visit('/unsent')
    await network.restore()
    await expect.poll(async () => (await readOperations(till.page)).every(isSent)).toBe(true)
    expect(await sql.query('SELECT id FROM transactions WHERE offline_id = $1', [sale])).toHaveLength(1)
  })
}

/** As many wrong PINs of this person as make the next one wait for 8 minutes: a test of it need not be quick. */
async function countEightWrong(page: Page, staffId: number): Promise<void> {
  await page.evaluate(
    ([name, id]) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const transaction = db.transaction('meta', 'readwrite')
          const value = { [id]: { wrong: 8, wait_until: 0 } }
          transaction.objectStore('meta').put({ key: 'pin_attempts', value })
          transaction.onabort = () => reject(transaction.error)
          transaction.oncomplete = () => {
            db.close()
            resolve()
          }
        }
      }),
    [SALES_DB_NAME, staffId] as const,
  )
}

test('a wait after wrong PINs stays what it was, wherever the clock is set meanwhile, over a reload too', async ({
  admin,
  counter,
  sql,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  await addStaff(admin, branch)
  const [sari] = await sql.query('SELECT id FROM staff WHERE branch_id = $1 AND name = $2', [branch.id, SARI.name])
  const { page } = await counter(branch, { prepare: makeSettable })
  await countEightWrong(page, Number(sari?.id))
  const wait = page.getByText(/Coba lagi dalam [78] menit/)
  const ask = async () => {
    await page.goto(new URL('/shift', page.url()).href)
    await page.getByRole('button', { name: new RegExp(`^${SARI.name}`) }).click()
  }
  await ask()
  await enterPin(page, SARI.name, '9999')
  await expect(wait).toBeVisible()
  for (const byMs of [9 * 24 * HOUR_MS, -3 * HOUR_MS]) {
    await setClock(page, byMs)
    // The page has looked at the clock since, and written down what is left by it.
    await expect.poll(() => isWrittenByTheClock(page)).toBe(true)
    await expect(wait).toBeVisible()
    await ask()
    await expect(wait).toBeVisible()
  }
})

/** Whether the stored wait ends within 8 minutes of what the clock says now. */
async function isWrittenByTheClock(page: Page): Promise<boolean> {
  return await page.evaluate(
    (name) =>
      new Promise<boolean>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const reading = db.transaction('meta').objectStore('meta').get('pin_attempts')
          reading.onerror = () => reject(reading.error)
          reading.onsuccess = () => {
            db.close()
            const [attempts] = Object.values<{ wait_until: number }>(reading.result.value)
            const left = (attempts?.wait_until ?? 0) - Date.now()
            resolve(left > 0 && left <= 480_000)
          }
        }
      }),
    SALES_DB_NAME,
  )
}
