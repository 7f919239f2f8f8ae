import { describe, expect, test } from 'vitest'
import { setChangeContext } from '../../server/sql/change-context.ts'
import { pruneChanges, readChanges, readLogPosition } from '../../server/sql/changes.ts'
import { adjustInventory, insertInventory } from '../../server/sql/inventory.ts'
import { readPage } from '../../server/sql/pages.ts'
import { findProductBranch, insertProduct, readProductPage, updateProduct } from '../../server/sql/products.ts'
import { INVENTORY_ROWS } from '../../server/sql/resources.ts'
import { listTransactions } from '../../server/sql/transactions.ts'
import { parseEvent } from '../../src/contract/events.ts'
import type { Inventory } from '../../src/contract/records/inventory.ts'
import { buildTopic } from '../../src/contract/topics.ts'
import { addProduct, one, openTestDatabase, readLog } from './support.ts'

const scope = { env: 'dev', merchantCode: 'MCH-MST-001', branchCode: 'BRN-MST-OSK00001' }
const by = { updatedBy: 'user_5', reason: 'adjustment' }

describe('pages', () => {
  test('[R4] pages by id hold all rows once, with the place in the log', async () => {
    const { db } = await openTestDatabase()
    const ids = []
    for (let n = 0; n < 5; n++) ids.push(await addProduct(db, { stock: n, branchId: 1 }))
    await addProduct(db, { branchId: 2 })
    const position = await readLogPosition(db, 1)
    const seen: number[] = []
    let lastId = 0
    for (let hasMore = true; hasMore; ) {
      const { rows, meta } = await readProductPage(db, { branchId: 1, lastId, limit: 2 })
      seen.push(...rows.map((row) => row.id))
      expect(meta).toMatchObject({ total: 5, ...position, last_id: seen.at(-1) })
      hasMore = meta.has_more
      lastId = meta.last_id
    }
    expect(seen).toEqual(ids)
    const inventory = await readPage<Inventory>(db, INVENTORY_ROWS, { branchId: 1, lastId: 0, limit: 200 })
    expect(inventory.rows.map((row) => row.quantity)).toEqual([1, 2, 3, 4])
  })

  test('single rows by id, and none of another branch; an empty branch has an empty page', async () => {
    const { db } = await openTestDatabase()
    const [mine, other] = [await addProduct(db, { stock: 1.5 }), await addProduct(db, { branchId: 2 })]
    const page = await readProductPage(db, { branchId: 1, lastId: 0, limit: 200, ids: [mine, other, 999] })
    expect(page.rows).toEqual([
      {
        id: mine,
        name: 'Beras 5 kg',
        sku: null,
        barcode: null,
        category: null,
        price: 15000,
        unit: 'pcs',
        active: true,
        version: 1,
        stock: 1.5,
        stock_version: 1,
      },
    ])
    expect(page.meta.has_more).toBe(false)
    await db.query('DELETE FROM products')
    expect(await readProductPage(db, { branchId: 1, lastId: 7, limit: 2 })).toMatchObject({
      rows: [],
      meta: { last_id: 7, has_more: false, total: 0 },
    })
  })

  test('[R4] rows and position are of one snapshot while others write', async () => {
    const { db, open } = await openTestDatabase()
    const id = await addProduct(db)
    const base = (await readLogPosition(db, 1)).seq
    const other = open()
    let isWriting = true
    const writing = (async () => {
      for (let n = 1; n <= 200; n++) await other.query('UPDATE products SET price = $1 WHERE id = $2', [n, id])
    })().finally(() => {
      isWriting = false
    })
    while (isWriting) {
      const { rows, meta } = await readProductPage(db, { branchId: 1, lastId: 0, limit: 10 })
      // The product began with a price that is not a count.
      if (meta.seq > base) expect(rows[0]?.price).toBe(meta.seq - base)
    }
    await writing
  })
})

