import { beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../../src/contract/rest.ts'
import { readMeta } from '../../../src/db/meta.ts'
import { isNewerMark } from '../../../src/sync/live/mark-keeper.ts'
import { FakeClock } from './fake-clock.ts'
import { SimDevice } from './sim-device.ts'
import { SimServer } from './sim-server.ts'

let clock: FakeClock
let server: SimServer
let device: SimDevice

beforeEach(async () => {
  clock = new FakeClock()
  server = new SimServer(clock.now)
  device = new SimDevice(server, clock)
  for (let id = 1; id <= 4; id += 1) server.create(id)
  device.start()
  await quiet()
})

/** Everything on the way arrives, with a heartbeat. */
async function quiet(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) {
    device.sales.sendNow()
    server.heartbeat()
    server.deliverAll()
    await clock.advance(500)
  }
}

const states = async () => (await device.operations()).map(({ state }) => state)
const seen = () => server.requests.filter((path) => path.startsWith(PATHS.changes) && path.includes('seen='))

describe('a server whose log was taken back, and that cannot know it', () => {
  it('[S6][C8] learns it from what a counter has seen: settled sales are booked again, once', async () => {
    const backup = server.snapshot()
    await device.sell(1, 3)
    await device.sell(2, 1)
    await quiet()
    expect(await states()).toEqual(['settled', 'settled'])
    const booked = server.booked
    const stocks = server.stocks()
    server.restoreUnnoticed(backup)
    expect(server.booked.size).toBe(0)
    server.cutBroker()
    await quiet()
    expect(server.claimed).toBe(1)
    expect(server.booked).toEqual(booked)
    expect(server.stocks()).toEqual(stocks)
    expect(await states()).toEqual(['settled', 'settled'])
    expect(await device.stocks()).toEqual(server.stocks())
    expect(device.sync.status.get()).toMatchObject({ state: 'live', problem: 'none' })
  })

  it('[S6][C8] learns it when nothing but the verdict on a sale has come before', async () => {
    const backup = server.snapshot()
    await device.sell(1, 3)
    device.sales.sendNow()
    await clock.advance(100)
    // No event and no heartbeat of it arrives.
    server.wire = []
    expect(await states()).toEqual(['accepted'])
    const booked = server.booked
    server.restoreUnnoticed(backup)
    server.cutBroker()
    await quiet()
    expect(server.claimed).toBe(1)
    expect(server.booked).toEqual(booked)
    expect(await states()).toEqual(['settled'])
  })

  it('[S6][C8] learns it when heartbeats and an upload of the log that has grown past come first', async () => {
    const backup = server.snapshot()
    await device.sell(1, 3)
    await quiet()
    const lost = server.booked
    server.isBrokerUp = false
    server.isRestUp = false
    server.cutBroker()
    await device.sell(2, 1)
    server.restoreUnnoticed(backup)
    for (let sold = 0; sold < 20; sold += 1) server.sell(3, 1)
    server.isBrokerUp = true
    server.isRestUp = true
    await quiet()
    expect(server.claimed).toBe(1)
    expect(server.booked.size).toBe(2)
    for (const id of lost) expect(server.booked).toContain(id)
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[S6] learns it also after the tablet was off, and when others have sold past that position since', async () => {
    const backup = server.snapshot()
    await device.sell(1, 3)
    await quiet()
    const booked = server.booked
    device.sync.stop()
    device.sender.stop()
    server.restoreUnnoticed(backup)
    for (let sold = 0; sold < 20; sold += 1) server.sell(3, 1)
    device.restart()
    await quiet()
    expect(server.claimed).toBe(1)
    expect(server.booked).toEqual(booked)
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[S6] hears nothing of it from a counter that has seen no more than there is', async () => {
    await device.sell(1, 3)
    await quiet()
    server.requests = []
    server.restoreUnnoticed(server.snapshot())
    server.cutBroker()
    await quiet()
    expect(seen().length).toBeGreaterThan(0)
    expect([server.claimed, server.epoch]).toEqual([0, 'life-1'])
  })

  it('[S6] a counter shows only what it was told in the life that it follows', async () => {
    await device.sell(1, 3)
    await quiet()
    expect(await readMeta(device.db, 'mark')).toMatchObject({ epoch: 'life-1', seq: server.seq })
    server.restore(server.snapshot(), 'life-2')
    server.cutBroker()
    server.requests = []
    await quiet()
    expect(await readMeta(device.db, 'mark')).toMatchObject({ epoch: 'life-2', seq: server.seq })
    expect(seen().filter((path) => path.includes('life-1')).length).toBeLessThanOrEqual(1)
    expect(server.claimed).toBe(0)
  })
})

describe('the server’s word on its log', () => {
  it('[S6] is replaced by one on more of the same life, or on another life', () => {
    const known = { epoch: 'a', seq: 5, text: 'x' }
    expect(isNewerMark(null, known)).toBe(true)
    expect(isNewerMark(known, { ...known, seq: 6 })).toBe(true)
    expect(isNewerMark(known, known)).toBe(false)
    // What a server says that was taken back.
    expect(isNewerMark(known, { ...known, seq: 4 })).toBe(false)
    expect(isNewerMark(known, { ...known, epoch: 'b', seq: 1 })).toBe(true)
  })
})
