/**
 * Rule D3: every number knows its age, in words that stay true while time goes on, over midnight, a sleep and a reload, on a
 * tablet whose clock is wrong; and the tablet knows how much of the day it was live.
 */
import type { BrowserContext, Locator, Page, Route } from '@playwright/test'
import { JOURNAL_DB_NAME } from '../src/db/journal/journal-db.ts'
import { MINUTE_MS, type MinuteRow } from '../src/db/journal/minute-row.ts'
import { addDays, shopDay } from '../src/domain/shop-day.ts'
import { createFormat } from '../src/i18n/format.ts'
import { expectAccessible, expectFits } from './support/accessibility.ts'
import { isComparison } from './support/asked.ts'
import { changeDeviceRow, readDeviceMeta, readDeviceStore } from './support/device-store.ts'
import { keepEngineInPage } from './support/engine.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { say, words } from './support/words.ts'

const HOUR_MS = 60 * MINUTE_MS
const format = createFormat('id', 'Asia/Jakarta')

/** Server time, ms, up to which the tablet's stock is complete, as it has written it down. */
async function readAsOf(page: Page): Promise<number> {
  const asOf = (await readDeviceStore(page)).meta.freshness?.asOf
  if (asOf === undefined) throw new Error('this tablet has never been fresh')
  return asOf
}

/** A heartbeat that was overtaken by an answer is written down after it: the strip may know as much more, ms. */
const OVERTAKEN_MS = 4_000

/** How exactly a test knows when something ended on the tablet, and the tablet the server's clock, ms. */
const ABOUT_MS = 5_000

/** "per 14.03" of a stock that is complete up to `asOf`; both by the server's clock. */
function asOfWords(asOf: number, now: number): RegExp {
  const moments = [asOf, asOf + OVERTAKEN_MS].map((at) => say(words.sync.asOf, { when: format.moment(at, now) }))
  return new RegExp(moments.join('|'))
}

/** The minute of this moment by the server's clock, which a tablet knows but to a few seconds. */
function momentWords(at: number): RegExp {
  const moments = [at - ABOUT_MS, at + ABOUT_MS].map((near) => format.moment(near, Date.now()))
  return new RegExp(moments.join('|'))
}

/** What the strip says. */
async function expectAge(page: Page, asOf: number, now: number): Promise<void> {
  await expect(page.getByTestId('as-of')).toHaveText(asOfWords(asOf, now))
  await expect(page.getByTestId('stock-age')).toHaveText(
    say(words.freshness.ago, { age: format.age(now - asOf) ?? '' }),
  )
}

const wake = (page: Page) => page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')))

/** Of the page, and of the engine with it. */
async function setClock(context: BrowserContext, aheadMs = 0): Promise<void> {
  await keepEngineInPage(context)
  await context.clock.install({ time: Date.now() + aheadMs })
}

/** What today's sentence counts, ms. */
async function readToday(today: Locator): Promise<{ open: number; away: number }> {
  const [open, live] = await Promise.all([today.getAttribute('data-open'), today.getAttribute('data-live')])
  return { open: Number(open), away: Number(open) - Number(live) }
}

