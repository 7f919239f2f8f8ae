import { describe, expect, test, vi } from 'vitest'
import type { Database } from '../../server/database.ts'
import { createPublisher, type PublisherDeps, type PublisherTiming } from '../../server/publisher/publisher.ts'
import { readLogPosition } from '../../server/sql/changes.ts'
import {
  claimFreeLeases,
  countBacklog,
  listLeasedBranches,
  readAcknowledged,
  savePublished,
} from '../../server/sql/publisher-leases.ts'
import { MAX_EVENT_BYTES, parseEventPayload } from '../../src/contract/events.ts'
import { parseTopic } from '../../src/contract/topics.ts'
import { addProduct, afterTest, one, openTestDatabase, silentLog } from './support.ts'

interface Message {
  branchCode: string
  kind: string
  type: string
  seq: number
  epoch: string
  payload: string
}

/** A broker that acknowledges when it is told to. Collects what was acknowledged, in order. */
function createFakeBroker() {
  const listeners = new Set<(connected: boolean) => void>()
  const messages: Message[] = []
  let connected = true
  const broker = {
    messages,
    /** Decides over each message; by default it is acknowledged. */
    accept: (_message: Message): Promise<void> => Promise.resolve(),
    get connected() {
      return connected
    },
    setConnected(value: boolean) {
      connected = value
      for (const listener of listeners) listener(value)
    },
    onConnection(listener: (connected: boolean) => void) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    async publish(topic: string, payload: string) {
      if (!connected) throw new Error('not connected')
      const place = parseTopic(topic)
      const event = parseEventPayload(payload)
      if (!place || event.type === 'invalid' || event.type === 'unknown')
        throw new Error(`not valid: ${topic} ${payload}`)
      const { type, seq = -1, epoch = '' } = event
      const message = { branchCode: place.branchCode, kind: place.kind, type, seq, epoch, payload }
      await broker.accept(message)
      messages.push(message)
    },
    events: (branchCode = BRANCH) =>
      messages.filter((each) => each.type !== 'heartbeat' && each.branchCode === branchCode),
    heartbeats: () => messages.filter((each) => each.type === 'heartbeat' && each.branchCode === BRANCH),
  }
  return broker
}

const BRANCH = 'BRN-MST-OSK00001'
const OTHER = 'BRN-MST-OSK00002'
const FAST: Partial<PublisherTiming> = {
  pollMs: 50,
  leaseMs: 600,
  quietMs: 30,
  heartbeatMs: 200,
  retryMinMs: 10,
  retryMaxMs: 50,
}
const WAIT = { timeout: 15_000, interval: 10 }

function start(db: Database, broker: PublisherDeps['broker'], options: Partial<PublisherDeps> = {}) {
  const publisher = createPublisher({ db, broker, env: 'dev', owner: 'test', log: silentLog, timing: FAST, ...options })
  publisher.start()
  afterTest(() => publisher.stop())
  return publisher
}

async function change(db: Database, id: number, times = 1): Promise<void> {
  for (let n = 0; n < times; n++) await db.query('UPDATE products SET price = price + 1 WHERE id = $1', [id])
}

/** A sale of one of each, as batch-sync books it: in one transaction. */
async function sellEach(db: Database, ids: readonly number[]): Promise<void> {
  await db.query(
    `WITH sale AS (INSERT INTO transactions (branch_id, transaction_code, status, grand_total) VALUES (1, 'TRX-1', 'paid', 2) RETURNING id)
     INSERT INTO transaction_items (transaction_id, product_id, quantity, price)
     SELECT sale.id, product, 1, 1 FROM sale, unnest($1::bigint[]) product`,
    [ids],
  )
}

const seqsOf = (messages: readonly Message[]) => messages.map((each) => each.seq)
const upTo = (last: number) => Array.from({ length: last }, (_, index) => index + 1)
const publishedOf = async (db: Database) =>
  (await one<{ published: number }>(db, 'SELECT published FROM publisher_leases WHERE branch_id = 1')).published

