/** The sync of one enrolled device in this tab: it waits to lead, leads, and passes on what the leading tab says. */
import type { Enrollment } from '../contract/device.ts'
import type { CacheDb } from '../db/cache-db.ts'
import type { JournalDb } from '../db/journal/journal-db.ts'
import { addMinutes } from '../db/journal/minutes.ts'
import type { SalesDb } from '../db/sales/sales-db.ts'
import { createDeviceContext } from '../sync/device/device-context.ts'
import { watchSetBack } from '../sync/device/set-back.ts'
import { failureKind } from '../sync/failure-kind.ts'
import { createMinuteRecorder } from '../sync/health/minute-recorder.ts'
import { createUpdateLog } from '../sync/health/update-log.ts'
import { createObservable, isShallowEqual } from '../sync/observable.ts'
import type { ClockLike, FailureJournal, HttpLike, PageTurn } from '../sync/ports.ts'
import type { ProductRows } from '../sync/records/product-rows.ts'
import type { RefreshMode } from '../sync/refresh/refresh.pure.ts'
import type { RefreshOutcome } from '../sync/refresh/refresh-deps.ts'
import { createWorkerRefresh } from '../sync/refresh/worker-refresh.ts'
import type { Diagnostics, Observable, SyncStatus } from '../sync/sync-status.ts'
import { announce, createTabLeader, listen } from '../sync/tabs/tab-leader.ts'
import {
  askForBackgroundSync,
  askForPeriodicRefresh,
  createBrowserChannel,
  createBrowserStealableLock,
  createBrowserVisibility,
  createPageLife,
  findWorker,
  leavesWorkersTransactionsOpen,
} from './browser-ports.ts'
import type { AppConfig } from './config.ts'
import { createEngineHost, type EngineHost } from './engine-host.ts'

/** In which a tab that no other leads has its engine, ms. */
const LED_SOON_MS = 500

export interface DeviceSync {
  /** Requests in this device's name. */
  readonly http: HttpLike
  start(): void
  stop(): void
  refresh(mode: RefreshMode): Promise<RefreshOutcome>
  /** Something waits to be sent; `force`: all of it now. */
  sendSales(options: { readonly force: boolean }): void
}

