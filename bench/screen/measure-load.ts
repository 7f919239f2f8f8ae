/** First load: from the pairing link to a live list, and how much of it the server took to answer. */
import { setTimeout as delay } from 'node:timers/promises'
import { readServerSeconds } from '../resources.ts'
import { enrolAndLoad, type Stand } from '../stand.ts'
import type { Figure } from './figures.ts'
import type { KeptBrowser } from './kept-browser.ts'
import type { Profiler } from './page-profile.ts'

/** Whatever a device asks for. */
const ROUTES = '/api/'
/** What comes after the first load must not meet what a fresh page does in its first seconds. */
const REST_MS = 5_000

export async function measureLoad(
  browser: KeptBrowser,
  stand: Stand,
  wanted: { readonly products: number; readonly link: string; readonly profiler: Profiler },
): Promise<readonly Figure[]> {
  const { products, link, profiler } = wanted
  const readSeconds = () => readServerSeconds(stand.server, ROUTES)
  const before = await readSeconds()
  const { ms, seconds } = await browser.run('', async (page) => {
    const loadMs = await profiler.record(page, `load-${products}`, () => enrolAndLoad(page, link))
    const after = await readSeconds()
    await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
    await delay(REST_MS)
    return { ms: loadMs, seconds: after - before }
  })
  return [
    { name: 'load', products, cpu: 1, product: ms, floor: null },
    { name: 'load-server', products, cpu: 1, product: 1000 * seconds, floor: null },
  ]
}
