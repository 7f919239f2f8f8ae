import { beforeEach, describe, expect, it, vi } from 'vitest'
import { PATHS } from '../../../src/contract/rest.ts'
import { buildTopic } from '../../../src/contract/topics.ts'
import type { CacheDb } from '../../../src/db/cache-db.ts'
import { readMeta } from '../../../src/db/meta.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import { HEARTBEAT_TIMEOUT_MS, PROBE_MS } from '../../../src/sync/live/connection.pure.ts'
import {
  BARE_STOCK_SAMPLE,
  QUANTITY_UPDATED_SAMPLE,
  STOCK_UPDATED_SAMPLE,
  TRANSACTION_CREATED_SAMPLE,
} from '../../unit/contract/specification-samples.ts'
import { inventoryRow, productRow, stockRow } from '../../unit/sync/rows.ts'
import { FakeClock } from './fake-clock.ts'
import { SimDevice } from './sim-device.ts'
import { SCOPE, SimServer } from './sim-server.ts'

const PRODUCT_TOPIC = buildTopic(SCOPE, 'product')
let clock: FakeClock
let server: SimServer
let device: SimDevice

beforeEach(async () => {
  clock = new FakeClock()
  server = new SimServer(clock.now)
  device = new SimDevice(server, clock)
  for (let id = 1; id <= 4; id += 1) server.create(id)
  device.start()
  await clock.advance(50)
  server.heartbeat()
  server.deliverAll()
  await clock.advance(50)
  expect(status()).toMatchObject({ state: 'live', problem: 'none' })
  server.requests = []
})

const status = () => device.sync.status.get()
const diagnostics = async () => {
  await clock.advance(1000)
  return device.diagnostics.get()
}
const stockOf = async (id: number) => (await device.db.stocks.get(id))?.quantity
async function hear(topic: string, payload: string): Promise<void> {
  server.deliverRaw(topic, payload)
  // Stored by then, also right after another one [C7].
  await clock.advance(120)
}

/** From now on the disk takes no stock. Returns the way to end that. */
function refuseWrites(db: CacheDb): () => void {
  const refuse = () => {
    throw new DOMException('no room', 'QuotaExceededError')
  }
  db.stocks.hook('creating', refuse)
  db.stocks.hook('updating', refuse)
  return () => {
    db.stocks.hook('creating').unsubscribe(refuse)
    db.stocks.hook('updating').unsubscribe(refuse)
  }
}

describe('the specification’s messages', () => {
  beforeEach(async () => {
    const provenance = { epoch: server.epoch }
    await device.db.products.put(productRow({ id: 1386, provenance }))
    await device.db.stocks.put(stockRow({ id: 1386, quantity: 100, provenance }))
    await device.db.inventory.put(inventoryRow({ id: 6486, product_id: 1386, provenance }))
  })

  it('[section 8][C6] {"product_id":1386,"new_stock":99} leaves 99 in the local database', async () => {
    await hear(PRODUCT_TOPIC, BARE_STOCK_SAMPLE)
    expect(await stockOf(1386)).toBe(99)
  })

  it('[C6] the samples of section 1 are applied exactly as shown, and leave the cursor alone', async () => {
    const before = await readMeta(device.db, 'position')
    await hear(PRODUCT_TOPIC, STOCK_UPDATED_SAMPLE)
    await hear(buildTopic(SCOPE, 'inventory'), QUANTITY_UPDATED_SAMPLE)
    await hear(buildTopic(SCOPE, 'transaction'), TRANSACTION_CREATED_SAMPLE)
    expect(await stockOf(1386)).toBe(99)
    expect((await device.db.inventory.get(6486))?.quantity).toBe(99)
    expect(await readMeta(device.db, 'position')).toEqual(before)
    expect((await diagnostics()).updates).toMatchObject([
      {
        event_type: 'transaction_created',
        product_id: 1386,
        came: 'live',
        payload_size: TRANSACTION_CREATED_SAMPLE.length,
      },
      { event_type: 'quantity_updated', product_id: 1386 },
      { event_type: 'stock_updated', product_id: 1386, payload_size: STOCK_UPDATED_SAMPLE.length },
    ])
    expect(status().state).toBe('live')
  })
})

