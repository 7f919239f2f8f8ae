import type { Queryable } from '../database.ts'

/**
 * Inserts records whose keys are the table's columns: in one statement, in their order. What they leave
 * out, all of them, gets its default. Throws TypeError when their keys differ. `table`, keys, `computed` (columns as expressions over the record's own) and `ending` (ON CONFLICT, RETURNING)
 * are words of the source, never a sender's.
 */
export async function insertRecords<Row>(
  tx: Queryable,
  table: string,
  records: readonly object[],
  {
    computed = {},
    ending = '',
  }: { readonly computed?: Readonly<Record<string, string>>; readonly ending?: string } = {},
): Promise<Row[]> {
  const [first] = records
  if (!first) return []
  const keys = Object.keys(first)
  // What only a later one has would be left out without a word.
  if (records.some((record) => !hasKeys(record, keys))) throw new TypeError(`Records of ${table} with different keys`)
  const told = keys.map((column) => `"${column.replaceAll('"', '""')}"`)
  return tx.query<Row>(
    `INSERT INTO ${table} (${[...told, ...Object.keys(computed)].join(', ')})
     SELECT ${[...told, ...Object.values(computed)].join(', ')}
       FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb) WITH ORDINALITY ORDER BY ordinality
     ${ending}`,
    [JSON.stringify(records)],
  )
}

function hasKeys(record: object, keys: readonly string[]): boolean {
  return Object.keys(record).length === keys.length && keys.every((key) => Object.hasOwn(record, key))
}

/** One of a table that gives its rows an `id`. Resolves to that. */
export async function insertRecord(tx: Queryable, table: string, record: object): Promise<number> {
  const [row] = await insertRecords<{ id: number }>(tx, table, [record], { ending: 'RETURNING id' })
  if (!row) throw new Error('INSERT … RETURNING gave no row')
  return row.id
}
