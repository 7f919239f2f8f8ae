import 'fake-indexeddb/auto'
import { expect, it } from 'vitest'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import { readKnownFreshness, rememberSkew } from '../../../src/sync/health/known-freshness.ts'
import { createObservable } from '../../../src/sync/observable.ts'
import type { SyncStatus } from '../../../src/sync/sync-status.ts'
import { settle } from './fake-clock.ts'

const statusOf = (clockSkewMs: number): SyncStatus => ({
  state: 'live',
  problem: 'none',
  asOf: null,
  latencyMs: null,
  behind: null,
  clockSkewMs,
})

it('[D3] a start without a network knows the age and the clock’s error of the last one', async () => {
  const db = new CacheDb('known-freshness')
  expect(await readKnownFreshness(db)).toEqual({ asOf: null, clockSkewMs: 0 })
  await writeMeta(db, 'freshness', { asOf: 1_000 })
  const status = createObservable(statusOf(0))
  const failures: unknown[] = []
  const stop = rememberSkew(db, status, (error) => failures.push(error))

  status.set(statusOf(-7_200_000))
  await settle()
  expect(await readKnownFreshness(db)).toEqual({ asOf: 1_000, clockSkewMs: -7_200_000 })
  // What the network does to a measurement is not written down each time.
  status.set(statusOf(-7_199_700))
  await settle()
  expect(await readMeta(db, 'clock')).toEqual({ skewMs: -7_200_000 })
  // Somebody set the clock right.
  status.set(statusOf(12))
  await settle()
  expect(await readMeta(db, 'clock')).toEqual({ skewMs: 12 })

  stop()
  status.set(statusOf(5_000_000))
  await settle()
  expect(await readMeta(db, 'clock')).toEqual({ skewMs: 12 })
  expect(failures).toEqual([])
})