it('[C3][C4] a write that the disk refuses leaves no hole: what comes next waits for the log', async () => {
  const before = await readMeta(device.db, 'position')
  const endRefusing = refuseWrites(device.db)
  server.sell(1, 1)
  server.deliverAll()
  await clock.advance(20)
  expect(status().problem).toBe('storage-failed')
  endRefusing()
  server.sell(2, 1)
  server.deliverAll()
  await clock.advance(20)
  expect(await readMeta(device.db, 'position')).toEqual(before)
  await clock.advance(10_000)
  expect(status()).toMatchObject({ state: 'live', problem: 'none' })
  expect([await stockOf(1), await stockOf(2)]).toEqual([49, 49])
})

it('[C8] a forced refresh that the disk refuses is said as that, and not fetched again at once', async () => {
  const endRefusing = refuseWrites(device.db)
  const pages = () => server.requests.filter((path) => path.startsWith(PATHS.products))
  server.restore(server.snapshot(), 'life-2')
  server.heartbeat()
  server.deliverAll()
  await clock.advance(50_000)
  expect(status().problem).toBe('storage-failed')
  // The second page was asked for while the first was to be stored.
  expect(pages().length).toBeLessThanOrEqual(2)
  expect(pages()).toEqual([...new Set(pages())])
  endRefusing()
  await clock.advance(60_000)
  expect(status()).toMatchObject({ state: 'live', problem: 'none' })
})

it('[Q5] a server that forgot this device for a while is followed again once it knows it', async () => {
  device.checkDevice = async () => {
    throw new HttpFailure('Who is this?', 401, 'unauthorized')
  }
  server.cutBroker()
  device.restart()
  await clock.advance(50)
  expect(status()).toMatchObject({ state: 'offline', problem: 'device-unknown' })
  device.checkDevice = async () => undefined
  server.sell(1, 1)
  await clock.advance(61_000)
  server.heartbeat()
  server.deliverAll()
  await clock.advance(50)
  expect(status()).toMatchObject({ state: 'live', problem: 'none' })
  expect(await stockOf(1)).toBe(49)
})

it('[Q5] a refused device goes on asking, also when the server is away or fails at the question', async () => {
  let answer: () => Promise<void> = async () => {
    throw new HttpFailure('Who is this?', 401, 'unauthorized')
  }
  device.checkDevice = () => answer()
  server.cutBroker()
  device.restart()
  await clock.advance(50)
  for (const failure of [new HttpFailure('no answer', null), new Error('the disk is full')]) {
    answer = async () => {
      throw failure
    }
    await clock.advance(61_000)
    expect(status()).toMatchObject({ problem: 'device-unknown' })
  }
  answer = async () => undefined
  await clock.advance(61_000)
  server.heartbeat()
  server.deliverAll()
  await clock.advance(50)
  expect(status()).toMatchObject({ state: 'live', problem: 'none' })
})

describe('[C5] a broker that starts refuses everybody', () => {
  const SOON_MS = 5000

  async function becomesLive(): Promise<boolean> {
    await clock.advance(SOON_MS - 100)
    server.heartbeat()
    server.deliverAll()
    await clock.advance(100)
    return status().state === 'live' && status().problem === 'none'
  }

  it.each([1, 20, 60, 200])(
    'for %s s: live within 5 s after that, and nobody is told that the tablet is refused',
    async (seconds) => {
      server.refusesAll = true
      server.cutBroker()
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1000)
        expect(['none', 'broker-unreachable']).toContain(status().problem)
        expect(status().state).toBe('catching-up')
      }
      server.refusesAll = false
      expect(await becomesLive()).toBe(true)
    },
  )

  it('and one that forgot its devices takes this one once the server, being asked, has told it', async () => {
    server.refusesAll = true
    // The server can tell it only from then on.
    let isServerConnected = false
    device.checkDevice = async () => {
      if (isServerConnected) server.refusesAll = false
    }
    server.cutBroker()
    await clock.advance(40_000)
    expect(status().state).toBe('catching-up')
    isServerConnected = true
    expect(await becomesLive()).toBe(true)
  })

  it('with the server away too: live within 5 s after both are there, whichever comes first', async () => {
    for (const first of ['broker', 'server']) {
      server.refusesAll = true
      server.isRestUp = false
      device.checkDevice = async () => {
        if (!server.isRestUp) throw new HttpFailure('no network', null)
      }
      server.cutBroker()
      await clock.advance(70_000)
      if (first === 'broker') server.refusesAll = false
      else server.isRestUp = true
      await clock.advance(20_000)
      server.refusesAll = false
      server.isRestUp = true
      expect(await becomesLive()).toBe(true)
    }
  })

  it('for ever, though the server takes this tablet: that is said, and it is asked twice a minute at most', async () => {
    server.refusesAll = true
    server.cutBroker()
    await clock.advance(10 * 60_000)
    expect(status()).toMatchObject({ state: 'catching-up', problem: 'credentials-refused' })
    const before = server.connects
    await clock.advance(5 * 60_000)
    expect(server.connects - before).toBeLessThanOrEqual(10)
    server.refusesAll = false
    await clock.advance(61_000)
    expect(status().state).toBe('live')
  })
})

