/**
 * The test stand: the real product as a process, a branch full of products, and a browser. Nothing stands between browser
 * and server, because a proxy would be measured too.
 */
import { randomBytes } from 'node:crypto'
import { type Browser, chromium, type Page } from '@playwright/test'
import { type AdminClient, type Branch, createAdminClient } from '../e2e/support/admin-client.ts'
import { type BackendClient, createBackendClient } from '../e2e/support/backend-client.ts'
import { type BrokerUnderTest, describeBroker, readBrokerUnderTest } from '../e2e/support/broker-under-test.ts'
import { freePort } from '../e2e/support/free-port.ts'
import { createProductServer, type ProductServer } from '../e2e/support/product-server.ts'
import { createScratchDatabase } from '../e2e/support/scratch-database.ts'
import { createSqlClient, type SqlClient } from '../e2e/support/sql-client.ts'
import playwrightConfig from '../playwright.config.ts'
import { buildReadable, buildWhenNeeded } from '../scripts/build.ts'
import { ensureChromium } from '../scripts/chromium.ts'
import { insertCatalogue } from './catalogue.ts'

export interface Stand {
  readonly server: ProductServer
  readonly broker: BrokerUnderTest
  readonly backend: BackendClient
  readonly appEnv: string
  readonly sql: SqlClient
  readonly admin: AdminClient
  /** What a browser connects to. */
  readonly browserMqttUrl: string
  /** Database and broker in words. */
  readonly description: string
  makeBranch(products: number): Promise<Branch>
  pairingLink(branch: Branch): Promise<string>
  close(): Promise<void>
}

const LOAD_DEADLINE_MS = 300_000
/** High enough for 15 rows. */
export const VIEWPORT = { width: 1280, height: 1100 }
export const TABLET = { width: 1280, height: 800 }

/**
 * Builds the web app when needed and starts the server. Throws when something is missing.
 * @param readable builds it with the names that its functions have in the source, for profiles; the next start builds it anew
 */
export async function openStand(environment: NodeJS.ProcessEnv, readable = false): Promise<Stand> {
  const found = ensureChromium()
  if ('problem' in found) throw new Error(found.problem)
  if (!(await (readable ? buildReadable() : buildWhenNeeded()))) throw new Error('The web app could not be built')
  const closing: (() => Promise<void>)[] = []
  const close = async () => {
    for (const end of closing.splice(0).reverse()) await end()
  }
  try {
    const broker = await readBrokerUnderTest(environment)
    await broker.proxy?.close()
    const { MQTT_WS_URL: wsUrl, DATABASE_URL: adminUrl, PORT } = environment
    const database = adminUrl ? await createScratchDatabase(adminUrl) : null
    if (database) closing.push(() => database.drop())
    const port = PORT ? Number(PORT) : await freePort()
    const appEnv = `bench-${randomBytes(3).toString('hex')}`
    const server = await createProductServer({
      databaseUrl: database?.url ?? null,
      port,
      publicUrl: `http://127.0.0.1:${port}`,
      appEnv,
      brokerEnv: { ...broker.env, ...(broker.kind !== 'embedded' && wsUrl ? { MQTT_WS_URL: wsUrl } : {}) },
    })
    closing.push(() => server.dispose())
    await server.start()
    const sql = createSqlClient(() => server.databaseUrl)
    closing.push(() => sql.close())
    const backend = createBackendClient(broker, { serverOrigin: () => server.origin, appEnv })
    closing.push(() => backend.close())
    const admin = createAdminClient(server, sql)
    const [version] = await sql.query<{ version: string }>(`SELECT current_setting('server_version') AS version`)
    const databaseName = database ? 'PostgreSQL' : 'embedded PGlite, PostgreSQL'
    return {
      server,
      broker,
      backend,
      appEnv,
      sql,
      admin,
      browserMqttUrl: broker.kind === 'embedded' ? broker.url(server.origin) : (wsUrl ?? ''),
      description: `broker ${await describeBroker(broker, server.origin)}; database ${databaseName} ${version?.version}`,
      async makeBranch(products) {
        const branch = await admin.makeBranch()
        await insertCatalogue(sql, branch.id, products)
        return branch
      },
      pairingLink: async (branch) => `${server.origin}/enrol#code=${await admin.pairingCode(branch)}`,
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

export function launchBrowser(): Promise<Browser> {
  return chromium.launch(playwrightConfig.use?.launchOptions)
}

/** Enrols the page and resolves once the whole branch is loaded and live, to how long that took in ms. */
export async function enrolAndLoad(page: Page, pairingLink: string): Promise<number> {
  const begin = performance.now()
  await page.goto(pairingLink)
  const options = { timeout: LOAD_DEADLINE_MS }
  await page.locator('[data-testid="sync-state"][data-state="live"]').waitFor(options)
  await page.locator('[data-testid^="stock-"]').first().waitFor(options)
  return performance.now() - begin
}
