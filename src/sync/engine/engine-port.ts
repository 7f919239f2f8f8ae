/**
 * What the engine and its page say to each other. The engine is all that goes on beside the screen: connection, log, cache writes,
 * refresh, comparison, and the queue of what is sent. It runs in a worker of the connected tab, or in the page where a browser has none (src/app/engine-host.ts). Everything here
 * goes through `postMessage`, so plain values alone.
 */
import type { Enrollment } from '../../contract/device.ts'
import type { FailureKind } from '../../db/journal/failure-row.ts'
import type { AppliedUpdate } from '../../db/journal/update-row.ts'
import type { StockPreview } from '../live/log-follower.ts'
import type { ReceivedStock } from '../records/received-stock.pure.ts'
import type { RefreshMode } from '../refresh/refresh.pure.ts'
import type { RefreshOutcome } from '../refresh/refresh-deps.ts'
import type { Diagnostics, SyncStatus } from '../sync-status.ts'

/** What only a page knows of itself. */
export interface PageSurroundings {
  readonly isVisible: boolean
  /** `navigator.onLine`. */
  readonly isOnline: boolean
}

/** `woken`: it is seen again, or the browser reports a network. */
export type PageNews = 'changed' | 'woken'

export interface EngineStart {
  readonly origin: string
  readonly device: Enrollment
  /** The name of the tab, its own. */
  readonly tab: string
  /** The name of a lock of its own, which a worker holds for as long as it lives: whoever gets it knows that it does not. */
  readonly lock: string
  readonly surroundings: PageSurroundings
  /** What was known before (rule D3). */
  readonly known: SyncStatus
  /** What the diagnostics page shows so far: counted on. */
  readonly earlier: Diagnostics
}

/** An update that an event brought; `latency_ms` of those alone that came live. */
export type CountedUpdate = Pick<AppliedUpdate, 'at' | 'latency_ms'>

/** What the engine tells and asks its page. What it previews was received and is not stored yet (rule V2). */
export interface EnginePage extends StockPreview {
  status(status: SyncStatus): void
  /** `counted`: the updates that were applied since the last call. */
  diagnostics(diagnostics: Diagnostics, counted: readonly CountedUpdate[]): void
  /** A refresh, by whoever is the best at it: the service worker, or this engine. */
  refresh(mode: RefreshMode): Promise<RefreshOutcome>
  /** For the failure journal; without secrets. */
  note(kind: FailureKind, text: string): void
}

/** The running engine, as its page sees it. */
export interface EngineControl {
  surroundings(surroundings: PageSurroundings, news: PageNews): void
  /** Something may be due to be sent. `ignoreBackoff`: everything is. */
  send(options: { readonly ignoreBackoff: boolean }): void
  /** A refresh in this engine. Never rejects. */
  refresh(mode: RefreshMode): Promise<RefreshOutcome>
  /** Ends the connection, and writes what was received. Nothing is told afterwards. */
  stop(): void
}

/** The engine's worker, before and after it has begun. */
export interface EngineWorker extends EngineControl {
  /** Opens the databases and begins. Rejects where they do not open. */
  begin(start: EngineStart, page: EnginePage): Promise<void>
}

/**
 * What a worker previews, in a message of its own beside the calls of the port: those are answered one by one, and of these there are a
 * thousand a second.
 */
export type PreviewMessage = { readonly anticipate: readonly ReceivedStock[] } | { readonly forget: true }

/** One engine on a device: each takes this from the one before, which stops. */
export const ENGINE_LOCK = 'mstore-engine'