describe('the publisher', () => {
  test('[S4] publishes each change once, in order, on its topic, and stores the position', async () => {
    const { db } = await openTestDatabase()
    const broker = createFakeBroker()
    const latencies: number[] = []
    const observer = {
      published: (ms: number) => latencies.push(ms),
      failed: () => undefined,
      skipped: () => undefined,
      left: () => undefined,
    }
    const publisher = start(db, broker, { observer })
    const id = await addProduct(db, { stock: 5 })
    await change(db, id, 20)
    await addProduct(db, { branchId: 2 })
    await vi.waitFor(() => expect(broker.events()).toHaveLength(22), WAIT)
    await vi.waitFor(() => expect(broker.events(OTHER)).toHaveLength(1), WAIT)
    const { epoch } = await readLogPosition(db, 1)
    expect(seqsOf(broker.events())).toEqual(upTo(22))
    expect(
      broker
        .events()
        .map((each) => each.kind)
        .slice(0, 3),
    ).toEqual(['product', 'inventory', 'product'])
    expect(broker.messages.every((each) => each.epoch === epoch)).toBe(true)
    await expect.poll(() => countBacklog(db), WAIT).toBe(0)
    await vi.waitFor(
      () =>
        expect(publisher.status().branches).toEqual([
          { branchCode: BRANCH, published: 22, backlog: 0 },
          { branchCode: OTHER, published: 1, backlog: 0 },
        ]),
      WAIT,
    )
    expect(latencies).toHaveLength(23)
    expect(latencies.every((ms) => ms >= 0 && ms < 10_000)).toBe(true)
  })

  test('[S5] finds changes by polling when no hint arrives', async () => {
    const { db } = await openTestDatabase()
    const broker = createFakeBroker()
    start({ ...db, listen: () => Promise.reject(new Error('no notifications')) }, broker)
    await change(db, await addProduct(db), 2)
    await vi.waitFor(() => expect(seqsOf(broker.events())).toEqual(upTo(3)), WAIT)
  })

  test('[S4] killed between acknowledgement and storing the position: sent again in order, nothing lost', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    await change(db, id, 4)
    const broker = createFakeBroker()
    // The process ends here: its positions never arrive, its leases are not given back.
    const dying: Database = {
      ...db,
      query: (sql, params) => {
        const isLast = /SET published|SET owner = NULL/.test(sql)
        return isLast ? Promise.reject(new Error('killed')) : db.query(sql, params)
      },
    }
    const killed = createPublisher({
      db: dying,
      broker,
      env: 'dev',
      owner: 'a',
      log: silentLog,
      timing: { ...FAST, retryMinMs: 60_000, retryMaxMs: 60_000 },
    })
    killed.start()
    await vi.waitFor(() => expect(seqsOf(broker.events())).toEqual(upTo(5)), WAIT)
    await killed.stop()
    expect(await publishedOf(db)).toBe(0)
    const start = performance.now()
    const successor = createPublisher({ db, broker, env: 'dev', owner: 'b', log: silentLog, timing: FAST })
    successor.start()
    afterTest(() => successor.stop())
    await vi.waitFor(() => expect(seqsOf(broker.events())).toEqual([...upTo(5), ...upTo(5)]), WAIT)
    expect(performance.now() - start).toBeGreaterThan(50)
    await expect.poll(() => publishedOf(db), WAIT).toBe(5)
  })

  test('[S4] two publishers: every change at least once and in order; the lease moves when its holder dies', async () => {
    const { db, open } = await openTestDatabase()
    const id = await addProduct(db)
    const broker = createFakeBroker()
    let isDead = false
    const mortal = open()
    const first: Database = {
      ...mortal,
      query: (sql, params) => (isDead ? Promise.reject(new Error('dead')) : mortal.query(sql, params)),
    }
    start(first, broker, { owner: 'first' })
    await change(db, id)
    await vi.waitFor(() => expect(broker.events()).toHaveLength(2), WAIT)
    start(db, broker, { owner: 'second' })
    await change(db, id, 10)
    await vi.waitFor(() => expect(broker.events()).toHaveLength(12), WAIT)
    // Only the holder publishes.
    expect(seqsOf(broker.events())).toEqual(upTo(12))
    isDead = true
    await change(db, id, 10)
    await vi.waitFor(() => expect(new Set(seqsOf(broker.events()))).toEqual(new Set(upTo(22))), WAIT)
    const owner = await one<{ owner: string }>(db, 'SELECT owner FROM publisher_leases WHERE branch_id = 1')
    expect(owner.owner).toMatch(/^second/)
    let highest = 0
    for (const { seq } of broker.events()) {
      expect(seq).toBeLessThanOrEqual(highest + 1)
      highest = Math.max(highest, seq)
    }
  })

  test('[S4] one who lost the lease to another publishes no more', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    const broker = createFakeBroker()
    const publisher = start(db, broker)
    await vi.waitFor(() => expect(broker.events()).toHaveLength(1), WAIT)
    await db.query(
      `UPDATE publisher_leases SET owner = 'thief', token = gen_random_uuid(), until = now() + interval '1 second'`,
    )
    await change(db, id, 3)
    await vi.waitFor(async () => {
      // A thief that lives renews it, and never for longer than any server may.
      await db.query(`UPDATE publisher_leases SET until = now() + interval '1 second' WHERE owner = 'thief'`)
      expect(publisher.status().branches).toEqual([])
    }, WAIT)
    const seen = broker.messages.length
    await db.query(`UPDATE publisher_leases SET owner = NULL, token = NULL, until = '-infinity'`)
    await vi.waitFor(() => expect(broker.messages.length).toBeGreaterThan(seen), WAIT)
    await vi.waitFor(() => expect(seqsOf(broker.events())).toEqual(upTo(4)), WAIT)
  })

  test('[S4] what is acknowledged after the lease was lost moves no position', async () => {
    const { db } = await openTestDatabase()
    await claimFreeLeases(db, { owner: 'first', leaseMs: 60_000 })
    const [held] = await listLeasedBranches(db, 'first')
    if (!held) throw new Error('no lease')
    expect(await savePublished(db, held, 3)).toBe(true)
    expect(await savePublished(db, held, 2)).toBe(true)
    expect(await publishedOf(db)).toBe(3)
    await db.query(`UPDATE publisher_leases SET until = '-infinity'`)
    await claimFreeLeases(db, { owner: 'second', leaseMs: 60_000 })
    expect(await savePublished(db, held, 9)).toBe(false)
    expect(await readAcknowledged(db, held)).toBeUndefined()
    expect(await publishedOf(db)).toBe(3)
  })

  test('[S4] a lease from before the clock was set back keeps nobody waiting; a running one does', async () => {
    const { db } = await openTestDatabase()
    const lease = { owner: 'killed', leaseMs: 6_000 }
    const branches = await claimFreeLeases(db, lease)
    expect(await claimFreeLeases(db, { ...lease, owner: 'next' })).toBe(0)
    await db.query(`UPDATE publisher_leases SET until = until + interval '2 hours'`)
    expect(await claimFreeLeases(db, { ...lease, owner: 'next' })).toBe(branches)
    expect(await claimFreeLeases(db, lease)).toBe(0)
  })

  test('[S4] the broker away, then back: everything in order', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    const broker = createFakeBroker()
    broker.setConnected(false)
    const publisher = start(db, broker)
    await change(db, id, 3)
    await vi.waitFor(() => expect(publisher.status().branches[0]?.backlog).toBe(4), WAIT)
    expect(broker.messages).toEqual([])
    broker.setConnected(true)
    await vi.waitFor(() => expect(seqsOf(broker.events())).toEqual(upTo(4)), WAIT)
  })

  test('[S4] an acknowledgement that fails in the middle of a batch: the position stays before it', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    await change(db, id, 5)
    const broker = createFakeBroker()
    let refusals = 1
    broker.accept = (message) =>
      message.seq === 3 && message.type !== 'heartbeat' && refusals-- > 0
        ? Promise.reject(new Error('lost'))
        : Promise.resolve()
    start(db, broker)
    await vi.waitFor(() => expect(seqsOf(broker.events())).toEqual([1, 2, 4, 5, 6, 3, 4, 5, 6]), WAIT)
    await expect.poll(() => publishedOf(db), WAIT).toBe(6)
  })

  test('[S4] a branch that gets no answer holds up no other', async () => {
    const { db } = await openTestDatabase()
    const broker = createFakeBroker()
    broker.accept = (message) => (message.branchCode === BRANCH ? new Promise(() => undefined) : Promise.resolve())
    start(db, broker, { timing: { ...FAST, publishTimeoutMs: 300 } })
    const [stuck, fine] = [await addProduct(db), await addProduct(db, { branchId: 2 })]
    await change(db, stuck, 3)
    await change(db, fine, 3)
    await vi.waitFor(() => expect(seqsOf(broker.events(OTHER))).toEqual(upTo(4)), WAIT)
    broker.accept = () => Promise.resolve()
    await vi.waitFor(() => expect(seqsOf(broker.events())).toEqual(upTo(4)), WAIT)
  })

  test('an event too large for clients is left out and counted; the rest goes on', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    await db.query(
      `INSERT INTO settings (branch_id, "values", updated_at) VALUES (1, jsonb_build_object('a', repeat('x', $1)), now())`,
      [MAX_EVENT_BYTES],
    )
    await change(db, id)
    const broker = createFakeBroker()
    const skipped = vi.fn()
    start(db, broker, {
      observer: { published: () => undefined, failed: () => undefined, skipped, left: () => undefined },
    })
    await vi.waitFor(() => expect(seqsOf(broker.events())).toEqual([1, 3]), WAIT)
    expect(skipped).toHaveBeenCalledOnce()
    await expect.poll(() => publishedOf(db), WAIT).toBe(3)
  })

  test('[section 7] LOG_UPDATES tells each published event at info, with the product of every kind', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db, { stock: 5 })
    const other = await addProduct(db)
    await db.query('UPDATE products SET stock = 4 WHERE id = $1', [id])
    await sellEach(db, [id, other])
    await db.query(`INSERT INTO settings (branch_id, "values", updated_at) VALUES (1, '{}', now())`)
    const broker = createFakeBroker()
    const lines: Record<string, unknown>[] = []
    const info = (line: object) => void lines.push({ ...line })
    const log = { ...silentLog, info: info as never, isLevelEnabled: (level: string) => level === 'info' }
    start(db, broker, { log, logUpdates: true })
    await vi.waitFor(
      () => expect(lines.filter(({ event_type: type }) => type === 'settings_changed')).toHaveLength(1),
      WAIT,
    )
    const told = lines.filter(({ event_type: type }) => type !== undefined)
    expect(told.map(({ event_type: type, product_id: product }) => [type, product])).toEqual(
      expect.arrayContaining([
        ['product_changed', id],
        ['stock_updated', id],
        ['quantity_updated', id],
        ['transaction_created', id],
        ['settings_changed', null],
      ]),
    )
    expect(told.find(({ event_type: type }) => type === 'transaction_created')).toMatchObject({
      products: 2,
      branch: BRANCH,
    })
    for (const { seq, payload_size: size, latency_ms: latency } of told) {
      const message = broker.events().find((each) => each.seq === seq)
      expect(size).toBe(Buffer.byteLength(message?.payload ?? ''))
      expect(Number(latency)).toBeGreaterThanOrEqual(0)
    }
  })

  test('[section 7] without LOG_UPDATES they are told at debug alone', async () => {
    const { db } = await openTestDatabase()
    await addProduct(db)
    const broker = createFakeBroker()
    const [info, debug] = [vi.fn(), vi.fn()]
    const log = { ...silentLog, info: info as never, debug: debug as never, isLevelEnabled: () => true }
    start(db, broker, { log })
    await vi.waitFor(() => expect(debug).toHaveBeenCalledWith(expect.objectContaining({ seq: 1 }), 'published'), WAIT)
    expect(info).not.toHaveBeenCalled()
  })

  test('[S4, S8] a flood is left to the log: a heartbeat tells its end, what follows is published again', async () => {
    const { db } = await openTestDatabase()
    const broker = createFakeBroker()
    const left = vi.fn()
    start(db, broker, {
      timing: { ...FAST, floodEvents: 500 },
      observer: { published: () => undefined, failed: () => undefined, skipped: () => undefined, left },
    })
    await vi.waitFor(() => expect(broker.heartbeats()).toHaveLength(1), WAIT)
    await db.query(
      `INSERT INTO products (branch_id, name, sku, category, price, unit)
       SELECT 1, 'Flood ' || n, 'FLOOD-' || n, 'c', 1, 'pcs' FROM generate_series(1, 3000) n`,
    )
    const { seq: end } = await readLogPosition(db, 1)
    expect(end).toBeGreaterThanOrEqual(3_000)
    await vi.waitFor(() => expect(broker.heartbeats().at(-1)?.seq).toBe(end), WAIT)
    expect(await publishedOf(db)).toBe(end)
    expect(broker.events()).toEqual([])
    expect(left).toHaveBeenCalledExactlyOnceWith(end)
    await change(db, (await one<{ id: number }>(db, 'SELECT id FROM products WHERE sku = $1', ['FLOOD-7'])).id)
    await vi.waitFor(() => expect(seqsOf(broker.events())).toEqual([end + 1]), WAIT)
  })

  test('[S8] heartbeats tell the last acknowledged position: soon after a publish, and then regularly', async () => {
    const { db } = await openTestDatabase()
    const broker = createFakeBroker()
    start(db, broker)
    await vi.waitFor(() => expect(broker.heartbeats()).toHaveLength(1), WAIT)
    const id = await addProduct(db)
    await change(db, id, 2)
    await vi.waitFor(() => expect(broker.heartbeats().at(-1)?.seq).toBe(3), WAIT)
    const last = broker.messages.findLastIndex((each) => each.type !== 'heartbeat' && each.branchCode === BRANCH)
    for (const { type, seq } of broker.messages.slice(0, last)) if (type === 'heartbeat') expect(seq).toBeLessThan(3)
    const seen = broker.heartbeats().length
    await vi.waitFor(() => expect(broker.heartbeats().length).toBeGreaterThan(seen + 2), WAIT)
    expect(broker.heartbeats().at(-1)).toMatchObject({ kind: 'branch', epoch: (await readLogPosition(db, 1)).epoch })
  })

  test('stop waits for what is under way, stores its position and gives the leases back', async () => {
    const { db } = await openTestDatabase()
    await change(db, await addProduct(db), 2)
    const broker = createFakeBroker()
    let acknowledge: () => void = () => undefined
    const gate = new Promise<void>((resolve) => {
      acknowledge = resolve
    })
    let isAsked = false
    broker.accept = (message) => {
      if (message.type === 'heartbeat') return Promise.resolve()
      isAsked = true
      return gate
    }
    const publisher = createPublisher({ db, broker, env: 'dev', owner: 'test', log: silentLog, timing: FAST })
    publisher.start()
    await vi.waitFor(() => expect(isAsked).toBe(true), WAIT)
    const stopped = publisher.stop()
    acknowledge()
    await stopped
    expect(await publishedOf(db)).toBe(3)
    expect(await db.query('SELECT owner, token FROM publisher_leases')).toEqual([
      { owner: null, token: null },
      { owner: null, token: null },
    ])
  })

  test('the database away, then back', async () => {
    const { db } = await openTestDatabase()
    const id = await addProduct(db)
    let isAway = true
    const broker = createFakeBroker()
    start(
      { ...db, query: (sql, params) => (isAway ? Promise.reject(new Error('away')) : db.query(sql, params)) },
      broker,
    )
    await change(db, id, 2)
    expect(broker.messages).toEqual([])
    isAway = false
    await vi.waitFor(() => expect(seqsOf(broker.events())).toEqual(upTo(3)), WAIT)
  })
})
