/** What a database of ours consists of, read from its catalogue, and whether its rows are those that were written. */
import type { Queryable } from '../database.ts'

/**
 * Everything that migrations make, one name a line, sorted: `table devices`, `column devices.id`, `trigger devices.devices_kept`, ….
 * A trigger that is disabled, an index that is not valid and a constraint that not all rows were tried by are not there. A `rule` is the
 * text of a constraint, without what versions of PostgreSQL and the search_path write differently. That there is a DEFAULT is ours,
 * which one may be the owner's.
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
     WHERE n.connamespace = 'public'::regnamespace AND n.contype IN ('c', 'f', 'p', 'u', 'x') AND n.convalidated
    UNION ALL
    SELECT 'rule ' || c.relname || '.' || n.conname || ' '
           || regexp_replace(replace(pg_get_constraintdef(n.oid), 'public.', ''), '[\\s()]+|NOT VALID$', '', 'g')
      FROM pg_constraint n JOIN pg_class c ON c.oid = n.conrelid
     WHERE n.connamespace = 'public'::regnamespace AND n.contype IN ('c', 'f', 'p', 'u', 'x')
    UNION ALL
    SELECT part.kind || ' ' || c.relname || '.' || a.attname
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
      JOIN (VALUES ('required'), ('default')) AS part (kind)
        ON CASE part.kind WHEN 'required' THEN a.attnotnull ELSE a.atthasdef OR a.attidentity <> '' END
     WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND a.attnum > 0 AND NOT a.attisdropped`)
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

/** So many rows of a table are looked for and no more: a start must not read all that was ever sold. */
export const COUNTED_AT_MOST = 100_000

/** The tables that have fewer rows than were written to them, as far as they are counted. `tables` exist. */
export async function findLostRows(
  db: Queryable,
  tables: readonly string[],
  atMost = COUNTED_AT_MOST,
): Promise<RowCount[]> {
  const counts = tables.map(
    (table) => `SELECT '${table}' AS "table", (SELECT written FROM kept WHERE table_name = '${table}') AS written,
      (SELECT count(*) FROM (SELECT FROM "${table}"
        LIMIT (SELECT greatest(0, least(written, ${atMost})) FROM kept WHERE table_name = '${table}')) found) AS rows`,
  )
  return db.query<RowCount>(`
    WITH kept AS MATERIALIZED (SELECT table_name, sum(added)::bigint AS written FROM kept_rows GROUP BY table_name)
    SELECT * FROM (${counts.join(' UNION ALL ')}) counted WHERE rows < least(written, ${atMost})
    UNION ALL
    -- What a dump of before these counts leaves when its restore fails: tables without CHECKs are full, the others empty.
    SELECT 'branches', (SELECT count(*) FROM branch_seq), 0
     WHERE NOT EXISTS (SELECT FROM branches) AND EXISTS (SELECT FROM branch_seq)
    ORDER BY 1`)
}

/** The tables whose rows are counted. */
export async function listCountedTables(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ table: string }>(
    `SELECT DISTINCT c.relname AS "table" FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc p ON p.oid = t.tgfoid
      WHERE c.relnamespace = 'public'::regnamespace AND p.proname IN ('note_kept_row', 'note_added_rows') ORDER BY 1`,
  )
  return rows.map(({ table }) => table)
}

/** Adds the counts of each table up into one row. Counts that others write meanwhile stay as they are. */
export async function foldKeptRows(db: Queryable): Promise<void> {
  await db.query(`
    WITH folded AS (DELETE FROM kept_rows RETURNING table_name, added)
    INSERT INTO kept_rows (table_name, added) SELECT table_name, sum(added) FROM folded GROUP BY table_name`)
}

/** In words, what can't be in a database that nothing was taken from, whatever was counted. */
export async function findFaults(db: Queryable): Promise<string[]> {
  const rows = await db.query<{ fault: string }>(`
    SELECT 'kept_rows is empty, though there are branches' AS fault
     WHERE EXISTS (SELECT FROM branches) AND NOT EXISTS (SELECT FROM kept_rows)
    UNION ALL
    -- Each sale of a counter has one: without them every retry would book it a second time.
    SELECT 'operations is empty, though sales were booked'
     WHERE EXISTS (SELECT FROM transactions WHERE offline_id IS NOT NULL) AND NOT EXISTS (SELECT FROM operations)
    UNION ALL
    SELECT 'log_state is empty' WHERE NOT EXISTS (SELECT FROM log_state)
    UNION ALL
    SELECT 'publisher_leases lacks branch ' || min(b.id) FROM branches b
     WHERE NOT EXISTS (SELECT FROM publisher_leases p WHERE p.branch_id = b.id) HAVING count(*) > 0
    UNION ALL
    SELECT 'branch_seq lacks branch ' || min(b.id) FROM branches b
     WHERE NOT EXISTS (SELECT FROM branch_seq s WHERE s.branch_id = b.id) HAVING count(*) > 0
    UNION ALL
    SELECT 'branch_seq of branch ' || min(s.branch_id) || ' is behind its changes' FROM branch_seq s
     WHERE s.seq < (SELECT max(c.seq) FROM changes c WHERE c.branch_id = s.branch_id AND c.seq IS NOT NULL) HAVING count(*) > 0
    UNION ALL
    SELECT 'changes of branch ' || min(s.branch_id) || ' are gone' FROM branch_seq s JOIN publisher_leases p USING (branch_id)
     WHERE s.seq > p.pruned
       AND NOT EXISTS (SELECT FROM changes c WHERE c.branch_id = s.branch_id AND c.seq IS NOT NULL) HAVING count(*) > 0`)
  return rows.map(({ fault }) => fault)
}

/** Ids of these are also given by who writes them, so that one ahead of its sequence is nothing unusual. */
const IDS_GIVEN = ['merchants', 'branches', 'staff', 'products', 'inventory']
/** A gap of a deleted row hides no sequence that was set back. */
const NEXT_IDS = 100

/** In words, the sequences that will give out ids that are taken. */
export async function findSequencesBehind(db: Queryable): Promise<string[]> {
  const sequences = await db.query<{ table: string; column: string; sequence: string }>(
    `SELECT c.relname AS "table", a.attname AS "column", s.relname AS sequence
       FROM pg_depend d JOIN pg_class s ON s.oid = d.objid AND s.relkind = 'S' JOIN pg_class c ON c.oid = d.refobjid
       JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.refobjsubid
      WHERE d.classid = 'pg_class'::regclass AND d.deptype = 'i' AND c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'
        AND NOT c.relname = ANY ($1::text[]) ORDER BY 1`,
    [IDS_GIVEN],
  )
  const looks = sequences.map(
    ({ table, column, sequence }) => `SELECT '${sequence}' AS sequence FROM "${sequence}" s
      WHERE EXISTS (SELECT FROM "${table}" t WHERE t."${column}" BETWEEN s.last_value + s.is_called::int
                                                AND s.last_value + s.is_called::int + ${NEXT_IDS - 1})`,
  )
  if (looks.length === 0) return []
  const behind = await db.query<{ sequence: string }>(looks.join(' UNION ALL '))
  return behind.map(({ sequence }) => `${sequence} is behind its table`)
}
