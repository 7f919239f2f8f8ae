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

/** False, and nothing kept: the first load is not complete, and what the lists begin with is not known yet. */
export async function keepFront(db: CacheDb, front: KeptFront): Promise<boolean> {
  return await db.transaction('rw', db.meta, async () => {
    const [freshness, refresh] = await Promise.all([readMeta(db, 'freshness'), readMeta(db, 'refresh')])
    if (!freshness && refresh?.phase !== 'complete') return false
    await writeMeta(db, 'front', front)
    return true
  })
}
