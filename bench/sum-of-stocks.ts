import type { Page } from '@playwright/test'
import { CACHE_DB_NAME } from '../src/db/cache-db.ts'
import type { Stand } from './stand.ts'

/** Of all products of a branch, as the server has them. */
export async function readSumOfStocks({ sql }: Stand, branchId: number): Promise<number> {
  const [branch] = await sql.query<{ stock: number }>(
    'SELECT sum(stock)::float8 AS stock FROM products WHERE branch_id = $1',
    [branchId],
  )
  return branch?.stock ?? 0
}

/** The same as this page has them stored. */
export function sumOfStocks(page: Page): Promise<number> {
  return page.evaluate(
    (name) =>
      new Promise<number>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const reading = db.transaction('stocks').objectStore('stocks').getAll()
          reading.onerror = () => reject(reading.error)
          reading.onsuccess = () => {
            db.close()
            // Whole thousandths, as stock is kept.
            resolve(reading.result.reduce((sum, { quantity }) => sum + Math.round(quantity * 1000), 0) / 1000)
          }
        }
      }),
    CACHE_DB_NAME,
  )
}
