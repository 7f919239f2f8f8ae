/**
 * A kind of record that the product does not have goes the whole way — SQL, log, broker, store, gap, refresh, comparison, removal — by its
 * declaration, its migration and what the server reads for it (docs/architecture.md, Records): no code of the product names it.
 */
import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { type CreatedBroker, createBroker } from '../../../server/broker/create-broker.ts'
import type { Database } from '../../../server/database.ts'
import { createDeviceDirectory } from '../../../server/devices/device-directory.ts'
import { createPublisher, type Publisher } from '../../../server/publisher/publisher.ts'
import type { Enrollment } from '../../../src/contract/device.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { readPosition } from '../../../src/db/commit-rows.ts'
import { saveEnrollment } from '../../../src/db/device.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import type { RecordRow } from '../../../src/db/rows.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { requestEnrollment } from '../../../src/sync/device/enrol.ts'
import { createDiagnosticsLog } from '../../../src/sync/health/diagnostics-log.ts'
import { createHttp } from '../../../src/sync/http.ts'
import { createDeltaSync, type DeltaSync } from '../../../src/sync/live/delta-sync.ts'
import { createMqttTransport } from '../../../src/sync/live/mqtt-transport.ts'
import type { MqttConnect, MqttMessage } from '../../../src/sync/ports.ts'
import { refreshDevice } from '../../../src/sync/refresh/device-refresh.ts'
import type { RefreshMode } from '../../../src/sync/refresh/refresh.pure.ts'
import { systemClock } from '../../../src/sync/system-clock.ts'
import { PROMOTION, PROMOTION_SQL, RECORDS_WITH_PROMOTION, SERVED_WITH_PROMOTION } from '../../support/invented-kind.ts'
import { createStrictJournal } from '../../support/strict-journal.ts'
import { createTestApp, fetchInto, setUpDatabase, type TestApp } from '../server/support.ts'
import { createFakeLocks } from './sim-device.ts'

const ORIGIN = 'https://toko.example'
const ENV = 'dev'
const log = pino({ level: 'silent' })
const journal = createStrictJournal()
const SOON = { timeout: 15_000, interval: 10 }

let db: Database
setUpDatabase((opened) => {
  db = opened
})
beforeAll(async () => {
  // All of its migration: a table, how a row travels, and one call.
  await db.query("INSERT INTO products (branch_id, name, price, stock) VALUES (1, 'Gula', 15000, 7)")
  for (const statement of PROMOTION_SQL.split(/;\s*$/m)) if (statement.trim() !== '') await db.query(statement)
})

let web: ReturnType<typeof createServer>
let created: CreatedBroker
let publisher: Publisher
let test: TestApp
let cache: CacheDb
let salesDb: SalesDb
let device: Enrollment
let sync: DeltaSync
/** What was asked of the server. */
let requests: string[]
/** Decides which of the broker's messages arrive; all of them are kept. */
let arrives: (message: MqttMessage) => boolean
let messages: MqttMessage[]
let deliver: (message: MqttMessage) => void

beforeEach(async () => {
  web = createServer()
  await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
  created = await createBroker({ kind: 'embedded', env: ENV }, { devices: createDeviceDirectory(db, ENV), log })
  created.attach(web)
  created.broker.start()
  await vi.waitUntil(() => created.broker.connected, SOON)
  test = await createTestApp(db, { broker: created.broker, resources: SERVED_WITH_PROMOTION })
  const timing = { pollMs: 50, heartbeatMs: 200 }
  publisher = createPublisher({ db, broker: created.broker, env: ENV, owner: 'test', log, timing })
  publisher.start()

  requests = []
  messages = []
  arrives = () => true
  cache = new CacheDb(`invented-${randomUUID()}`, RECORDS_WITH_PROMOTION)
  salesDb = new SalesDb(`invented-sales-${randomUUID()}`)
  const stranger = createHttp({ origin: ORIGIN, token: null, fetch: fetchFromApp })
  device = await requestEnrollment(stranger, await test.pairingCode(), 'Kasir', null)
  await saveEnrollment(cache, device, null)
  sync = openSync()
  sync.start()
  await isLive()
})
afterEach(async () => {
  sync.stop()
  await Promise.all([cache.delete(), salesDb.delete()])
  await publisher.stop()
  await created.broker.close()
  await test.app.close()
  await new Promise((resolve) => web.close(resolve))
  await db.query('DELETE FROM promotions')
})

