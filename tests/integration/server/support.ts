import { randomBytes } from 'node:crypto'
import { Writable } from 'node:stream'
import type { FastifyInstance, InjectOptions } from 'fastify'
import { type Logger, pino } from 'pino'
import { afterAll, beforeAll } from 'vitest'
import { createScratchDatabase } from '../../../e2e/support/scratch-database.ts'
import { createApp } from '../../../server/app.ts'
import type { Broker, DeviceCredentials, RevokeOutcome } from '../../../server/broker/broker.ts'
import { openPostgres } from '../../../server/database/postgres.ts'
import type { Database } from '../../../server/database.ts'
import { createPairingCode } from '../../../server/devices/create-pairing-code.ts'
import { createMetrics, type Metrics } from '../../../server/metrics.ts'
import { migrate } from '../../../server/migrate.ts'
import { createSecurityLog, type SecurityLog } from '../../../server/security/security-log.ts'
import { ensureEpoch } from '../../../server/sql/epoch.ts'
import { findBranch } from '../../../server/sql/merchants.ts'
import type { ServedResource } from '../../../server/sql/resources.ts'
import { migratedTemplate, SERVER_URL } from '../../pg/support.ts'
import { openMigratedPglite } from '../../support/migrated-pglite.ts'

export const ADMIN_TOKEN = 'an-admin-token-for-tests'
export const BRANCH = 'BRN-MST-OSK00001'
export const OTHER_BRANCH = 'BRN-MST-OSK00002'
const HOUR_MS = 3_600_000

/** One database with two branches for all tests of a file; `ready` gets it before the first of them. `open`: that one instead of the usual. */
export function setUpDatabase(ready: (db: Database) => void | Promise<void>, open?: () => Promise<Database>): void {
  let close = () => Promise.resolve()
  beforeAll(async () => {
    const opened = await openSharedDatabase(await open?.())
    close = opened.close
    await ready(opened.db)
  })
  afterAll(() => close())
}

/** As `setUpDatabase`, with one app on it. */
export function setUpTestApp(ready: (test: TestApp) => void | Promise<void>): void {
  let app: FastifyInstance | null = null
  setUpDatabase(async (db) => {
    const test = await createTestApp(db)
    app = test.app
    await ready(test)
  })
  // Vitest ends with what was registered last: the app closes before its database.
  afterAll(() => app?.close())
}

async function openSharedDatabase(blank?: Database): Promise<{ db: Database; close: () => Promise<void> }> {
  const { db, drop } = blank ? { db: blank, drop: () => Promise.resolve() } : await openBlankDatabase()
  await migrate(db)
  await ensureEpoch(db, { uncleanStart: false })
  await db.query(`INSERT INTO merchants (code, name) VALUES ('MCH-MST-001', 'Toko Sumber')`)
  await db.query(`INSERT INTO branches (merchant_id, code, name) VALUES (1, $1, 'Satu'), (1, $2, 'Dua')`, [
    BRANCH,
    OTHER_BRANCH,
  ])
  return {
    db,
    async close() {
      await db.close()
      await drop()
    },
  }
}

async function openBlankDatabase(): Promise<{ db: Database; drop: () => Promise<void> }> {
  if (SERVER_URL === undefined) return { db: await openMigratedPglite(), drop: () => Promise.resolve() }
  const { url, drop } = await createScratchDatabase(SERVER_URL, migratedTemplate())
  return { db: openPostgres(url, { warn: () => undefined, info: () => undefined }), drop }
}

export interface FakeBroker extends Broker {
  readonly provisioned: DeviceCredentials[]
  readonly revoked: string[]
  /** While set, provision and revoke reject. */
  isAway: boolean
  /** What becomes of a revoked device's connection. */
  revokes: RevokeOutcome
}

export function createFakeBroker(): FakeBroker {
  const broker: FakeBroker = {
    name: 'embedded',
    provisioned: [],
    revoked: [],
    isAway: false,
    revokes: 'ended',
    connected: true,
    start: () => undefined,
    onConnection: () => () => undefined,
    publish: () => Promise.resolve(),
    endpoint: (origin) => ({ url: `${origin.replace(/^http/, 'ws')}/mqtt`, protocolVersion: 4 }),
    async provision(device) {
      if (broker.isAway) throw new Error('the broker is away')
      broker.provisioned.push(device)
    },
    async revoke(deviceId) {
      if (broker.isAway) throw new Error('the broker is away')
      broker.revoked.push(deviceId)
      return broker.revokes
    },
    close: () => Promise.resolve(),
  }
  return broker
}

