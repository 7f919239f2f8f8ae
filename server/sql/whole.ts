/** What a database of ours consists of, read from its catalogue, and whether its rows are those that were written. */
import type { Queryable } from '../database.ts'

/**
 * Everything that migrations make, one name a line, sorted: `table devices`, `column devices.id`, `trigger devices.devices_kept`, ….
 * A trigger that is disabled and an index that is not valid are not there.
 */
export async function listObjects(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ object: string }>(`
    SELECT CASE c.relkind WHEN 'S' THEN 'sequence ' WHEN 'v' THEN 'view ' ELSE 'table ' END || c.relname AS object
      FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'S', 'v')
    UNION ALL
    SELECT 'column ' || c.relname || '.' || a.attname
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT 'index ' || i.relname
      FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
     WHERE i.relnamespace = 'public'::regnamespace AND x.indisvalid
    UNION ALL
    SELECT 'function ' || p.proname || '/' || p.pronargs
      FROM pg_proc p
     WHERE p.pronamespace = 'public'::regnamespace
       AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
    UNION ALL
    SELECT 'trigger ' || c.relname || '.' || t.tgname
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal AND t.tgenabled IN ('O', 'A')
    UNION ALL
    SELECT 'constraint ' || c.relname || '.' || n.conname
      FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
     -- Those of NOT NULL are constraints only in newer versions.
     WHERE n.connamespace = 'public'::regnamespace AND n.contype IN ('c', 'f', 'p', 'u', 'x')`)
  return rows.map(({ object }) => object).toSorted()
}

/** True when there are tables of ours, and nothing that says which migrations made them. `schema_migrations` has to exist. */
export async function hasLostItsMigrations(db: Queryable): Promise<boolean> {
  const [row] = await db.query<{ lost: boolean }>(
    `SELECT to_regclass('public.branches') IS NOT NULL AND NOT EXISTS (SELECT FROM public.schema_migrations) AS lost`,
  )
  return row?.lost ?? false
}

export interface RowCount {
  readonly table: string
  readonly rows: number
  /** How many were written, less those deleted. */
  readonly written: number
}

/** The tables that have fewer rows than were written to them. */
export async function findLostRows(db: Queryable): Promise<RowCount[]> {
  return db.query<RowCount>(`
    SELECT k.table_name AS "table", k.written, r.rows
      FROM (SELECT table_name, sum(added)::bigint AS written FROM kept_rows GROUP BY table_name) k
      JOIN (SELECT 'merchants' AS table_name, count(*) AS rows FROM merchants UNION ALL
            SELECT 'branches', count(*) FROM branches UNION ALL
            SELECT 'staff', count(*) FROM staff UNION ALL
            SELECT 'devices', count(*) FROM devices) r USING (table_name)
     WHERE r.rows < k.written
    UNION ALL
    -- What a dump of before these counts leaves when its restore fails: tables without CHECKs are full, the others empty.
    SELECT 'branches', (SELECT count(*) FROM branch_seq), 0
     WHERE NOT EXISTS (SELECT FROM branches) AND EXISTS (SELECT FROM branch_seq)
    UNION ALL
    -- Each sale of a counter has one: without them every retry would book it a second time.
    SELECT 'operations', 1, 0
     WHERE EXISTS (SELECT FROM transactions WHERE offline_id IS NOT NULL) AND NOT EXISTS (SELECT FROM operations)
    ORDER BY 1`)
}
