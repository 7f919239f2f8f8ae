/**
 * What every journey starts with: the real server behind proxies that can be cut, as in e2e/support/fixtures.ts, and a tablet
 * with one of the other engines.
 */
import { randomBytes } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { test as base, expect, type TestContext } from 'vitest'
import { CACHE_DB_NAME } from '../../src/db/cache-db.ts'
import { type AdminClient, type Branch, createAdminClient } from '../support/admin-client.ts'
import { readBrokerUnderTest } from '../support/broker-under-test.ts'
import { createProductServer } from '../support/product-server.ts'
import { createScratchDatabase } from '../support/scratch-database.ts'
import { createSqlClient, type SqlClient } from '../support/sql-client.ts'
import { createTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts'
import type { EngineDriver, Size } from './engine-driver.ts'
import { createScreen, type Screen, testId } from './screen.ts'
import { until } from './until.ts'

const TABLET_SIZE: Size = { width: 1280, height: 800 }
const PHONE_SIZE: Size = { width: 390, height: 844 }
/** What engines write by themselves, unavoidably, when the network is cut. */
const NETWORK_PROBLEM =
  /CONSOLE NETWORK ERROR |Firefox can’t establish a connection to the server at ws|The connection to ws.* was interrupted/
/**
 * What WebKit writes by itself of a page that was left: of answers that it no longer waits for (of our own origin it can't be true)
 * and of its socket, which it closes even if the page did.
 */
const LEAVING_PROBLEM =
  /Fetch API cannot load http:\/\/127\.0\.0\.1:\S+ due to access control checks|WebSocket is closed due to suspension/
const EQUAL_DEADLINE_MS = 30_000

interface Shop {
  /** What tablets open. */
  readonly origin: string
  readonly admin: AdminClient
  readonly sql: SqlClient
  /** The ways from tablets to server and broker; one where the broker is embedded. */
  readonly proxies: ReadonlySet<TcpProxy>
}

interface Network {
  /** Pulls the cable of every tablet; from then on engines may report failed loads. */
  cut(): Promise<void>
  restore(): Promise<void>
  hadCut(): boolean
}

export interface Tablet {
  readonly driver: EngineDriver
  readonly screen: Screen
  /** Opens an address of the app by loading it. */
  visit(path: string): Promise<void>
  /** Enrols it in the branch by a link and waits until it is live and opens without a network. */
  enrol(branch: Branch): Promise<void>
  waitForState(state: 'live' | 'catching-up' | 'offline'): Promise<void>
  /** Waits until it holds exactly the server's stock; the branch must be quiet. */
  expectEqualStock(branch: Branch): Promise<void>
}

export type MakeEngine = (size: Size) => Promise<EngineDriver>

/** The test function of one engine's file: `shop` is the file's, `tablet` and `phone` are each test's own. */
export function engineTest(makeEngine: MakeEngine) {
  return base
    .extend<{ $file: { shop: Shop } }>({
      shop: [
        // biome-ignore lint/correctness/noEmptyPattern: Vitest reads the needed fixtures from the pattern
        async ({}, use) => {
          const started = await startShop()
          await use(started.shop)
          await started.stop()
        },
        { scope: 'file' },
      ],
    })
    .extend<{ network: Network; tablet: Tablet; phone: Tablet }>({
      network: async ({ shop }, use) => {
        const network = networkOf(shop)
        await use(network)
        // The next test starts on a whole network, whatever this one left.
        await network.restore()
      },
      tablet: async ({ shop, network, task }, use) =>
        await withTablet(await makeEngine(TABLET_SIZE), { shop, network, task }, use),
      phone: async ({ shop, network, task }, use) =>
        await withTablet(await makeEngine(PHONE_SIZE), { shop, network, task }, use),
    })
}

/** A picture of what stood there when a test failed. */
async function picture(driver: EngineDriver, name: string): Promise<void> {
  const folder = join(dirname(dirname(import.meta.dirname)), 'test-results', 'engines')
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, `${driver.name} ${name.replaceAll(/[^\w ]+/g, '')}.png`), await driver.screenshot())
}

