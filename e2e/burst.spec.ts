/** More changes at once than a broker keeps for one tablet, some of them twice, out of order, or not at all. */
import { connectAsync } from 'mqtt'
import * as v from 'valibot'
import { changesAnswerSchema, PATHS } from '../src/contract/rest.ts'
import type { BrokerUnderTest } from './support/broker-under-test.ts'
import { expectEqualToDatabase, readEnrollment } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'

const PRODUCTS = 400
const TRANSACTIONS = 50
/** Copies on their way at once: the broker is not asked to hold more for the counter than it would for a real backend. */
const ECHO_BATCH = 150
const MAX_ECHOES = 6_000

test('[C2, C4, C7] 20,000 changes, with copies of their events doubled, reordered and dropped: screen and storage end equal to the database', async ({
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
  const { device_secret_token: token } = await readEnrollment(page)
  const readNewest = async () => {
    const [log] = await sql.query<{ seq: number }>('SELECT seq FROM branch_seq WHERE branch_id = $1', [branch.id])
    const query = new URLSearchParams({ after: `${Math.max(0, (log?.seq ?? 0) - ECHO_BATCH)}`, limit: `${ECHO_BATCH}` })
    const response = await fetch(`${server.origin}${PATHS.changes}?${query}`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const { data } = v.parse(changesAnswerSchema, await response.json())
    return data.events.map((event) => v.parse(v.looseObject({ topic: v.string() }), event))
  }
  const echo = await startEcho(broker, server.origin, readNewest)

  const burst = (async () => {
    for (let round = 1; round <= TRANSACTIONS; round += 1) {
      // Every product once a transaction, each time in another order.
      await sql.query(
        `UPDATE products p SET stock = p.stock + (p.id + $2::int) % 7 - 3.125
         FROM (SELECT id FROM products WHERE branch_id = $1 ORDER BY md5(id::text || $2::int::text)) AS shuffled
         WHERE p.id = shuffled.id`,
        [branch.id, round],
      )
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
  expect(echoes).toBeGreaterThan(1_000)
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

/**
 * Takes the newest events of the branch's log, most of them before the server's own publisher comes to them, and publishes copies
 * as the backend's user: most twice, a fifth not at all, all out of order. `stop` resolves to how many were sent and acknowledged.
 */
async function startEcho(
  { url, username, password, protocolVersion }: BrokerUnderTest,
  serverOrigin: string,
  readNewest: () => Promise<{ topic: string }[]>,
) {
  const sending = await connectAsync(url(serverOrigin), { username, password, protocolVersion }, false)
  const random = createRandom(20_251_014)
  let sent = 0
  let isStopped = false
  const running = (async () => {
    while (!isStopped && sent < MAX_ECHOES) {
      const copies = (await readNewest())
        .flatMap((event) => (random() < 0.2 ? [] : random() < 0.7 ? [event, event] : [event]))
        .map((event) => ({ event, place: random() }))
        .sort((one, other) => one.place - other.place)
      await Promise.all(
        copies.map(({ event: { topic, ...event } }) => sending.publishAsync(topic, JSON.stringify(event), { qos: 1 })),
      )
      sent += copies.length
    }
  })()
  return {
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
