import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { KnownEvent } from '../../../src/contract/events.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { readPosition } from '../../../src/db/commit-rows.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import { createBatchWriter } from '../../../src/sync/live/batch-writer.ts'
import { ENROLLMENT } from '../../support/enrollment.ts'
import { stockRow } from '../../unit/sync/rows.ts'
import { FakeClock, settle } from './fake-clock.ts'

let db: CacheDb
let clock: FakeClock
let isSeen: boolean
/** What each write stored, and when it was done, ms from the beginning. */
let writes: { at: number; stocks: number[] }[]
let writer: ReturnType<typeof createBatchWriter>

beforeEach(async () => {
  db = new CacheDb(`writer-${Math.random()}`)
  await db.stocks.put(stockRow({ id: 1, quantity: 100 }))
  await writeMeta(db, 'device', ENROLLMENT)
  await writeMeta(db, 'position', { epoch: 'life-1', cursor: 10 })
  clock = new FakeClock()
  isSeen = true
  writes = []
  const began = clock.steady()
  writer = createBatchWriter({
    db,
    deviceId: ENROLLMENT.device_id,
    clock,
    isSeen: () => isSeen,
    ownOperations: async () => new Set(),
    events: {
      onCommitted: ({ arrivals }) =>
        writes.push({
          at: clock.steady() - began,
          stocks: arrivals.map(({ event }) => (event.type === 'stock_updated' ? event.data.new_stock : -1)),
        }),
      onMoved: () => expect.unreachable(),
      onFailed: (error) => expect.unreachable(String(error)),
    },
  })
  writer.reset(await readPosition(db))
})
afterEach(async () => db.delete())

let seq = 10
beforeEach(() => {
  seq = 10
})

/** The next change of the log: the product's stock is this many less. */
function receive(): void {
  seq += 1
  const event: KnownEvent = {
    type: 'stock_updated',
    timestamp: '2026-01-05T08:00:00.000Z',
    seq,
    epoch: 'life-1',
    data: { product_id: 1, new_stock: 110 - seq, version: seq },
  }
  writer.push([{ event, size: 100, at: clock.now(), missed: false }], seq)
}
const stocked = async () => (await db.stocks.get(1))?.quantity

describe('[C7] group commit', () => {
  it('writes at once what an idle store receives', async () => {
    receive()
    await settle()
    expect(await stocked()).toBe(99)
    await clock.advance(100)
    receive()
    await settle()
    expect(await stocked()).toBe(98)
  })

  it('writes together what arrives within 100 ms of a write, and lets nothing wait longer', async () => {
    for (let change = 0; change < 40; change += 1) {
      receive()
      await clock.advance(10)
    }
    await clock.advance(100)
    expect(writes.map(({ at }) => at)).toEqual([0, 100, 200, 300, 400])
    expect(writes.map(({ stocks }) => stocks.length)).toEqual([1, 9, 10, 10, 10])
    expect(await readPosition(db)).toEqual({ epoch: 'life-1', cursor: 50 })
  })

  it('writes a full batch without waiting', async () => {
    receive()
    await settle()
    for (let change = 0; change < 100; change += 1) receive()
    await settle(1000)
    expect(writes.map(({ stocks }) => stocks.length)).toEqual([1, 100])
  })

  it('waits for nobody on a page that nobody sees, whose timers run late', async () => {
    isSeen = false
    for (let change = 0; change < 3; change += 1) {
      receive()
      await settle()
    }
    expect(writes).toHaveLength(3)
  })

  it('writes what waits when the page stops following', async () => {
    receive()
    await settle()
    receive()
    await settle()
    expect(await stocked()).toBe(99)
    writer.hurry()
    await settle()
    expect(await stocked()).toBe(98)
  })

  it('[D3] is fresh only when what waits has been written', async () => {
    receive()
    await settle()
    receive()
    writer.noteFresh(5000, seq)
    await settle()
    expect(await readMeta(db, 'freshness')).toBeUndefined()
    await clock.advance(100)
    expect(await readMeta(db, 'freshness')).toEqual({ asOf: 5000 })
  })
})
