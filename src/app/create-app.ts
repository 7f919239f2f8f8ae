/**
 * Composition root: the only place where adapters are built. Hands the screens their services and keeps the sync running
 * for whichever device is enrolled.
 */
import type { Enrollment } from '../contract/device.ts'
import { clearCache, readRemoval, saveEnrollment, watchDevice } from '../db/device.ts'
import { readFailures } from '../db/journal/failures.ts'
import type { JournalDb } from '../db/journal/journal-db.ts'
import type { SalesDb } from '../db/sales/sales-db.ts'
import { mendOperations } from '../db/sales/unreadable.ts'
import { readUnsentTotals } from '../db/sales/unsent.ts'
import { watchProducts } from '../db/watch-products.ts'
import { forgetShop } from '../features/shared/device/forget-shop.ts'
import type { EnrolOutcome, Services } from '../features/shared/services.ts'
import { createDeviceKey } from '../sync/device/device-key.ts'
import { requestEnrollment } from '../sync/device/enrol.ts'
import { HttpFailure } from '../sync/errors.ts'
import { EMPTY_DIAGNOSTICS } from '../sync/health/diagnostics-log.ts'
import { readKnownFreshness } from '../sync/health/known-freshness.ts'
import { createHttp } from '../sync/http.ts'
import { createObservable, isShallowEqual } from '../sync/observable.ts'
import { createSales } from '../sync/outbox/create-sales.ts'
import { mendOperation } from '../sync/outbox/mend-operation.ts'
import type { FailureJournal, HttpLike } from '../sync/ports.ts'
import { createProductRows } from '../sync/records/product-rows.ts'
import type { Diagnostics, SyncStatus } from '../sync/sync-status.ts'
import { systemClock as clock } from '../sync/system-clock.ts'
import { within } from '../sync/timers.ts'
import { beforePaint } from './browser-ports.ts'
import type { AppConfig } from './config.ts'
import { createDeviceSync, type DeviceSync } from './create-device-sync.ts'
import { AppStartError } from './errors.ts'
import { openDatabases } from './open-databases.ts'
import { putAwayWithPage } from './page-cache.ts'

/** How long the start waits for the repair of stored rows, ms; a longer start looks broken. */
const MEND_PATIENCE_MS = 2_000

const NOT_STARTED: SyncStatus = {
  state: 'catching-up',
  problem: 'none',
  asOf: null,
  latencyMs: null,
  behind: null,
  clockSkewMs: 0,
}

/**
 * Opens the databases and starts the sync of the enrolled device. Rejects with AppStartError where the browser can't. `onOutdated`: a
 * newer version in another tab takes the databases over; nothing is recorded here from then on.
 */
