/** `npm run bench -- queue`: unsent sales of a long day go up while somebody looks at the stock list. */
import type { Page } from '@playwright/test'
import { SALES_DB_NAME } from '../src/db/sales/sales-db.ts'
import type { OperationRow, StockEffect } from '../src/db/sales/sales-rows.ts'
import { readTasks, watchTasks } from './long-tasks.ts'
import { makeSale } from './make-upload.ts'
import type { QueueOptions } from './options.ts'
import { pollUntil } from './pace.ts'
import { markdownTable } from './report.ts'
import { createPageMeter } from './resources.ts'
import { type BenchResult, runInBrowser } from './run-on-stand.ts'
import { enrolAndLoad, VIEWPORT } from './stand.ts'

const PRODUCTS = 10_000
const DEADLINE_MS = 600_000
const LONGEST_TASK_MS = 50

interface Measured {
  readonly verdictsMs: number
  readonly settledMs: number
  readonly longestTaskMs: number
  readonly longTasks: number
  readonly heapBefore: number
  readonly heapMost: number
  readonly booked: number
}

export function runQueue(options: QueueOptions, say: (line: string) => void): Promise<BenchResult> {
  return runInBrowser(options, async (stand, browser) => {
    const branch = await stand.makeBranch(PRODUCTS)
    const context = await browser.newContext({ viewport: VIEWPORT, locale: 'id-ID' })
    const page = await context.newPage()
    await enrolAndLoad(page, await stand.pairingLink(branch))
    const productIds = (
      await stand.sql.query<{ id: number }>('SELECT id::int FROM products WHERE branch_id = $1 ORDER BY id LIMIT 500', [
        branch.id,
      ])
    ).map(({ id }) => id)
    const [device] = await stand.sql.query<{ id: string }>('SELECT id FROM devices WHERE branch_id = $1', [branch.id])
    await context.setOffline(true)
    await storeUnsent(page, makeSales(options, productIds, branch.branchCode, device?.id ?? ''))
    say(`${options.sales} unsent sales are stored`)
    const meter = await createPageMeter(page)
    await page.evaluate(watchTasks)
    const { heapBytes: heapBefore } = await meter.read({ collect: true })
    let heapMost = heapBefore
    const begin = performance.now()
    await context.setOffline(false)
    const isAt = (states: readonly string[]) => async () => {
      heapMost = Math.max(heapMost, (await meter.read({ collect: false })).heapBytes)
      return (await page.evaluate(countStates, [SALES_DB_NAME, states] as const)) === 0
    }
    if (!(await pollUntil(isAt(['queued', 'sending', 'needs-decision']), DEADLINE_MS, 250)))
      throw new Error('Not all were sent')
    const verdictsMs = performance.now() - begin
    say('each has its verdict')
    if (!(await pollUntil(isAt(['accepted']), DEADLINE_MS, 250))) throw new Error('Not all were settled')
    const settledMs = performance.now() - begin
    const tasks = await page.evaluate(readTasks)
    const [count] = await stand.sql.query<{ booked: number }>(
      'SELECT count(*)::int AS booked FROM transactions WHERE branch_id = $1',
      [branch.id],
    )
    const measured: Measured = {
      verdictsMs,
      settledMs,
      longestTaskMs: Math.max(0, ...tasks),
      longTasks: tasks.length,
      heapBefore,
      heapMost,
      booked: count?.booked ?? 0,
    }
    return {
      intro: `${options.sales} unsent sales of ${options.lines} lines, ${PRODUCTS} products, stock list open.`,
      table: tabulate(measured),
      data: { measured },
      isMet: measured.longestTaskMs <= LONGEST_TASK_MS && measured.booked === options.sales,
    }
  })
}

interface Unsent {
  readonly rows: readonly OperationRow[]
  readonly effects: readonly StockEffect[]
}

function makeSales(
  { sales, lines }: QueueOptions,
  productIds: readonly number[],
  branchCode: string,
  deviceId: string,
): Unsent {
  const at = Date.now() - 3_600_000
  const rows = Array.from({ length: sales }, (_, index): OperationRow => {
    const createdAt = new Date(at + index * 1000)
    const { sale, payment } = makeSale(index, lines, { productIds, branchCode, deviceId }, createdAt)
    return {
      offline_id: sale.offline_id,
      place: index + 1,
      content: { type: 'sale', sale, payments: [payment] },
      kind: 'sale',
      deltas: sale.items.map(({ product_id: id }) => [id, -1] as const),
      branch_code: branchCode,
      device_id: deviceId,
      state: 'queued',
      ever_sent: false,
      attempts: 0,
      next_attempt_at: 0,
      error: null,
      result: null,
      about: '',
      shift: '',
      voided_by: '',
      created_at: at + index * 1000,
      settled_at: null,
      exported_at: null,
      conflict_id: null,
      decisions: [],
    }
  })
  const effects = rows.flatMap(({ offline_id, branch_code, deltas }) =>
    deltas.map(([product_id, delta]) => ({ offline_id, branch_code, product_id, delta, learned: [] })),
  )
  return { rows, effects }
}

/** Past the app: making a thousand sales by hand would take longer than what is measured. */
async function storeUnsent(page: Page, unsent: Unsent): Promise<void> {
  await page.evaluate(
    ([name, { rows, effects }]) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const transaction = db.transaction(['operations', 'effects', 'meta'], 'readwrite')
          for (const row of rows) transaction.objectStore('operations').put(row)
          for (const effect of effects) transaction.objectStore('effects').put(effect)
          transaction.objectStore('meta').put({ key: 'place', value: { value: rows.length } })
          transaction.onabort = () => reject(transaction.error)
          transaction.oncomplete = () => {
            db.close()
            resolve()
          }
        }
      }),
    [SALES_DB_NAME, unsent] as const,
  )
}

/** In the page: how many operations are in these states. */
function countStates([name, states]: readonly [string, readonly string[]]): Promise<number> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(name)
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const db = opening.result
      const index = db.transaction('operations').objectStore('operations').index('[state+place]')
      let total = 0
      let left = states.length
      for (const state of states) {
        const counting = index.count(IDBKeyRange.bound([state, 0], [state, Number.MAX_SAFE_INTEGER]))
        counting.onsuccess = () => {
          total += counting.result
          left -= 1
          if (left > 0) return
          db.close()
          resolve(total)
        }
      }
    }
  })
}

function tabulate(measured: Measured): string {
  const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(1)} MB`
  return markdownTable(
    ['what', 'measured'],
    [
      ['line back → each sale has its verdict', `${(measured.verdictsMs / 1000).toFixed(1)} s`],
      ['line back → the stock holds each (settled)', `${(measured.settledMs / 1000).toFixed(1)} s`],
      ['sales on the server', measured.booked],
      ['tasks of the page over 50 ms', measured.longTasks],
      ['longest of them', `${measured.longestTaskMs.toFixed(0)} ms`],
      ['memory of the page before', megabytes(measured.heapBefore)],
      ['memory of the page, most', megabytes(measured.heapMost)],
    ],
  )
}