it('[C9] a tab that stops while it asks who it is does not go on when it is answered', async () => {
  let answer: () => void = () => undefined
  device.checkDevice = async () => {
    throw new HttpFailure('Who is this?', 401, 'unauthorized')
  }
  device.restart()
  await clock.advance(50)
  device.checkDevice = () => new Promise((resolve) => (answer = resolve))
  await clock.advance(60_000)
  device.sync.stop()
  server.requests = []
  answer()
  await clock.advance(1000)
  expect(status().state).toBe('offline')
  expect(server.requests).toEqual([])
})

it('[flow 2] logs each applied update with its latency from the server’s writing to the arrival here', async () => {
  server.sell(1, 1)
  await clock.advance(120)
  server.deliverAll()
  const { updates, latency } = await diagnostics()
  expect(updates[0]).toMatchObject({ event_type: 'stock_updated', product_id: 1, latency_ms: 120 })
  expect(latency).toEqual({ p50: 120, p95: 120, p99: 120 })
})

it('[section 7] what was missed is marked, has its own latency, and is no measure of the line', async () => {
  server.sell(1, 1)
  await clock.advance(120)
  server.deliverAll()
  await clock.advance(20)
  server.cutBroker()
  server.isBrokerUp = false
  await clock.advance(100)
  server.sell(2, 1)
  await clock.advance(30_000)
  server.isBrokerUp = true
  device.wake()
  await clock.advance(10_000)
  const { updates, latency } = await diagnostics()
  const missed = updates.find(({ product_id: id }) => id === 2)
  expect(missed?.came).toBe('caught-up')
  expect(missed?.latency_ms).toBeGreaterThan(1_000)
  expect(missed?.payload_size).toBeGreaterThan(100)
  expect(updates.find(({ product_id: id }) => id === 1)).toMatchObject({ came: 'live', latency_ms: 120 })
  expect(latency).toEqual({ p50: 120, p95: 120, p99: 120 })
  expect(status().latencyMs).toBe(120)
})

it.each([
  [
    'of another branch',
    'test/M/OTHER/product/updates',
    '{"event_type":"stock_updated","data":{"product_id":1,"new_stock":7}}',
  ],
  [
    'on a topic that is not ours',
    'test/M/B/product',
    '{"event_type":"stock_updated","data":{"product_id":1,"new_stock":7}}',
  ],
  ['that is not JSON', PRODUCT_TOPIC, '{"event_type"'],
  ['with a wrong type', PRODUCT_TOPIC, '{"event_type":"stock_updated","data":{"product_id":1,"new_stock":"7"}}'],
])('[C1] a message %s changes nothing, is counted, and stops nothing', async (_, topic, payload) => {
  await hear(topic, payload)
  expect(await stockOf(1)).toBe(50)
  expect((await diagnostics()).invalid).toBe(1)
  server.sell(1, 3)
  server.deliverAll()
  await clock.advance(20)
  expect(await stockOf(1)).toBe(47)
})

it('[C1] an unusable event in a gap is passed over, and the next refresh repairs what it meant', async () => {
  // What the unusable event would have said of product 3 is not known here.
  await device.db.stocks.update(3, { quantity: 1, version: 0 })
  server.appendForeign(true)
  server.wire = []
  server.sell(2, 5)
  server.deliverAll()
  await clock.advance(400)
  expect(await stockOf(2)).toBe(45)
  expect((await readMeta(device.db, 'position'))?.cursor).toBe(server.seq)
  expect(await stockOf(3)).toBe(50)
})