describe('[S7] changes', () => {
  test('[S7] events in order with their topics; a client accepts each of them', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db, { stock: 5 })
    await db.query('UPDATE products SET stock = 4 WHERE id = $1', [id])
    await db.query('DELETE FROM products WHERE id = $1', [id])
    const changes = await readChanges(db, { branchId: 1, after: 1, limit: 3, scope })
    if (changes === 'expired') throw new Error('expired')
    const { epoch } = await readLogPosition(db, 1)
    expect(changes).toMatchObject({ last_seq: 6, has_more: true, epoch })
    expect(changes.events.map((event) => [event.seq, event.event_type, event.topic])).toEqual([
      [2, 'inventory_changed', buildTopic(scope, 'inventory')],
      [3, 'stock_updated', buildTopic(scope, 'product')],
      [4, 'quantity_updated', buildTopic(scope, 'inventory')],
    ])
    for (const event of changes.events) {
      expect(parseEvent(event)).toMatchObject({
        type: event.event_type,
        seq: event.seq,
        epoch,
        timestamp: event.timestamp,
      })
      expect(event.timestamp).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    }
    const end = await readChanges(db, { branchId: 1, after: 6, limit: 3, scope })
    expect(end).toMatchObject({ events: [], last_seq: 6, has_more: false })
  })

  test('[S7] a position that the log never reached, or does not reach back to, is expired', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    for (let n = 0; n < 4; n++) await db.query('UPDATE products SET price = $1 WHERE id = $2', [n, id])
    expect(await readChanges(db, { branchId: 1, after: 6, limit: 10, scope })).toBe('expired')
    await db.query(`UPDATE changes SET created_at = now() - interval '8 days' WHERE seq <= 3`)
    await db.query('UPDATE publisher_leases SET published = 2')
    expect(await pruneChanges(db, { branchId: 1, keepDays: 7 })).toBe(2)
    expect(await readChanges(db, { branchId: 1, after: 0, limit: 10, scope })).toBe('expired')
    expect(await readChanges(db, { branchId: 1, after: 1, limit: 10, scope })).toBe('expired')
    expect(await readChanges(db, { branchId: 1, after: 2, limit: 10, scope })).toMatchObject({
      events: [{ seq: 3 }, { seq: 4 }, { seq: 5 }],
    })
    await db.query('UPDATE publisher_leases SET published = 5')
    await db.query(`UPDATE changes SET created_at = now() - interval '8 days'`)
    expect(await pruneChanges(db, { branchId: 1, keepDays: 7 })).toBe(3)
    expect(await readChanges(db, { branchId: 1, after: 4, limit: 10, scope })).toBe('expired')
    expect(await readChanges(db, { branchId: 1, after: 5, limit: 10, scope })).toMatchObject({
      events: [],
      last_seq: 5,
    })
  })

  test('[S4] pruning takes a beginning of the log, never a piece out of it', async () => {
    const { db } = await openTestDatabase()
    for (let n = 0; n < 4; n++) await addProduct(db)
    await db.query('UPDATE publisher_leases SET published = 4')
    await db.query(`UPDATE changes SET created_at = now() - interval '8 days' WHERE seq <> 2`)
    expect(await pruneChanges(db, { branchId: 1, keepDays: 7 })).toBe(1)
  })

  test('[S4] pruning waits for no change from before the clock was set back', async () => {
    const { db } = await openTestDatabase()
    for (let n = 0; n < 3; n++) await addProduct(db)
    await db.query('UPDATE publisher_leases SET published = 3')
    await db.query(`UPDATE changes SET created_at = now() - interval '8 days'`)
    await db.query(`UPDATE changes SET created_at = now() + interval '6 days' WHERE seq = 2`)
    expect(await pruneChanges(db, { branchId: 1, keepDays: 7 })).toBe(1)
    await db.query(`UPDATE changes SET created_at = now() + interval '1 year' WHERE seq = 2`)
    expect(await pruneChanges(db, { branchId: 1, keepDays: 7 })).toBe(2)
  })
})

