/** Search: codes and names typed key by key into the product's list and into the floor's. */
import type { Page } from '@playwright/test'
import { isNumber } from '../match-updates.ts'
import type { KeyTimes } from '../page/search-probe.ts'
import { summarize } from '../stats.ts'
import type { Figure, FigureName } from './figures.ts'
import type { KeptBrowser } from './kept-browser.ts'
import { openList } from './measure-start.ts'
import type { Profiler } from './page-profile.ts'
import { slowedDown } from './slow-down.ts'

/** Typed key by key, each after the one before has been answered; on a slowed page every second of them, which is enough. */
const QUERIES = [
  'kopi kapal 12',
  'sabun merah 3',
  'beras premium',
  'sku-00421',
  '89900000421',
  'minyak hemat 5 liter',
  'teh 8 pak',
  'gula putih 11 kg',
  'susu indah manis',
  'mie pedas 2',
  'tepung segitiga 4 g',
  'sambal asli 9 ml',
  'kecap bango 1 liter',
  'biskuit mutiara 7',
]

/** What changes the answer of one key comes within this many times the usual pause, also when the page is slow. */
const SLOW_PATIENCE = 3

export async function measureSearch(
  browser: KeptBrowser,
  probe: string,
  wanted: {
    readonly products: number
    readonly speeds: readonly number[]
    readonly productUrl: string
    readonly floorUrl: string
    readonly profiler: Profiler
  },
): Promise<readonly Figure[]> {
  const { products, profiler } = wanted
  const figures: Figure[] = []
  for (const cpu of wanted.speeds) {
    const type = (url: string, name: string | null) =>
      browser.run(probe, async (page) => {
        await openList(page, url)
        return slowedDown(page, cpu, () => {
          const work = () => typeQueries(page, cpu > 1)
          return name === null ? work() : profiler.record(page, name, work)
        })
      })
    const floor = await type(wanted.floorUrl, null)
    const product = await type(wanted.productUrl, `search-${products}-cpu${cpu}`)
    const figure = (name: FigureName, part: keyof KeyTimes, rank: 'p50' | 'p95'): Figure => ({
      name,
      products,
      cpu,
      product: summarize(product.map((times) => times[part]).filter(isNumber))[rank],
      floor: summarize(floor.map((times) => times[part]).filter(isNumber))[rank],
    })
    figures.push(
      figure('search-p50', 'rows', 'p50'),
      figure('search-p95', 'rows', 'p95'),
      figure('search-numbers-p95', 'numbers', 'p95'),
    )
  }
  return figures
}

/** Keys that change no result are left out. */
async function typeQueries(page: Page, isSlow: boolean): Promise<KeyTimes[]> {
  const field = page.getByRole('searchbox')
  const answered = () => page.evaluate((times) => window.benchSearch.afterKey(times), isSlow ? SLOW_PATIENCE : 1)
  const times: KeyTimes[] = []
  for (const query of QUERIES.filter((_, index) => !isSlow || index % 2 === 0)) {
    await field.click()
    for (const key of query) {
      await page.keyboard.type(key)
      times.push(await answered())
    }
    await field.fill('')
    await answered()
  }
  return times
}