it('an event for an unknown product fetches exactly that row', async () => {
  await Promise.all([device.db.products.delete(3), device.db.stocks.delete(3)])
  server.sell(3, 1)
  server.deliverAll()
  await clock.advance(50)
  expect(server.requests.map((path) => path.split('?')[1])).toEqual(['branch_code=B&ids=3'])
  expect(await stockOf(3)).toBe(49)
  expect(await device.db.wantedRows.count()).toBe(0)
})

it('[C4] a lost message is noticed by the heartbeat and fetched', async () => {
  server.sell(1, 1)
  server.wire = []
  server.heartbeat()
  server.deliverAll()
  await clock.advance(400)
  expect(await stockOf(1)).toBe(49)
  expect(status().state).toBe('live')
})

it('[C5] a link that is silent for 12 s is not live any more, and is opened anew', async () => {
  await clock.advance(HEARTBEAT_TIMEOUT_MS - 200)
  expect(status().state).toBe('live')
  server.isBrokerUp = false
  await clock.advance(400)
  expect(status()).toMatchObject({ state: 'catching-up' })
  server.isBrokerUp = true
  await clock.advance(3000)
  expect(status()).toMatchObject({ state: 'live', problem: 'none' })
})

it('[C5] waking asks a link that looks open for a sign of life, and opens a dead one anew within 2 s', async () => {
  server.isBrokerUp = false
  device.wake()
  await clock.advance(PROBE_MS - 100)
  expect(status().state).toBe('live')
  await clock.advance(200)
  expect(status().state).toBe('catching-up')
  server.isBrokerUp = true
  await clock.advance(1000)
  expect(status().state).toBe('live')
})

it('[C5] waking leaves a link alone that answers', async () => {
  const { connects } = server
  for (let times = 0; times < 5; times += 1) {
    device.wake()
    await clock.advance(1000)
  }
  await clock.advance(PROBE_MS)
  expect(status().state).toBe('live')
  expect(server.connects).toBe(connects)
})

it('[C5] after a sleep in which the timers stood still nothing looks live that was not heard from', async () => {
  clock.sleep(60_000)
  server.isBrokerUp = false
  device.wake()
  expect(status().state).toBe('catching-up')
  server.isBrokerUp = true
  await clock.advance(1000)
  expect(status().state).toBe('live')
})

it('[C5] an attempt whose subscription is never answered is given up', async () => {
  server.isBrokerMute = true
  server.cutBroker()
  await clock.advance(1000)
  server.isBrokerMute = false
  await clock.advance(10_000)
  expect(status().state).toBe('catching-up')
  await clock.advance(3000)
  expect(status().state).toBe('live')
})

it('[C5] without a broker the log is polled, and the screen is current but not called live', async () => {
  server.isBrokerUp = false
  server.cutBroker()
  server.sell(1, 8)
  await clock.advance(6000)
  expect(await stockOf(1)).toBe(42)
  expect(status()).toMatchObject({ state: 'catching-up', problem: 'broker-unreachable' })
})

it('[D3] offline it knows the server time up to which everything is complete, over a restart', async () => {
  const { asOf } = status()
  server.isRestUp = false
  server.isBrokerUp = false
  server.cutBroker()
  await clock.advance(60_000)
  expect(status()).toMatchObject({ state: 'offline', problem: 'server-unreachable', asOf })
  device.restart()
  await clock.advance(20)
  expect(status()).toMatchObject({ state: 'offline', asOf })
})

it('a device that the server refuses says so and asks no more', async () => {
  server.http = vi.fn(async () => {
    throw new HttpFailure('revoked', 401, 'device_revoked')
  })
  server.cutBroker()
  server.isBrokerUp = false
  device.restart()
  await clock.advance(60_000)
  expect(status()).toMatchObject({ state: 'offline', problem: 'device-unknown' })
  expect(vi.mocked(server.http).mock.calls.length).toBeLessThan(4)
})

it('asks at the start who it is: the broker may have moved', async () => {
  device.checkDevice = vi.fn(async () => undefined)
  device.restart()
  expect(device.checkDevice).toHaveBeenCalledTimes(1)
})