describe('who changed it, and why', () => {
  test('the context of the API reaches the events and ends with its transaction', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db, { stock: 10 })
    const before = (await readLog(db, 1)).length
    const offlineId = '56752b9f-3cb4-4b29-8512-ce3e0112c527'
    await db.transaction(async (tx) => {
      await setChangeContext(tx, {
        updatedBy: 'user_5',
        reason: 'transaction',
        transactionId: 12345,
        offlineId,
        op: 'sale',
      })
      await tx.query('UPDATE products SET stock = 9 WHERE id = $1', [id])
    })
    await db.query('UPDATE products SET stock = 8 WHERE id = $1', [id])
    const [sale, , plain] = (await readLog(db, 1)).slice(before)
    expect(sale?.data).toMatchObject({
      updated_by: 'user_5',
      reason: 'transaction',
      transaction_id: 12345,
      offline_id: offlineId,
      op: 'sale',
    })
    expect(plain?.data).toMatchObject({ reason: 'database', updated_by: expect.stringMatching(/^db:/) })
    expect(plain?.data).not.toHaveProperty('transaction_id')
    expect(plain?.data).not.toHaveProperty('offline_id')
  })

  test('a malformed context neither stops the change nor spoils the event', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    await db.transaction(async (tx) => {
      await tx.query(
        `SELECT set_config('mstore.transaction_id', '-3', true), set_config('mstore.offline_id', 'x', true),
                set_config('mstore.op', 'gift', true), set_config('mstore.reason', repeat('😀', 600), true)`,
      )
      await tx.query('UPDATE products SET stock = 1 WHERE id = $1', [id])
    })
    expect(await readLog(db, 1)).toHaveLength(3)
  })
})

describe('transactions, staff and settings', () => {
  test('[S1] a transaction is one event with its items, however they were written', async () => {
    const { db } = await openTestDatabase()
    const id = await db.transaction(async (tx) => {
      const { id } = await one<{ id: number }>(
        tx,
        `INSERT INTO transactions (branch_id, transaction_code, offline_id, status, grand_total, device_id, created_by, versions)
         VALUES (1, 'TRX-20251014-001', '56752b9f-3cb4-4b29-8512-ce3e0112c527', 'paid', 16800, 'DEV-DBBA60CF', 'user_5', '{"stock:1386": 8}')
         RETURNING id`,
      )
      await tx.query(
        'INSERT INTO transaction_items (transaction_id, product_id, quantity, price) VALUES ($1, 1386, 1.5, 15000)',
        [id],
      )
      await tx.query(
        `INSERT INTO transaction_payments (transaction_id, payment_method, amount) VALUES ($1, 'CASH', 16800)`,
        [id],
      )
      return id
    })
    await db.query(`UPDATE transactions SET status = 'void', op = 'void' WHERE id = $1`, [id])
    const log = await readLog(db, 1)
    expect(log.map((change) => [change.event_type, change.data.status, change.data.op])).toEqual([
      ['transaction_created', 'paid', 'sale'],
      ['transaction_updated', 'void', 'void'],
    ])
    expect(log[0]?.data).toMatchObject({
      transaction_id: id,
      transaction_code: 'TRX-20251014-001',
      offline_id: '56752b9f-3cb4-4b29-8512-ce3e0112c527',
      grand_total: 16800,
      created_by: 'user_5',
      device_id: 'DEV-DBBA60CF',
      items: [{ product_id: 1386, quantity: 1.5, price: 15000 }],
      versions: { 'stock:1386': 8 },
    })
    expect(await listTransactions(db, { branchId: 1, limit: 10 })).toMatchObject([
      {
        id,
        status: 'void',
        items: [{ product_id: 1386, quantity: 1.5 }],
        payments: [{ payment_method: 'CASH', amount: 16800 }],
        offline_reference: null,
      },
    ])
    expect(await listTransactions(db, { branchId: 2, limit: 10 })).toEqual([])
    await expect(db.query('DELETE FROM transactions')).rejects.toThrow('a sale is a fact')
  })

  test('[S1][S3] staff and settings are logged whole, removed ones as inactive or empty', async () => {
    const { db } = await openTestDatabase()
    await db.query(`INSERT INTO staff (id, branch_id, name, role, pin_hash) VALUES (7, 1, 'Sari', 'cashier', 'x')`)
    await db.query(`UPDATE staff SET name = 'Sari' WHERE id = 7`)
    await db.query('UPDATE staff SET branch_id = 2 WHERE id = 7')
    await db.query('DELETE FROM staff WHERE id = 7')
    await db.query(`INSERT INTO staff (id, branch_id, name, role, pin_hash) VALUES (7, 2, 'Budi', 'owner', 'y')`)
    await db.query(
      `INSERT INTO settings (branch_id, "values", updated_at) VALUES (1, '{"a": 1}', '2025-10-14T21:30:00Z')`,
    )
    await db.query('DELETE FROM settings')
    const summary = (log: Awaited<ReturnType<typeof readLog>>) =>
      log.map(({ event_type, data }) => [event_type, data.version, data.active ?? data.values])
    expect(summary(await readLog(db, 1))).toEqual([
      ['staff_changed', 1, true],
      ['staff_changed', 2, false],
      ['settings_changed', 1, { a: 1 }],
      ['settings_changed', 2, {}],
    ])
    expect(summary(await readLog(db, 2))).toEqual([
      ['staff_changed', 2, true],
      ['staff_changed', 3, false],
      ['staff_changed', 4, true],
    ])
  })
})

