/** What the service worker works with, on the browser's parts that Node has. */
import 'fake-indexeddb/auto'
import { Dexie } from 'dexie'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { CACHE_DB_NAME, CacheDb } from '../../../src/db/cache-db.ts'
import { saveEnrollment } from '../../../src/db/device.ts'
import { readFailures } from '../../../src/db/journal/failures.ts'
import { JOURNAL_DB_NAME, JournalDb } from '../../../src/db/journal/journal-db.ts'
import { SALES_DB_NAME, SalesDb } from '../../../src/db/sales/sales-db.ts'
import { withContext } from '../../../src/service-worker/worker-context.ts'
import { ENROLLMENT } from '../../support/enrollment.ts'
import { saleRow } from '../../unit/transactions/rows.ts'

vi.mock('../../../src/sync/outbox/mend-operation.ts', () => ({
  mendOperation: () => {
    throw new Error('the disk refuses')
  },
}))

beforeEach(async () => {
  vi.stubGlobal('self', { clients: { matchAll: async () => [] } })
  const cache = new CacheDb(CACHE_DB_NAME)
  await saveEnrollment(cache, ENROLLMENT, null)
  cache.close()
  const sales = new SalesDb(SALES_DB_NAME)
  await sales.operations.add(saleRow(1))
  sales.close()
})
afterEach(async () => {
  for (const { name = '' } of await indexedDB.databases()) await Dexie.delete(name)
})

it('[Q4] the worker sends although it could not look at what is stored, and notes why', async () => {
  const sent = await withContext('http://shop.test', 'sending', async ({ device }) => device.device_id)
  expect(sent).toBe('DEV-1')
  const journal = new JournalDb(JOURNAL_DB_NAME)
  expect((await readFailures(journal)).map(({ text }) => text).join()).toContain('the disk refuses')
  journal.close()
})
