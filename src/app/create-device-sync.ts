/** The sync of one enrolled device in this tab: it waits to lead, leads, and passes on what the leading tab says. */
import type { Enrollment } from '../contract/rest.ts'
import type { BranchScope } from '../contract/topics.ts'
import type { CacheDb } from '../db/cache-db.ts'
import { saveProfile } from '../db/device.ts'
import { createDeltaSync } from '../sync/delta-sync.ts'
import { createDiagnosticsLog } from '../sync/diagnostics-log.ts'
import { requestProfile } from '../sync/enrol.ts'
import { createHttp } from '../sync/http.ts'
import type { RefreshMode } from '../sync/machine/refresh.ts'
import { createMqttTransport } from '../sync/mqtt-transport.ts'
import { type RefreshOutcome, runRefresh } from '../sync/offline-sync.ts'
import type { ClockLike } from '../sync/ports.ts'
import type { ProductRows } from '../sync/product-rows.ts'
import type { Diagnostics, Observable, SyncStatus } from '../sync/sync-status.ts'
import { announce, createTabLeader, listen } from '../sync/tab-leader.ts'
import { createWorkerRefresh } from '../sync/worker-refresh.ts'
import { createBrowserChannel, createBrowserLocks, createBrowserVisibility, findWorker } from './browser-ports.ts'
import type { AppConfig } from './config.ts'

export interface DeviceSync {
  start(): void
  stop(): void
  refresh(mode: RefreshMode): Promise<RefreshOutcome>
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
  readonly config: AppConfig
  readonly device: Enrollment
  readonly clock: ClockLike
  readonly status: Settable<SyncStatus>
  readonly diagnostics: Settable<Diagnostics>
  readonly productRows: ProductRows
}): DeviceSync {
  const { db, config, device, clock } = deps
  const scope: BranchScope = { env: device.env, merchantCode: device.merchant.code, branchCode: device.branch.code }
  const http = createHttp({ origin: config.origin, token: device.device_secret_token, fetch: fetch.bind(window) })
  const locks = createBrowserLocks(navigator.locks)
  const diagnostics = createDiagnosticsLog(clock)
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
          now: clock.now,
          onFailure: (error) => diagnostics.logFailure(`Refresh: ${String(error)}`),
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
      visibility: createBrowserVisibility(),
      diagnostics,
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

  return {
    refresh,
    start() {
      stops.push(
        listen<SyncStatus>(channels.status, deps.status.set),
        listen<Diagnostics>(channels.diagnostics, deps.diagnostics.set),
        createTabLeader(locks, lead).stop,
      )
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
