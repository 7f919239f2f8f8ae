import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { appendUpdates, readNewestUpdates, readUpdates, UPDATES_KEPT } from '../../../src/db/journal/applied-updates.ts'
import { JournalDb } from '../../../src/db/journal/journal-db.ts'
import type { AppliedUpdate } from '../../../src/db/journal/update-row.ts'
import { createUpdateLog, type UpdateLog } from '../../../src/sync/health/update-log.ts'
import { loseConnection } from '../../support/lose-connection.ts'
import { FakeClock } from './fake-clock.ts'

let name: string
let clock: FakeClock
let db: JournalDb
let log: UpdateLog
let noted: string[]

beforeEach(() => {
  name = `updates-${Math.random()}`
  clock = new FakeClock()
  db = new JournalDb(name)
  noted = []
  log = createUpdateLog(db, clock, { note: (kind, what) => noted.push(`${kind} ${what}`) })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await db.delete()
})

const line = (place: number, rest: Partial<AppliedUpdate> = {}): AppliedUpdate => ({
  event_type: 'stock_updated',
  product_id: place,
  latency_ms: 12,
  payload_size: 400,
  at: 1_000 + place,
  came: 'live',
  ...rest,
})
const lines = (from: number, to: number) => Array.from({ length: to - from }, (_, place) => line(from + place))
const places = async () => (await readUpdates(db)).map(({ product_id: place }) => place)

describe('[section 7] the log of applied updates', () => {
  it('lasts over a reload, in the order in which the updates came', async () => {
    log.add([line(1), line(2, { came: 'caught-up', latency_ms: 90_000 })])
    log.add([line(3, { came: 'refreshed', latency_ms: null, payload_size: null, rows: 7 })])
    await clock.advance(1_000)
    db.close()
    db = new JournalDb(name)
    const expected = [
      line(1),
      line(2, { came: 'caught-up', latency_ms: 90_000 }),
      line(3, { came: 'refreshed', latency_ms: null, payload_size: null, rows: 7 }),
    ]
    expect(await readUpdates(db)).toEqual(expected)
    expect(await readNewestUpdates(db, 2)).toEqual(expected.toReversed().slice(0, 2))
  })

  it('keeps the newest 10,000 lines, whatever the groups they came in, and little more lies on the disk', async () => {
    await appendUpdates(db, lines(0, 3))
    for (let from = 3; from < 12_003; from += 1_200) await appendUpdates(db, lines(from, from + 1_200))
    expect(await places()).toEqual(Array.from({ length: UPDATES_KEPT }, (_, index) => 2_003 + index))
    const stored = (await db.updates.toArray()).reduce((sum, group) => sum + group.lines.length, 0)
    expect(stored).toBeLessThan(UPDATES_KEPT + 500)
    await appendUpdates(db, lines(12_003, 40_000))
    expect(await places()).toEqual(Array.from({ length: UPDATES_KEPT }, (_, index) => 30_000 + index))
  })

  it('a flood of 1,000 updates a second costs a write a second, and a quiet log one every three', async () => {
    const writes = vi.spyOn(db, 'transaction')
    for (let tenth = 0; tenth < 50; tenth += 1) {
      for (let one = 0; one < 100; one += 1) log.add([line(tenth * 100 + one)])
      await clock.advance(100)
    }
    expect(writes.mock.calls.length).toBeLessThanOrEqual(6)
    await clock.advance(3_000)
    writes.mockClear()
    for (let half = 0; half < 18; half += 1) {
      log.add([line(half)])
      await clock.advance(500)
    }
    expect(writes.mock.calls.length).toBeLessThanOrEqual(4)
    await clock.advance(3_000)
    expect(await places()).toHaveLength(5_018)
  })

  it('on a full disk throws nothing, notes it, tries ever more rarely, and goes on when there is room', async () => {
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    for (let second = 0; second < 600; second += 1) {
      log.add([line(second)])
      await clock.advance(1_000)
    }
    expect(put.mock.calls.length).toBeGreaterThan(2)
    expect(put.mock.calls.length).toBeLessThan(30)
    expect(new Set(noted)).toEqual(new Set(['storage Log of updates']))
    await expect(log.flush()).resolves.toBeUndefined()
    put.mockRestore()
    await clock.advance(61_000)
    expect(await places()).toEqual(Array.from({ length: 600 }, (_, index) => index))
  })

  it.each(['before', 'middle', 'after'] as const)(
    'is written once when the connection is lost %s the write',
    async (moment) => {
      await appendUpdates(db, lines(0, 3))
      loseConnection(db, moment)
      log.add(lines(3, 6))
      await log.flush()
      expect(await places()).toEqual([0, 1, 2, 3, 4, 5])
      expect(noted).toEqual([])
    },
  )

  it('is one for all contexts of the device, and one that ends writes what still comes', async () => {
    const other = new JournalDb(name)
    const worker = createUpdateLog(other, clock, { note: (kind, what) => noted.push(`${kind} ${what}`) })
    log.add([line(1)])
    await log.flush()
    worker.add([line(2)])
    await worker.flush()
    log.stop()
    log.add([line(3)])
    await vi.waitFor(async () => expect(await places()).toEqual([1, 2, 3]))
    other.close()
  })

  it('a garbled group or line is none, and keeps nothing from being written', async () => {
    await appendUpdates(db, lines(1, 4))
    const garbled = [
      { last: 2 ** 60, lines: lines(90, 91) },
      { last: 'x', lines: [] },
      { last: 4, lines: 'none' },
      { last: 5, lines: [line(4), { ...line(5), at: 'now' }, null, { ...line(6), came: 'by post' }] },
    ]
    await db.updates.bulkPut(garbled as never[])
    await appendUpdates(db, [line(7)])
    expect(await places()).toEqual([1, 2, 3, 4, 7])
    expect(
      await db.updates
        .where(':id')
        .aboveOrEqual(2 ** 52)
        .count(),
    ).toBe(0)
  })
})
