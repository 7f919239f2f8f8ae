import type { Product } from '../../src/contract/records.ts'
import type { Queryable } from '../database.ts'
import { setChangeContext } from './change-context.ts'
import { takeTurn } from './operations.ts'
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

/** The product with its branch, whatever branch that is; undefined when there is none with this id. */
export async function findProduct(
  db: Queryable,
  id: number,
): Promise<{ readonly branchId: number; readonly product: Product } | undefined> {
  const [row] = await db.query<{ branch_id: number; product: Product }>(
    'SELECT p.branch_id, product_json(p) AS product FROM products p WHERE p.id = $1',
    [id],
  )
  return row && { branchId: row.branch_id, product: row.product }
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

/** A row of a file with the product that it means; null: a new one. */
export type ImportedProduct = ProductFields & {
  readonly name: string
  readonly price: number
  readonly product_id: number | null
}

export interface ImportCounts {
  created: number
  updated: number
  unchanged: number
}

/** The codes of rows or of a form, spelled as `skuKey` and `barcodeKey` do. */
export interface ProductKeys {
  readonly ids?: readonly number[]
  readonly skus: readonly string[]
  readonly barcodes: readonly string[]
}

/** One change of codes after the other in a branch, so that no two take the same code at once. In a transaction, before any other lock. */
export function lockCodes(tx: Queryable, branchId: number): Promise<void> {
  return takeTurn(tx, `codes of branch ${branchId}`)
}

/** The branch's products that have one of these ids or codes, by id. */
export async function findBearers(db: Queryable, branchId: number, keys: ProductKeys): Promise<Product[]> {
  const rows = await db.query<{ product: Product }>(
    `SELECT product_json(p) AS product FROM products p
      WHERE p.branch_id = $1 AND p.id IN (
        SELECT b.id FROM products b JOIN jsonb_array_elements_text($2::jsonb) AS k(key)
            ON b.branch_id = $1 AND b.id = k.key::bigint
        UNION SELECT b.id FROM products b JOIN jsonb_array_elements_text($3::jsonb) AS k(key)
            ON b.branch_id = $1 AND b.sku IS NOT NULL AND sku_key(b.sku) = k.key
        UNION SELECT b.id FROM products b JOIN jsonb_array_elements_text($4::jsonb) AS k(key)
            ON b.branch_id = $1 AND b.barcode IS NOT NULL AND barcode_key(b.barcode) = k.key)
      ORDER BY p.id`,
    [branchId, JSON.stringify(keys.ids ?? []), JSON.stringify(keys.skus), JSON.stringify(keys.barcodes)],
  )
  return rows.map(({ product }) => product)
}

/**
 * Writes rows whose products are known, in the caller's transaction; a field that is left out or null keeps its value.
 * @param keepStock the stock of products that exist stays as it is; it is counted or received, not typed into a file
 */
export async function importProducts(
  tx: Queryable,
  {
    branchId,
    rows,
    updatedBy,
    keepStock,
  }: { branchId: number; rows: readonly ImportedProduct[]; updatedBy: string; keepStock: boolean },
): Promise<ImportCounts> {
  await setChangeContext(tx, { updatedBy, reason: 'import' })
  const counts: ImportCounts = { created: 0, updated: 0, unchanged: 0 }
  for (let start = 0; start < rows.length; start += IMPORTED_AT_ONCE) {
    const chunk = await importChunk(tx, branchId, rows.slice(start, start + IMPORTED_AT_ONCE), keepStock)
    counts.created += chunk.created
    counts.updated += chunk.updated
    counts.unchanged += chunk.unchanged
  }
  return counts
}

async function importChunk(
  tx: Queryable,
  branchId: number,
  rows: readonly ImportedProduct[],
  keepStock: boolean,
): Promise<ImportCounts> {
  const [counts] = await tx.query<ImportCounts>(
    `WITH given AS (
       SELECT row_number() OVER () AS line, f.*
         FROM jsonb_to_recordset($2::jsonb) AS f(product_id bigint, name text, sku text, barcode text, category text, price bigint,
                                                 unit text, active boolean, stock numeric)
     ), known AS (
       SELECT product_id, name, sku, barcode, category, price, unit, active, CASE WHEN $3 THEN NULL ELSE stock END AS stock
         FROM given WHERE product_id IS NOT NULL
     ), changed AS (
       UPDATE products p SET name = k.name, sku = coalesce(k.sku, p.sku), barcode = coalesce(k.barcode, p.barcode),
              category = coalesce(k.category, p.category), price = k.price, unit = coalesce(k.unit, p.unit),
              active = coalesce(k.active, p.active), stock = coalesce(k.stock, p.stock)
         FROM known k
        WHERE p.id = k.product_id AND p.branch_id = $1
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
