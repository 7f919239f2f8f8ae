import type { Queryable } from '../database.ts'

/**
 * Inserts records whose keys are the table's columns: in one statement, in their order, each with the keys of the first. What they leave
 * out gets its default. `table`, keys, `computed` (columns as expressions over the record's own) and `ending` (ON CONFLICT, RETURNING)
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
  const told = Object.keys(first).map((column) => `"${column.replaceAll('"', '""')}"`)
  return tx.query<Row>(
    `INSERT INTO ${table} (${[...told, ...Object.keys(computed)].join(', ')})
     SELECT ${[...told, ...Object.values(computed)].join(', ')}
       FROM jsonb_populate_recordset(NULL::${table}, $1::jsonb) WITH ORDINALITY ORDER BY ordinality
     ${ending}`,
    [JSON.stringify(records)],
  )
}

/** One of a table that gives its rows an `id`. Resolves to that. */
export async function insertRecord(tx: Queryable, table: string, record: object): Promise<number> {
  const [row] = await insertRecords<{ id: number }>(tx, table, [record], { ending: 'RETURNING id' })
  if (!row) throw new Error('INSERT … RETURNING gave no row')
  return row.id
}
