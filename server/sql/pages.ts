import type { Queryable } from '../database.ts'
import type { RowSource } from './resources.ts'

/** A keyset page: rows with an id above `lastId`, or only those in `ids`. */
export interface PageRequest {
  readonly branchId: number
  readonly lastId: number
  readonly limit: number
  readonly ids?: readonly number[] | undefined
}

export interface Page<Row> {
  readonly rows: Row[]
  readonly meta: { last_id: number; has_more: boolean; total: number; seq: number; epoch: string }
}

/**
 * Reads a page and its place in the log as one statement, hence one snapshot (rule R4). `last_id` of an empty page is the
 * one asked with; `total` counts the branch's rows. Throws when there is no such branch.
 */
export async function readPage<Row>(
  db: Queryable,
  { table, toJson, only = 'true' }: RowSource,
  { branchId, lastId, limit, ids }: PageRequest,
): Promise<Page<Row>> {
  const [page] = await db.query<{
    rows: Row[]
    last_id: number
    has_more: boolean
    total: number
    seq: number
    epoch: string
  }>(
    // Materialized: else a planner without statistics, as the embedded database has none, makes JSON of the whole branch for each page.
    `WITH page AS MATERIALIZED (
       SELECT t FROM ${table} t
        WHERE t.branch_id = $1 AND t.id > $2 AND ${only} AND ($4::bigint[] IS NULL OR t.id = ANY ($4::bigint[]))
        ORDER BY t.id LIMIT $3 + 1
     ), numbered AS (
       SELECT t, (t).id, row_number() OVER (ORDER BY (t).id) AS place FROM page
     )
     SELECT coalesce((SELECT jsonb_agg(${toJson}(t) ORDER BY id) FROM numbered WHERE place <= $3), '[]') AS rows,
            coalesce((SELECT max(id) FROM numbered WHERE place <= $3), $2) AS last_id,
            (SELECT count(*) > $3 FROM numbered) AS has_more,
            (SELECT count(*) FROM ${table} t WHERE t.branch_id = $1 AND ${only}) AS total,
            s.seq, l.epoch
       FROM branch_seq s CROSS JOIN log_state l WHERE s.branch_id = $1`,
    [branchId, lastId, limit, ids ? [...ids] : null],
  )
  if (!page) throw new Error(`Branch ${branchId} has no change log`)
  const { rows, ...meta } = page
  return { rows, meta }
}

/** All of the branch's rows, by id. */
export async function listRows<Row>(
  db: Queryable,
  { table, toJson, only = 'true' }: RowSource,
  branchId: number,
): Promise<Row[]> {
  const rows = await db.query<{ row: Row }>(
    `SELECT ${toJson}(t) AS "row" FROM ${table} t WHERE t.branch_id = $1 AND ${only} ORDER BY t.id`,
    [branchId],
  )
  return rows.map(({ row }) => row)
}