it.each([600_000, -600_000])(
  '[D3] a tablet whose clock is %s ms off tells ages and latencies by the server’s at once',
  async (offMs) => {
    server = new SimServer(() => clock.now() - offMs)
    device = new SimDevice(server, clock)
    server.create(1)
    device.start()
    for (let turn = 0; turn < 3; turn += 1) await clock.advance(20)
    const serverNow = () => clock.now() - offMs
    const age = () => serverNow() - (status().asOf ?? 0)
    expect(status().state).toBe('live')
    expect(age()).toBeGreaterThanOrEqual(0)
    expect(age()).toBeLessThan(1100)
    expect(Math.abs(status().clockSkewMs + offMs)).toBeLessThan(1100)
    server.sell(1, 1)
    server.deliverAll()
    await clock.advance(20)
    expect(status().latencyMs).toBeLessThan(1100)

    server.heartbeat()
    server.deliverAll()
    server.sell(1, 1)
    await clock.advance(70)
    server.deliverAll()
    await clock.advance(20)
    expect(status()).toMatchObject({ clockSkewMs: -offMs, latencyMs: 70 })
  },
)

describe('a long absence', () => {
  const changesAsked = () => server.requests.filter((path) => path.startsWith(PATHS.changes))

  /** The tablet is off while `count` changes happen, and for `ms`. */
  async function miss(count: number, ms: number): Promise<void> {
    device.sync.stop()
    for (let change = 0; change < count; change += 1) server.sell((change % 4) + 1, 1)
    server.wire = []
    server.requests = []
    await clock.advance(ms)
  }

  /** As long as it takes in the device's time, so that a slow disk is no failure. */
  async function untilLive(): Promise<void> {
    const isDone = async () =>
      status().state === 'live' && (await readMeta(device.db, 'position'))?.cursor === server.seq
    for (let turn = 0; turn < 1000 && !(await isDone()); turn += 1) await clock.advance(1)
  }

  it('[C4][C7] is taken in bit by bit, and says how many changes are left', async () => {
    await miss(300, 1000)
    const left: (number | null)[] = []
    device.restart()
    device.sync.status.subscribe(() => {
      const { behind, state } = status()
      if (left.at(-1) !== behind) left.push(behind)
      if (behind !== null) expect(state).toBe('catching-up')
    })
    await untilLive()
    expect(status()).toMatchObject({ state: 'live', behind: null })
    expect(left.filter((count) => count !== null)).toEqual(Array.from({ length: 14 }, (_, index) => 280 - 20 * index))
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R4] with more changes than the branch has rows ends in a refresh', async () => {
    await miss(2100, 11 * 60_000)
    device.restart()
    await untilLive()
    expect(changesAsked().length).toBeLessThanOrEqual(3)
    expect(status()).toMatchObject({ state: 'live', behind: null })
    expect(await device.stocks()).toEqual(server.stocks())
    expect(await readMeta(device.db, 'position')).toEqual({ epoch: server.epoch, cursor: server.seq })
  })

  it('[R4] right after a refresh is taken in from the log: a second refresh would not help', async () => {
    await miss(2100, 1000)
    device.restart()
    await untilLive()
    expect(changesAsked().length).toBeGreaterThan(100)
    expect(server.requests.some((path) => path.startsWith(`${PATHS.products}?`))).toBe(false)
    expect(status()).toMatchObject({ state: 'live', behind: null })
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[C7] holds no more changes in memory than the disk can take: the next request waits for it', async () => {
    await miss(6000, 1000)
    const { http } = server
    // A network that is faster than any disk: thousands of changes in one answer.
    server.changesLimit = 3000
    let unwritten = 0
    let most = 0
    server.http = async (request) => {
      const answer = await http(request)
      if (request.path.startsWith(PATHS.changes)) {
        const cursor = (await readMeta(device.db, 'position'))?.cursor ?? 0
        unwritten = Number(new URL(request.path, 'http://sim').searchParams.get('after')) - cursor
        most = Math.max(most, unwritten)
      }
      return answer
    }
    device.restart()
    await untilLive()
    expect(most).toBeLessThanOrEqual(2000)
    expect(await device.stocks()).toEqual(server.stocks())
  })
})