function fetchFromApp(...[input, init]: Parameters<typeof fetch>): Promise<Response> {
  const { pathname, search } = new URL(String(input))
  requests.push(pathname + search)
  return fetchInto(test.app, input, init)
}

const http = (...request: Parameters<ReturnType<typeof createHttp>>) =>
  createHttp({ origin: ORIGIN, token: device.device_secret_token, fetch: fetchFromApp })(...request)

function refresh(mode: RefreshMode) {
  const queue = {
    salesDb,
    http,
    locks: createFakeLocks(),
    branchCode: device.branch.code,
    deviceId: device.device_id,
    now: Date.now,
    steady: () => performance.now(),
    random: () => 0.5,
    isAttentive: () => true,
    journal,
  }
  const onFailure = (error: unknown) => expect.unreachable(String(error))
  const updates = { add: () => undefined }
  return refreshDevice({ db: cache, queue, updates, isLogFollowed: async () => true, onFailure }, mode)
}

function openSync(): DeltaSync {
  const url = `ws://127.0.0.1:${(web.address() as AddressInfo).port}/mqtt`
  const there = { ...device, mqtt: { ...device.mqtt, url } }
  const password = {
    read: async () => device.device_secret_token,
    refused: () => undefined,
    onNew: () => () => undefined,
  }
  const transport = createMqttTransport(there, password, () => import('mqtt'))
  const connect: MqttConnect = (clientId, events) => {
    deliver = events.onMessage
    const onMessage = (message: MqttMessage) => {
      messages.push(message)
      if (arrives(message)) events.onMessage(message)
    }
    return transport(clientId, { ...events, onMessage })
  }
  return createDeltaSync({
    db: cache,
    scope: { env: device.env, merchantCode: device.merchant.code, branchCode: device.branch.code },
    deviceId: device.device_id,
    clientId: `${device.device_id}-tab`,
    http,
    connect,
    clock: systemClock,
    random: Math.random,
    visibility: { isVisible: () => true, isOnline: () => true, onWake: () => () => undefined },
    diagnostics: createDiagnosticsLog(systemClock),
    journal,
    ownOperations: async () => new Set(),
    verdictMark: async () => undefined,
    requestRefresh: refresh,
    checkDevice: async () => undefined,
  })
}

const isLive = () => vi.waitFor(() => expect(sync.status.get().state).toBe('live'), SOON)
const stored = (): Promise<RecordRow[]> => cache.tableOf(PROMOTION).toArray()
const holds = (...rows: object[]) => vi.waitFor(async () => expect(await stored()).toMatchObject(rows), SOON)
const insert = async (title: string, percent: number): Promise<number> => {
  const [row] = await db.query<{ id: number }>(
    'INSERT INTO promotions (branch_id, title, percent) VALUES (1, $1, $2) RETURNING id',
    [title, percent],
  )
  return row?.id ?? 0
}
const isOf = (type: string) => (message: MqttMessage) => Buffer.from(message.payload).includes(type)

it('[C1][C2] is stored and changed as the database changes it, by the broker alone', async () => {
  requests = []
  const id = await insert('Lebaran', 12.5)
  await holds({ id, title: 'Lebaran', percent: 12.5, version: 1 })
  await db.query('UPDATE promotions SET percent = 20 WHERE id = $1', [id])
  await holds({ id, percent: 20, version: 2 })
  expect(requests.filter((path) => path.includes('/master/') || path.includes('/changes'))).toEqual([])
})

