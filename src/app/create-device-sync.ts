/** The sync of one enrolled device in this tab: it waits to lead, leads, and passes on what the leading tab says. */
import type { Enrollment } from '../contract/rest.ts'
import type { BranchScope } from '../contract/topics.ts'
import type { CacheDb } from '../db/cache-db.ts'
import { saveProfile } from '../db/device.ts'
import { readOwnOperations } from '../db/sales/operations.ts'
import type { SalesDb } from '../db/sales/sales-db.ts'
import { watchQueue } from '../db/sales/watch-queue.ts'
import { createDeltaSync } from '../sync/delta-sync.ts'
import { createDiagnosticsLog } from '../sync/diagnostics-log.ts'
import { requestProfile } from '../sync/enrol.ts'
import { createHttp } from '../sync/http.ts'
import type { RefreshMode } from '../sync/machine/refresh.ts'
import { createMqttTransport } from '../sync/mqtt-transport.ts'
import { type RefreshOutcome, runRefresh } from '../sync/offline-sync.ts'
import { createPageGuard } from '../sync/page-guard.ts'
import type { ClockLike } from '../sync/ports.ts'
import type { ProductRows } from '../sync/product-rows.ts'
import { createSalesSender } from '../sync/sales-sender.ts'
import { forgetOld } from '../sync/settle-accepted.ts'
import type { Diagnostics, Observable, SyncStatus } from '../sync/sync-status.ts'
import { announce, createTabLeader, listen } from '../sync/tab-leader.ts'
import type { QueueDeps } from '../sync/transaction-queue.ts'
import { createWorkerRefresh } from '../sync/worker-refresh.ts'
import {
  askForBackgroundSync,
  createBrowserChannel,
  createBrowserLocks,
  createBrowserVisibility,
  findWorker,
} from './browser-ports.ts'
import type { AppConfig } from './config.ts'

export interface DeviceSync {
  start(): void
  stop(): void
  refresh(mode: RefreshMode): Promise<RefreshOutcome>
  /** Something waits to be sent; `force`: all of it now. */
  sendSales(options: { readonly force: boolean }): void
  /** For the diagnostics of this device. */
  noteFailure(what: string, error: unknown): void
}

interface Settable<T> extends Observable<T> {
  set(value: T): void
}

export const EMPTY_DIAGNOSTICS: Diagnostics = {
  updates: [],
  latency: null,
  received: 0,
  applied: 0,
  duplicate: 0,
  invalid: 0,
  gapsFilled: 0,
  connections: [],
  failures: [],
}

export function createDeviceSync(deps: {
  readonly db: CacheDb
  readonly salesDb: SalesDb
  readonly config: AppConfig
  readonly device: Enrollment
  readonly clock: ClockLike
  readonly status: Settable<SyncStatus>
  readonly diagnostics: Settable<Diagnostics>
  readonly productRows: ProductRows
}): DeviceSync {
  const { db, salesDb, config, device, clock } = deps
  const scope: BranchScope = { env: device.env, merchantCode: device.merchant.code, branchCode: device.branch.code }
  const http = createHttp({ origin: config.origin, token: device.device_secret_token, fetch: fetch.bind(window) })
  const locks = createBrowserLocks(navigator.locks)
  const diagnostics = createDiagnosticsLog(clock)
  const visibility = createBrowserVisibility()
  const noteFailure = (what: string, error: unknown) => diagnostics.logFailure(`${what}: ${String(error)}`)
  const queue: QueueDeps = {
    salesDb,
    http,
    locks,
    branchCode: scope.branchCode,
    deviceId: device.device_id,
    now: clock.now,
    random: Math.random,
    isAttentive: () => visibility.isVisible() && visibility.isOnline(),
    onFailure: (error) => noteFailure('Sending', error),
  }
  const sender = createSalesSender({
    ...queue,
    cache: db,
    clock,
    watch: (onCounts) => watchQueue(salesDb, onCounts),
  })
  const refresh = createWorkerRefresh({
    clock,
    worker: () => (config.hasServiceWorker ? findWorker(navigator.serviceWorker) : null),
    runHere: (mode) =>
      runRefresh(
        {
          db,
          http,
          locks,
          branchCode: scope.branchCode,
          guard: createPageGuard(db, queue),
          now: clock.now,
          onFailure: (error) => noteFailure('Refresh', error),
        },
        mode,
      ),
  })
  const channels = {
    status: createBrowserChannel('mstore-status'),
    diagnostics: createBrowserChannel('mstore-diagnostics'),
  }
  const stops: (() => void)[] = [channels.status.close, channels.diagnostics.close]

  function lead(): () => void {
    const sync = createDeltaSync({
      db,
      scope,
      clientId: `${device.device_id}-${createTabId()}`,
      http,
      connect: createMqttTransport(device, loadMqtt),
      clock,
      random: Math.random,
      visibility,
      diagnostics,
      ownOperations: (offlineIds) => readOwnOperations(salesDb, offlineIds),
      requestRefresh: refresh,
      preview: deps.productRows,
      checkDevice: async () => await saveProfile(db, await requestProfile(http, device)),
    })
    const stopAll = [
      mirror(sync.status, deps.status),
      mirror(diagnostics, deps.diagnostics),
      announce(channels.status, sync.status),
      announce(channels.diagnostics, diagnostics),
    ]
    sync.start()
    let isLeading = true
    const stopLeading = () => {
      if (!isLeading) return
      isLeading = false
      sync.stop()
      for (const stop of stopAll) stop()
    }
    // The lock is given back later than the channels close and another device's sync starts: this one is silent before.
    stops.push(stopLeading)
    return stopLeading
  }

  let lastState = deps.status.get().state
  /** The line is back: nobody waits for the end of a backoff. */
  function followStatus(): void {
    const { state } = deps.status.get()
    if (state === 'live' && lastState !== 'live') sender.kick({ ignoreBackoff: true })
    lastState = state
  }

  return {
    refresh,
    noteFailure,
    sendSales({ force }) {
      sender.kick({ ignoreBackoff: force })
      if (config.hasServiceWorker) void askForBackgroundSync(navigator.serviceWorker)
    },
    start() {
      stops.push(
        sender.stop,
        deps.status.subscribe(followStatus),
        visibility.onWake(() => sender.kick()),
        listen<SyncStatus>(channels.status, deps.status.set),
        listen<Diagnostics>(channels.diagnostics, deps.diagnostics.set),
        createTabLeader(locks, lead).stop,
      )
      sender.kick({ ignoreBackoff: true })
      void forgetOld({ cache: db, sales: salesDb }, clock.now()).catch((error) => noteFailure('Clean-up', error))
    },
    stop() {
      for (const stop of stops.toReversed()) stop()
    },
  }
}

function mirror<T>(from: Observable<T>, to: Settable<T>): () => void {
  to.set(from.get())
  return from.subscribe(() => to.set(from.get()))
}

/** MQTT.js's build for browsers exports only a default, whatever its types say. */
async function loadMqtt() {
  const { default: mqtt } = await import('mqtt')
  return mqtt
}

/** Each tab has a client id of its own: two connections with one id evict each other. */
function createTabId(): string {
  return crypto.randomUUID().slice(0, 8)
}
