/**
 * Catalogue files on their way into a branch: claimed, laid down line by line, brought in some lines at a time. Each function is one
 * short turn of the database; what belongs together is one transaction of the caller's.
 */
import type { ImportChange } from '../../src/contract/owner.ts'
import type { Queryable } from '../database.ts'
import { setChangeContext } from './change-context.ts'
import type { ProductFields } from './products.ts'

/** A line of a file with the product that it means; null: a new one. */
export type ImportLine = ProductFields & {
  readonly name: string
  readonly price: number
  readonly product_id: number | null
}

export interface ImportCounts {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
}

/** `staging`: its lines are not all laid down, and nothing was changed. `ready`: it is to be finished. */
export interface StoredImport extends ImportCounts {
  readonly id: number
  readonly branchId: number
  readonly requestId: string
  readonly digest: string
  readonly updatedBy: string
  readonly lines: number
  readonly state: 'staging' | 'ready' | 'done' | 'broken_off'
  readonly changes: readonly ImportChange[]
  /** Nobody has worked on it for a minute, or its last moment lies ahead of a clock that was set back. */
  readonly isLeft: boolean
}

export interface NewImport {
  readonly branchId: number
  readonly requestId: string
  readonly digest: string
  readonly updatedBy: string
  readonly keepStock: boolean
  readonly lines: number
}

/** Ended ones that a branch keeps, for requests that come again. */
const KEPT = 50

const IMPORT = `
  SELECT i.id, i.branch_id AS "branchId", i.request_id AS "requestId", i.digest, i.updated_by AS "updatedBy", i.lines, i.created, i.updated, i.unchanged, i.changes,
         CASE WHEN i.is_broken_off THEN 'broken_off' WHEN i.ended_at IS NOT NULL THEN 'done'
              WHEN i.is_ready THEN 'ready' ELSE 'staging' END AS state,
         i.touched_at NOT BETWEEN now() - interval '1 minute' AND now() + interval '1 minute' AS "isLeft"
    FROM catalogue_imports i`

/** By its id in the database, by its request, or the one that is under way in a branch. */
export async function findImport(
  db: Queryable,
  by: { readonly id: number } | { readonly requestId: string } | { readonly openIn: number },
): Promise<StoredImport | null> {
  const [condition, value] =
    'id' in by
      ? ['i.id = $1', by.id]
      : 'requestId' in by
        ? ['i.request_id = $1', by.requestId]
        : ['i.branch_id = $1 AND i.ended_at IS NULL', by.openIn]
  const [row] = await db.query<StoredImport>(`${IMPORT} WHERE ${condition}`, [value])
  return row ?? null
}

/** Those that are to be finished, whoever began them. */
export async function listReadyImports(db: Queryable): Promise<StoredImport[]> {
  return db.query<StoredImport>(`${IMPORT} WHERE i.ended_at IS NULL AND i.is_ready ORDER BY i.id`)
}

/** Resolves to its id; null when the branch has one under way, or the request id is taken. */
export async function claimImport(db: Queryable, file: NewImport): Promise<number | null> {
  const [claimed] = await db.query<{ id: number }>(
    `WITH old AS (
       DELETE FROM catalogue_imports WHERE branch_id = $1 AND ended_at IS NOT NULL AND request_id <> $2 AND id <= (
         SELECT id FROM catalogue_imports WHERE branch_id = $1 ORDER BY id DESC OFFSET $7 LIMIT 1)
     )
     INSERT INTO catalogue_imports (branch_id, request_id, digest, updated_by, keep_stock, lines)
     VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING RETURNING id`,
    [file.branchId, file.requestId, file.digest, file.updatedBy, file.keepStock, file.lines, KEPT],
  )
  return claimed?.id ?? null
}

/** Forgets an import that has changed nothing, with its lines. */
export async function forgetImport(db: Queryable, id: number): Promise<void> {
  await db.query('DELETE FROM catalogue_imports WHERE id = $1 AND NOT is_ready AND ended_at IS NULL', [id])
}

/** Lays lines down, the first at `place`. False when the import was forgotten meanwhile. In a transaction. */
export async function stageLines(
  tx: Queryable,
  { id, branchId, place, rows }: { id: number; branchId: number; place: number; rows: readonly ImportLine[] },
): Promise<boolean> {
  const held = await tx.query(
    'UPDATE catalogue_imports SET touched_at = now() WHERE id = $1 AND NOT is_ready AND ended_at IS NULL RETURNING id',
    [id],
  )
  if (held.length === 0) return false
  await tx.query(
    `INSERT INTO catalogue_import_lines
            (import_id, place, branch_id, product_id, name, sku, barcode, category, price, unit, active, stock)
     SELECT $1, $3 + row_number() OVER () - 1, $2, f.*
       FROM jsonb_to_recordset($4::jsonb) AS f(product_id bigint, name text, sku text, barcode text, category text, price bigint,
                                               unit text, active boolean, stock numeric)`,
    [id, branchId, place, JSON.stringify(rows)],
  )
  return true
}

