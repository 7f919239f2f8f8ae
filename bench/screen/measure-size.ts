/** All of the wanted parts for a branch of one size, on a device of its own. */
import type { Page } from '@playwright/test'
import type { ScreenOptions } from '../options.ts'
import { serveFloors } from '../page-scripts.ts'
import type { Stand } from '../stand.ts'
import type { Figure } from './figures.ts'
import { createKeptBrowser } from './kept-browser.ts'
import { measureLoad } from './measure-load.ts'
import { measurePaint } from './measure-paint.ts'
import { measureSearch } from './measure-search.ts'
import { measureStart } from './measure-start.ts'
import type { Profiler } from './page-profile.ts'
import { type PaintPhase, paintFigures } from './paint-figures.ts'

const LIVE_DEADLINE_MS = 120_000

export interface SizeFound {
  readonly figures: readonly Figure[]
  readonly phases: readonly PaintPhase[]
}

export async function measureSize(
  stand: Stand,
  wanted: ScreenOptions & {
    readonly products: number
    readonly scripts: { readonly probe: string; readonly searchProbe: string }
    readonly profiler: Profiler
    readonly say: (line: string) => void
  },
): Promise<SizeFound> {
  const { products, parts, profiler, scripts, speeds, say } = wanted
  const browser = await createKeptBrowser()
  const branch = await stand.makeBranch(products)
  const floorSite = await serveFloors(await readCatalogue(stand, branch.id))
  const urls = { productUrl: `${stand.server.origin}/`, floorUrl: `${floorSite.origin}/list` }
  try {
    const figures: Figure[] = []
    // Any part needs an enrolled device.
    const loaded = await measureLoad(browser, stand, { products, link: await stand.pairingLink(branch), profiler })
    if (parts.includes('load')) figures.push(...loaded)
    say(`${products} products loaded`)
    if (parts.includes('start')) {
      figures.push(...(await measureStart(browser, scripts.searchProbe, { ...wanted, ...urls })))
      say('cold starts measured')
    }
    if (parts.includes('search')) {
      figures.push(...(await measureSearch(browser, scripts.searchProbe, { ...wanted, ...urls })))
      say('search measured')
    }
    if (!parts.includes('paint')) return { figures, phases: [] }
    const phases = await browser.run(scripts.probe, async (page, context) => {
      await openLive(page, urls.productUrl)
      const site = { origin: floorSite.origin, probe: scripts.probe }
      return measurePaint(stand, context, { ...wanted, page, branch, floorSite: site, speeds })
    })
    return { figures: [...figures, ...paintFigures(products, phases)], phases }
  } finally {
    await floorSite.close()
    await browser.remove()
  }
}

async function openLive(page: Page, url: string): Promise<void> {
  await page.goto(url)
  const options = { timeout: LIVE_DEADLINE_MS }
  await page.locator('[data-testid="sync-state"][data-state="live"]').waitFor(options)
  await page.locator('[data-testid^="stock-"]').first().waitFor(options)
}

/** What the floor's list shows, as JSON. */
async function readCatalogue({ sql }: Stand, branchId: number): Promise<string> {
  const rows = await sql.query(
    'SELECT id, name, sku, barcode, category, price, stock FROM products WHERE branch_id = $1',
    [branchId],
  )
  return JSON.stringify(rows)
}
