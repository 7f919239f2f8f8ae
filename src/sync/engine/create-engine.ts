/** The engine of one connected tab, wherever it runs (src/sync/engine/engine-port.ts): it is built here, and knows no page and no worker. */
import type { BranchScope } from '../../contract/topics.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import type { JournalDb } from '../../db/journal/journal-db.ts'
import type { AppliedUpdate } from '../../db/journal/update-row.ts'
import { readOwnOperations } from '../../db/sales/read-operations.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import { readVerdictMark } from '../../db/sales/sales-meta.ts'
import { createDeviceCheck } from '../device/device-check.ts'
import { createDeviceContext } from '../device/device-context.ts'
import { failureKind } from '../failure-kind.ts'
import { createDiagnosticsLog, liveLatency } from '../health/diagnostics-log.ts'
import { failureText } from '../health/failure-text.ts'
import { rememberSkew } from '../health/known-freshness.ts'
import { createUpdateLog } from '../health/update-log.ts'
import { createDeltaSync } from '../live/delta-sync.ts'
import { createMqttTransport } from '../live/mqtt-transport.ts'
import { createListeners } from '../observable.ts'
import type { ClockLike, FailureJournal, VisibilityLike } from '../ports.ts'
import { refreshDevice } from '../refresh/device-refresh.ts'
import type {
  CountedUpdate,
  EngineControl,
  EnginePage,
  EngineStart,
  PageNews,
  PageSurroundings,
} from './engine-port.ts'
import { createUpkeep } from './upkeep.ts'

export interface EngineDeps {
  readonly db: CacheDb
  readonly salesDb: SalesDb
  readonly journalDb: JournalDb
  readonly clock: ClockLike
  readonly page: EnginePage
}

export function createEngine(start: EngineStart, { db, salesDb, journalDb, clock, page }: EngineDeps): EngineControl {
  const { device, origin } = start
  const scope: BranchScope = { env: device.env, merchantCode: device.merchant.code, branchCode: device.branch.code }
  const journal: FailureJournal = { note: (kind, what, error) => page.note(kind, failureText(what, error)) }
  const noteStorage = (what: string) => (error: unknown) => journal.note(failureKind(error, 'storage'), what, error)
  const surroundings = createSurroundings(start.surroundings)
  const queue = createDeviceContext({
    db,
    salesDb,
    device,
    origin,
    clock,
    journal,
    isAttentive: () => surroundings.isVisible() && surroundings.isOnline(),
  })
  const { http } = queue
  const diagnostics = createDiagnosticsLog(clock, start.earlier)
  const updates = createUpdateLog(journalDb, clock, journal)
  const asking = createDeviceCheck({ db, http, device, clock, journal })
  const sync = createDeltaSync({
    db,
    scope,
    deviceId: device.device_id,
    clientId: `${device.device_id}-${start.tab}`,
    http,
    connect: createMqttTransport(device, asking.password, loadMqtt),
    clock,
    random: Math.random,
    visibility: surroundings,
    diagnostics: { ...diagnostics, logUpdate },
    journal,
    ownOperations: (offlineIds) => readOwnOperations(salesDb, offlineIds),
    verdictMark: () => readVerdictMark(salesDb, device.device_id),
    requestRefresh: page.refresh,
    preview: page,
    checkDevice: asking.check,
    known: start.known,
  })
  let counted: CountedUpdate[] = []
  function logUpdate(update: AppliedUpdate): void {
    diagnostics.logUpdate(update)
    updates.add([update])
    if (update.came !== 'refreshed') counted.push({ at: update.at, latency_ms: liveLatency(update) })
  }
  function tellDiagnostics(): void {
    page.diagnostics(diagnostics.get(), counted)
    counted = []
  }

  const silence = [
    rememberSkew(db, sync.status, noteStorage('Clock')),
    sync.status.subscribe(() => page.status(sync.status.get())),
    diagnostics.subscribe(tellDiagnostics),
  ]
  page.status(sync.status.get())
  const upkeep = createUpkeep({ db, salesDb, queue, clock, updates, status: sync.status, visibility: surroundings })
  sync.start()

  return {
    surroundings(present, news) {
      surroundings.set(present, news)
      // A page that is hidden may be closed without another word.
      if (!present.isVisible) void updates.flush()
    },
    send: upkeep.send,
    refresh: (mode) =>
      refreshDevice(
        {
          db,
          queue,
          updates,
          isLogFollowed: async () => true,
          onFailure: (error) => journal.note(failureKind(error, 'crash'), 'Refresh', error),
        },
        mode,
      ),
    stop() {
      // Silent first: that this tab has stopped is no news of the one that leads now.
      for (const stop of silence) stop()
      upkeep.stop()
      asking.stop()
      sync.stop()
      updates.stop()
    },
  }
}

/** MQTT.js's build for browsers exports only a default, whatever its types say. */
async function loadMqtt() {
  const { default: mqtt } = await import('mqtt')
  return mqtt
}

/** The page as the engine sees it, which may be beside it. */
interface Surroundings extends VisibilityLike {
  set(surroundings: PageSurroundings, news: PageNews): void
}

function createSurroundings(initial: PageSurroundings): Surroundings {
  let present = initial
  const wakes = createListeners()
  return {
    isVisible: () => present.isVisible,
    isOnline: () => present.isOnline,
    onWake: wakes.add,
    set(surroundings, news) {
      present = surroundings
      if (news === 'woken') wakes.tell()
    },
  }
}