async function withTablet(
  driver: EngineDriver,
  { shop, network, task }: { shop: Shop; network: Network; task: TestContext['task'] },
  use: (tablet: Tablet) => Promise<void>,
): Promise<void> {
  try {
    await driver.start()
    await use(tabletOf(driver, shop))
    if (task.result?.state === 'fail') await picture(driver, task.name).catch((error) => console.error(error))
    console.log(`${await driver.version()}: ${Math.round(driver.memory() / 1e6)} MB at the end of “${task.name}”`)
    const isOfEngine = (line: string) => LEAVING_PROBLEM.test(line) || (network.hadCut() && NETWORK_PROBLEM.test(line))
    const written = driver.problems().filter((line) => !isOfEngine(line))
    expect(written, 'no page and no worker wrote an error').toEqual([])
  } finally {
    await driver.dispose()
  }
}

function networkOf({ proxies }: Shop): Network {
  let hadCut = false
  return {
    async cut() {
      hadCut = true
      await Promise.all([...proxies].map((proxy) => proxy.cut()))
    },
    async restore() {
      await Promise.all([...proxies].map((proxy) => proxy.restore()))
    },
    hadCut: () => hadCut,
  }
}

async function startShop(): Promise<{ shop: Shop; stop(): Promise<void> }> {
  const { DATABASE_URL } = process.env
  const broker = await readBrokerUnderTest(process.env)
  const database = DATABASE_URL ? await createScratchDatabase(DATABASE_URL) : null
  const http = await createTcpProxy(() => ({ host: '127.0.0.1', port: server.port }))
  const proxies = new Set([http, broker.proxy ?? http])
  const server = await createProductServer({
    databaseUrl: database?.url ?? null,
    port: null,
    publicUrl: `http://127.0.0.1:${http.port}`,
    appEnv: `test-${randomBytes(3).toString('hex')}`,
    brokerEnv: broker.env,
  })
  const sql = createSqlClient(() => server.databaseUrl)
  const stop = async () => {
    await sql.close()
    await server.dispose()
    await Promise.all([...proxies].map((proxy) => proxy.close()))
    await database?.drop()
  }
  try {
    await server.start()
  } catch (error) {
    await stop()
    throw error
  }
  const origin = `http://127.0.0.1:${http.port}`
  return { stop, shop: { origin, admin: createAdminClient(server, sql), sql, proxies } }
}

function tabletOf(driver: EngineDriver, { origin, admin, sql }: Shop): Tablet {
  const screen = createScreen(driver)
  const visit = (path: string) => driver.open(new URL(path, origin).href)
  const waitForState: Tablet['waitForState'] = (state) =>
    screen.readAttribute(testId('sync-state'), 'data-state', state)
  return {
    driver,
    screen,
    visit,
    waitForState,
    async enrol(branch) {
      await visit(`/enrol#code=${await admin.pairingCode(branch)}`)
      await waitForState('live')
      await driver.evaluate(async () => void (await navigator.serviceWorker.ready), null)
    },
    async expectEqualStock({ id }) {
      const onServer = await sql.query<StockRow>(
        'SELECT id, stock, stock_version FROM products WHERE branch_id = $1 ORDER BY id',
        [id],
      )
      let stored: readonly StockRow[] = []
      await until(
        `${driver.name} holds the server's stock`,
        {
          ms: EQUAL_DEADLINE_MS,
          because: () => `server: ${JSON.stringify(onServer)}\ntablet: ${JSON.stringify(stored)}`,
        },
        async () => {
          stored = await driver.evaluate(readStock, CACHE_DB_NAME)
          return JSON.stringify(stored) === JSON.stringify(onServer)
        },
      )
    },
  }
}

interface StockRow {
  readonly id: number
  readonly stock: number
  readonly stock_version: number
}

/** Runs in the page, past the app. */
function readStock(databaseName: string): Promise<StockRow[]> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(databaseName)
    opening.onerror = () => reject(opening.error)
    opening.onsuccess = () => {
      const reading = opening.result.transaction('stocks').objectStore('stocks').getAll()
      reading.onerror = () => reject(reading.error)
      reading.onsuccess = () => {
        opening.result.close()
        const rows: { id: number; quantity: number; version: number }[] = reading.result
        resolve(rows.map(({ id, quantity, version }) => ({ id, stock: quantity, stock_version: version })))
      }
    }
  })
}
