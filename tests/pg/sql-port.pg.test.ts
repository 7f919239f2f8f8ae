import { once } from 'node:events'
import { createConnection, Socket } from 'node:net'
import pg from 'pg'
import { describe, expect, test, vi } from 'vitest'
import { openSqlPort } from '../../server/database/sql-port.ts'
import { simpleQuery } from '../../server/database/wire-protocol.ts'
import { addProduct, afterTest, one, openPreparedPglite, readLog, silentLog } from './support.ts'

const PASSWORD = 'only-for-the-owner'

async function start(options = {}) {
  const db = await openPreparedPglite()
  const sqlPort = await openSqlPort(db, 0, silentLog, { password: PASSWORD, ...options })
  afterTest(() => sqlPort.close())
  const connect = async (stream?: () => Socket, password = PASSWORD) => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port: sqlPort.port,
      user: 'owner',
      database: 'shop',
      password,
      ...(stream ? { stream } : {}),
    })
    client.on('error', () => undefined)
    await client.connect()
    afterTest(() => client.end().catch(() => undefined))
    return client
  }
  const stockOf = async (id: number) =>
    (await one<{ stock: number }>(db, 'SELECT stock FROM products WHERE id = $1', [id])).stock
  return { db, connect, stockOf, port: sqlPort.port }
}