interface Settable<T> extends Observable<T> {
  set(value: T): void
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
  readonly journal: FailureJournal
  readonly journalDb: JournalDb
}): DeviceSync {
  const { db, salesDb, config, device, clock, journal, journalDb } = deps
  const visibility = createBrowserVisibility()
  const queue = createDeviceContext({
    db,
    salesDb,
    device,
    origin: config.origin,
    clock,
    journal,
    isAttentive: () => visibility.isVisible() && visibility.isOnline(),
  })
  const isSetBack = watchSetBack(clock)
  let onLed = () => {}
  let host: EngineHost | null = null
  // A page that has just been opened is about to have an engine, unless another tab has it.
  const led = new Promise<void>((resolve) => {
    onLed = resolve
    clock.after(LED_SOON_MS, resolve)
  })
  const runOnce = createWorkerRefresh({
    clock,
    worker: () => (config.hasServiceWorker ? findWorker(navigator.serviceWorker) : null),
    async runHere(mode) {
      await led
      return host ? await host.refresh(mode) : await refreshInPage(mode)
    },
  })
  async function refreshInPage(mode: RefreshMode): Promise<RefreshOutcome> {
    const { refreshDevice } = await import('../sync/refresh/device-refresh.ts')
    const onFailure = (error: unknown) => journal.note(failureKind(error, 'crash'), 'Refresh', error)
    const updates = createUpdateLog(journalDb, clock, journal)
    return await refreshDevice({ db, queue, updates, isLogFollowed: async () => true, onFailure }, mode)
  }
  // What is stored says how old the last one is by a clock that says something else now: then it is compared whatever the age.
  const refresh = (mode: RefreshMode) => runOnce(mode === 'if-stale' && isSetBack() ? 'compare' : mode)
  const page = createPageLife()
  // One name in all its terms as the leader: its next connection ends what a dead link has left of the one before.
  const tab = createTabId()
  const channels = {
    leader: createBrowserChannel('mstore-leader'),
    status: createBrowserChannel('mstore-status'),
    diagnostics: createBrowserChannel('mstore-diagnostics'),
    send: createBrowserChannel('mstore-send'),
  }
  const leader = createTabLeader({
    lock: createBrowserStealableLock(navigator.locks, 'mstore-leader'),
    channel: channels.leader,
    page,
    clock,
    journal,
    tab,
    lead,
  })
  const stops: (() => void)[] = Object.values(channels).map((channel) => channel.close)

  let isAsleep = false
  const surroundings = () => ({ isVisible: visibility.isVisible(), isOnline: visibility.isOnline() })

  function lead(): () => void {
    const status = createObservable(deps.status.get(), isShallowEqual)
    const diagnostics = createObservable(deps.diagnostics.get())
    const minutes = createMinuteRecorder({
      clock,
      status,
      onHide: (listener) => page.onTurn((turn) => (turn === 'hidden' || turn === 'sleep' ? listener() : undefined)),
      write: (rows) => addMinutes(journalDb, rows),
      onFailure: (error) => journal.note(failureKind(error, 'storage'), 'Minutes', error),
    })
    const silence = [
      minutes.stop,
      mirror(status, deps.status),
      mirror(diagnostics, deps.diagnostics),
      announce(channels.status, leader, status),
      announce(channels.diagnostics, leader, diagnostics),
    ]
    const engine = createEngineHost({
      start: () => ({
        origin: config.origin,
        device,
        tab,
        lock: `mstore-engine-${crypto.randomUUID()}`,
        surroundings: surroundings(),
        known: status.get(),
        earlier: diagnostics.get(),
      }),
      page: {
        status: status.set,
        diagnostics(next, counted) {
          for (const update of counted) minutes.countUpdate(update)
          diagnostics.set(next)
        },
        anticipate: deps.productRows.anticipate,
        forget: deps.productRows.forget,
        refresh,
        note: (kind, text) => journal.note(kind, text),
      },
      spawn: () =>
        leavesWorkersTransactionsOpen()
          ? null
          : new Worker(new URL('../engine-worker/engine-worker.ts', import.meta.url), { type: 'module' }),
      async inPage(start, enginePage) {
        const { createEngine } = await import('../sync/engine/create-engine.ts')
        return createEngine(start, { db, salesDb, journalDb, clock, page: enginePage })
      },
      locks: navigator.locks,
      clock,
      journal,
      onDeath() {
        deps.productRows.forget()
        status.set({ ...status.get(), state: 'catching-up' })
      },
    })
    host = engine
    onLed()
    const stopForwarding = [
      channels.send.subscribe((message) => engine.send({ ignoreBackoff: isForced(message) })),
      visibility.onWake(() => engine.surroundings(surroundings(), 'woken')),
      page.onTurn(() => engine.surroundings(surroundings(), 'changed')),
    ]
    return () => {
      // Silent first: that this tab has stopped is no news of the one that leads now.
      for (const stop of [...silence, ...stopForwarding]) stop()
      host = null
      if (isAsleep) engine.kill()
      else engine.stop()
      askForNews()
    }
  }

  const listeners: { ask(): void }[] = []
  function askForNews(): void {
    for (const { ask } of listeners) ask()
  }

  function listenToLeader(): void {
    const news = [
      listen<SyncStatus>(channels.status, leader, deps.status.set),
      listen<Diagnostics>(channels.diagnostics, leader, deps.diagnostics.set),
    ]
    listeners.push(...news)
    stops.push(...news.map(({ stop }) => stop))
  }

  /** What was true before a page slept is not when it wakes, until the leading tab says so again. */
  function followPage(turn: PageTurn): void {
    if (turn === 'sleep') deps.status.set({ ...deps.status.get(), state: 'catching-up' })
    else if (turn !== 'hidden') askForNews()
  }

  return {
    http: queue.http,
    refresh,
    sendSales({ force }) {
      const options = { ignoreBackoff: force }
      // The tab that is connected sends; one that has only just recorded something is not always that one.
      if (host) host.send(options)
      else channels.send.post(options)
      if (config.hasServiceWorker) void askForBackgroundSync(navigator.serviceWorker)
    },
    start() {
      listenToLeader()
      stops.push(
        page.onTurn((turn) => {
          isAsleep = turn === 'sleep'
        }),
      )
      // Then the leader hears of the page's turns, and all others after it.
      leader.start()
      stops.push(page.onTurn(followPage), leader.stop)
      if (config.hasServiceWorker) void askForPeriodicRefresh(navigator.serviceWorker)
    },
    stop() {
      for (const stop of stops.toReversed()) stop()
      deps.status.set({ ...deps.status.get(), state: 'catching-up' })
    },
  }
}

/** From another tab, which may be of another version. */
function isForced(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'ignoreBackoff' in message && message.ignoreBackoff === true
}

function mirror<T>(from: Observable<T>, to: Settable<T>): () => void {
  to.set(from.get())
  return from.subscribe(() => to.set(from.get()))
}

/** Each tab has a client id of its own: two connections with one id evict each other. */
function createTabId(): string {
  return crypto.randomUUID().slice(0, 8)
}
