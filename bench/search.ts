/** `npm run bench -- search`: first load, cold start from the browser's own database, and search as somebody types. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BrowserContext, chromium, type Page } from '@playwright/test'
import playwrightConfig from '../playwright.config.ts'
import { isNumber } from './match-updates.ts'
import type { SearchOptions } from './options.ts'
import { pollUntil } from './pace.ts'
import type { KeyTimes, StartTimes } from './page/search-probe.ts'
import { bundlePageScript } from './page-scripts.ts'
import { markdownTable } from './report.ts'
import { type BenchResult, runOnStand } from './run-on-stand.ts'
import { enrolAndLoad, type Stand, VIEWPORT } from './stand.ts'
import { type Summary, summarize } from './stats.ts'

/** Typed key by key, each after the one before has been answered. */
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
const START_DEADLINE_MS = 60_000

interface SizeResult {
  readonly products: number
  readonly loadMs: number
  readonly online: { readonly firstRow: Summary; readonly firstNumber: Summary }
  readonly offline: { readonly firstRow: Summary; readonly firstNumber: Summary }
  readonly search: { readonly rows: Summary; readonly numbers: Summary; readonly unchanged: number }
}

export function runSearch(options: SearchOptions, say: (line: string) => void): Promise<BenchResult> {
  return runOnStand(options, async (stand) => {
    const probe = await bundlePageScript('search-probe')
    const sizes: SizeResult[] = []
    for (const products of options.sizes) {
      sizes.push(await measureSize(stand, products, options.starts, probe))
      say(`${products} products measured`)
    }
    return {
      intro: `${options.starts} starts of each kind, each in a new browser process; ${QUERIES.length} queries typed key by key (keys that change no result are left out).`,
      table: tabulate(sizes),
      data: { sizes },
      isMet: true,
    }
  })
}

async function measureSize(stand: Stand, products: number, starts: number, probe: string): Promise<SizeResult> {
  const profile = await mkdtemp(join(tmpdir(), 'mstore-bench-'))
  try {
    const branch = await stand.makeBranch(products)
    const link = await stand.pairingLink(branch)
    const loadMs = await inBrowser(profile, probe, async (page) => {
      const ms = await enrolAndLoad(page, link)
      await page.evaluate(() => navigator.serviceWorker.ready.then(() => undefined))
      return ms
    })
    const online: StartTimes[] = []
    const offline: StartTimes[] = []
    for (let turn = 0; turn < starts; turn += 1) {
      online.push(await inBrowser(profile, probe, (page) => measureStart(page, stand.server.origin)))
      offline.push(
        await inBrowser(profile, probe, async (page, context) => {
          await context.setOffline(true)
          return measureStart(page, stand.server.origin)
        }),
      )
    }
    const keys = await inBrowser(profile, probe, async (page) => {
      await measureStart(page, stand.server.origin)
      return typeQueries(page)
    })
    return {
      products,
      loadMs,
      online: summarizeStarts(online),
      offline: summarizeStarts(offline),
      search: {
        rows: summarize(keys.map(({ rows }) => rows).filter(isNumber)),
        numbers: summarize(keys.map(({ numbers }) => numbers).filter(isNumber)),
        unchanged: keys.filter(({ rows }) => rows === null).length,
      },
    }
  } finally {
    await rm(profile, { recursive: true, force: true })
  }
}

/** A browser process of its own on the kept profile: nothing is warm but the disk. */
async function inBrowser<T>(
  profile: string,
  probe: string,
  work: (page: Page, context: BrowserContext) => Promise<T>,
): Promise<T> {
  const context = await chromium.launchPersistentContext(profile, {
    ...playwrightConfig.use?.launchOptions,
    viewport: VIEWPORT,
    locale: 'id-ID',
  })
  try {
    await context.addInitScript({ content: probe })
    return await work(context.pages()[0] ?? (await context.newPage()), context)
  } finally {
    await context.close()
  }
}

async function measureStart(page: Page, origin: string): Promise<StartTimes> {
  await page.goto(origin, { waitUntil: 'commit' })
  const read = () => page.evaluate(() => window.benchSearch.start())
  const isShown = await pollUntil(async () => (await read()).firstNumber !== null, START_DEADLINE_MS, 100)
  if (!isShown) throw new Error('The list did not appear')
  return read()
}

async function typeQueries(page: Page): Promise<KeyTimes[]> {
  const field = page.getByRole('searchbox')
  const times: KeyTimes[] = []
  for (const query of QUERIES) {
    await field.click()
    for (const key of query) {
      await page.keyboard.type(key)
      times.push(await page.evaluate(() => window.benchSearch.afterKey()))
    }
    await field.fill('')
    await page.evaluate(() => window.benchSearch.afterKey())
  }
  return times
}

function summarizeStarts(starts: readonly StartTimes[]): { firstRow: Summary; firstNumber: Summary } {
  return {
    firstRow: summarize(starts.map(({ firstRow }) => firstRow).filter(isNumber)),
    firstNumber: summarize(starts.map(({ firstNumber }) => firstNumber).filter(isNumber)),
  }
}

function tabulate(sizes: readonly SizeResult[]): string {
  const lines = sizes.flatMap(({ products, loadMs, online, offline, search }) => {
    const line = (what: string, { p50, p95, max, count }: Summary) => [products, what, p50, p95, max, count]
    return [
      [products, 'enrol → whole branch loaded and live', loadMs, loadMs, loadMs, 1],
      line('cold start online → first row', online.firstRow),
      line('cold start online → first number', online.firstNumber),
      line('cold start offline → first row', offline.firstRow),
      line('cold start offline → first number', offline.firstNumber),
      line('key → rows of the result', search.rows),
      line('key → rows with their numbers', search.numbers),
    ]
  })
  return markdownTable(['products', 'ms', 'p50', 'p95', 'most', 'samples'], lines)
}
