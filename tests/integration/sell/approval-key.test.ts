/** The proof of an approval, when something of the browser stands still. */
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { saveEnrollment } from '../../../src/db/device.ts'
import {
  type ApprovalKeyDeps,
  type KnownFacts,
  prepareApprovalKey,
  proveApproval,
} from '../../../src/features/shared/people/approval-key.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import { ENROLLMENT } from '../../support/enrollment.ts'
import { standStill } from '../../support/stand-still.ts'
import { FakeClock } from '../sync/fake-clock.ts'

const PERSON = { id: 2, role: 'supervisor' as const, version: 1, provenance: { epoch: 'life-1' } }
const PIN = '271828'
const FACTS: KnownFacts = {
  what: 'void',
  record: '0b6f5c1e-2f0a-4c53-9c0e-3a1d52f7a001',
  sale: '0b6f5c1e-2f0a-4c53-9c0e-3a1d52f7a002',
  amount: 15_000,
  base: null,
}
const AT = Date.UTC(2026, 10, 23, 5)

let cache: CacheDb
let other: CacheDb
let letGo: () => Promise<void>

beforeEach(async () => {
  cache = new CacheDb(`approval-${Math.random()}`)
  await saveEnrollment(cache, ENROLLMENT, null)
  other = new CacheDb(cache.name)
  await other.open()
  letGo = async () => undefined
})
afterEach(async () => {
  await letGo()
  other.close()
  await cache.delete()
})

const deps = (after: ApprovalKeyDeps['after']): ApprovalKeyDeps => ({
  db: cache,
  http: () => Promise.reject(new HttpFailure('no network', null)),
  after,
})
const never = () => () => undefined

describe('the proof of an approval', () => {
  it('[Q2] is given up when another tab stands still in the middle of a write: the approval holds', async () => {
    const clock = new FakeClock()
    letGo = await standStill(other, 'rw', [other.meta])
    const proof = proveApproval(deps(clock.after), PERSON, PIN, FACTS, AT)
    const prepared = prepareApprovalKey(deps(clock.after), PERSON, PIN)
    await clock.advance(6_000)
    expect(await proof).toBeNull()
    await prepared
  })

  it('is made with the key and the secret that are here without a write', async () => {
    expect(await proveApproval(deps(never), PERSON, PIN, FACTS, AT)).toMatchObject({ deviceId: 'DEV-1' })
    // Beside a reader a reader goes on, and a writer waits.
    letGo = await standStill(other, 'r', [other.meta])
    expect(await proveApproval(deps(never), PERSON, PIN, FACTS, AT)).toMatchObject({ recordId: FACTS.record })
  })
})
