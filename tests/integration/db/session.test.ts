import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hashPin } from '../../../server/devices/pin-hash.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { beginAttempt, keepPinWait } from '../../../src/db/sales/pin-attempts.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { readSalesMeta } from '../../../src/db/sales/sales-meta.ts'
import { endSession, lockSession, startSession } from '../../../src/db/sales/session.ts'
import { checkPin } from '../../../src/features/shared/people/check-pin.ts'

const NOON = Date.UTC(2026, 10, 22, 5, 0)
/** The clocks of a page while nobody sets one. */
const at = (wall: number) => ({ wall, steady: wall, life: 1 })
const SARI = 1
const DEWI = 3

type Person = Parameters<typeof checkPin>[1]

/** Nobody of these needs the server. */
const check = (salesDb: SalesDb, staff: Person, pin: string, clock: ReturnType<typeof at>) =>
  checkPin({ db: cache, salesDb, http: () => Promise.reject(new Error('the server was asked')) }, staff, pin, clock)

let db: SalesDb
/** The same device, seen from another tab. */
let otherTab: SalesDb
let cache: CacheDb
let sari: Person
let dewi: Person

beforeEach(async () => {
  const name = `session-${Math.random()}`
  db = new SalesDb(name)
  otherTab = new SalesDb(name)
  const salt = Uint8Array.from({ length: 16 }, (_, index) => index)
  cache = new CacheDb(`cache-${name}`)
  const record = { version: 1, provenance: { epoch: null } }
  sari = { ...record, id: SARI, pin_hash: await hashPin('1111', salt, 1_000) }
  dewi = { ...record, id: DEWI, pin_hash: await hashPin('3333', salt, 1_000) }
})
afterEach(async () => {
  otherTab.close()
  await Promise.all([db.delete(), cache.delete()])
})

describe('the session', () => {
  it('is one for all tabs and outlives the page', async () => {
    await startSession(db, SARI, NOON)
    expect(await readSalesMeta(otherTab, 'session')).toEqual({ staff_id: SARI, since: NOON, locked: false })
  })

  it('locked and opened by the same person, it goes on; another person begins one', async () => {
    await startSession(db, SARI, NOON)
    await lockSession(otherTab, SARI)
    expect(await readSalesMeta(db, 'session')).toMatchObject({ locked: true })
    await startSession(db, SARI, NOON + 1)
    expect(await readSalesMeta(db, 'session')).toEqual({ staff_id: SARI, since: NOON, locked: false })
    await lockSession(db, SARI)
    await startSession(db, DEWI, NOON + 2)
    expect(await readSalesMeta(db, 'session')).toEqual({ staff_id: DEWI, since: NOON + 2, locked: false })
  })

  it('a tab that is behind neither locks nor ends the session of who came after', async () => {
    await startSession(db, SARI, NOON)
    await startSession(db, DEWI, NOON + 1)
    await lockSession(otherTab, SARI)
    await endSession(otherTab, SARI)
    expect(await readSalesMeta(db, 'session')).toEqual({ staff_id: DEWI, since: NOON + 1, locked: false })
    await endSession(otherTab, DEWI)
    expect(await readSalesMeta(db, 'session')).toBeNull()
    await lockSession(db, DEWI)
    expect(await readSalesMeta(db, 'session')).toBeNull()
  })
})

describe('a PIN', () => {
  it('is checked offline against the hash that the server made', async () => {
    expect(await check(db, sari, '1111', at(NOON))).toBe('right')
    expect(await check(db, sari, '1112', at(NOON))).toEqual({ triesLeft: 4 })
    expect(await check(db, sari, '', at(NOON))).toEqual({ triesLeft: 3 })
    expect(await check(db, { ...sari, pin_hash: 'damaged' }, '1111', at(NOON))).toEqual({ triesLeft: 2 })
  })

  it('five wrong ones wait, in every tab and over a reload; even the right one is not taken then', async () => {
    for (let left = 4; left >= 0; left -= 1) {
      expect(await check(db, sari, '9999', at(NOON))).toEqual({ triesLeft: left })
    }
    expect(await check(otherTab, sari, '1111', at(NOON + 29_999))).toBe('wait')
    db.close()
    await db.open()
    expect(await check(db, sari, '1111', at(NOON + 29_999))).toBe('wait')
    expect(await check(db, sari, '1111', at(NOON + 30_000))).toBe('right')
    expect(await check(db, sari, '9999', at(NOON + 30_000))).toEqual({ triesLeft: 4 })
  })

  it('a wait is neither shortened nor made longer by a clock that is set, over a reload too', async () => {
    for (let count = 0; count < 5; count += 1) await check(db, sari, '9999', at(NOON))
    const sets = { forward: 9 * 86_400_000, back: -3 * 3_600_000 }
    for (const by of Object.values(sets)) {
      const later = (ms: number) => ({ wall: NOON + by + ms, steady: NOON + ms, life: 1 })
      expect(await check(db, sari, '1111', later(20_000))).toBe('wait')
      // The page that asks for the PIN looks every second.
      await keepPinWait(db, SARI, later(20_000), false)
    }
    const reloaded = (ms: number) => ({ wall: NOON + sets.back + ms, steady: NOON + sets.back + ms, life: 2 })
    await keepPinWait(otherTab, SARI, reloaded(21_000), true)
    expect(await check(otherTab, sari, '1111', reloaded(29_999))).toBe('wait')
    expect(await check(otherTab, sari, '1111', reloaded(30_000))).toBe('right')
  })

  it('guesses in many tabs at once win no try', async () => {
    const tries = await Promise.all(
      Array.from({ length: 12 }, (_, index) => check(index % 2 ? db : otherTab, sari, '9999', at(NOON))),
    )
    expect(tries.filter((verdict) => verdict !== 'wait')).toHaveLength(5)
  })

  it('a try is counted before it is checked: a reload in the middle forgets none', async () => {
    for (let count = 0; count < 5; count += 1) expect((await beginAttempt(db, SARI, at(NOON))).allowed).toBe(true)
    expect(await check(otherTab, sari, '1111', at(NOON))).toBe('wait')
  })

  it('one’s own right PIN forgives no guess at another’s', async () => {
    for (let count = 0; count < 4; count += 1) await check(db, dewi, '9999', at(NOON))
    expect(await check(db, sari, '1111', at(NOON))).toBe('right')
    expect(await check(db, dewi, '9999', at(NOON))).toEqual({ triesLeft: 0 })
    expect(await check(db, dewi, '3333', at(NOON))).toBe('wait')
    expect(await check(db, sari, '1111', at(NOON))).toBe('right')
  })

  it('is not checked when the try cannot be counted', async () => {
    db.close({ disableAutoOpen: true })
    expect(await check(db, sari, '1111', at(NOON))).toBe('storage')
  })
})
