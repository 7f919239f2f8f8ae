/** Cold start: a new browser process on what the device keeps, until each row in sight has its number; and which scripts that took. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import { ROOT } from '../../scripts/run-tool.ts'
import { isNumber } from '../match-updates.ts'
import { pollUntil } from '../pace.ts'
import { summarize } from '../stats.ts'
import type { Figure } from './figures.ts'
import type { KeptBrowser } from './kept-browser.ts'
import type { Profiler } from './page-profile.ts'
import { gzipKilobytes, scriptsOfStart } from './script-weight.ts'

const DEADLINE_MS = 60_000
/** Asking takes time from what is asked. */
const LOOK_EVERY_MS = 100

export async function openList(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'commit' })
  const isShown = await pollUntil(
    async () => (await page.evaluate(() => window.benchSearch.start())).numbers !== null,
    DEADLINE_MS,
    LOOK_EVERY_MS,
  )
  if (!isShown) throw new Error('The list did not appear')
}

export async function measureStart(
  browser: KeptBrowser,
  probe: string,
  wanted: {
    readonly products: number
    readonly starts: number
    readonly productUrl: string
    readonly floorUrl: string
    readonly profiler: Profiler
  },
): Promise<readonly Figure[]> {
  const { products, profiler } = wanted
  const start = (url: string, profile: string | null) =>
    browser.run(probe, async (page) => {
      const open = () => openList(page, url)
      await (profile === null ? open() : profiler.record(page, profile, open))
      return page.evaluate(() => ({ ...window.benchSearch.start(), scripts: window.benchSearch.scripts() }))
    })
  const product: (number | null)[] = []
  const floor: (number | null)[] = []
  const beforeRow: (readonly string[])[] = []
  for (let turn = 0; turn < wanted.starts; turn += 1) {
    floor.push((await start(wanted.floorUrl, null)).numbers)
    const found = await start(wanted.productUrl, turn === 0 ? `start-${products}` : null)
    product.push(found.numbers)
    beforeRow.push(found.scripts)
  }
  const at = { products, cpu: 1 }
  return [
    {
      name: 'start',
      ...at,
      product: summarize(product.filter(isNumber)).p50,
      floor: summarize(floor.filter(isNumber)).p50,
    },
    { name: 'script', ...at, product: gzipKilobytes(readBuilt, scriptsOfStart(readBuilt)), floor: null },
    {
      name: 'script-rows',
      ...at,
      product: least(beforeRow.map((paths) => gzipKilobytes(readBuilt, paths))),
      floor: null,
    },
  ]
}

/** Of several starts the one that waited for least: on a busy machine also what comes later may have arrived before the row. */
function least(kilobytes: readonly number[]): number {
  return kilobytes.length === 0 ? Number.NaN : Math.min(...kilobytes)
}

function readBuilt(path: string): string {
  return readFileSync(join(ROOT, 'dist', path), 'utf8')
}
