/** Checksums of ids and versions in ranges, so that a client can compare what it has without loading it (rule R2). */
import type { ChecksumRange } from '../../src/contract/pages.ts'
import type { Queryable } from '../database.ts'
import type { ServedResource } from './resources.ts'

export interface ChecksumRequest {
  readonly branchId: number
  readonly resource: ServedResource
  /** The ids after this one, up to `upTo` (null: to the end), `size` rows a range. */
  readonly after: number
  readonly upTo: number | null
  readonly size: number
}

export interface Checksums {
  readonly ranges: ChecksumRange[]
  readonly seq: number
  readonly epoch: string
}

/**
 * Ranges and their place in the log as one statement, hence one snapshot (rule R4). Together they cover exactly what was asked for:
 * the last one ends where the request ends, whatever ids there are. Throws when there is no such branch.
 */
export async function readChecksums(db: Queryable, request: ChecksumRequest): Promise<Checksums> {
  const { branchId, resource, after, upTo, size } = request
  const [answer] = await db.query<Checksums>(
    `WITH records AS (${recordsOf(resource)}),
     placed AS (
       SELECT id, record, (row_number() OVER (ORDER BY id) - 1) / $4::bigint AS place
         FROM records WHERE id > $2 AND ($3::bigint IS NULL OR id <= $3)
     ), ranges AS (
       SELECT place, max(id) AS up_to, count(*) AS count, checksum(string_agg(record, ',' ORDER BY id)) AS checksum
         FROM placed GROUP BY place
     ), last_range AS (SELECT max(place) AS place FROM ranges)
     SELECT s.seq, l.epoch,
            coalesce((SELECT jsonb_agg(jsonb_build_object(
                'up_to', CASE WHEN r.place = last_range.place THEN $3::bigint ELSE r.up_to END,
                'count', r.count, 'checksum', r.checksum) ORDER BY r.place) FROM ranges r CROSS JOIN last_range),
              jsonb_build_array(jsonb_build_object('up_to', $3::bigint, 'count', 0, 'checksum', checksum('')))) AS ranges
       FROM branch_seq s CROSS JOIN log_state l WHERE s.branch_id = $1`,
    [branchId, after, upTo, size],
  )
  if (!answer) throw new Error(`Branch ${branchId} has no change log`)
  return answer
}

/** One line a row, by id; the client writes the same (src/sync/refresh/compare-ranges.pure.ts). */
function recordsOf({ shape, source }: ServedResource): string {
  const id = shape === 'one' ? '1' : 'id'
  const record = [id, ...source.versions].join(` || ':' || `)
  return `SELECT ${id} AS id, ${record} AS record FROM ${source.table} t WHERE branch_id = $1 AND ${source.only ?? 'true'}`
}
