/** More changes at once than a broker keeps for one tablet, some of them twice, out of order, or not at all. */
import { connectAsync } from 'mqtt'
import * as v from 'valibot'
import { changesAnswerSchema } from '../src/contract/pages.ts'
import { PATHS } from '../src/contract/rest.ts'
import { parseTopic, type TopicKind } from '../src/contract/topics.ts'
import type { Branch } from './support/admin-client.ts'
import type { BrokerUnderTest } from './support/broker-under-test.ts'
import { expectEqualToDatabase, readDeviceStore } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import type { SqlClient } from './support/sql-client.ts'

const PRODUCTS = 400
const TRANSACTIONS = 50
/** Copies on their way at once: the broker is not asked to hold more for the counter than it would for a real backend. */
const ECHO_BATCH = 150
const LEAST_ECHOES = 1_000
const MAX_ECHOES = 6_000

test('[C2, C4, C7] 20,000 changes, doubled, reordered and dropped: screen and storage equal the database @stack', async ({
  admin,
  sql,
  counter,
  broker,
  server,
}) => {
  test.slow()
  const branch = await admin.makeBranch({ products: PRODUCTS })
  const [first = 0] = branch.productIds
  const { page, stock, waitForState } = await counter(branch)
  const readChanges = createChangesReader(server.origin, (await admin.enrolDevice(branch)).device_secret_token)
  const readNewest = async () => {
    const [log] = await sql.query<{ seq: number }>('SELECT seq FROM branch_seq WHERE branch_id = $1', [branch.id])
    return await readChanges(Math.max(0, (log?.seq ?? 0) - ECHO_BATCH), ECHO_BATCH)
  }
  const echo = await startEcho(broker, server.origin, readNewest)

  const burst = (async () => {
    for (let round = 1; round <= TRANSACTIONS; round += 1) {
      await changeEveryStock(sql, branch, round)
      // Neither of the two runs away from the other, whichever is faster here.
      await echo.reached((round * LEAST_ECHOES) / TRANSACTIONS)
    }
  })()

  await test.step('the list goes on answering', async () => {
    const search = page.getByRole('searchbox')
    for (const [text, id] of [
      ['barang 00377', branch.productIds[376] ?? 0],
      ['SKU-222', branch.productIds[221] ?? 0],
    ] as const) {
      await search.fill(text)
      await expect(stock(id)).toBeVisible()
      await expect(page.getByText('1 produk')).toBeVisible()
    }
    await search.fill('')
    await expect(stock(first)).toBeVisible()
  })

  await burst
  const echoes = await echo.stop()
  expect(echoes).toBeGreaterThanOrEqual(LEAST_ECHOES)
  const [log] = await sql.query<{ changes: number }>(
    `SELECT count(*) AS changes FROM changes WHERE branch_id = $1 AND event_type = 'stock_updated'`,
    [branch.id],
  )
  expect(log?.changes).toBe(PRODUCTS * TRANSACTIONS)
  await expectEqualToDatabase(page, sql, branch)
  await waitForState('live')

  const rows = await sql.query<{ id: number; stock: number }>(
    'SELECT id, stock FROM products WHERE branch_id = $1 ORDER BY id LIMIT 10',
    [branch.id],
  )
  for (const row of rows) await expect(stock(row.id)).toHaveAttribute('data-value', String(row.stock))
})

