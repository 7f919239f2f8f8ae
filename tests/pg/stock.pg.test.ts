import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Database, Queryable } from '../../server/database.ts'
import { addProduct, type Change, one, openTestDatabase, readLog } from './support.ts'

interface Row {
  id: number
  [field: string]: unknown
}

/** What a client has that applied the whole log of a branch, and the versions of what was removed. */
function replay(log: readonly Change[]) {
  const products = new Map<number, Row>()
  const inventory = new Map<number, Row>()
  const versions = new Map<string, number>()
  const isNewer = (record: string, version: unknown, mayRepeat: boolean) => {
    const known = versions.get(record) ?? 0
    if (typeof version !== 'number' || version < known || (version === known && !mayRepeat)) {
      throw new Error(`${record}: version ${version} after ${known}`)
    }
    versions.set(record, version)
  }
  for (const { event_type, data } of log) {
    const { updated_by: _by, reason: _reason, ...fields } = data
    const productId = Number(data.product_id ?? data.id)
    if (event_type === 'product_changed') {
      isNewer(`product:${data.id}`, data.version, false)
      isNewer(`stock:${data.id}`, data.stock_version, true)
      products.set(productId, fields as Row)
    } else if (event_type === 'product_removed') {
      isNewer(`product:${productId}`, data.version, false)
      isNewer(`stock:${productId}`, data.stock_version, false)
      products.delete(productId)
    } else if (event_type === 'stock_updated') {
      // Repeats the version of a product_changed of the same statement, never with another value.
      isNewer(`stock:${productId}`, data.version, products.get(productId)?.stock === data.new_stock)
      products.set(productId, {
        ...products.get(productId),
        id: productId,
        stock: data.new_stock,
        stock_version: data.version,
      })
    } else if (event_type === 'inventory_changed') {
      isNewer(`inventory:${data.id}`, data.version, false)
      inventory.set(Number(data.id), fields as Row)
    } else if (event_type === 'quantity_updated') {
      const id = Number(data.inventory_id)
      isNewer(`inventory:${id}`, data.version, inventory.get(id)?.quantity === data.new_quantity)
      inventory.set(id, { ...inventory.get(id), id, quantity: data.new_quantity, version: data.version })
    } else if (event_type === 'inventory_removed') {
      isNewer(`inventory:${data.inventory_id}`, data.version, false)
      inventory.delete(Number(data.inventory_id))
    }
  }
  return { products, inventory }
}

async function stored(db: Queryable, branchId: number) {
  const products = await db.query<{ row: Row }>('SELECT product_json(p) AS row FROM products p WHERE branch_id = $1', [
    branchId,
  ])
  const inventory = await db.query<{ row: Row }>(
    'SELECT inventory_json(i) AS row FROM inventory i WHERE branch_id = $1',
    [branchId],
  )
  return {
    products: new Map(products.map(({ row }) => [row.id, row])),
    inventory: new Map(inventory.map(({ row }) => [row.id, row])),
  }
}

async function expectWhole(db: Database): Promise<void> {
  const wrong = await db.query(
    `SELECT p.id, p.stock, (SELECT coalesce(sum(quantity), 0) FROM inventory i WHERE i.product_id = p.id) AS sum
       FROM products p WHERE p.stock <> (SELECT coalesce(sum(quantity), 0) FROM inventory i WHERE i.product_id = p.id)`,
  )
  expect(wrong).toEqual([])
  for (const branchId of [1, 2]) expect(replay(await readLog(db, branchId))).toEqual(await stored(db, branchId))
}

const product = fc.integer({ min: 1, max: 4 })
const place = fc.integer({ min: 1, max: 5 })
const quantity = fc.integer({ min: -5_000, max: 5_000 }).map((thousandths) => thousandths / 1000)
const branch = fc.constantFrom(1, 2)

