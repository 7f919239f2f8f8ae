/** The product as it is: a separate SQL client commits, the enrolled counter's own stock list shows. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, Page } from '@playwright/test'
import type { Branch } from '../e2e/support/admin-client.ts'
import { CACHE_DB_NAME } from '../src/db/cache-db.ts'
import { measureClockOffset, nodeNow } from './clock-offset.ts'
import { isNumber, matchUpdates, shift, type Update } from './match-updates.ts'
import type { Measured, MeasuredSubject } from './measured-subject.ts'
import { pace, pollUntil } from './pace.ts'
import { showsAll } from './shows-all.ts'
import { enrolAndLoad, type Stand, VIEWPORT } from './stand.ts'
import { createUpdatePlan } from './update-plan.ts'

export interface ProductSubject extends MeasuredSubject {
  readonly loadMs: number
  /** All products of the branch, and those whose rows are in sight. */
  readonly ids: readonly number[]
  readonly visible: readonly number[]
  /** As `measure`, and records each step in the page too. */
  trace(rate: number, seconds: number): Promise<Measured>
}

const SETTLE_DEADLINE_MS = 10_000
/** A page that has just loaded 10,000 rows still tidies up. */
const REST_MS = 2_000

export async function openProduct(
  browser: Browser,
  stand: Stand,
  probe: string,
  wanted: { readonly branch: Branch; readonly visible: number },
): Promise<ProductSubject> {
  const { sql } = stand
  const page = await browser.newPage({ viewport: VIEWPORT, locale: 'id-ID' })
  await page.addInitScript({ content: probe })
  const loadMs = await enrolAndLoad(page, await stand.pairingLink(wanted.branch))
  await delay(REST_MS)
  const offset = await measureClockOffset(page)
  const visible = (await idsInSight(page)).slice(0, wanted.visible)
  if (visible.length < wanted.visible) throw new Error(`Only ${visible.length} rows are in sight`)
  const plan = createUpdatePlan(await readStocks(), visible)

  async function readStocks(): Promise<Map<number, number>> {
    const rows = await sql.query<{ id: number; stock: number }>(
      'SELECT id, stock FROM products WHERE branch_id = $1 ORDER BY id',
      [wanted.branch.id],
    )
    return new Map(rows.map(({ id, stock }) => [id, stock]))
  }

  async function measure(rate: number, seconds: number, trace: boolean): Promise<Measured> {
    const updates: Update[] = []
    const commits: number[] = []
    await page.evaluate((traced) => window.benchProbe.start({ trace: traced }), trace)
    const commit = async () => {
      const { id, value } = plan.next()
      const begin = nodeNow()
      await sql.query('UPDATE products SET stock = $1 WHERE id = $2', [value, id])
      const at = nodeNow()
      updates.push({ id, value, at })
      commits.push(at - begin)
    }
    // One connection: an update that is due waits for the one before.
    let last = Promise.resolve()
    await pace(rate, seconds, () => {
      last = last.then(commit)
      return last
    })
    const watched = updates.filter(({ id }) => visible.includes(id))
    await pollUntil(
      async () => (await showsAll(page, watched)) && (await readStoredCursor(page)) === (await readLogEnd()),
      SETTLE_DEADLINE_MS,
    )
    const recording = await page.evaluate(() => window.benchProbe.stop())
    const { delays, lost, wentBack } = matchUpdates(watched, shift(recording.paints, offset.ms))
    const differing = await countDiffering()
    return { updates, delays: delays.filter(isNumber), lost: lost.length + differing, wentBack, commits, recording }
  }

  async function readLogEnd(): Promise<number | undefined> {
    const [log] = await sql.query<{ seq: number }>('SELECT seq FROM branch_seq WHERE branch_id = $1', [
      wanted.branch.id,
    ])
    return log?.seq
  }

  /** Products whose stock on the device is not the database's, or not what the last update said. */
  async function countDiffering(): Promise<number> {
    const [inDatabase, stored] = await Promise.all([readStocks(), readStoredStocks(page)])
    const onDevice = new Map(stored)
    let differing = 0
    for (const [id, value] of plan.stocks) {
      if (inDatabase.get(id) !== value || onDevice.get(id) !== value) differing += 1
    }
    return differing
  }

  return {
    subject: 'product',
    page,
    offset,
    loadMs,
    ids: [...plan.stocks.keys()],
    visible,
    measure: (rate, seconds) => measure(rate, seconds, false),
    trace: (rate, seconds) => measure(rate, seconds, true),
  }
}

/** The products whose rows lie wholly inside the list's window, from the top. */
export async function idsInSight(page: Page): Promise<number[]> {
  return page.evaluate(() => {
    const list = document.querySelector('[role="grid"]')?.parentElement?.getBoundingClientRect()
    const header = document.querySelector('[role="grid"] thead')?.getBoundingClientRect()
    if (!list || !header) return []
    const bottom = Math.min(list.bottom, innerHeight)
    return [...document.querySelectorAll<HTMLElement>('[role="grid"] [data-testid^="stock-"]')]
      .map((cell) => ({ cell, box: (cell.closest('tr') ?? cell).getBoundingClientRect() }))
      .filter(({ box }) => box.top >= header.bottom - 1 && box.bottom <= bottom + 1)
      .sort((a, b) => a.box.top - b.box.top)
      .map(({ cell }) => Number(cell.dataset.testid?.slice('stock-'.length)))
  })
}

/** Past Dexie: what lies in the browser's database. */
function readStoredStocks(page: Page): Promise<[number, number][]> {
  return page.evaluate(
    (name) =>
      new Promise<[number, number][]>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const rows: IDBRequest<{ id: number; quantity: number }[]> = opening.result
            .transaction('stocks')
            .objectStore('stocks')
            .getAll()
          rows.onerror = () => reject(rows.error)
          rows.onsuccess = () => {
            opening.result.close()
            resolve(rows.result.map(({ id, quantity }) => [id, quantity]))
          }
        }
      }),
    CACHE_DB_NAME,
  )
}

function readStoredCursor(page: Page): Promise<number | null> {
  return page.evaluate(
    (name) =>
      new Promise<number | null>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const row: IDBRequest<{ value: { cursor: number | null } } | undefined> = opening.result
            .transaction('meta')
            .objectStore('meta')
            .get('position')
          row.onerror = () => reject(row.error)
          row.onsuccess = () => {
            opening.result.close()
            resolve(row.result?.value.cursor ?? null)
          }
        }
      }),
    CACHE_DB_NAME,
  )
}
