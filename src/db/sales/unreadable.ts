/**
 * Rows that another version left, half written or garbled. What can be understood is mended where it stands; the rest is put aside
 * under a key of its own, whole and out of the queue's way: it stops no sale, and stands in every export for support (rule Q7).
 */
import { dequal } from 'dequal/lite'
import type { Table } from 'dexie'
import { toEffects } from './effects.ts'
import { rangeOf, readPlace } from './read-operations.ts'
import type { SalesDb } from './sales-db.ts'
import { writeSalesMeta } from './sales-meta.ts'
import type { OperationRow, OperationState, StockEffect } from './sales-rows.ts'

export interface UnreadableRow {
  readonly offline_id: string
  readonly place: number
  readonly state: 'unreadable'
  /** As it was. */
  readonly stored: unknown
  /** When it was written to an export file, client ms; null: never. */
  readonly exported_at: number | null
}

/** Units; more than anybody sells at once. */
const DELTA_MAX = 1e12
const ENDED: readonly OperationState[] = ['settled', 'cancelled']
const OPEN: readonly OperationState[] = ['queued', 'sending', 'accepted', 'needs-decision']

/** Gives a row that can be worked with, null when it can't be understood. `place`: for one that lost its own. */
type Mend = (stored: unknown, place: number) => { readonly row: OperationRow; readonly isChanged: boolean } | null

/**
 * Looks at every row that has no end yet, and at those that no index knows. Returns how many are put aside, of this and of
 * earlier times. Where nothing is to be mended it only reads: no reader waits for it, nor it for one.
 */
export async function mendOperations(db: SalesDb, mend: Mend): Promise<number> {
  const whole = await db.transaction('r', [db.operations, db.effects], async () =>
    (await isWhole(db, mend)) ? (await readUnreadable(db)).length : null,
  )
  return whole ?? (await mendInPlace(db, mend))
}

async function isWhole(db: SalesDb, mend: Mend): Promise<boolean> {
  const isDoubtful = (row: OperationRow): boolean => {
    const before = asUnreadable(row)
    const mended = mend(before ? before.stored : row, 0)
    return before ? mended !== null : mended === null || mended.isChanged
  }
  if ((await readDoubtful(db)).some(isDoubtful)) return false
  return (await db.effects.filter((effect) => !isEffect(effect)).count()) === 0
}

async function mendInPlace(db: SalesDb, mend: Mend): Promise<number> {
  return await db.transaction('rw', [db.operations, db.effects, db.meta], async () => {
    let last = await readPlace(db)
    const changed: OperationRow[] = []
    const aside: UnreadableRow[] = []
    const gone: string[] = []
    for (const row of await readDoubtful(db)) {
      const before = asUnreadable(row)
      const mended = mend(before ? before.stored : row, last + 1)
      if (mended === null) {
        if (before) continue
        last += 1
        aside.push({
          offline_id: `unreadable:${last}`,
          place: last,
          state: 'unreadable',
          stored: row,
          exported_at: null,
        })
        gone.push(row.offline_id)
      } else if (before) {
        // A file may have brought it meanwhile: of two that are the same one is enough.
        const here = await db.operations.get(mended.row.offline_id)
        if (here && !dequal(here.content, mended.row.content)) continue
        gone.push(row.offline_id)
        if (here) continue
        last = Math.max(last, mended.row.place)
        changed.push(mended.row)
      } else if (mended.isChanged) {
        last = Math.max(last, mended.row.place)
        changed.push(mended.row)
      }
    }
    await db.operations.bulkDelete(gone)
    await db.operations.bulkPut(changed)
    await tableOf(db).bulkPut(aside)
    await mendEffects(db, changed)
    if (changed.length + aside.length > 0) await writeSalesMeta(db, 'place', { value: last })
    return (await readUnreadable(db)).length
  })
}

/** What was put aside, in the order in which it was found. */
export async function readUnreadable(db: SalesDb): Promise<UnreadableRow[]> {
  const rows = await db.operations
    .where('[state+place]')
    .between(...rangeOf('unreadable'))
    .toArray()
  return rows.map(asUnreadable).filter((row) => row !== null)
}

/** They stand in a file now, client ms. One that another tab could mend meanwhile stays gone. */
export async function markUnreadableExported(db: SalesDb, rows: readonly UnreadableRow[], at: number): Promise<void> {
  await db.transaction('rw', db.operations, async () => {
    const here = await db.operations.bulkGet(rows.map(({ offline_id: id }) => id))
    const aside = here.map((row) => row && asUnreadable(row)).filter((row) => !!row)
    await tableOf(db).bulkPut(aside.map((row) => ({ ...row, exported_at: at })))
  })
}

/** Rows whose end is known stay unread: of those a shop has a year. */
async function readDoubtful(db: SalesDb): Promise<OperationRow[]> {
  const table = db.operations
  const inState = (state: OperationState | 'unreadable') => table.where('[state+place]').between(...rangeOf(state))
  const [open, all, ...ended] = await Promise.all([
    Promise.all(([...OPEN, 'unreadable'] as const).map((state) => inState(state).toArray())),
    table.count(),
    ...ENDED.map((state) => inState(state).count()),
  ])
  const rows = open.flat()
  if (all === ended.reduce((sum, count) => sum + count, rows.length)) return rows
  const indexed = new Set<unknown>(rows.map(({ offline_id: id }) => id))
  const keys = await Promise.all(ENDED.map((state) => inState(state).primaryKeys()))
  for (const key of keys.flat()) indexed.add(key)
  return [...rows, ...(await table.filter(({ offline_id: id }) => !indexed.has(id)).toArray())]
}

/** An effect that is no number would make every stock none; what its operation does is told by the operation. */
async function mendEffects(db: SalesDb, changed: readonly OperationRow[]): Promise<void> {
  const garbled = await db.effects.filter((effect) => !isEffect(effect)).toArray()
  if (garbled.length === 0 && changed.length === 0) return
  const owners = await db.operations.bulkGet(garbled.map(({ offline_id: id }) => id))
  await db.effects.bulkDelete(garbled.map(({ offline_id: id, product_id: productId }) => [id, productId]))
  const kept = new Set((await db.effects.toArray()).map(effectName))
  const rows = [...new Map([...changed, ...owners].flatMap((row) => (row ? [[row.offline_id, row]] : []))).values()]
  const missing = rows
    .filter(({ state }) => OPEN.includes(state))
    .flatMap((row) => toEffects(row))
    .filter((effect) => !kept.has(effectName(effect)))
  await db.effects.bulkPut(missing)
}

function isEffect({ delta, learned, branch_code: branch }: StockEffect): boolean {
  const isKnown = (one: unknown): boolean =>
    typeof one === 'object' && one !== null && 'version' in one && Number.isFinite(one.version)
  return (
    Number.isFinite(delta) &&
    Math.abs(delta) <= DELTA_MAX &&
    Array.isArray(learned) &&
    learned.every(isKnown) &&
    typeof branch === 'string'
  )
}

function effectName({ offline_id: id, product_id: productId }: StockEffect): string {
  return `${id} ${productId}`
}

/** The same store, for rows of another kind: only the queue's indexes by state and place know them. */
function tableOf(db: SalesDb): Table<UnreadableRow, string> {
  return db.table('operations')
}

function asUnreadable(row: object): UnreadableRow | null {
  if (!('state' in row && row.state === 'unreadable' && 'stored' in row)) return null
  const { offline_id: id, place, stored, exported_at: at } = row as UnreadableRow
  return { offline_id: id, place, state: 'unreadable', stored, exported_at: at }
}
