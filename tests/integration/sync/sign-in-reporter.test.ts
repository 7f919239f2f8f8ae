/** Sign-ins that a counter checked itself: noted on the device, told once the server is there. */
import 'fake-indexeddb/auto'
import fc from 'fast-check'
import * as v from 'valibot'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { hashPin } from '../../../server/devices/pin-hash.ts'
import { NOTES_AT_ONCE, type SignInNote, signInNotesRequestSchema } from '../../../src/contract/counter-sign-ins.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { readSalesMeta } from '../../../src/db/sales/sales-meta.ts'
import { endSession, lockSession, startSession } from '../../../src/db/sales/session.ts'
import {
  claimSignIns,
  forgetSignIns,
  NOTES_KEPT,
  noteRefusedPin,
  watchSignIns,
  withSignIn,
} from '../../../src/db/sales/sign-in-notes.ts'
import { checkPin } from '../../../src/features/shared/people/check-pin.ts'
import { createSignInReporter, type SignInReporter } from '../../../src/sync/device/sign-in-reporter.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import type { HttpAnswer } from '../../../src/sync/ports.ts'
import { FakeClock } from './fake-clock.ts'

const DEVICE_ID = 'DEV-DBBA60CF'
const SARI = 1
const DEWI = 3
const OK: HttpAnswer = { status: 200, headers: {}, body: { code: 200, data: null } } as never

let db: SalesDb
let cache: CacheDb
let clock: FakeClock
let told: SignInNote[][]
/** What the server says next; null: nobody answers. */
let answer: () => HttpAnswer | null | Promise<HttpAnswer>
let held: Set<string>
const reporters: SignInReporter[] = []

/** A live query hears of a write when the database gets to it; the reporter's waits begin then. */
async function untilTold(requests: number): Promise<void> {
  await vi.waitFor(
    async () => {
      await clock.advance(60_000)
      expect(told.length).toBeGreaterThanOrEqual(requests)
    },
    { timeout: 20_000 },
  )
}

beforeEach(() => {
  const name = crypto.randomUUID()
  db = new SalesDb(`sales-${name}`)
  cache = new CacheDb(`cache-${name}`)
  clock = new FakeClock()
  told = []
  answer = () => OK
  held = new Set()
})
afterEach(async () => {
  for (const reporter of reporters.splice(0)) reporter.stop()
  await Promise.all([db.delete(), cache.delete()])
})

/** A page of this device. */
function open(deviceId = DEVICE_ID): SignInReporter {
  const reporter = createSignInReporter({
    deviceId,
    http: async ({ body }) => {
      const parsed = v.parse(signInNotesRequestSchema, body)
      const given = await answer()
      if (given === null) throw new HttpFailure('no answer', null)
      told.push(parsed.notes)
      return given
    },
    locks: {
      request: async (name, _options, work) => {
        if (held.has(name)) return undefined
        held.add(name)
        try {
          return await work()
        } finally {
          held.delete(name)
        }
      },
    },
    clock,
    journal: { note: () => undefined },
    notes: {
      claim: (id) => claimSignIns(db, id),
      forget: (some) => forgetSignIns(db, some),
      watch: (onCount, onError) => watchSignIns(db, onCount, onError),
    },
  })
  reporters.push(reporter)
  reporter.start()
  return reporter
}
const kept = async () => (await readSalesMeta(db, 'sign_ins'))?.notes ?? []
const short = (notes: readonly SignInNote[]) => notes.map(({ kind, staff_id, count }) => [kind, staff_id, count])

async function type(staffId: number, pin: string) {
  const salt = Uint8Array.from({ length: 16 }, (_, index) => index)
  const person = { id: staffId, version: 1, provenance: { epoch: null }, pin_hash: await hashPin('1111', salt, 1_000) }
  const http = () => Promise.reject(new Error('the server was asked'))
  return await checkPin({ db: cache, salesDb: db, http }, person, pin, {
    wall: clock.now(),
    steady: clock.steady(),
    life: 1,
  })
}