test('[C4] a publisher that delivers out of order, twice and with holes: the log is the truth @stack', async ({
  admin,
  sql,
  counter,
  backend,
  server,
}) => {
  const branch = await admin.makeBranch({ products: 200 })
  const here = await counter(branch)
  const { page } = here
  const position = (await readDeviceStore(page)).meta.position
  const readChanges = createChangesReader(server.origin, (await admin.enrolDevice(branch)).device_secret_token)
  await here.open('/diagnostics')

  // The lease of rule S4: while another publisher has it and renews it, the server's own does not publish this branch.
  const holdLease = () =>
    sql.query(
      `UPDATE publisher_leases SET until = now() + interval '10 seconds', owner = 'another',
              token = CASE WHEN owner = 'another' THEN token ELSE gen_random_uuid() END
        WHERE branch_id = $1`,
      [branch.id],
    )
  await holdLease()
  for (let round = 1; round <= 2; round += 1) await changeEveryStock(sql, branch, round)
  const changes = await readChanges(position?.cursor ?? 0, 1_000)
  expect(changes).toHaveLength(800)
  const random = createRandom(1386)
  let sent = 0
  const deliver = async ({ topic, ...event }: Change) => {
    await backend.publish(branch, kindOf(topic), event)
    sent += 1
  }
  for (let start = 0; start < changes.length; start += 50) {
    await holdLease()
    // As any publisher: a counter that hears no heartbeat for 12 s connects anew (rule C5), and misses what is sent then.
    await backend.publish(branch, 'branch', { event_type: 'heartbeat', seq: position?.cursor, epoch: position?.epoch })
    for (const change of disorder(changes.slice(start, start + 50), random)) await deliver(change)
    // A broker keeps 1,000 messages for a device that is busy, and drops what is more.
    await expect.poll(() => here.count('received'), { intervals: [50] }).toBeGreaterThanOrEqual(sent)
  }
  await holdLease()
  // The end of the log arrives, whatever was left out before it.
  for (const change of changes.slice(-1)) await deliver(change)
  await expectEqualToDatabase(page, sql, branch)
  await expect.poll(() => here.count('gapsFilled')).toBeGreaterThan(0)

  await sql.query(`UPDATE publisher_leases SET until = now() WHERE branch_id = $1`, [branch.id])
  await expect.poll(() => here.count('received')).toBeGreaterThanOrEqual(sent + changes.length)
  await expect.poll(() => here.count('duplicate')).toBeGreaterThanOrEqual(changes.length)
  // Each change once, by whichever way it came first.
  await expect.poll(() => here.count('applied')).toBe(changes.length)
  await expectEqualToDatabase(page, sql, branch)
  await here.waitForState('live')
})

type Change = { readonly topic: string } & Readonly<Record<string, unknown>>

/** Reads events of a branch's log after a position, as its devices do. */
function createChangesReader(origin: string, token: string) {
  return async (after: number, limit: number): Promise<Change[]> => {
    const response = await fetch(`${origin}${PATHS.changes}?after=${after}&limit=${limit}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const { data } = v.parse(changesAnswerSchema, await response.json())
    return data.events.map((event) => v.parse(v.looseObject({ topic: v.string() }), event))
  }
}

/** Every product once, in one transaction, in another order at every round. */
async function changeEveryStock(sql: SqlClient, branch: Branch, round: number): Promise<void> {
  await sql.query(
    `UPDATE products p SET stock = p.stock + (p.id + $2::int) % 7 - 3.125
     FROM (SELECT id FROM products WHERE branch_id = $1 ORDER BY md5(id::text || $2::int::text)) AS shuffled
     WHERE p.id = shuffled.id`,
    [branch.id, round],
  )
}

/** A fifth is left out, most come twice, all out of order. */
function disorder(changes: readonly Change[], random: () => number): Change[] {
  return changes
    .flatMap((change) => (random() < 0.2 ? [] : random() < 0.7 ? [change, change] : [change]))
    .map((change) => ({ change, place: random() }))
    .sort((one, other) => one.place - other.place)
    .map(({ change }) => change)
}

function kindOf(topic: string): TopicKind {
  const kind = parseTopic(topic)?.kind
  if (kind === undefined) throw new Error(`${topic}?`)
  return kind
}

/**
 * Publishes copies of the newest events of the branch's log as the backend's user, in disorder, beside the server's own publisher.
 * `stop` resolves to how many were sent and acknowledged.
 */
async function startEcho(
  { url, username, password, protocolVersion }: BrokerUnderTest,
  serverOrigin: string,
  readNewest: () => Promise<Change[]>,
) {
  const sending = await connectAsync(url(serverOrigin), { username, password, protocolVersion }, false)
  const random = createRandom(20_251_014)
  const waiting: { sent: number; resolve(): void }[] = []
  let sent = 0
  let isStopped = false
  const running = (async () => {
    while (!isStopped && sent < MAX_ECHOES) {
      const copies = disorder(await readNewest(), random)
      await Promise.all(
        copies.map(({ topic, ...event }) => sending.publishAsync(topic, JSON.stringify(event), { qos: 1 })),
      )
      sent += copies.length
      for (const { resolve } of waiting.filter((one) => one.sent <= sent)) resolve()
    }
  })()
  return {
    /** Resolves when so many were sent. Rejects when sending has failed. */
    async reached(count: number): Promise<void> {
      if (sent >= count) return
      await Promise.race([new Promise<void>((resolve) => waiting.push({ sent: count, resolve })), running])
    },
    async stop(): Promise<number> {
      isStopped = true
      await running
      await sending.endAsync(true)
      return sent
    },
  }
}

/** The same disorder at every run (mulberry32). */
function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
