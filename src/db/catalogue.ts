/**
 * What a list of products subscribes to: ids and fixed fields, never the stock (rule V1).
 */
import type { CacheDb } from './cache-db.ts'
import { readMeta } from './meta.ts'
import type { ProductRow } from './rows.ts'
import { isWholeProduct } from './whole-rows.ts'

export interface CatalogueEntry {
  id: number
  name: string
  sku: string | null
  barcode: string | null
  category: string | null
  price: number
  unit: string
  active: boolean
}

export interface CatalogueChanges {
  changed: CatalogueEntry[]
  removed: number[]
  /** Pass it as `since` next time. */
  rev: number
}

/** So many rows are unpacked in a few ms, even by a slow tablet. */
const SLICE = 2000

/**
 * Products whose catalogue fields changed after `since` and ids removed after it. As the query of a live query it runs again when a
 * catalogue field is written and not when a stock changes: it reads the `rev` indexes alone.
 */
export async function readCatalogueChanges(db: CacheDb, since: number): Promise<CatalogueChanges> {
  // Of one moment: a row that is written between two readings would be taken for known.
  const [stored, tombstones] = await db.transaction('r', db.products, db.tombstones, () =>
    Promise.all([db.products.where('rev').above(since).toArray(), db.tombstones.where('rev').above(since).toArray()]),
  )
  const rows = stored.filter(isWholeProduct)
  let rev = since
  for (const row of rows) rev = Math.max(rev, row.rev)
  const removed: number[] = []
  for (const tombstone of tombstones) {
    rev = Math.max(rev, tombstone.rev ?? 0)
    if (tombstone.kind === 'product') removed.push(tombstone.id)
  }
  return { changed: rows.map(toEntry), removed, rev }
}

/**
 * Every product, in slices between which the page goes on, and others write: what they write has a `rev` above the one that was read
 * first, and is among the changes after it. Null: `isStopped` said so.
 */
export async function readWholeCatalogue(db: CacheDb, isStopped: () => boolean): Promise<CatalogueChanges | null> {
  const rev = (await readMeta(db, 'rev'))?.value ?? 0
  const changed: CatalogueEntry[] = []
  let slice: ProductRow[] = []
  for (let after = Number.NEGATIVE_INFINITY; !isStopped(); after = slice.at(-1)?.id ?? after) {
    // In a transaction of its own: else Dexie keeps a copy of what it has read.
    slice = await db.transaction('r', db.products, () => db.products.where(':id').above(after).limit(SLICE).toArray())
    changed.push(...slice.filter(isWholeProduct).map(toEntry))
    if (slice.length < SLICE) return { changed, removed: [], rev }
  }
  return null
}

export function toEntry({ id, name, sku, barcode, category, price, unit, active }: ProductRow): CatalogueEntry {
  return { id, name, sku, barcode, category, price, unit, active }
}
