import { inventoryPageSchema, PATHS, productPageSchema } from '../../contract/rest.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import { commitFetchedRows, readPosition, readWanted } from '../../db/commit-rows.ts'
import type { HttpLike } from '../ports.ts'
import { readAnswer } from '../read-answer.ts'
import { applyFetchedRows } from '../records/apply-page.pure.ts'

const ROWS_AT_ONCE = 100

/**
 * Fetches the rows that events named and that were not here: never a partial insert (architecture: Events). What is wanted
 * is stored, so it is fetched after a reload or a failure all the same. Rejects with HttpFailure.
 * @returns `moved` when the rows are of another epoch than the stored position
 */
export async function fetchWanted(deps: {
  readonly db: CacheDb
  readonly http: HttpLike
  readonly branchCode: string
  readonly now: () => number
}): Promise<'done' | 'moved'> {
  const { db, http, branchCode, now } = deps
  for (;;) {
    const asked = await readWanted(db, ROWS_AT_ONCE)
    if (asked.length === 0) return 'done'
    const idsOf = (kind: 'product' | 'inventory') => asked.filter((row) => row.kind === kind).map(({ id }) => id)
    const url = (path: string, ids: readonly number[]) =>
      `${path}?${new URLSearchParams({ branch_code: branchCode, ids: ids.join(',') })}`
    const productIds = idsOf('product')
    const inventoryIds = idsOf('inventory')
    const [products, inventory] = await Promise.all([
      productIds.length > 0
        ? readAnswer(productPageSchema, await http({ path: url(PATHS.products, productIds) }))
        : null,
      inventoryIds.length > 0
        ? readAnswer(inventoryPageSchema, await http({ path: url(PATHS.inventory, inventoryIds) }))
        : null,
    ])
    const epochs = new Set(
      [products, inventory].filter((page) => page !== null).map((page) => page.meta?.epoch ?? null),
    )
    const [epoch = null] = epochs
    if (epochs.size > 1 || epoch !== (await readPosition(db)).epoch) return 'moved'
    const outcome = await commitFetchedRows(db, {
      epoch,
      asked,
      products: products?.data.map(({ id }) => id) ?? [],
      inventory: inventory?.data.map(({ id }) => id) ?? [],
      decide: (stored, rev) =>
        applyFetchedRows({ products: products?.data ?? [], inventory: inventory?.data ?? [], epoch }, stored, {
          epoch,
          rev,
          now: now(),
        }),
    })
    if (outcome === 'moved') return 'moved'
  }
}
