import type { Product } from '../../src/contract/records.ts'
import type { Database, Queryable } from '../database.ts'
import { setChangeContext } from './change-context.ts'
import { type Page, type PageRequest, readPage } from './pages.ts'

/** Catalogue fields and stock, of which a writer gives any. Price in whole rupiah, stock with at most three decimals. */
export interface ProductFields {
  readonly name?: string
  readonly sku?: string | null
  readonly barcode?: string | null
  readonly category?: string | null
  readonly price?: number
  readonly unit?: string
  readonly active?: boolean
  readonly stock?: number
}

interface By {
  readonly updatedBy: string
  readonly reason: string
}

const IMPORTED_AT_ONCE = 1_000

/** A page of the branch's products with its place in the log, in one snapshot (rule R4). */
export function readProductPage(db: Queryable, request: PageRequest): Promise<Page<Product>> {
  return readPage<Product>(db, 'products', 'product_json', request)
}

/** The product's branch, or undefined when there is no such product. */
export async function findProductBranch(db: Queryable, productId: number): Promise<number | undefined> {
  const [row] = await db.query<{ branch_id: number }>('SELECT branch_id FROM products WHERE id = $1', [productId])
  return row?.branch_id
}

/** Inserts a product, with its first place when it has stock. `id` only where it must be a certain one. In a transaction. */
export async function insertProduct(
  tx: Queryable,
  product: ProductFields & By & { branchId: number; name: string; price: number; id?: number },
): Promise<Product> {
  const { branchId, updatedBy, reason, id, ...fields } = product
  await setChangeContext(tx, { updatedBy, reason })
  const [row] = await tx.query<{ product: Product }>(
    `INSERT INTO products AS p (id, branch_id, name, sku, barcode, category, price, unit, active, stock)
     SELECT coalesce($2, nextval(pg_get_serial_sequence('products', 'id'))), $1, f.name, f.sku, f.barcode, f.category, f.price,
            coalesce(f.unit, 'pcs'), coalesce(f.active, true), coalesce(f.stock, 0)
       FROM jsonb_to_record($3::jsonb) AS f(name text, sku text, barcode text, category text, price bigint, unit text,
                                            active boolean, stock numeric)
     RETURNING product_json(p) AS product`,
    [branchId, id ?? null, JSON.stringify(fields)],
  )
  if (!row) throw new Error('The product was not inserted')
  return row.product
}

/**
 * Changes the fields that are given; `stock` moves the first inventory place by the difference. Resolves to the whole row,
 * or undefined when there is no such product. In a transaction.
 */
export async function updateProduct(
  tx: Queryable,
  { id, updatedBy, reason, fields }: By & { id: number; fields: ProductFields },
): Promise<Product | undefined> {
  await setChangeContext(tx, { updatedBy, reason })
  const [row] = await tx.query<{ product: Product }>(
    `UPDATE products p SET
       name = CASE WHEN f ? 'name' THEN f->>'name' ELSE name END,
       sku = CASE WHEN f ? 'sku' THEN f->>'sku' ELSE sku END,
       barcode = CASE WHEN f ? 'barcode' THEN f->>'barcode' ELSE barcode END,
       category = CASE WHEN f ? 'category' THEN f->>'category' ELSE category END,
       price = CASE WHEN f ? 'price' THEN (f->>'price')::bigint ELSE price END,
       unit = CASE WHEN f ? 'unit' THEN f->>'unit' ELSE unit END,
       active = CASE WHEN f ? 'active' THEN (f->>'active')::boolean ELSE active END,
       stock = CASE WHEN f ? 'stock' THEN (f->>'stock')::numeric ELSE stock END
     FROM (SELECT $2::jsonb AS f) given
     WHERE p.id = $1
     RETURNING product_json(p) AS product`,
    [id, JSON.stringify(fields)],
  )
  return row?.product
}

export type ImportedProduct = ProductFields & { readonly id?: number; readonly name: string; readonly price: number }

/** Which product of branch $1 a row `f` means: the one with its number, else with its SKU, else with its barcode. */
export const PRODUCT_OF_ROW = `coalesce((SELECT p.id FROM products p WHERE p.branch_id = $1 AND p.id = f.id),
                       (SELECT min(p.id) FROM products p WHERE p.branch_id = $1 AND p.sku = f.sku),
                       (SELECT min(p.id) FROM products p WHERE p.branch_id = $1 AND p.barcode = f.barcode))`