describe('a sign-in that this device checks itself', () => {
  it('is noted with the session that it begins, and not when the same person unlocks it', async () => {
    await startSession(db, SARI, clock.now())
    await lockSession(db, SARI)
    await startSession(db, SARI, clock.now() + 1)
    await startSession(db, DEWI, clock.now() + 2)
    await endSession(db, DEWI)
    clock.spend(3_600_000)
    await startSession(db, DEWI, clock.now())
    expect(short(await kept())).toEqual([
      ['counter_signed_in', SARI, 1],
      ['counter_signed_in', DEWI, 1],
      ['counter_signed_in', DEWI, 1],
    ])
  })

  it('with a wrong PIN is noted, and so is a try while none is taken', async () => {
    for (let count = 0; count < 7; count++) await type(DEWI, '2222')
    expect(await type(SARI, '1111')).toBe('right')
    expect(short(await kept())).toEqual([
      ['counter_pin_wrong', DEWI, 5],
      ['counter_pin_locked', DEWI, 2],
    ])
  })

  it('is told once the server is there, once, and again with what was counted to it since', async () => {
    answer = () => null
    open()
    await noteRefusedPin(db, wrong(DEWI))
    await clock.advance(30_000)
    expect(told).toEqual([])
    const [note] = await kept()
    answer = async () => {
      // Counted on while the report is under way.
      await noteRefusedPin(db, wrong(DEWI))
      answer = () => OK
      return OK
    }
    reporters[0]?.kick()
    await untilTold(2)
    expect(told.map((notes) => notes.map(({ id, count }) => [id, count]))).toEqual([[[note?.id, 1]], [[note?.id, 2]]])
    await vi.waitFor(async () => expect(await kept()).toEqual([]))
  })

  it('is told by one tab at a time, fifty at once, and by whoever is left', async () => {
    for (let person = 1; person <= 70; person++) await noteRefusedPin(db, wrong(person))
    open()
    open()
    await untilTold(2)
    expect(told.map((notes) => notes.length)).toEqual([NOTES_AT_ONCE, 20])
    await vi.waitFor(async () => expect(await kept()).toEqual([]))
  })

  it('that an older server does not take waits and stops nothing', async () => {
    let asked = 0
    answer = () => {
      asked += 1
      throw new HttpFailure('no such route', 404, 'not_found')
    }
    open()
    await noteRefusedPin(db, wrong(DEWI))
    await clock.advance(3 * 3_600_000)
    expect(asked).toBeLessThan(6)
    expect(await kept()).toHaveLength(1)
  })

  it('noted by another device of before is told in nobody’s name', async () => {
    open('DEV-BEFORE').stop()
    await clock.advance(1_000)
    await noteRefusedPin(db, wrong(DEWI))
    open()
    await clock.advance(60_000)
    expect(told).toEqual([])
    await noteRefusedPin(db, wrong(SARI))
    await untilTold(1)
    expect(short(told.flat())).toEqual([['counter_pin_wrong', SARI, 1]])
  })

  it('is one of a hundred that are kept, whatever comes; the rest is a number', () => {
    const events = fc.array(
      fc.record({
        kind: fc.constantFrom('counter_signed_in' as const, 'counter_pin_wrong' as const),
        staffId: fc.integer({ min: 1, max: 300 }),
        at: fc.integer({ min: 0, max: 1e9 }),
      }),
      { minLength: 0, maxLength: 400, size: 'max' },
    )
    fc.assert(
      fc.property(events, (all) => {
        let notes: readonly SignInNote[] = []
        for (const event of all) notes = withSignIn(notes, { ...event, newId: () => crypto.randomUUID() })
        expect(notes.length).toBeLessThanOrEqual(NOTES_KEPT)
        expect(notes.reduce((sum, { count }) => sum + count, 0)).toBe(all.length)
        expect(new Set(notes.map(({ id }) => id)).size).toBe(notes.length)
        expect(notes.slice(1).every(({ kind }) => kind !== 'counter_not_kept')).toBe(true)
      }),
      { numRuns: 30 },
    )
  })
})

function wrong(staffId: number) {
  return { kind: 'counter_pin_wrong' as const, staffId, at: clock.now(), newId: () => crypto.randomUUID() }
}