export async function createApp(
  config: AppConfig,
  {
    journalDb,
    journal,
    onOutdated,
  }: { readonly journalDb: JournalDb; readonly journal: FailureJournal; onOutdated(): void },
): Promise<Services> {
  if (!window.isSecureContext) throw new AppStartError('insecure-context')
  if (!window.indexedDB) throw new AppStartError('no-indexeddb')
  let stopSync = () => {}
  const { db, salesDb } = await openDatabases(() => {
    onOutdated()
    stopSync()
  })
  putAwayWithPage([db, salesDb, journalDb])
  // Rows that were stored completely work without the repair. Limit the wait: a frozen tab with an open transaction blocks it.
  await within(clock, MEND_PATIENCE_MS, mendStored(salesDb, journal))
  // Everything works without it; only the age of the stock is missing until there is a connection.
  const known = await readKnownFreshness(db).catch(() => null)
  const status = createObservable<SyncStatus>({ ...NOT_STARTED, ...known }, isShallowEqual)
  const diagnostics = createObservable<Diagnostics>(EMPTY_DIAGNOSTICS)
  const productRows = createProductRows({
    watch: (ids, onProducts) => watchProducts({ cache: db, sales: salesDb }, ids, onProducts),
    beforePaint,
  })
  const isStorageTaken = createObservable(false)
  let running: { key: string; device: Enrollment; sync: DeviceSync } | null = null

  function follow(device: Enrollment | undefined): void {
    const key = JSON.stringify(device)
    if (running?.key === key) return
    running?.sync.stop()
    if (running && running.device.device_id !== device?.device_id) status.set(NOT_STARTED)
    running = null
    if (!device) return
    const sync = createDeviceSync({
      db,
      salesDb,
      config,
      device,
      clock,
      status,
      diagnostics,
      productRows,
      journal,
      journalDb,
    })
    running = { key, device, sync }
    sync.start()
  }
  /** No device is enrolled. If one was, perhaps nobody removed it: the browser may have deleted the storage. */
  async function noticeGone({ wasHere }: { readonly wasHere: boolean }): Promise<void> {
    const removal = await readRemoval(db).catch(() => 'unknown')
    if (removal !== null && removal !== 'unknown') forgetShop()
    if (removal !== null || !wasHere) return
    isStorageTaken.set(true)
    journal.note('storage', 'The browser has deleted what this device had stored')
  }
  const stopWatching = watchDevice(db, (device) => {
    if (!device) void noticeGone({ wasHere: running !== null })
    follow(device)
  })
  for (const database of [db, salesDb]) {
    database.onConnection((news) => {
      if (news.type === 'reopened') {
        journal.note('storage', `${news.database}: connected again`)
        // Send at once what the lost connection interrupted, without waiting for the sender's next turn.
        running?.sync.sendSales({ force: false })
      } else journal.note('storage', `${news.database}: connection ${news.type}`, news.error)
    })
  }
  stopSync = () => {
    stopWatching()
    follow(undefined)
  }

  /** Requests before enrolment carry no token. */
  const strangerHttp = createHttp({ origin: config.origin, token: null, fetch: fetch.bind(window) })
  const http: HttpLike = (request) => (running?.sync.http ?? strangerHttp)(request)
  const sales = createSales({
    salesDb,
    http,
    device: () => running?.device ?? null,
    now: clock.now,
    newId: () => crypto.randomUUID(),
    onRecorded: ({ force }) => running?.sync.sendSales({ force }),
    journal,
    keptFailures: () => readFailures(journalDb),
  })

  return {
    db,
    salesDb,
    journalDb,
    journal,
    sales,
    http,
    after: clock.after,
    productRows,
    status,
    diagnostics,
    isStorageTaken,
    build: config.build,
    async enrol(pairingCode, deviceName) {
      const made = await createDeviceKey().catch((error) => {
        journal.note('crash', 'Key of the device', error)
        return null
      })
      let device: Enrollment
      try {
        device = await requestEnrollment(strangerHttp, pairingCode, deviceName, made?.publicKey ?? null)
      } catch (error) {
        return failEnrol(error)
      }
      // This enrolment replaces one for another shop: forget that shop's drafts, because its server no longer knows this device.
      if (running && running.device.branch.code !== device.branch.code) forgetShop()
      try {
        await saveEnrollment(db, device, made?.key ?? null)
      } catch (error) {
        journal.note('storage', 'Enrolment', error)
        return { ok: false, kind: 'storage' }
      }
      isStorageTaken.set(false)
      // Do not await it: some browsers answer only after the person does. Settings and diagnostics show the answer.
      void navigator.storage?.persist?.().catch((error) => journal.note('storage', 'Asking for lasting storage', error))
      return { ok: true }
    },
    refresh: async ({ force = false } = {}) => (await running?.sync.refresh(force ? 'now' : 'if-stale')) ?? 'failed',
    async forgetDevice() {
      if ((await readUnsentTotals(salesDb)).notExported > 0) return 'unsent'
      follow(undefined)
      await clearCache(db, { at: clock.now(), by: 'person' })
      return 'done'
    },
  }
}

/** Never rejects. */
async function mendStored(salesDb: SalesDb, journal: FailureJournal): Promise<void> {
  try {
    const unreadable = await mendOperations(salesDb, mendOperation)
    if (unreadable > 0) journal.note('storage', `Records that can’t be read: ${unreadable}`)
  } catch (error) {
    journal.note('storage', 'Looking at what is unsent', error)
  }
}

function failEnrol(error: unknown): EnrolOutcome {
  if (!(error instanceof HttpFailure)) throw error
  return { ok: false, kind: error.kind ?? 'offline' }
}
