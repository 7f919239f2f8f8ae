import { randomUUID } from 'node:crypto'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { openPglite } from '../../../server/database/pglite.ts'
import type { Database } from '../../../server/database.ts'
import { insertProduct } from '../../../server/sql/products.ts'
import { IDEMPOTENCY_HEADER, PATHS } from '../../../src/contract/rest.ts'
import { sale } from '../../pg/selling-support.ts'
import { asAdminUser, bearer, createTestApp, OTHER_BRANCH, setUpDatabase, type TestApp } from './support.ts'

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

  it('has its turns between the lines of a catalogue file, which comes in once and whole', async () => {
    const other = bearer((await test.enroll()).token)
    const lines = Array.from({ length: 3_000 }, (_, index) => `Produk ${index},${1000 + index}`)
    const [key, url] = [randomUUID(), `${origin}/api/v1/admin/product/import?branch_code=${OTHER_BRANCH}`]
    const headers = { ...asAdminUser, 'content-type': 'text/csv', [IDEMPOTENCY_HEADER]: key }
    const send = async () => {
      const answer = await fetch(url, { method: 'POST', headers, body: ['name,price', ...lines].join('\n') })
      expect(answer.status).toBe(200)
      return answer.json()
    }
    const importing = send()
    const stored = async () => (await db.query('SELECT FROM products WHERE branch_id = 2')).length
    // In a few turns at most a few slices come in. As one transaction the file would show its first line with its last.
    await vi.waitFor(async () => expect(await stored()).toBeGreaterThan(0), { timeout: 30_000, interval: 1 })
    const answer = await fetch(`${origin}${PATHS.settings}`, { headers: other })
    expect(answer.status).toBe(200)
    expect(await stored()).toBeLessThan(lines.length)
    const first = await importing
    expect(first).toMatchObject({ data: { created: 3_000, problems: [] } })
    expect(await send()).toEqual(first)
    expect(await stored()).toBe(lines.length)
  })
})