describe('PG_PORT: the embedded database for ordinary SQL clients', () => {
  test('is closed to whoever does not know the password, and says so as PostgreSQL does', async () => {
    const { connect } = await start()
    for (const wrong of ['', 'x', `${PASSWORD}x`]) {
      await expect(connect(undefined, wrong)).rejects.toMatchObject({ code: '28P01' })
    }
    expect((await (await connect()).query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })

  test('tells of wrong passwords, and not of a client that has to ask its user first', async () => {
    const onWrongPassword = vi.fn()
    const { connect, port } = await start({ onWrongPassword })
    await expect(connect(undefined, 'x')).rejects.toMatchObject({ code: '28P01' })
    const asking = createConnection(port, '127.0.0.1').on('error', () => undefined)
    asking.write(Buffer.from([0, 0, 0, 8, 0, 3, 0, 0]))
    await once(asking, 'data')
    asking.end()
    await once(asking, 'close')
    await connect()
    expect(onWrongPassword).toHaveBeenCalledTimes(1)
  })

  test('lets nobody wait outside: who says nothing, or not the password, is gone after a while', async () => {
    const { port, connect } = await start({ letInMs: 1_000 })
    const client = await connect()
    for (const said of [[], [0, 0, 0, 8, 4, 210, 22, 47], [0, 0, 0, 8, 0, 3, 0, 0]]) {
      const stranger = createConnection(port, '127.0.0.1').on('error', () => undefined)
      stranger.resume()
      if (said.length > 0) stranger.write(Buffer.from(said))
      await once(stranger, 'close')
    }
    expect((await client.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }])
  })

  test('takes so many at a time: those outside take no place of those inside, and leave theirs', async () => {
    const { port, connect } = await start({ most: 3, letInMs: 1_000 })
    const inside = [await connect(), await connect()]
    const outside = [1, 2, 3].map(() =>
      createConnection(port, '127.0.0.1')
        .on('error', () => undefined)
        .resume(),
    )
    await Promise.all(outside.map((socket) => once(socket, 'connect')))
    await expect(connect()).rejects.toMatchObject({ code: '53300' })
    await Promise.all(outside.map((socket) => once(socket, 'close')))
    await connect()
    await expect(connect()).rejects.toMatchObject({ code: '53300' })
    await inside[0]?.end()
    await vi.waitFor(() => connect(), { timeout: 5_000 })
  })

  test('keeps nothing of what is sent after a refusal', async () => {
    const { port } = await start()
    const stranger = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true }).on('error', () => undefined)
    stranger.resume()
    stranger.write(Buffer.from([0, 0, 0, 8, 0, 3, 0, 0, 0x70, 0, 0, 0, 6, 0x78, 0]))
    await once(stranger, 'end')
    // A server that still listens would collect it.
    const flood = setInterval(() => stranger.write(Buffer.alloc(1024, 81)), 5)
    await new Promise((closed) => stranger.on('close', closed))
    clearInterval(flood)
  })

  test('clients one after another change stock, and it is logged', async () => {
    const { db, connect, stockOf } = await start()
    const id = await addProduct(db, { stock: 100 })
    for (const stock of [99, 98, 97]) {
      const client = await connect()
      await client.query('UPDATE products SET stock = $1 WHERE id = $2', [stock, id])
      await client.end()
    }
    expect(await stockOf(id)).toBe(97)
    const events = (await readLog(db, 1)).filter((change) => change.event_type === 'stock_updated')
    expect(events.map((event) => event.data.new_stock)).toEqual([99, 98, 97])
  })

  test('two at once, and the server beside them: nobody gets the answers of another', async () => {
    const { db, connect, stockOf } = await start()
    const [a, b, c] = [await addProduct(db), await addProduct(db), await addProduct(db)]
    const [one, two] = [await connect(), await connect()]
    const work = async (query: (sql: string, params: unknown[]) => Promise<unknown>, id: number) => {
      for (let n = 1; n <= 50; n++)
        await query('UPDATE products SET stock = stock + $1::numeric WHERE id = $2', [1, id])
    }
    await Promise.all([
      work((sql, params) => one.query(sql, params), a),
      work((sql, params) => two.query(sql, params), b),
      work((sql, params) => db.query(sql, params), c),
    ])
    expect([await stockOf(a), await stockOf(b), await stockOf(c)]).toEqual([50, 50, 50])
  })

  test('the server waits for an open transaction instead of writing into it', async () => {
    const { db, connect, stockOf } = await start()
    const [a, b] = [await addProduct(db), await addProduct(db)]
    const client = await connect()
    await client.query('BEGIN')
    await client.query('UPDATE products SET stock = 5 WHERE id = $1', [a])
    const server = db.query('UPDATE products SET stock = 7 WHERE id = $1', [b])
    await client.query('ROLLBACK')
    await server
    expect([await stockOf(a), await stockOf(b)]).toEqual([0, 7])
  })

  test('a client that dies or rests within a transaction is rolled back', async () => {
    const { db, connect, stockOf } = await start({ idleTransactionMs: 50 })
    const id = await addProduct(db)
    const socket = new Socket()
    const dying = await connect(() => socket)
    await dying.query('BEGIN')
    await dying.query('UPDATE products SET stock = 5 WHERE id = $1', [id])
    // The way a killed program leaves: no Terminate, no ROLLBACK.
    socket.destroy()
    expect(await stockOf(id)).toBe(0)

    const resting = await connect()
    await resting.query('BEGIN')
    await resting.query('UPDATE products SET stock = 6 WHERE id = $1', [id])
    expect(await stockOf(id)).toBe(0)
    await expect(resting.query('COMMIT')).rejects.toMatchObject({ code: '25P03' })
  })

  test('settings, roles and temporary tables of a client end with its turn', async () => {
    const { db, connect } = await start()
    const id = await addProduct(db)
    const client = await connect()
    await client.query(`SELECT set_config('mstore.updated_by', 'somebody else', false)`)
    await client.query(`SET TIME ZONE 'Asia/Jakarta'`)
    await client.query('CREATE ROLE clerk')
    await client.query('SET ROLE clerk')
    await client.query('CREATE TEMP TABLE products (id int)').catch(() => undefined)
    await db.query('UPDATE products SET stock = 3 WHERE id = $1', [id])
    const last = (await readLog(db, 1)).find((change) => change.event_type === 'stock_updated')
    expect(last?.data.updated_by).toBe('db:postgres')
    expect(await one(db, `SELECT current_setting('TimeZone') AS zone, current_user AS who`)).toEqual({
      zone: 'UTC',
      who: 'postgres',
    })
  })

  test('an error leaves client and server usable', async () => {
    const { db, connect } = await start()
    const client = await connect()
    await expect(client.query('SELECT $1::int / 0', [1])).rejects.toThrow('division by zero')
    await expect(client.query('TRUNCATE products CASCADE')).rejects.toThrow('refused')
    expect((await client.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
    expect(await db.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  test('COPY FROM STDIN, for which the database would wait for ever, is refused', async () => {
    const { db, connect } = await start()
    const client = await connect()
    for (const sql of ['COPY products (name) FROM STDIN', 'select 1; copy products (name) from /* here */ stdin csv']) {
      await expect(client.query(sql)).rejects.toThrow('not available')
    }
    await expect(client.query({ name: 'c', text: 'COPY products FROM STDIN' })).rejects.toThrow('not available')
    expect((await client.query('COPY (SELECT 1) TO STDOUT')).command).toBe('COPY')
    expect(await db.query('SELECT 1 AS n')).toEqual([{ n: 1 }])
  })

  test('two clients whose drivers give prepared statements the same name', async () => {
    const { connect } = await start()
    const [one, two] = [await connect(), await connect()]
    for (let round = 0; round < 3; round++) {
      expect((await one.query({ name: 'S_1', text: 'SELECT $1::int + 1 AS n', values: [1] })).rows).toEqual([{ n: 2 }])
      expect((await two.query({ name: 'S_1', text: `SELECT $1::text || '!' AS n`, values: ['a'] })).rows).toEqual([
        { n: 'a!' },
      ])
    }
  })

  test('messages larger than a piece of the network, and many in one piece, are answered', async () => {
    const { connect, db } = await start()
    const client = await connect()
    await client.query('CREATE TABLE t (place int, number int, name text, unit text)')
    const numbers = Array.from({ length: 5_000 }, (_, index) => index)
    const names = numbers.map((number) => `Barang nomor ${number} dengan nama yang panjang`)
    const insert = `INSERT INTO t SELECT $1::int, number, name, unit
                      FROM unnest($2::int[], $3::text[], $4::text[], $5::int[]) AS u(number, name, unit, more)`
    expect((await client.query(insert, [1, numbers, names, names, numbers])).rowCount).toBe(5_000)
    expect((await client.query('SELECT $1::text AS text', ['x'.repeat(9_000_000)])).rows[0].text).toHaveLength(
      9_000_000,
    )
    const socket = createConnection(client.port, '127.0.0.1')
    afterTest(async () => void socket.destroy())
    let answered = ''
    socket.setEncoding('latin1').on('data', (text: string) => {
      answered += text
    })
    const startup = Buffer.from('....\0\x03\0\0user\0owner\0\0')
    startup.writeInt32BE(startup.length)
    const password = Buffer.from(`p....${PASSWORD}\0`)
    password.writeInt32BE(password.length - 1, 1)
    socket.write(
      Buffer.concat([startup, password, ...numbers.slice(0, 300).map((n) => simpleQuery(`SELECT 'answer ${n}.'`))]),
    )
    await vi.waitFor(() => expect(answered).toContain('answer 299.'), { timeout: 20_000 })
    expect(answered.match(/answer \d+\./g)).toEqual(numbers.slice(0, 300).map((n) => `answer ${n}.`))
    expect(await one(db, 'SELECT count(*)::int AS n FROM t')).toEqual({ n: 5_000 })
  })

  test('a message over the limit is refused in words, undone, and no other client is harmed', async () => {
    const { connect, db, stockOf } = await start()
    const id = await addProduct(db)
    const socket = new Socket()
    const client = await connect(() => socket)
    const other = await connect()
    const said = new Promise<Error>((resolve) => client.once('error', resolve))
    await client.query('BEGIN')
    await client.query('UPDATE products SET stock = 5 WHERE id = $1', [id])
    // The header of a query of 100 MB.
    socket.write(Buffer.from([81, 6, 64, 0, 0]))
    expect(await said).toMatchObject({ code: '54000', message: expect.stringContaining('larger than 64 MB') })
    expect((await other.query('SELECT 1 AS n')).rows).toEqual([{ n: 1 }])
    expect(await stockOf(id)).toBe(0)
  })

  test('hints still reach the server, also after a client has said UNLISTEN *', async () => {
    const { db, connect } = await start()
    const onHint = vi.fn()
    await db.listen('mstore_changes', onHint)
    const id = await addProduct(db)
    const client = await connect()
    await client.query('UNLISTEN *')
    await client.query('UPDATE products SET stock = 1 WHERE id = $1', [id])
    await vi.waitFor(() => expect(onHint).toHaveBeenCalled())
    onHint.mockClear()
    await client.query('DISCARD ALL')
    await client.query('UPDATE products SET stock = 2 WHERE id = $1', [id])
    await vi.waitFor(() => expect(onHint).toHaveBeenCalled())
  })
})