/** Any kind of statement that an owner's tool may send; some refuse themselves, which must change nothing. */
const statement: fc.Arbitrary<readonly [string, readonly unknown[]]> = fc.oneof(
  fc.tuple(product, branch, quantity).map(
    (args) =>
      [
        `INSERT INTO products (id, branch_id, name, stock) VALUES ($1, $2, 'Gula', $3)
         ON CONFLICT (id) DO UPDATE SET stock = excluded.stock, price = products.price + 1`,
        args,
      ] as const,
  ),
  fc.tuple(product, quantity).map((args) => ['UPDATE products SET stock = $2 WHERE id = $1', args] as const),
  fc
    .tuple(product, quantity)
    .map((args) => ['UPDATE products SET stock = stock + $2, price = price + 1 WHERE id >= $1', args] as const),
  fc
    .tuple(product, branch)
    .map((args) => ['UPDATE products SET branch_id = $2, stock = stock + 1 WHERE id = $1', args] as const),
  fc.tuple(product).map((args) => ['UPDATE products SET name = name, price = price WHERE id = $1', args] as const),
  fc.tuple(product).map((args) => ['DELETE FROM products WHERE id = $1', args] as const),
  fc
    .tuple(place, product, quantity)
    .map(
      (args) =>
        [`INSERT INTO inventory (id, product_id, place, quantity) VALUES ($1 + 100, $2, 'Gudang', $3)`, args] as const,
    ),
  fc
    .tuple(place, quantity)
    .map((args) => ['UPDATE inventory SET quantity = quantity + $2 WHERE id = $1 + 100', args] as const),
  fc
    .tuple(product, quantity)
    .map((args) => ['UPDATE inventory SET quantity = $2 WHERE product_id = $1', args] as const),
  fc
    .tuple(place)
    .map(
      (args) =>
        [`UPDATE inventory SET place = place || 'x', quantity = quantity + 1 WHERE id = $1 + 100`, args] as const,
    ),
  fc.tuple(place, product).map((args) => ['UPDATE inventory SET product_id = $2 WHERE id = $1 + 100', args] as const),
  fc.tuple(place).map((args) => ['DELETE FROM inventory WHERE id >= $1 + 100', args] as const),
  fc.constant(['DELETE FROM inventory', []] as const),
)
const transaction = fc.record({
  statements: fc.array(statement, { minLength: 1, maxLength: 4 }),
  isRolledBack: fc.boolean(),
})