test('[D3] offline the age goes on, over midnight, a reload, a second tab and a sleep', async ({
  admin,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await admin.makeBranch({ products: 5 })
  const [first = 0] = branch.productIds
  const { page, context, stock, waitForState } = await counter(branch, {
    prepare: (prepared) => setClock(prepared),
  })
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  await network.cut()
  await waitForState('offline')
  const asOf = await readAsOf(page)
  const row = page.getByRole('row', { name: 'Barang 00001' })

  await test.step('minutes, in the strip, beside each number and on the product’s sheet', async () => {
    const now = asOf + 3.5 * MINUTE_MS
    await page.clock.setFixedTime(now)
    await expectAge(page, asOf, now)
    await expect(row).toContainText(asOfWords(asOf, now))
    await expectFits(page)
    await row.click()
    await expect(page.getByTestId('stock-detail')).toContainText(asOfWords(asOf, now))
    await expectAccessible(page)
  })

  await test.step('the next day names the day, without a touch', async () => {
    const now = asOf + 25 * HOUR_MS
    await page.clock.setFixedTime(now)
    await expectAge(page, asOf, now)
    await expect(row).toContainText(/per \d+ \p{L}+, \d\d\.\d\d/u)
    await expectFits(page)
  })

  await test.step('a reload without a network, and a second tab, say the same', async () => {
    const now = asOf + 26 * HOUR_MS
    await page.clock.setFixedTime(now)
    await page.reload()
    await waitForState('offline')
    await expectAge(page, asOf, now)
    await expect(stock(first)).toBeVisible()
    const second = await context.newPage()
    await second.clock.setFixedTime(now)
    await second.goto(page.url())
    await expect(second.getByTestId('sync-state')).toHaveAttribute('data-state', 'offline')
    await expectAge(second, asOf, now)
    await expect(second.getByTestId(`stock-${first}`)).toBeVisible()
    await second.close()
  })

  await test.step('a machine that slept says its age as soon as it wakes, before any timer', async () => {
    const now = asOf + 30 * HOUR_MS
    await page.clock.pauseAt(now)
    await wake(page)
    await expectAge(page, asOf, now)
    await page.clock.setSystemTime(now + 70 * HOUR_MS)
    await wake(page)
    await expectAge(page, asOf, now + 70 * HOUR_MS)
  })
})

test('[D3] a tablet whose clock is two hours ahead tells the server’s time and the true age', async ({
  admin,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const ahead = 2 * HOUR_MS
  const branch = await admin.makeBranch({ products: 2 })
  const { page, waitForState } = await counter(branch, {
    prepare: (prepared) => setClock(prepared, ahead),
  })
  await page.evaluate(async () => void (await navigator.serviceWorker.ready))
  // The clock's error is told by a heartbeat, and written down.
  await expect.poll(async () => (await readDeviceStore(page)).meta.clock?.skewMs ?? 0).toBeLessThan(-ahead + MINUTE_MS)
  await expect.poll(async () => Date.now() - (await readAsOf(page))).toBeLessThan(MINUTE_MS)
  await network.cut()
  await waitForState('offline')
  const asOf = await readAsOf(page)
  const now = asOf + 3.5 * MINUTE_MS
  await page.clock.setFixedTime(now + ahead)
  await expectAge(page, asOf, now)
  await page.reload()
  await waitForState('offline')
  await expectAge(page, asOf, now)
})

test('[D3][R1] the refresh tells its times by the server’s clock, that it runs, and that it failed', async ({
  admin,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const ahead = 2 * HOUR_MS
  const branch = await admin.makeBranch({ products: 2 })
  // Without a service worker, whose clock a test can't set: the page refreshes, by the clock that is wrong.
  const { page, context, open, waitForState } = await counter(branch, {
    serviceWorkers: 'block',
    prepare: (prepared) => setClock(prepared, ahead),
  })
  await expect.poll(async () => (await readDeviceStore(page)).meta.clock?.skewMs ?? 0).toBeLessThan(-ahead + MINUTE_MS)
  await expect.poll(async () => (await readDeviceMeta(page, 'refresh'))?.phase).toBe('complete')
  /** In the strip, and in the settings when they are open. */
  const lastInWords = page.getByText(new RegExp(say(words.sync.lastRefresh, { when: '' })))
  const facts = page.getByTestId('refresh-section').locator('dd')
  const [last, state, next] = [facts.nth(0), facts.nth(1), facts.nth(2)]
  const tabletNow = () => page.evaluate(() => Date.now())
  /** The tablet is begun anew ten minutes after its last refresh, and the next one begins; its question is held. */
  const beginAgain = async () => {
    const at = (await tabletNow()) - 10 * MINUTE_MS
    await changeDeviceRow(page, { table: 'meta', key: 'refresh', path: 'value', fields: { finishedAt: at } })
    const [asked, answered] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const hold = async (route: Route) => {
      asked.resolve()
      await answered.promise
      await route.continue()
    }
    await context.route(isComparison, hold, { times: 1 })
    await page.reload()
    await asked.promise
    await waitForState('live')
    return { at, letGo: answered.resolve }
  }
  await open('/diagnostics')

  await test.step('running: what is here is as old as it was', async () => {
    const { at, letGo } = await beginAgain()
    await expect(state).toHaveText(words.refresh.comparing)
    await expect(last).toHaveText(momentWords(at - ahead))
    await expect(lastInWords).toHaveText([momentWords(at - ahead)])
    letGo()
  })

  await test.step('idle: when it ended, and when the next one is due', async () => {
    await expect(state).toHaveText(words.refresh.idle)
    const at = (await readDeviceMeta(page, 'refresh'))?.finishedAt ?? 0
    expect(at).toBeGreaterThan((await tabletNow()) - MINUTE_MS)
    await expect(last).toHaveText(momentWords(at - ahead))
    await expect(lastInWords).toHaveText([momentWords(at - ahead)])
    await expect(next).toHaveText(momentWords(at - ahead + 5 * MINUTE_MS))
    await expectFits(page)
    await expectAccessible(page)
    await open('/settings')
    await expect(lastInWords).toHaveText([momentWords(at - ahead), momentWords(at - ahead)])
    await open('/diagnostics')
  })

  await test.step('failed: what is here is as old as it was, and the next attempt is near', async () => {
    const { at, letGo } = await beginAgain()
    await network.cutServer()
    letGo()
    await expect(state).toHaveText(words.refresh.failed)
    const failedAt = await tabletNow()
    await expect(last).toHaveText(momentWords(at - ahead))
    await expect(next).toHaveText(momentWords(failedAt - ahead + MINUTE_MS))
    await expectFits(page)
    await expectAccessible(page)
  })
})

test('[D3] the share of time live falls with a cut, is told in words and a chart, and survives a reload', async ({
  admin,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await admin.makeBranch({ products: 2 })
  const fetched: string[] = []
  const { page, open, waitForState } = await counter(branch, {
    prepare: async (context) => {
      context.on('request', (request) => {
        if (!request.serviceWorker()) fetched.push(request.url())
      })
    },
  })
  const fetchesChart = () => fetched.some((url) => /freshness-chart/.test(url))
  const today = page.getByTestId('live-today')
  const away = async () => (await readToday(today)).away
  expect(fetchesChart()).toBe(false)
  await open('/diagnostics')
  await expect(today).toBeVisible({ timeout: 30_000 })
  await expect(page.getByRole('img', { name: words.freshness.chartConnection })).toBeVisible()
  expect(fetchesChart()).toBe(true)

  const before = await readToday(today)
  await network.cut()
  await waitForState('offline')
  await expect.poll(away, { timeout: 30_000 }).toBeGreaterThan(before.away)
  await network.restore()
  await waitForState('live')
  // The end of the cut is written with the change of the state.
  const open1 = (await readToday(today)).open
  await expect.poll(async () => (await readToday(today)).open, { timeout: 90_000 }).toBeGreaterThan(open1)
  const cut = await readToday(today)
  await expect(today).toHaveText(/^Hari ini \d+(,\d+)?\s% langsung; .+ tidak\.$/)
  await expect(page.getByText(say(words.freshness.goalMissed, { goal: format.percent(0.999) }))).toBeVisible()

  await page.reload()
  await waitForState('live')
  await expect(today).toBeVisible()
  const after = await readToday(today)
  expect(after.open).toBeGreaterThanOrEqual(cut.open)
  expect(after.away).toBeGreaterThanOrEqual(cut.away)
  const row = page.getByTestId('live-days').getByRole('row', { name: words.freshness.dayToday })
  await expect(row).toContainText(words.freshness.missed)
})

test('[D3] the page of shares fits and is accessible in every size and colour, whatever the days brought', async ({
  admin,
  counter,
}) => {
  test.slow()
  const branch = await admin.makeBranch({ products: 2 })
  const { page, open } = await counter(branch, { prepare: (prepared) => setClock(prepared) })
  await open('/diagnostics')
  const today = page.getByTestId('live-today')
  const section = page.getByTestId('freshness')
  await expect(today).toBeVisible({ timeout: 30_000 })

  await test.step('a day with a cut and a pause', async () => {
    await putMinutes(page, makeDays(Date.now()))
    await page.reload()
    await expect(page.getByTestId('live-days').getByRole('row')).toHaveCount(8)
    await page.getByText(words.freshness.hours).click()
    await expect(page.getByTestId('live-hours').getByRole('row').nth(1)).toBeVisible()
    await expect(page.getByRole('img', { name: words.freshness.chartLatency })).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
  })

  await test.step('the next day begins with nothing, and yesterday is in the table', async () => {
    const tomorrow = Date.parse(`${addDays(shopDay(Date.now()), 1)}T09:00:00+07:00`)
    await page.clock.setFixedTime(tomorrow)
    await expect(section.getByText(words.freshness.emptyTitle)).toBeVisible({ timeout: 30_000 })
    await expect(page.getByTestId('live-days').getByRole('row', { name: words.freshness.dayYesterday })).toBeVisible()
    await expectFits(page)
    await expectAccessible(page)
  })
})

/** Seven days of nine hours; today with a cut of twelve minutes an hour ago. */
function makeDays(now: number): MinuteRow[] {
  const newest = Math.floor(now / MINUTE_MS) - 1
  return Array.from({ length: 7 }, (_, day) =>
    Array.from({ length: 540 }, (_unused, back): MinuteRow => {
      const isCut = day === 0 && back >= 60 && back < 72
      return {
        minute: newest - day * 1440 - back,
        open: MINUTE_MS,
        live: isCut ? 0 : MINUTE_MS,
        updates: isCut ? 0 : 9,
        latency_p50: isCut ? null : 12 + (back % 7),
        latency_max: isCut ? null : 80 + (back % 90),
      }
    }),
  ).flat()
}

/** Written where the app itself keeps them. */
async function putMinutes(page: Page, rows: readonly MinuteRow[]): Promise<void> {
  await page.evaluate(
    ({ name, minutes }) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const transaction = db.transaction('minutes', 'readwrite')
          for (const minute of minutes) transaction.objectStore('minutes').put(minute)
          transaction.onabort = () => reject(transaction.error)
          transaction.oncomplete = () => {
            db.close()
            resolve()
          }
        }
      }),
    { name: JOURNAL_DB_NAME, minutes: rows },
  )
}
