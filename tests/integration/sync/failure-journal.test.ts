import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { clearFailures, FAILURES_KEPT, readFailures } from '../../../src/db/journal/failures.ts'
import { JournalDb } from '../../../src/db/journal/journal-db.ts'
import { createFailureJournal, type KeptFailureJournal } from '../../../src/sync/health/failure-journal.ts'
import { loseConnection } from '../../support/lose-connection.ts'
import { FakeClock } from './fake-clock.ts'

let name: string
let clock: FakeClock
let db: JournalDb
let journal: KeptFailureJournal

beforeEach(() => {
  name = `journal-${Math.random()}`
  clock = new FakeClock()
  db = new JournalDb(name)
  journal = createFailureJournal(db, clock)
})
afterEach(async () => db.delete())

const kept = async () => (await readFailures(db)).map(({ kind, text, times }) => [kind, text, times])

describe('the failure journal', () => {
  it('keeps a single failure at once, so that it is there after a crash', async () => {
    journal.note('crash', 'Uncaught', new TypeError('x is undefined'))
    await clock.advance(0)
    expect(await kept()).toEqual([['crash', 'Uncaught: TypeError: x is undefined', 1]])
    db.close()
    const afterReload = new JournalDb(name)
    expect(await readFailures(afterReload)).toMatchObject([{ kind: 'crash', times: 1 }])
    afterReload.close()
    db = new JournalDb(name)
  })

  it('counts what repeats, with its first and its last time', async () => {
    const first = clock.now()
    journal.note('network', 'Broker', 'closed')
    await clock.advance(5_000)
    journal.note('network', 'Server', 'away')
    await clock.advance(5_000)
    const last = clock.now()
    journal.note('network', 'Broker', 'closed')
    await clock.advance(2_000)
    const rows = await readFailures(db)
    expect(rows.map(({ text, times, at, last_at: lastAt }) => [text, times, at, lastAt])).toEqual([
      ['Server: away', 1, first + 5_000, first + 5_000],
      ['Broker: closed', 2, first, last],
    ])
  })

  it('a flood of invalid messages costs one write a second, and one row', async () => {
    const writes = vi.spyOn(db, 'transaction')
    for (let tenth = 0; tenth < 50; tenth += 1) {
      for (let message = 0; message < 100; message += 1) journal.note('input', 'Message', 'is no JSON')
      await clock.advance(100)
    }
    expect(writes.mock.calls.length).toBeLessThanOrEqual(6)
    await clock.advance(1_000)
    expect(await kept()).toEqual([['input', 'Message: is no JSON', 5_000]])
  })

  it('a flood of different failures is counted in few rows, and none is forgotten', async () => {
    for (let message = 0; message < 1_000; message += 1) journal.note('input', 'Message', `bad field ${message}`)
    journal.note('storage', 'Write', 'refused')
    await clock.advance(2_000)
    const rows = await kept()
    expect(rows.length).toBeLessThanOrEqual(24)
    expect(rows.reduce((sum, [, , times]) => sum + Number(times), 0)).toBe(1_001)
    expect(rows.map(([kind]) => kind)).toContain('storage')
  })

  it('never holds more than its bound, and drops the oldest', async () => {
    for (let index = 0; index < FAILURES_KEPT + 30; index += 10) {
      for (let more = 0; more < 10; more += 1) journal.note('worker', `failure ${index + more}`)
      await clock.advance(1_000)
    }
    const rows = (await db.failures.toArray()).toReversed()
    expect(rows).toHaveLength(FAILURES_KEPT)
    expect(rows[0]?.text).toBe(`failure ${FAILURES_KEPT + 29}`)
    expect(rows.at(-1)?.text).toBe('failure 30')
  })

  it('is one for all tabs and the service worker', async () => {
    const other = new JournalDb(name)
    const worker = createFailureJournal(other, clock)
    journal.note('network', 'Refresh', 'no answer')
    await clock.advance(1_000)
    worker.note('network', 'Refresh', 'no answer')
    worker.note('worker', 'Service worker, sending', 'broke')
    // A worker is stopped soon after its work.
    await worker.flush()
    expect(await kept()).toEqual([
      ['worker', 'Service worker, sending: broke', 1],
      ['network', 'Refresh: no answer', 2],
    ])
    other.close()
  })

  it('on a full disk throws nothing, tries ever more rarely, and catches up when there is room', async () => {
    const add = vi.spyOn(IDBObjectStore.prototype, 'add').mockImplementation(() => {
      throw new DOMException('no room', 'QuotaExceededError')
    })
    const minutes = 10
    for (let second = 0; second < minutes * 60; second += 1) {
      journal.note('storage', 'Write', 'QuotaExceededError')
      await clock.advance(1_000)
    }
    expect(add.mock.calls.length).toBeGreaterThan(2)
    expect(add.mock.calls.length).toBeLessThan(30)
    await expect(journal.flush()).resolves.toBeUndefined()
    add.mockRestore()
    await clock.advance(61_000)
    expect(await kept()).toEqual([['storage', 'Write: QuotaExceededError', minutes * 60]])
  })

  it('survives a lost connection like everything else', async () => {
    await db.open()
    loseConnection(db, 'middle')
    journal.note('storage', 'Write', 'lost')
    await journal.flush()
    expect(await kept()).toEqual([['storage', 'Write: lost', 1]])
  })

  it('is cleared by a person', async () => {
    journal.note('crash', 'Uncaught', 'x')
    await journal.flush()
    await clearFailures(db)
    expect(await kept()).toEqual([])
  })
})