describe('products and their inventory', () => {
  test('[S1][S3] stock is the sum of inventory, and the log tells all, under any sequence of statements', async () => {
    const { db } = await openTestDatabase()
    await fc.assert(
      fc.asyncProperty(fc.array(transaction, { minLength: 1, maxLength: 12 }), async (transactions) => {
        for (const { statements, isRolledBack } of transactions) {
          await db
            .transaction(async (tx) => {
              for (const [sql, params] of statements) await tx.query(sql, params)
              if (isRolledBack) throw Object.assign(new Error('rolled back'), { code: 'P0001' })
            })
            .catch((error: unknown) => {
              // Refused by a constraint, or by us.
              const code = error instanceof Error && 'code' in error ? error.code : undefined
              if (!['P0001', '23503', '23505'].includes(String(code))) throw error
            })
          await expectWhole(db)
        }
      }),
      { numRuns: 40 },
    )
  })

  test('a plain UPDATE of stock moves the first place by the difference', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db, { stock: 10 })
    await db.query(`INSERT INTO inventory (product_id, place, quantity) VALUES ($1, 'Gudang', 5)`, [id])
    await db.query('UPDATE products SET stock = 12 WHERE id = $1', [id])
    expect(await db.query('SELECT place, quantity FROM inventory ORDER BY id')).toEqual([
      { place: 'Toko', quantity: 7 },
      { place: 'Gudang', quantity: 5 },
    ])
  })

  test('events carry the fields of the specification, once for each value that is distinct', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db, { name: 'Chicken Breast sadia 2 kg', stock: 100 })
    const inventory = await one<{ id: number }>(db, 'SELECT id FROM inventory')
    const before = (await readLog(db, 1)).length
    await db.query('UPDATE products SET stock = 100, name = name WHERE id = $1', [id])
    await db.query('UPDATE inventory SET quantity = 100')
    expect(await readLog(db, 1)).toHaveLength(before)
    await db.query('UPDATE products SET stock = 98.5 WHERE id = $1', [id])
    const [stock, quantity] = (await readLog(db, 1)).slice(before)
    const user = (await one<{ user: string }>(db, 'SELECT session_user AS user')).user
    expect(stock).toMatchObject({
      event_type: 'stock_updated',
      data: {
        product_id: id,
        product_name: 'Chicken Breast sadia 2 kg',
        old_stock: 100,
        new_stock: 98.5,
        delta: -1.5,
        reason: 'database',
        updated_by: `db:${user}`,
        version: 2,
      },
    })
    expect(quantity).toMatchObject({
      event_type: 'quantity_updated',
      data: {
        inventory_id: inventory.id,
        product_id: id,
        old_quantity: 100,
        new_quantity: 98.5,
        delta: -1.5,
        place: 'Toko',
        version: 2,
      },
    })
  })

  test('[S3] a record that is made again goes on counting', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db, { stock: 5 })
    await db.query('UPDATE products SET stock = 6, price = 1 WHERE id = $1', [id])
    await db.query('DELETE FROM products WHERE id = $1', [id])
    await db.query(`INSERT INTO products (id, branch_id, name, version, stock_version) VALUES ($1, 1, 'Baru', 1, 1)`, [
      id,
    ])
    expect(await one(db, 'SELECT version, stock_version FROM products WHERE id = $1', [id])).toEqual({
      version: 4,
      stock_version: 4,
    })
    await db.query('UPDATE products SET version = 1, stock_version = 1 WHERE id = $1', [id])
    expect(await one(db, 'SELECT version FROM products WHERE id = $1', [id])).toEqual({ version: 4 })
  })

  test('[S3] also when the insert had to wait for the delete', async () => {
    const { db, open } = await openTestDatabase()
    const other = open()
    const id = await addProduct(db)
    await db.query('UPDATE products SET price = 1 WHERE id = $1', [id])
    let insert: Promise<unknown> = Promise.resolve()
    await db.transaction(async (tx) => {
      await tx.query('DELETE FROM products WHERE id = $1', [id])
      if (db.driver === 'pglite') return
      insert = other.query(`INSERT INTO products (id, branch_id, name) VALUES ($1, 1, 'Baru')`, [id])
      const waiting = `SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`
      await expect.poll(() => one<{ n: number }>(db, waiting)).toEqual({ n: 1 })
    })
    if (db.driver === 'pglite')
      insert = other.query(`INSERT INTO products (id, branch_id, name) VALUES ($1, 1, 'Baru')`, [id])
    await insert
    expect(await one(db, 'SELECT version, stock_version FROM products WHERE id = $1', [id])).toEqual({
      version: 4,
      stock_version: 3,
    })
    replay(await readLog(db, 1))
  })

  test('[S1] a product that moves to another branch is logged in both, with its inventory', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db, { stock: 5 })
    const before = (await readLog(db, 1)).length
    await db.query('UPDATE products SET branch_id = 2 WHERE id = $1', [id])
    expect(
      (await readLog(db, 1))
        .slice(before)
        .map((change) => change.event_type)
        .sort(),
    ).toEqual(['inventory_removed', 'product_removed'])
    expect((await readLog(db, 2)).map((change) => change.event_type).sort()).toEqual([
      'inventory_changed',
      'product_changed',
    ])
    expect(await one(db, 'SELECT branch_id FROM inventory')).toEqual({ branch_id: 2 })
  })

  test('[S1] TRUNCATE is refused with a reason, and so is a change of id', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    for (const table of [
      'products',
      'inventory',
      'transactions',
      'transaction_items',
      'staff',
      'settings',
      'changes',
      'branch_seq',
      'merchants',
    ]) {
      await expect(db.query(`TRUNCATE ${table} CASCADE`)).rejects.toThrow('is refused')
    }
    await expect(db.query('UPDATE products SET id = 77 WHERE id = $1', [id])).rejects.toThrow('can not change')
  })

  test('ids that a tool brings do not collide with drawn ones', async () => {
    const { db } = await openTestDatabase()
    await db.query(`INSERT INTO products (id, branch_id, name, stock) VALUES (3, 1, 'Tiga', 1)`)
    for (let n = 0; n < 5; n++) await addProduct(db, { stock: 1 })
    expect(await one(db, 'SELECT count(*) AS n FROM products')).toEqual({ n: 6 })
  })

  test('[S10] with the coupling off each side is updated once', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db, { stock: 5 })
    const before = (await readLog(db, 1)).length
    await db.transaction(async (tx) => {
      await tx.query(`SELECT set_config('mstore.coupling', 'off', true)`)
      await tx.query('UPDATE products SET stock = stock - 2 WHERE id = $1', [id])
      await tx.query('UPDATE inventory SET quantity = quantity - 2 WHERE product_id = $1', [id])
    })
    expect((await readLog(db, 1)).slice(before).map((change) => change.event_type)).toEqual([
      'stock_updated',
      'quantity_updated',
    ])
    await db.query('UPDATE products SET stock = 1 WHERE id = $1', [id])
    await expectWhole(db)
  })

  test('a stock that is no number is refused; the widest difference still makes a valid event', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    await expect(db.query(`UPDATE products SET stock = 'NaN' WHERE id = $1`, [id])).rejects.toThrow()
    await db.query('UPDATE products SET stock = 999999999.999 WHERE id = $1', [id])
    await db.query('UPDATE products SET stock = -999999999.999 WHERE id = $1', [id])
    await readLog(db, 1)
  })
})
