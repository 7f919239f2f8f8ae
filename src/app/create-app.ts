/**
 * Composition root: the only place where adapters are built. Hands the screens their services and keeps the sync running
 * for whichever device is enrolled.
 */
import type { Enrollment } from '../contract/rest.ts'
import { CACHE_DB_NAME, CacheDb } from '../db/cache-db.ts'
import { clearCache, saveEnrollment, watchDevice } from '../db/device.ts'
import { hasUnexported } from '../db/sales/operations.ts'
import { SALES_DB_NAME, SalesDb } from '../db/sales/sales-db.ts'
import { watchProducts } from '../db/watch-products.ts'
import type { EnrolOutcome, Services } from '../features/services.ts'
import { createSales } from '../sync/create-sales.ts'
import { requestEnrollment } from '../sync/enrol.ts'
import { HttpFailure } from '../sync/errors.ts'
import { createHttp } from '../sync/http.ts'
import { createObservable, isShallowEqual } from '../sync/observable.ts'
import type { HttpLike } from '../sync/ports.ts'
import { createProductRows } from '../sync/product-rows.ts'
import type { Diagnostics, SyncStatus } from '../sync/sync-status.ts'
import { beforePaint, createBrowserClock } from './browser-ports.ts'
import type { AppConfig } from './config.ts'
import { createDeviceSync, type DeviceSync, EMPTY_DIAGNOSTICS } from './create-device-sync.ts'
import { AppStartError } from './errors.ts'

const NOT_STARTED: SyncStatus = { state: 'catching-up', problem: 'none', asOf: null, latencyMs: null, clockSkewMs: 0 }

/** Opens the database and starts the sync of the enrolled device. Rejects with AppStartError where the browser can't. */
export async function createApp(config: AppConfig): Promise<Services> {
  if (!window.isSecureContext) throw new AppStartError('insecure-context')
  if (!window.indexedDB) throw new AppStartError('no-indexeddb')
  const db = await open(new CacheDb(CACHE_DB_NAME))
  const salesDb = await open(new SalesDb(SALES_DB_NAME))
  const clock = createBrowserClock()
  const status = createObservable<SyncStatus>(NOT_STARTED, isShallowEqual)
  const diagnostics = createObservable<Diagnostics>(EMPTY_DIAGNOSTICS)
  const productRows = createProductRows({
    watch: (ids, onProducts) => watchProducts({ cache: db, sales: salesDb }, ids, onProducts),
    beforePaint,
  })
  let running: { key: string; device: Enrollment; sync: DeviceSync } | null = null

  function follow(device: Enrollment | undefined): void {
    const key = JSON.stringify(device)
    if (running?.key === key) return
    running?.sync.stop()
    running = null
    if (!device) return
    const sync = createDeviceSync({ db, salesDb, config, device, clock, status, diagnostics, productRows })
    running = { key, device, sync }
    sync.start()
  }
  watchDevice(db, follow)

  const http: HttpLike = (request) =>
    createHttp({
      origin: config.origin,
      token: running?.device.device_secret_token ?? null,
      fetch: fetch.bind(window),
    })(request)
  const sales = createSales({
    salesDb,
    http,
    device: () => running?.device ?? null,
    now: clock.now,
    newId: () => crypto.randomUUID(),
    onRecorded: ({ force }) => running?.sync.sendSales({ force }),
    onFailure: (error) => running?.sync.noteFailure('Sales', error),
  })

  return {
    db,
    salesDb,
    sales,
    http,
    productRows,
    status,
    diagnostics,
    build: config.build,
    async enrol(pairingCode, deviceName) {
      const http = createHttp({ origin: config.origin, token: null, fetch: fetch.bind(window) })
      let device: Enrollment
      try {
        device = await requestEnrollment(http, pairingCode, deviceName)
      } catch (error) {
        return failEnrol(error)
      }
      try {
        await saveEnrollment(db, device)
      } catch {
        return { ok: false, kind: 'storage' }
      }
      // Never awaited: some browsers answer only when a person does.
      void navigator.storage?.persist?.()
      return { ok: true }
    },
    refresh: async ({ force = false } = {}) => (await running?.sync.refresh(force ? 'now' : 'if-stale')) ?? 'failed',
    async forgetDevice() {
      if (await hasUnexported(salesDb)) return 'unsent'
      follow(undefined)
      await clearCache(db)
      return 'done'
    },
  }
}

async function open<T extends { open(): PromiseLike<unknown> }>(db: T): Promise<T> {
  try {
    await db.open()
  } catch (error) {
    throw new AppStartError('storage-refused', error)
  }
  return db
}

function failEnrol(error: unknown): EnrolOutcome {
  if (!(error instanceof HttpFailure)) throw error
  return { ok: false, kind: error.kind ?? 'offline' }
}