/** From here on it is finished whatever happens. False when it was forgotten meanwhile. */
export async function readyImport(db: Queryable, id: number, changes: readonly ImportChange[]): Promise<boolean> {
  const rows = await db.query(
    `UPDATE catalogue_imports SET is_ready = true, touched_at = now(), changes = $2::jsonb
      WHERE id = $1 AND NOT is_ready AND ended_at IS NULL RETURNING id`,
    [id, JSON.stringify(changes)],
  )
  return rows.length > 0
}

/**
 * Brings the next lines in and counts them; with the last one the import ends. A field that is left out or null keeps its value. Of
 * two servers the second waits, and goes on with the lines that are left. Resolves to whether there are more. In a transaction.
 */
export async function bringLines(tx: Queryable, id: number, most: number): Promise<boolean> {
  const [held] = await tx.query<{ updatedBy: string; branchId: number; keepStock: boolean }>(
    `SELECT updated_by AS "updatedBy", branch_id AS "branchId", keep_stock AS "keepStock"
       FROM catalogue_imports WHERE id = $1 AND is_ready AND ended_at IS NULL FOR UPDATE`,
    [id],
  )
  if (!held) return false
  await setChangeContext(tx, { updatedBy: held.updatedBy, reason: 'import' })
  const [counts] = await tx.query<ImportCounts>(
    `WITH next AS (
       SELECT place FROM catalogue_import_lines WHERE import_id = $1 ORDER BY place LIMIT $2
     ), given AS (
       DELETE FROM catalogue_import_lines l USING next n WHERE l.import_id = $1 AND l.place = n.place RETURNING l.*
     ), meant AS (
       -- One that was deleted since the file was looked at is new again.
       SELECT g.place, p.id, g.name, g.sku, g.barcode, g.category, g.price, g.unit, g.active,
              CASE WHEN $4 AND p.id IS NOT NULL THEN NULL ELSE g.stock END AS stock
         FROM given g LEFT JOIN products p ON p.id = g.product_id AND p.branch_id = $3
     ), changed AS (
       UPDATE products p SET name = m.name, sku = coalesce(m.sku, p.sku), barcode = coalesce(m.barcode, p.barcode),
              category = coalesce(m.category, p.category), price = m.price, unit = coalesce(m.unit, p.unit),
              active = coalesce(m.active, p.active), stock = coalesce(m.stock, p.stock)
         FROM meant m
        WHERE p.id = m.id
          AND (p.name, p.sku, p.barcode, p.category, p.price, p.unit, p.active, p.stock) IS DISTINCT FROM
              (m.name, coalesce(m.sku, p.sku), coalesce(m.barcode, p.barcode), coalesce(m.category, p.category), m.price,
               coalesce(m.unit, p.unit), coalesce(m.active, p.active), coalesce(m.stock, p.stock)::numeric(12,3))
       RETURNING p.id
     ), added AS (
       INSERT INTO products (branch_id, name, sku, barcode, category, price, unit, active, stock)
       SELECT $3, name, sku, barcode, category, price, coalesce(unit, 'pcs'), coalesce(active, true), coalesce(stock, 0)
         FROM meant WHERE id IS NULL ORDER BY place
       RETURNING id
     )
     SELECT (SELECT count(*) FROM added) AS created, (SELECT count(*) FROM changed) AS updated,
            (SELECT count(*) FROM meant WHERE id IS NOT NULL) - (SELECT count(*) FROM changed) AS unchanged`,
    [id, most, held.branchId, held.keepStock],
  )
  if (!counts) throw new Error('SELECT without rows')
  const [left] = await tx.query<{ isOpen: boolean }>(
    `UPDATE catalogue_imports SET created = created + $2, updated = updated + $3, unchanged = unchanged + $4, touched_at = now(),
            ended_at = CASE WHEN EXISTS (SELECT FROM catalogue_import_lines WHERE import_id = $1) THEN NULL ELSE now() END
      WHERE id = $1 RETURNING ended_at IS NULL AS "isOpen"`,
    [id, counts.created, counts.updated, counts.unchanged],
  )
  return left?.isOpen ?? false
}

/** Ends an import that cannot go on. What it brought stays. In a transaction. */
export async function breakImportOff(tx: Queryable, id: number): Promise<void> {
  await tx.query('DELETE FROM catalogue_import_lines WHERE import_id = $1', [id])
  await tx.query(
    'UPDATE catalogue_imports SET is_broken_off = true, ended_at = now() WHERE id = $1 AND ended_at IS NULL',
    [id],
  )
}

/** Whether a file that is under way brings this code into the branch, spelled as `skuKey` and `barcodeKey` do. */
export async function isCodeOnItsWay(
  db: Queryable,
  branchId: number,
  column: 'sku' | 'barcode',
  key: string,
): Promise<boolean> {
  const [row] = await db.query<{ found: boolean }>(
    `SELECT EXISTS (SELECT FROM catalogue_import_lines
                     WHERE branch_id = $1 AND ${column} IS NOT NULL AND ${column}_key(${column}) = $2) AS found`,
    [branchId, key],
  )
  return row?.found ?? false
}