export interface ImportCounts {
  created: number
  updated: number
  unchanged: number
}

/**
 * Brings a catalogue into a branch, all or nothing. A row is the product with its number, else the one with its SKU, else the one with its barcode, else a
 * new one; a field that is left out keeps its value. Of two rows for one product the later counts.
 */
export async function importProducts(
  db: Database,
  {
    branchId,
    rows,
    updatedBy,
    reason = 'import',
    keepStock = false,
  }: {
    branchId: number
    rows: readonly ImportedProduct[]
    updatedBy: string
    reason?: string
    /** The stock of products that exist stays as it is; it is counted or received, not typed into a file. */
    keepStock?: boolean
  },
): Promise<ImportCounts> {
  const distinct = withoutEarlierDuplicates(rows)
  return db.transaction(async (tx) => {
    await setChangeContext(tx, { updatedBy, reason })
    const counts: ImportCounts = { created: 0, updated: 0, unchanged: 0 }
    for (let start = 0; start < distinct.length; start += IMPORTED_AT_ONCE) {
      const chunk = await importChunk(tx, branchId, distinct.slice(start, start + IMPORTED_AT_ONCE), keepStock)
      counts.created += chunk.created
      counts.updated += chunk.updated
      counts.unchanged += chunk.unchanged
    }
    return counts
  })
}

async function importChunk(
  tx: Queryable,
  branchId: number,
  rows: readonly ProductFields[],
  keepStock: boolean,
): Promise<ImportCounts> {
  const [counts] = await tx.query<ImportCounts>(
    `WITH given AS (
       SELECT row_number() OVER () AS line, f.*,
              ${PRODUCT_OF_ROW} AS product_id
         FROM jsonb_to_recordset($2::jsonb) AS f(id bigint, name text, sku text, barcode text, category text, price bigint, unit text,
                                                 active boolean, stock numeric)
     ), known AS (
       SELECT DISTINCT ON (product_id) product_id, line, name, sku, barcode, category, price, unit, active,
              CASE WHEN $3 THEN NULL ELSE stock END AS stock
         FROM given WHERE product_id IS NOT NULL ORDER BY product_id, line DESC
     ), changed AS (
       UPDATE products p SET name = k.name, sku = coalesce(k.sku, p.sku), barcode = coalesce(k.barcode, p.barcode),
              category = coalesce(k.category, p.category), price = k.price, unit = coalesce(k.unit, p.unit),
              active = coalesce(k.active, p.active), stock = coalesce(k.stock, p.stock)
         FROM known k
        WHERE p.id = k.product_id
          AND (p.name, p.sku, p.barcode, p.category, p.price, p.unit, p.active, p.stock) IS DISTINCT FROM
              (k.name, coalesce(k.sku, p.sku), coalesce(k.barcode, p.barcode), coalesce(k.category, p.category), k.price,
               coalesce(k.unit, p.unit), coalesce(k.active, p.active), coalesce(k.stock, p.stock)::numeric(12,3))
       RETURNING p.id
     ), added AS (
       INSERT INTO products (branch_id, name, sku, barcode, category, price, unit, active, stock)
       SELECT $1, name, sku, barcode, category, price, coalesce(unit, 'pcs'), coalesce(active, true), coalesce(stock, 0)
         FROM given WHERE product_id IS NULL ORDER BY line
       RETURNING id
     )
     SELECT (SELECT count(*) FROM added) AS created, (SELECT count(*) FROM changed) AS updated,
            (SELECT count(*) FROM given WHERE product_id IS NOT NULL) - (SELECT count(*) FROM changed) AS unchanged`,
    [branchId, JSON.stringify(rows), keepStock],
  )
  if (!counts) throw new Error('The import gave no result')
  return counts
}

function withoutEarlierDuplicates(rows: readonly ImportedProduct[]): ImportedProduct[] {
  const byKey = new Map<string, ImportedProduct>()
  rows.forEach((row, index) => {
    const key = row.id
      ? `id ${row.id}`
      : row.sku
        ? `sku ${row.sku}`
        : row.barcode
          ? `barcode ${row.barcode}`
          : `line ${index}`
    byKey.set(key, row)
  })
  return [...byKey.values()]
}