describe('writing operations', () => {
  test('products are inserted and changed by any of their fields', async () => {
    const { db } = await openTestDatabase()
    const product = await db.transaction((tx) =>
      insertProduct(tx, { branchId: 1, id: 1386, name: 'Chicken', price: 15000, stock: 2.5, sku: 'A', ...by }),
    )
    expect(product).toMatchObject({
      id: 1386,
      sku: 'A',
      barcode: null,
      unit: 'pcs',
      active: true,
      stock: 2.5,
      version: 1,
    })
    const changed = await db.transaction((tx) =>
      updateProduct(tx, { id: 1386, fields: { sku: null, stock: 1, active: false }, ...by }),
    )
    expect(changed).toMatchObject({ name: 'Chicken', sku: null, active: false, stock: 1, version: 2, stock_version: 2 })
    expect(await findProductBranch(db, 1386)).toBe(1)
    expect(await findProductBranch(db, 1)).toBeUndefined()
    expect(await db.transaction((tx) => updateProduct(tx, { id: 1, fields: { price: 1 }, ...by }))).toBeUndefined()
    const stock = (await readLog(db, 1)).find((change) => change.event_type === 'stock_updated')
    expect(stock?.data).toMatchObject({ updated_by: 'user_5', reason: 'adjustment' })
  })

  test('a counted quantity or a difference moves the stock; another branch is not found', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db, { stock: 10 })
    const place = await db.transaction((tx) =>
      insertInventory(tx, { productId: id, place: 'Gudang', quantity: 1, ...by }),
    )
    const adjust = (args: { branchId?: number; quantity?: number; delta?: number }) =>
      db.transaction((tx) => adjustInventory(tx, { branchId: 1, inventoryId: place.id, ...by, ...args }))
    expect(await adjust({ delta: 0.25 })).toMatchObject({ quantity: 1.25, version: 2, place: 'Gudang' })
    expect(await adjust({ quantity: -3 })).toMatchObject({ quantity: -3 })
    expect(await adjust({ branchId: 2, quantity: 5 })).toBeUndefined()
    expect(await one(db, 'SELECT stock FROM products')).toEqual({ stock: 7 })
  })
})