export interface TestApp {
  readonly app: FastifyInstance
  readonly db: Database
  readonly broker: FakeBroker
  readonly metrics: Metrics
  readonly security: SecurityLog
  /** A fresh one-time code for the branch. */
  pairingCode(branchCode?: string, validMs?: number): Promise<string>
  /** Enrols a device and resolves to its token and id. */
  enroll(branchCode?: string): Promise<{ token: string; deviceId: string }>
}

export async function createTestApp(
  db: Database,
  options: {
    distDir?: string | null
    publicUrl?: string
    extraRoutes?: (app: FastifyInstance) => void
    log?: Logger
    /** Instead of the fake one. */
    broker?: Broker
    /** Instead of those of the product. */
    resources?: readonly ServedResource[]
  } = {},
): Promise<TestApp> {
  const fake = createFakeBroker()
  const broker = options.broker ?? fake
  const metrics = createMetrics()
  const log = options.log ?? pino({ level: 'silent' })
  const security = createSecurityLog({ db, log, metrics })
  const deps = {
    db,
    broker,
    metrics,
    log,
    security,
    appEnv: 'dev',
    adminToken: ADMIN_TOKEN,
    publicUrl: options.publicUrl ?? 'http://localhost:8080',
    // What the hash costs is not under test.
    pinIterations: 1_000,
    clock: Date.now,
    randomBytes,
    ...(options.resources ? { resources: options.resources } : {}),
  }
  const { distDir = null, extraRoutes } = options
  const app = await createApp(deps, { distDir, ...(extraRoutes ? { extraRoutes } : {}) })
  async function pairingCode(branchCode = BRANCH, validMs = HOUR_MS): Promise<string> {
    const branch = await findBranch(db, branchCode)
    if (!branch) throw new Error(`no branch ${branchCode}`)
    return (await createPairingCode(deps, branch.id, validMs)).code
  }
  return {
    app,
    db,
    broker: fake,
    metrics,
    security,
    pairingCode,
    async enroll(branchCode) {
      const payload = { pairing_code: await pairingCode(branchCode), device_name: 'Kasir' }
      const answer = await app.inject({ method: 'POST', url: '/api/v1/device/enroll', payload })
      const { data } = answer.json<{ data: { device_id: string; device_secret_token: string } }>()
      return { token: data.device_secret_token, deviceId: data.device_id }
    },
  }
}

/** A log, and what was written into it from `info` on, line by line. */
export function createLogRecorder(): { readonly log: Logger; readonly lines: string[] } {
  const lines: string[] = []
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  return { log: pino({ level: 'info' }, sink), lines }
}

/** fetch into the app, without a network. */
export async function fetchInto(
  app: FastifyInstance,
  input: string | URL | Request,
  init: RequestInit = {},
): Promise<Response> {
  const { pathname, search } = new URL(String(input))
  const answer = await app.inject({
    method: (init.method ?? 'GET') as NonNullable<InjectOptions['method']>,
    url: pathname + search,
    headers: init.headers as Record<string, string>,
    ...(typeof init.body === 'string' ? { payload: init.body } : {}),
  })
  const headers = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)])
  return new Response(answer.body === '' ? null : answer.body, { status: answer.statusCode, headers })
}

/** Status and error kind of an answer, after checking that it has the one error shape. */
export async function refusalOf(app: FastifyInstance, request: InjectOptions): Promise<[number, string]> {
  const answer = await app.inject(request)
  const body = answer.json<{ code: number; error: { kind: string; message: string } }>()
  if (body.code !== answer.statusCode || typeof body.error.message !== 'string') {
    throw new Error(`not the error shape: ${answer.body}`)
  }
  return [answer.statusCode, body.error.kind]
}

export function bearer(token: string): { authorization: string } {
  return { authorization: `Bearer ${token}` }
}

export const asAdminUser = bearer(ADMIN_TOKEN)
