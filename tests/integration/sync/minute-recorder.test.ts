import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it } from 'vitest'
import { JournalDb } from '../../../src/db/journal/journal-db.ts'
import { MINUTE_MS, type MinuteRow } from '../../../src/db/journal/minute-row.ts'
import { addMinutes, readMinutes } from '../../../src/db/journal/minutes.ts'
import { createMinuteRecorder } from '../../../src/sync/health/minute-recorder.ts'
import { createObservable } from '../../../src/sync/observable.ts'
import type { SyncState, SyncStatus } from '../../../src/sync/sync-status.ts'
import { FakeClock } from './fake-clock.ts'

let databases = 0
let db: JournalDb
let clock: FakeClock
let failures: unknown[]

beforeEach(() => {
  databases += 1
  db = new JournalDb(`minutes-${databases}`)
  clock = new FakeClock()
  failures = []
})

const row = (change: Partial<MinuteRow> & { minute: number }): MinuteRow => ({
  open: MINUTE_MS,
  live: MINUTE_MS,
  updates: 0,
  latency_p50: null,
  latency_max: null,
  ...change,
})
const stored = () => readMinutes(db, 0, Number.POSITIVE_INFINITY)
const minuteNow = () => Math.floor(clock.now() / MINUTE_MS)

/** One leading tab. */
function openTab(state: SyncState = 'live', write = (rows: readonly MinuteRow[]) => addMinutes(db, rows)) {
  const status = createObservable<SyncStatus>(statusOf(state))
  let hide: () => void = () => undefined
  const recorder = createMinuteRecorder({
    clock,
    status,
    onHide: (listener) => {
      hide = listener
      return () => undefined
    },
    write,
    onFailure: (error) => failures.push(error),
  })
  return { recorder, hide: () => hide(), become: (next: SyncState) => status.set(statusOf(next)) }
}

function statusOf(state: SyncState): SyncStatus {
  return { state, problem: 'none', asOf: null, latencyMs: null, behind: null, clockSkewMs: 0 }
}

describe('[D3] the leading tab writes down how live it was', () => {
  it('when a minute has ended, and a loss of the connection at once', async () => {
    const first = minuteNow()
    const tab = openTab()
    await clock.advance(30_000)
    expect(await stored()).toEqual([])
    tab.become('offline')
    await clock.advance(5_000)
    expect(await stored()).toEqual([row({ minute: first, open: 35_000, live: 30_000 })])
    tab.become('catching-up')
    await clock.advance(10_000)
    tab.become('live')
    await clock.advance(20_000)
    expect(await stored()).toEqual([row({ minute: first, live: 45_000 })])
    tab.recorder.stop()
  })

  it('before the page may go, and when it hands over', async () => {
    const first = minuteNow()
    const tab = openTab()
    await clock.advance(7_000)
    tab.hide()
    await clock.advance(0)
    expect(await stored()).toEqual([row({ minute: first, open: 7_000, live: 7_000 })])
    await clock.advance(2_000)
    tab.recorder.stop()
    await clock.advance(0)
    expect(await stored()).toEqual([row({ minute: first, open: 9_000, live: 9_000 })])
  })

  it('two tabs that lead one after the other share a minute', async () => {
    const first = minuteNow()
    const tab = openTab()
    tab.recorder.countUpdate({ latency_ms: 40, at: clock.now() + 1 })
    await clock.advance(20_000)
    tab.recorder.stop()
    const next = openTab('catching-up')
    await clock.advance(10_000)
    next.become('live')
    next.recorder.countUpdate({ latency_ms: 80, at: clock.now() + 1 })
    await clock.advance(35_000)
    expect((await stored())[0]).toEqual(
      row({ minute: first, live: 50_000, updates: 2, latency_p50: 60, latency_max: 80 }),
    )
    next.recorder.stop()
  })

  it('a machine that slept for a night leaves a hole, not a night offline', async () => {
    const first = minuteNow()
    const tab = openTab()
    await clock.advance(60_000)
    clock.spend(8 * 3_600_000)
    await clock.advance(65_000)
    const rows = await stored()
    expect(rows.map(({ minute }) => minute - first)).toEqual([0, 481])
    expect(rows.every(({ open, live }) => open === live)).toBe(true)
    tab.recorder.stop()
  })

  it('what could not be written comes with the next minute', async () => {
    const first = minuteNow()
    let isFull = true
    const tab = openTab('live', async (rows) => {
      if (isFull) throw new Error('full')
      await addMinutes(db, rows)
    })
    await clock.advance(61_000)
    await clock.advance(5_000)
    expect(failures).toHaveLength(1)
    isFull = false
    await clock.advance(60_000)
    expect((await stored()).slice(0, 2)).toEqual([row({ minute: first }), row({ minute: first + 1 })])
    tab.recorder.stop()
  })
})

describe('what is kept', () => {
  it('is 31 days', async () => {
    const now = minuteNow()
    const days = (count: number) => count * 24 * 60
    await addMinutes(db, [row({ minute: now - days(32) }), row({ minute: now - days(30) })])
    await addMinutes(db, [row({ minute: now })])
    expect((await stored()).map(({ minute }) => minute)).toEqual([now - days(30), now])
  })

  it('is bounded whatever the clock once said', async () => {
    const now = minuteNow()
    const limit = 31 * 24 * 60
    await db.minutes.bulkPut(Array.from({ length: limit }, (_, index) => row({ minute: now + 525_600 + index })))
    await addMinutes(db, [row({ minute: now })])
    expect(await db.minutes.count()).toBe(limit)
    await addMinutes(db, [row({ minute: now + 1 })])
    expect(await db.minutes.count()).toBe(limit)
  })
})
