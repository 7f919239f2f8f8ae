import type { RecordVersions } from '../../src/contract/batch-sync.ts'
import type { Queryable } from '../database.ts'
import {
  applyMoves,
  type LockedPlace,
  type LockedProduct,
  lockPlaces,
  lockProducts,
  tombstoneVersions,
} from '../sql/stock-moves.ts'
import { movePlaces } from './plan-stock.ts'

export interface StockMoved {
  /** Of each record that the operation touches, also where it moved it by nothing (rule S10). */
  readonly versions: RecordVersions
  /** As they were before. Products that are gone are missing. */
  readonly products: ReadonlyMap<number, LockedProduct>
}

/**
 * Moves the branch's stock by `deltas` (thousandths by product), each record once: products by id, then places by id. A
 * product that is gone stays gone: its tombstone's version stands in `versions`, 0 when there never was one in this branch.
 */
export async function moveStock(
  tx: Queryable,
  branchId: number,
  deltas: ReadonlyMap<number, number>,
): Promise<StockMoved> {
  const ids = [...deltas.keys()]
  if (ids.length === 0) return { versions: {}, products: new Map() }
  const products = await lockProducts(tx, branchId, ids)
  const moved = products.map(({ id }) => ({ id, delta: deltas.get(id) ?? 0 })).filter(({ delta }) => delta !== 0)
  const movedIds = moved.map(({ id }) => id)
  const places = new Map<number, LockedPlace[]>(movedIds.map((id) => [id, []]))
  for (const place of await lockPlaces(tx, movedIds)) places.get(place.productId)?.push(place)
  const placeMoves = moved.flatMap(({ id: productId, delta }) =>
    movePlaces(places.get(productId) ?? [], delta).map((move) => ({ ...move, productId })),
  )
  const records = await applyMoves(tx, {
    products: moved,
    places: placeMoves.flatMap(({ id, delta }) => (id === null ? [] : { id, delta })),
    newPlaces: placeMoves.flatMap(({ id, delta, productId }) => (id === null ? { productId, branchId, delta } : [])),
  })
  const known = new Map(products.map((product) => [product.id, product]))
  const gone = ids.filter((id) => !known.has(id))
  const buried = gone.length > 0 ? await tombstoneVersions(tx, gone) : new Map<number, number>()
  return {
    products: known,
    versions: Object.fromEntries([
      ...products.map(({ id, stockVersion }) => [`stock:${id}`, stockVersion] as const),
      ...gone.map((id) => [`stock:${id}`, buried.get(id) ?? 0] as const),
      ...records.products.map(({ id, version }) => [`stock:${id}`, version] as const),
      ...records.places.map(({ id, version }) => [`inventory:${id}`, version] as const),
    ]),
  }
}
