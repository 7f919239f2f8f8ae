import type { Page } from '@playwright/test'
import { SALES_DB_NAME } from '../../src/db/sales/sales-db.ts'
import type { OperationRow } from '../../src/db/sales/sales-rows.ts'

/** What this tablet recorded, in the order of recording, read past the app. */
export async function readOperations(page: Page): Promise<OperationRow[]> {
  const rows = await page.evaluate(
    (name) =>
      new Promise<OperationRow[]>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          // Until version 3 the store had the other name.
          const store = db.objectStoreNames.contains('operations') ? 'operations' : 'pendingTransactions'
          const reading = db.transaction(store).objectStore(store).getAll()
          reading.onerror = () => reject(reading.error)
          reading.onsuccess = () => {
            db.close()
            resolve(reading.result)
          }
        }
      }),
    SALES_DB_NAME,
  )
  return rows.toSorted((a, b) => a.place - b.place)
}

/** One operation of this tablet; fails when it is not there. */
export async function readOperation(page: Page, offlineId: string): Promise<OperationRow> {
  const row = (await readOperations(page)).find(({ offline_id: id }) => id === offlineId)
  if (!row) throw new Error(`this tablet has recorded nothing as ${offlineId}`)
  return row
}

/** Writes rows past the app, as a fault or another version would have left them. The page sees them after a reload. */
export async function writeOperations(page: Page, rows: readonly OperationRow[]): Promise<void> {
  await page.evaluate(
    ([name, written]) =>
      new Promise<void>((resolve, reject) => {
        const opening = indexedDB.open(name)
        opening.onerror = () => reject(opening.error)
        opening.onsuccess = () => {
          const db = opening.result
          const transaction = db.transaction('operations', 'readwrite')
          for (const row of written) transaction.objectStore('operations').put(row)
          transaction.onabort = () => reject(transaction.error)
          transaction.oncomplete = () => {
            db.close()
            resolve()
          }
        }
      }),
    [SALES_DB_NAME, rows] as const,
  )
}
