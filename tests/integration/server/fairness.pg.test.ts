import { afterAll, describe, expect, it } from 'vitest'
import { openPglite } from '../../../server/database/pglite.ts'
import type { Database } from '../../../server/database.ts'
import { insertProduct } from '../../../server/sql/products.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { sale } from '../../pg/selling-support.ts'
import { bearer, createTestApp, OTHER_BRANCH, setUpDatabase, type TestApp } from './support.ts'

let db: Database
let test: TestApp
let origin: string

setUpDatabase(async (opened) => {
  db = opened
  test = await createTestApp(db)
  origin = await test.app.listen({ port: 0, host: '127.0.0.1' })
}, openPglite)
afterAll(async () => {
  await test.app.close()
})

describe('a counter beside the backlog of another', () => {
  it('has its turns in the embedded database between the sales of a flood of uploads', async () => {
    const sender = { ...bearer((await test.enroll()).token), 'content-type': 'application/json' }
    const other = bearer((await test.enroll(OTHER_BRANCH)).token)
    const fields = { branchId: 1, name: 'Beras', price: 15_000, stock: 100, updatedBy: 'test', reason: 'test' }
    const rice = (await db.transaction((tx) => insertProduct(tx, fields))).id
    const uploads = 20
    let answered = 0
    const flood = Array.from({ length: uploads }, async () => {
      const transactions = Array.from({ length: 10 }, () => sale([{ product_id: rice, quantity: 1 }]))
      const body = JSON.stringify({ device_id: 'DEV-A', transactions })
      const answer = await fetch(`${origin}${PATHS.batchSync}`, { method: 'POST', headers: sender, body })
      expect(answer.status).toBe(200)
      answered += 1
    })
    // First come, first served, each of these would wait for a sale of every upload, twice.
    for (let request = 0; request < 20; request += 1) {
      const answer = await fetch(`${origin}${PATHS.settings}`, { headers: other })
      expect(answer.status).toBe(200)
      await answer.arrayBuffer()
    }
    expect(answered).toBeLessThan(uploads)
    await Promise.all(flood)
    expect(await db.query('SELECT count(*)::int AS booked FROM transactions')).toEqual([{ booked: 200 }])
  })
})
