/** While stock changes a hundred times a second nothing on the screen moves. */
import { setInterval } from 'node:timers/promises'
import type { Page } from '@playwright/test'
import { expect, test } from './support/fixtures.ts'

const TICK_MS = 100
const TICKS = 20
/** Ten rows in sight change at every tick: 100 updates a second. */
const ROWS_A_TICK = 10
const ROW_HEIGHT = 56

test('[V1] at 100 updates/s on the rows in sight there is no layout shift and no scroll', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 300 })
  const ids = branch.productIds.slice(140, 140 + ROWS_A_TICK)
  const [first = 0] = ids
  const { page, stock, syncState } = await counter(branch)
  const scroller = page.getByRole('grid').locator('xpath=..')
  await scroller.evaluate((element, top) => element.scrollTo({ top }), 140 * ROW_HEIGHT)
  await expect(stock(first)).toBeInViewport()
  const place = async () => [
    await scroller.evaluate((element) => element.scrollTop),
    (await stock(first).boundingBox())?.y,
  ]
  // The first update of all brings the latency into the header.
  await sql.query('UPDATE products SET stock = 500 WHERE id = ANY ($1)', [ids])
  await expect(syncState).toContainText('dtk')
  await expect(stock(first)).toHaveText('500')
  const before = await place()
  await watchShifts(page)
  const change = (value: string, params: readonly unknown[]) =>
    sql.query(`UPDATE products SET stock = ${value} WHERE id = ANY ($1)`, [ids, ...params])
  const changeAtRate = async (value: string) => {
    let tick = 0
    // A rate, not a wait: the next ten changes are due when the clock says so.
    for await (const _ of setInterval(TICK_MS)) {
      tick += 1
      await change(value, [tick])
      if (tick === TICKS) break
    }
  }

  // Sales and deliveries: three digits stay three digits.
  await changeAtRate('500 + (id * $2::int) % 400')
  await change('777', [])
  for (const id of ids) await expect(stock(id)).toHaveText('777')
  expect(await readShifts(page)).toEqual({ sum: 0, moved: [] })

  // Other digits, signs and badges: a number grows to its left, and nothing beside it moves.
  await changeAtRate('(id % 7 - 3) * power(7.375, $2::int % 5)')
  await change('-12345.678', [])
  for (const id of ids) await expect(stock(id)).toHaveText('-12.345,678')
  expect((await readShifts(page)).moved).toEqual([])
  expect(await place()).toEqual(before)
})

async function watchShifts(page: Page): Promise<void> {
  await page.evaluate(() => {
    const shifts = { sum: 0, moved: [] as string[] }
    const isNumber = (node: Element) =>
      node.matches('[data-testid^="stock-"], :has(> [data-testid^="stock-"]), :has(+ [data-testid^="stock-"])')
    const observer = new PerformanceObserver((list) => read(list.getEntries()))
    const read = (entries: readonly PerformanceEntry[]) => {
      for (const { value, sources } of entries as (PerformanceEntry & LayoutShiftFacts)[]) {
        shifts.sum += value
        for (const { node } of sources) {
          const element = node instanceof Element ? node : node?.parentElement
          if (element && !isNumber(element)) shifts.moved.push(element.outerHTML.slice(0, 200))
        }
      }
    }
    observer.observe({ type: 'layout-shift' })
    Object.assign(window, {
      readShifts: async () => {
        // What was painted last is reported with the frame after it.
        for (let frame = 0; frame < 3; frame += 1) await new Promise(requestAnimationFrame)
        read(observer.takeRecords())
        return shifts
      },
    })
  })
}

/** The sum of all shifts, and what was moved that is not a stock number itself. */
async function readShifts(page: Page): Promise<{ sum: number; moved: string[] }> {
  return await page.evaluate(() => Reflect.get(window, 'readShifts')())
}

/** TypeScript's DOM library does not have it. */
interface LayoutShiftFacts {
  readonly value: number
  readonly sources: readonly { readonly node: Node | null }[]
}
