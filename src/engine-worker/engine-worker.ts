/// <reference lib="webworker" />
/** The engine beside the screen: a dedicated worker of the connected tab (src/app/engine-host.ts). */
import { expose, type Remote } from 'comlink'
import { CACHE_DB_NAME, CacheDb } from '../db/cache-db.ts'
import { JOURNAL_DB_NAME, JournalDb } from '../db/journal/journal-db.ts'
import { openDatabase } from '../db/open-database.ts'
import { SALES_DB_NAME, SalesDb } from '../db/sales/sales-db.ts'
import { createEngine } from '../sync/engine/create-engine.ts'
import {
  ENGINE_LOCK,
  type EngineControl,
  type EnginePage,
  type EngineWorker,
  type PreviewMessage,
} from '../sync/engine/engine-port.ts'
import { failureText } from '../sync/health/failure-text.ts'
import type { StockPreview } from '../sync/live/log-follower.ts'
import type { ClockLike } from '../sync/ports.ts'
import type { ReceivedStock } from '../sync/records/received-stock.pure.ts'
import { systemClock } from '../sync/system-clock.ts'

/** The page has opened and upgraded them. */
const OPEN_PATIENCE_MS = 8_000

let engine: EngineControl | null = null

function stop(): void {
  engine?.stop()
  engine = null
}

/** Answers to what the page is merely told are of no interest, and after its end there are none. */
function toPage(remote: Remote<EnginePage>): EnginePage {
  const ignore = () => undefined
  return {
    status: (status) => void remote.status(status).catch(ignore),
    diagnostics: (diagnostics, counted) => void remote.diagnostics(diagnostics, counted).catch(ignore),
    ...gatherPreviews(systemClock, (message) => postMessage(message)),
    refresh: (mode) => remote.refresh(mode),
    note: (kind, text) => void remote.note(kind, text).catch(ignore),
  }
}

const worker: EngineWorker = {
  async begin(start, given) {
    await holdForLife(start.lock)
    // A page that stands still can't tell its engine that another tab leads now: that tab's engine does.
    navigator.locks.request(ENGINE_LOCK, { steal: true }, () => new Promise(() => undefined)).catch(stop)
    // Comlink hands over what stands for the page; its type is not known to the port's.
    const page = toPage(given as unknown as Remote<EnginePage>)
    addEventListener('unhandledrejection', ({ reason }) => page.note('crash', failureText('Engine', reason)))
    const { db, salesDb } = await open(page)
    engine = createEngine(start, { db, salesDb, journalDb: new JournalDb(JOURNAL_DB_NAME), clock: systemClock, page })
  },
  surroundings: (surroundings, news) => engine?.surroundings(surroundings, news),
  send: (options) => engine?.send(options),
  refresh: async (mode) => (await engine?.refresh(mode)) ?? 'failed',
  stop,
}

async function open(page: EnginePage) {
  const db = new CacheDb(CACHE_DB_NAME)
  const salesDb = new SalesDb(SALES_DB_NAME)
  const options = { onOutdated: stop, patienceMs: OPEN_PATIENCE_MS }
  for (const database of [db, salesDb]) {
    database.onConnection((news) =>
      page.note(
        'storage',
        news.type === 'reopened'
          ? `Engine, ${news.database}: connected again`
          : failureText(`Engine, ${news.database}: connection ${news.type}`, news.error),
      ),
    )
    await openDatabase(database, options)
  }
  return { db, salesDb }
}

function holdForLife(name: string): Promise<void> {
  return new Promise((resolve) => {
    void navigator.locks.request(name, () => {
      resolve()
      return new Promise(() => undefined)
    })
  })
}

/** A screen shows nothing more often than about each 16 ms; a crowd of changes goes over in a quarter as many messages. ms */
const GATHER_MS = 1

/** Received stocks on their way to the screen: the first at once, what follows within GATHER_MS together. */
function gatherPreviews(clock: ClockLike, tell: (message: PreviewMessage) => void): StockPreview {
  let gathered: ReceivedStock[] = []
  let isGathering = false

  function send(): void {
    isGathering = gathered.length > 0
    if (!isGathering) return
    tell({ anticipate: gathered })
    gathered = []
    clock.after(GATHER_MS, send)
  }

  return {
    anticipate(stocks) {
      gathered.push(...stocks)
      if (!isGathering) send()
    },
    forget() {
      gathered = []
      tell({ forget: true })
    },
  }
}

expose(worker)
