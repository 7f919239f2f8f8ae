/**
 * What the composition root hands to the screens. Screens know these interfaces and the database, never the adapters.
 */
import { createContext, useContext } from 'preact/compat'
import type { ErrorKind } from '../../contract/rest.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import type { JournalDb } from '../../db/journal/journal-db.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import type { Sales } from '../../sync/outbox/sales.ts'
import type { ClockLike, FailureJournal, HttpLike } from '../../sync/ports.ts'
import type { ProductRows } from '../../sync/records/product-rows.ts'
import type { RefreshOutcome } from '../../sync/refresh/refresh-deps.ts'
import type { Diagnostics, Observable, SyncStatus } from '../../sync/sync-status.ts'

/** `offline`: no answer came. Otherwise the server's own kind, e.g. `pairing_code_used`. */
export type EnrolOutcome = { ok: true } | { ok: false; kind: ErrorKind | 'offline' | 'storage' }

export interface Services {
  readonly db: CacheDb
  /** Records of this counter: queue, carts, shifts. */
  readonly salesDb: SalesDb
  /** The device's failure journal and record of live minutes. */
  readonly journalDb: JournalDb
  readonly journal: FailureJournal
  /** Records sales, voids, refunds, shifts and cash movements. */
  readonly sales: Sales
  /** Requests to the server with this device's token; rejects with HttpFailure. */
  readonly http: HttpLike
  readonly after: ClockLike['after']
  /** The products on the screen, kept current. */
  readonly productRows: ProductRows
  readonly status: Observable<SyncStatus>
  readonly diagnostics: Observable<Diagnostics>
  /** The browser or the system has deleted what this device had stored, while the app ran. */
  readonly isStorageTaken: Observable<boolean>
  /** Exchanges a pairing code for this device's credentials and starts the sync. */
  enrol(pairingCode: string, deviceName: string): Promise<EnrolOutcome>
  /** Asks for a full refresh now; `fresh` when the last one is younger than the TTL and `force` is not set. */
  refresh(options?: { force?: boolean }): Promise<RefreshOutcome>
  /** Forgets this device and everything cached on it; refused while something is unsent that no export file holds (rule Q7). */
  forgetDevice(): Promise<'done' | 'unsent'>
  readonly build: { readonly version: string; readonly commit: string }
}

export const ServicesContext = createContext<Services | null>(null)

export function useServices(): Services {
  const services = useContext(ServicesContext)
  if (!services) throw new Error('useServices needs a ServicesContext above it')
  return services
}
