/**
 * The beginning of the catalogue as the lists show it before anybody asks for something else. It is kept, so that a start paints its
 * rows without reading 50,000 others first.
 */
import type { CacheDb } from './cache-db.ts'
import { type CatalogueEntry, toEntry } from './catalogue.ts'
import { readMeta, writeMeta } from './meta.ts'
import type { KeptFront } from './rows.ts'
import { isWholeProduct } from './whole-rows.ts'

/** A screen of small tiles has fewer. */
export const FRONT_ROWS = 80

export interface CatalogueFront extends Omit<KeptFront, 'ids'> {
  readonly entries: readonly CatalogueEntry[]
}

/** As it is stored now: a product that changed has its new fields, one that went is missing. Null: nothing was kept. */
export async function readFront(db: CacheDb): Promise<CatalogueFront | null> {
  return await db.transaction('r', db.meta, db.products, async () => {
    const kept = await readMeta(db, 'front')
    if (!kept) return null
    const { ids, ...rest } = kept
    const rows = await db.products.bulkGet([...ids])
    return { ...rest, entries: rows.flatMap((row) => (row && isWholeProduct(row) && row.active ? toEntry(row) : [])) }
  })
}

export async function keepFront(db: CacheDb, front: KeptFront): Promise<void> {
  await writeMeta(db, 'front', front)
}
