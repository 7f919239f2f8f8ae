/** What works in this device's name with the server, wherever it runs: in a page, an engine or the service worker. */
import type { Enrollment } from '../../contract/device.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import { createHttp } from '../http.ts'
import type { QueueDeps } from '../outbox/send-batch.ts'
import type { ClockLike, FailureJournal } from '../ports.ts'
import { createWebLocks } from '../tabs/web-locks.ts'
import { createPossession } from './device-key.ts'
import { wipingWhenRevoked } from './wipe-revoked.ts'

/** Its requests are `http` of what it returns. `onProgress`: something of an answer came. */
export function createDeviceContext({
  db,
  salesDb,
  device,
  origin,
  clock,
  journal,
  isAttentive,
  onProgress,
}: {
  readonly db: CacheDb
  readonly salesDb: SalesDb
  readonly device: Enrollment
  readonly origin: string
  readonly clock: ClockLike
  readonly journal: FailureJournal
  readonly isAttentive: () => boolean
  readonly onProgress?: (() => void) | undefined
}): QueueDeps {
  const token = device.device_secret_token
  const { now, steady } = clock
  const plain = createHttp({
    origin,
    token,
    fetch: fetch.bind(globalThis),
    possession: createPossession(db, token),
    ...(onProgress ? { onProgress } : {}),
  })
  return {
    salesDb,
    http: wipingWhenRevoked(plain, { db, salesDb, token, now, journal }),
    locks: createWebLocks(navigator.locks),
    branchCode: device.branch.code,
    deviceId: device.device_id,
    now,
    steady,
    random: Math.random,
    isAttentive,
    journal,
  }
}
