import type { Product } from '../../src/contract/records/product.ts'
import type { Queryable } from '../database.ts'
import { setChangeContext } from './change-context.ts'
import { takeTurn } from './operations.ts'
import { type Page, type PageRequest, readPage } from './pages.ts'
import { PRODUCT_ROWS } from './resources.ts'

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

/** A page of the branch's products with its place in the log, in one snapshot (rule R4). */
export function readProductPage(db: Queryable, request: PageRequest): Promise<Page<Product>> {
  return readPage<Product>(db, PRODUCT_ROWS, request)
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

/**
 * The branch's products that have one of these ids or codes, by id. OFFSET 0 keeps each key a look-up of its own: joined, a planner
 * without statistics (the embedded database has none) spells out the codes of all products for each hundred keys.
 */
export async function findBearers(db: Queryable, branchId: number, keys: ProductKeys): Promise<Product[]> {
  const rows = await db.query<{ product: Product }>(
    `WITH meant AS MATERIALIZED (
       SELECT found.id FROM jsonb_array_elements_text($2::jsonb) AS k(key), LATERAL (
         SELECT b.id FROM products b WHERE b.id = k.key::bigint OFFSET 0) AS found
       UNION SELECT found.id FROM jsonb_array_elements_text($3::jsonb) AS k(key), LATERAL (
         SELECT b.id FROM products b WHERE b.branch_id = $1 AND b.sku IS NOT NULL AND sku_key(b.sku) = k.key OFFSET 0) AS found
       UNION SELECT found.id FROM jsonb_array_elements_text($4::jsonb) AS k(key), LATERAL (
         SELECT b.id FROM products b WHERE b.branch_id = $1 AND b.barcode IS NOT NULL AND barcode_key(b.barcode) = k.key
         OFFSET 0) AS found)
     SELECT found.product FROM meant, LATERAL (
       SELECT p.id, product_json(p) AS product FROM products p WHERE p.id = meant.id AND p.branch_id = $1 OFFSET 0) AS found
      ORDER BY found.id`,
    [branchId, JSON.stringify(keys.ids ?? []), JSON.stringify(keys.skus), JSON.stringify(keys.barcodes)],
  )
  return rows.map(({ product }) => product)
}
