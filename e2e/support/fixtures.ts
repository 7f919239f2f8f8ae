/**
 * What every browser test starts with. One real server a worker (process, database, broker by environment), a branch for each
 * test, and counters that come through a proxy which can be cut.
 *
 *     browser ⇄ network.http ⇄ server (REST, web app, embedded broker at /mqtt)
 *     browser ⇄ network.mqtt ⇄ external broker's WebSocket ⇄ … ⇄ server
 */
import { randomBytes } from 'node:crypto'
import { type BrowserContext, type BrowserContextOptions, test as base, expect } from '@playwright/test'
import { type AdminClient, type Branch, createAdminClient } from './admin-client.ts'
import { type BackendClient, createBackendClient } from './backend-client.ts'
import { type BrokerUnderTest, describeBroker, readBrokerUnderTest } from './broker-under-test.ts'
import { type Counter, counterOf } from './counter.ts'
import { createPageErrors, type PageErrors } from './page-errors.ts'
import { createProductServer, type ProductServer } from './product-server.ts'
import { createScratchDatabase } from './scratch-database.ts'
import { keepSpecificationIdsFree } from './specification-product.ts'
import { createSqlClient, type SqlClient } from './sql-client.ts'
import { createTcpProxy, type TcpProxy } from './tcp-proxy.ts'

export { expect }

const MAX_ATTACHED_LOG = 200_000
/** How a browser's connection to the embedded broker begins; a browser never uses one that was begun for anything else. */
const BROKER_REQUEST = /^GET \/mqtt/
const SERVER_REQUEST = /^(?!GET \/mqtt)/

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
  /** Only the broker is away: REST goes on, also where both share a port. `restore` brings it back. */
  cutBroker(): Promise<void>
  /** Only the server is away: the broker goes on, also where both share a port. `restore` brings it back. */
  cutServer(): Promise<void>
}

interface Shop {
  readonly server: ProductServer
  readonly broker: BrokerUnderTest
  readonly network: Network
  readonly appEnv: string
  /** By PIN. */
  readonly pinHashes: Map<string, string>
}

interface WorkerFixtures {
  shop: Shop
  server: ProductServer
  broker: BrokerUnderTest
}

export interface TabletOptions extends BrowserContextOptions {
  /** What has to be in place before the first page is opened. */
  readonly prepare?: (context: BrowserContext) => Promise<unknown>
}

interface TestFixtures {
  network: Network
  sql: SqlClient
  admin: AdminClient
  backend: BackendClient
  pageErrors: PageErrors
  /** A new tablet that knows nothing yet, at this path of the counters' origin. */
  tablet: (path: string, options?: TabletOptions) => Promise<Counter>
  /** Enrols a new counter in the branch by its link and waits until it is live; as many as a test wants. */
  counter: (branch: Branch, options?: TabletOptions) => Promise<Counter>
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
        const sql = createSqlClient(() => server.databaseUrl)
        await keepSpecificationIdsFree(sql)
        await sql.close()
        console.log(
          `Broker: ${await describeBroker(broker, server.origin)}; database: ${database ? 'DATABASE_URL' : 'embedded'}`,
        )
        await use({
          server,
          broker,
          appEnv,
          network: networkOf(origin, http, broker.proxy ?? http),
          pinHashes: new Map(),
        })
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

  admin: async ({ shop, sql }, use) => use(createAdminClient(shop.server, sql, shop.pinHashes)),

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

  tablet: async ({ browser, network, pageErrors }, use) => {
    const contexts: BrowserContext[] = []
    await use(async (path, { prepare, ...options } = {}) => {
      const context = await browser.newContext(options)
      contexts.push(context)
      pageErrors.watch(context)
      await prepare?.(context)
      const page = await context.newPage()
      await page.goto(new URL(path, network.origin).href)
      return counterOf(context, page)
    })
    for (const context of contexts) await context.close()
  },

  counter: async ({ tablet, admin }, use) => {
    await use(async (branch, options) => {
      const counter = await tablet(`/enrol#code=${await admin.pairingCode(branch)}`, options)
      await counter.waitForState('live')
      return counter
    })
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
      http.refuse(null)
      await Promise.all([...proxies].map((proxy) => proxy.restore()))
    },
    halfOpen() {
      for (const proxy of proxies) proxy.halfOpen()
    },
    async cutBroker() {
      if (mqtt === http) http.refuse(BROKER_REQUEST)
      else await mqtt.cut()
    },
    async cutServer() {
      http.refuse(mqtt === http ? SERVER_REQUEST : /^/)
    },
  }
}
