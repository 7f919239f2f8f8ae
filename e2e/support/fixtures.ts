/**
 * What every browser test starts with. One real server a worker (process, database, broker by environment), a branch for each
 * test, and counters that come through a proxy which can be cut.
 *
 *     browser ⇄ network.http ⇄ server (REST, web app, embedded broker at /mqtt)
 *     browser ⇄ network.mqtt ⇄ external broker's WebSocket ⇄ … ⇄ server
 */
import { randomBytes } from 'node:crypto'
import { type BrowserContextOptions, test as base, expect } from '@playwright/test'
import { type AdminClient, type Branch, createAdminClient } from './admin-client.ts'
import { type BackendClient, createBackendClient } from './backend-client.ts'
import { type BrokerUnderTest, describeBroker, readBrokerUnderTest } from './broker-under-test.ts'
import { type Counter, enrolCounter } from './counter.ts'
import { createPageErrors, type PageErrors } from './page-errors.ts'
import { createProductServer, type ProductServer } from './product-server.ts'
import { createScratchDatabase } from './scratch-database.ts'
import { createSqlClient, type SqlClient } from './sql-client.ts'
import { createTcpProxy, type TcpProxy } from './tcp-proxy.ts'

export { expect }

const MAX_ATTACHED_LOG = 200_000

/** Everything between the browsers and the shop's server room. */
export interface Network {
  /** What the counters open. */
  readonly origin: string
  readonly http: TcpProxy
  /** The way to the broker: the same proxy when the broker is embedded. */
  readonly mqtt: TcpProxy
  /** Pulls the cable of every counter. */
  cut(): Promise<void>
  restore(): Promise<void>
  halfOpen(): void
}

interface Shop {
  readonly server: ProductServer
  readonly broker: BrokerUnderTest
  readonly network: Network
  readonly appEnv: string
}

interface WorkerFixtures {
  shop: Shop
  server: ProductServer
  broker: BrokerUnderTest
}

interface TestFixtures {
  network: Network
  sql: SqlClient
  admin: AdminClient
  backend: BackendClient
  pageErrors: PageErrors
  /** Enrols a new counter in the branch; as many as a test wants. */
  counter: (branch: Branch, options?: BrowserContextOptions) => Promise<Counter>
  serverLog: undefined
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  shop: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the needed fixtures from the pattern
    async ({}, use) => {
      const { PORT, DATABASE_URL } = process.env
      const broker = await readBrokerUnderTest(process.env)
      const database = DATABASE_URL ? await createScratchDatabase(DATABASE_URL) : null
      const http = await createTcpProxy(() => ({ host: '127.0.0.1', port: server.port }))
      const origin = `http://127.0.0.1:${http.port}`
      const appEnv = `test-${randomBytes(3).toString('hex')}`
      const server = await createProductServer({
        databaseUrl: database?.url ?? null,
        port: PORT ? Number(PORT) : null,
        publicUrl: origin,
        appEnv,
        brokerEnv: broker.env,
      })
      try {
        await server.start()
        console.log(
          `Broker: ${await describeBroker(broker, server.origin)}; database: ${database ? 'DATABASE_URL' : 'embedded'}`,
        )
        await use({ server, broker, appEnv, network: networkOf(origin, http, broker.proxy ?? http) })
      } finally {
        await server.dispose()
        await http.close()
        await broker.proxy?.close()
        await database?.drop()
      }
    },
    { scope: 'worker', timeout: 120_000 },
  ],
  server: [async ({ shop }, use) => use(shop.server), { scope: 'worker' }],
  broker: [async ({ shop }, use) => use(shop.broker), { scope: 'worker' }],

  network: async ({ shop }, use) => {
    await use(shop.network)
    // The next test starts on a whole network, whatever this one left.
    shop.network.http.delay(0)
    shop.network.http.trickle(0)
    shop.network.mqtt.delay(0)
    shop.network.mqtt.trickle(0)
    await shop.network.restore()
  },

  sql: async ({ server }, use) => {
    const sql = createSqlClient(() => server.databaseUrl)
    await use(sql)
    await sql.close()
  },

  admin: async ({ server, sql }, use) => use(createAdminClient(server, sql)),

  backend: async ({ shop }, use) => {
    const backend = createBackendClient(shop.broker, { serverOrigin: () => shop.server.origin, appEnv: shop.appEnv })
    await use(backend)
    await backend.close()
  },

  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads the needed fixtures from the pattern
  pageErrors: async ({}, use) => {
    const errors = createPageErrors()
    await use(errors)
    expect(errors.unexpected(), 'no page wrote an error').toEqual([])
  },

  counter: async ({ browser, network, admin, pageErrors }, use) => {
    const counters: Counter[] = []
    await use(async (branch, options) => {
      const context = await browser.newContext(options)
      pageErrors.watch(context)
      const counter = await enrolCounter(context, network.origin, await admin.pairingCode(branch))
      counters.push(counter)
      return counter
    })
    for (const { context } of counters) await context.close()
  },

  serverLog: [
    async ({ server }, use, testInfo) => {
      const before = server.log().length
      await use(undefined)
      if (testInfo.status === testInfo.expectedStatus) return
      await testInfo.attach('server.log', {
        body: server.log().slice(before).slice(-MAX_ATTACHED_LOG),
        contentType: 'text/plain',
      })
    },
    { auto: true },
  ],
})

function networkOf(origin: string, http: TcpProxy, mqtt: TcpProxy): Network {
  const proxies = new Set([http, mqtt])
  return {
    origin,
    http,
    mqtt,
    async cut() {
      await Promise.all([...proxies].map((proxy) => proxy.cut()))
    },
    async restore() {
      await Promise.all([...proxies].map((proxy) => proxy.restore()))
    },
    halfOpen() {
      for (const proxy of proxies) proxy.halfOpen()
    },
  }
}
