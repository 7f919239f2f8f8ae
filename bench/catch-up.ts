/** `npm run bench -- catch-up`: a tablet that was away while the branch changed a hundred thousand times. */
import type { Browser } from '@playwright/test'
import { PATHS } from '../src/contract/rest.ts'
import { CACHE_DB_NAME } from '../src/db/cache-db.ts'
import { readTasks, watchTasks } from './long-tasks.ts'
import type { CatchUpOptions } from './options.ts'
import { pollUntil } from './pace.ts'
import { markdownTable } from './report.ts'
import { createPageMeter } from './resources.ts'
import { type BenchResult, runInBrowser } from './run-on-stand.ts'
import { enrolAndLoad, type Stand, VIEWPORT } from './stand.ts'
import { readSumOfStocks, sumOfStocks } from './sum-of-stocks.ts'

const DEADLINE_MS = 600_000
const LONGEST_TASK_MS = 50

interface Measured {
  readonly changes: number
  readonly writtenMs: number
  readonly caughtUpMs: number
  /** Requests of the log. */
  readonly requests: number
  /** Of pages of products and inventory. */
  readonly pages: number
  readonly longTasks: number
  readonly longestTaskMs: number
  readonly heapMost: number
  readonly isEqual: boolean
}

/**
 * `log`: the last refresh is minutes old, so each missed change is taken in. `refresh`: it is a night old, and the rows are
 * fewer than the changes (rule C8).
 */
const WAYS = ['log', 'refresh'] as const
type Way = (typeof WAYS)[number]
const NIGHT_MS = 10 * 60 * 60 * 1000

export function runCatchUp(options: CatchUpOptions, say: (line: string) => void): Promise<BenchResult> {
  return runInBrowser(options, async (stand, browser) => {
    const measured = {
      log: await measure(stand, browser, 'log', options, say),
      refresh: await measure(stand, browser, 'refresh', options, say),
    }
    return {
      intro: `A tablet of ${options.products} products is opened after ${measured.log.changes} changes, its last refresh minutes and then a night ago.`,
      table: tabulate(measured),
      data: { measured },
      isMet: WAYS.every((way) => measured[way].isEqual && measured[way].longestTaskMs <= LONGEST_TASK_MS),
    }
  })
}

async function measure(
  stand: Stand,
  browser: Browser,
  way: Way,
  options: CatchUpOptions,
  say: (line: string) => void,
): Promise<Measured> {
  const branch = await stand.makeBranch(options.products)
  const context = await browser.newContext({ viewport: VIEWPORT, locale: 'id-ID' })
  try {
    const page = await context.newPage()
    await enrolAndLoad(page, await stand.pairingLink(branch))
    // Closed, as over night.
    await page.goto(`${stand.server.origin}/healthz`)
    if (way === 'refresh') await page.evaluate(ageRefresh, [CACHE_DB_NAME, NIGHT_MS] as const)
    const begin = performance.now()
    const changes = await changeStocks(stand, branch.id, options.changes)
    const writtenMs = performance.now() - begin
    say(`${changes} changes are in the log`)

    let requests = 0
    let pages = 0
    context.on('request', (request) => {
      const { pathname } = new URL(request.url())
      if (pathname === PATHS.changes) requests += 1
      if (pathname === PATHS.products || pathname === PATHS.inventory) pages += 1
    })
    await context.addInitScript(watchTasks)
    const meter = await createPageMeter(page)
    let heapMost = 0
    const opened = performance.now()
    await page.goto(stand.server.origin)
    const live = page.locator('[data-testid="sync-state"][data-state="live"]')
    const isLive = async () => {
      heapMost = Math.max(heapMost, (await meter.read({ collect: false })).heapBytes)
      return (await live.count()) > 0
    }
    if (!(await pollUntil(isLive, DEADLINE_MS, 100))) throw new Error('The tablet did not catch up')
    const caughtUpMs = performance.now() - opened
    const tasks = await page.evaluate(readTasks)
    const wanted = await readSumOfStocks(stand, branch.id)
    const isEqual = await pollUntil(async () => (await sumOfStocks(page)) === wanted, 30_000, 500)
    return {
      changes,
      writtenMs,
      caughtUpMs,
      requests,
      pages,
      longTasks: tasks.length,
      longestTaskMs: Math.max(0, ...tasks),
      heapMost,
      isEqual,
    }
  } finally {
    await context.close()
  }
}

/** In the page: the last refresh was so much earlier, ms. */
function ageRefresh([name, byMs]: readonly [string, number]): Promise<void> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name)
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const db = opening.result
      const transaction = db.transaction('meta', 'readwrite')
      const meta = transaction.objectStore('meta')
      const reading = meta.get('refresh')
      reading.onsuccess = () => {
        const { value } = reading.result
        meta.put({ ...reading.result, value: { ...value, finishedAt: value.finishedAt - byMs } })
      }
      transaction.onabort = () => reject(transaction.error)
      transaction.oncomplete = () => {
        db.close()
        resolve()
      }
    }
  })
}

/** Whole rounds over the branch, so that every product changes; resolves to how many changes the log has of them. */
async function changeStocks({ sql }: Stand, branchId: number, least: number): Promise<number> {
  const readEnd = async () => {
    const [log] = await sql.query<{ seq: number }>('SELECT seq FROM branch_seq WHERE branch_id = $1', [branchId])
    return log?.seq ?? 0
  }
  const begin = await readEnd()
  let end = begin
  for (let round = 1; end - begin < least; round += 1) {
    await sql.query('UPDATE products SET stock = stock + (id + $2::int) % 7 - 2 WHERE branch_id = $1', [
      branchId,
      round,
    ])
    end = await readEnd()
  }
  return end - begin
}

function tabulate({ log, refresh }: Record<Way, Measured>): string {
  const row = (what: string, of: (measured: Measured) => string | number) => [what, of(log), of(refresh)]
  return markdownTable(
    ['what', 'by the log', 'by a refresh'],
    [
      row('writing the changes by SQL', ({ writtenMs }) => `${(writtenMs / 1000).toFixed(1)} s`),
      row('opened → live', ({ caughtUpMs }) => `${(caughtUpMs / 1000).toFixed(1)} s`),
      row('requests of the log', ({ requests }) => requests),
      row('requests of products and inventory', ({ pages }) => pages),
      row('equal to the server', ({ isEqual }) => (isEqual ? 'yes' : 'no')),
      row('tasks of the page over 50 ms', ({ longTasks }) => longTasks),
      row('longest of them', ({ longestTaskMs }) => `${longestTaskMs.toFixed(0)} ms`),
      row('memory of the page, most', ({ heapMost }) => `${(heapMost / 1e6).toFixed(1)} MB`),
    ],
  )
}