it('[C4] comes by the log when its message was lost, and when nobody listened', async () => {
  const id = await insert('Lebaran', 12.5)
  await holds({ id })
  arrives = (message) => !isOf('promotion_changed')(message)
  await db.query('UPDATE promotions SET percent = 20 WHERE id = $1', [id])
  // The next heartbeat tells that something is missing.
  await holds({ id, percent: 20, version: 2 })

  arrives = () => true
  sync.stop()
  await db.query('UPDATE promotions SET percent = 25 WHERE id = $1', [id])
  sync = openSync()
  sync.start()
  await holds({ id, percent: 25, version: 3 })
})

it('[R2] is loaded whole by a first load, and compared and mended alone where it differs', async () => {
  const id = await insert('Lebaran', 12.5)
  const other = await insert('Natal', 5)
  await holds({ id }, { id: other })
  await isLive()
  await cache.tableOf(PROMOTION).clear()
  expect(await refresh('now')).toBe('complete')
  await holds({ id, percent: 12.5 }, { id: other, percent: 5 })

  await cache.tableOf(PROMOTION).put({ ...(await stored())[0], id, percent: 99, version: 0 } as RecordRow)
  await cache.tableOf(PROMOTION).delete(other)
  requests = []
  expect(await refresh('compare')).toBe('compared')
  await holds({ id, percent: 12.5 }, { id: other, percent: 5 })
  const rows = requests.filter((path) => path.includes('/master/') && !path.includes('/checksum'))
  expect(rows.map((path) => path.split('?')[0])).toEqual(['/api/v1/master/promotion'])
  expect(await refresh('compare')).toBe('compared')
})

it('[R3] is gone once deleted, nothing older brings it back, and its id may live again', async () => {
  const id = await insert('Lebaran', 12.5)
  await holds({ id })
  const old = messages.find(isOf('promotion_changed'))
  await db.query('DELETE FROM promotions WHERE id = $1', [id])
  await holds()
  expect(await cache.tombstones.get([PROMOTION.name, id])).toMatchObject({ version: 2 })
  if (!old) throw new Error('no message of it was seen')
  // Outside of the log, as another backend sends it: only its version tells that it is old.
  const { seq: _, ...unplaced } = JSON.parse(Buffer.from(old.payload).toString('utf8'))
  deliver({ topic: old.topic, payload: Buffer.from(JSON.stringify(unplaced)) })
  const again = await insert('Natal', 5)
  await holds({ id: again })

  await db.query("INSERT INTO promotions (id, branch_id, title, percent) VALUES ($1, 1, 'Lagi', 1)", [id])
  await holds({ id, title: 'Lagi', version: 3 }, { id: again })
  expect(await cache.tombstones.get([PROMOTION.name, id])).toBeUndefined()
})

it('[R3] goes with a refresh that does not list it', async () => {
  const id = await insert('Lebaran', 12.5)
  await holds({ id })
  await isLive()
  sync.stop()
  const gone = {
    id: id + 1,
    title: 'Gone',
    percent: 1,
    version: 1,
    provenance: { epoch: (await readPosition(cache)).epoch },
  }
  await cache.tableOf(PROMOTION).put(gone as RecordRow)
  expect(await refresh('now')).toBe('complete')
  await holds({ id })
})

it('[U3] its table comes with the version of the cache that it says, beside what was there', async () => {
  const name = `invented-${randomUUID()}`
  const before = new CacheDb(name)
  await writeMeta(before, 'position', { epoch: 'life-1', cursor: 7 })
  await writeMeta(before, 'etag', { value: '"x"' })
  expect(before.verno).toBe(4)
  before.close()
  const after = new CacheDb(name, RECORDS_WITH_PROMOTION)
  expect(await readPosition(after)).toEqual({ epoch: 'life-1', cursor: 7 })
  // "Nothing newer" would leave the new table empty until something changes.
  expect(await readMeta(after, 'etag')).toBeUndefined()
  expect([after.verno, await after.tableOf(PROMOTION).count()]).toEqual([5, 0])
  await after.delete()
})
