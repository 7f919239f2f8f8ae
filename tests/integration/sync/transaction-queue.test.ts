import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readSalesMeta } from '../../../src/db/sales/sales-meta.ts'
import type { OperationRow } from '../../../src/db/sales/sales-rows.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import { LONGEST_WAIT_MS } from '../../../src/sync/outbox/queue.pure.ts'
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
  for (const id of [1, 2, 3]) server.create(id)
  device.start()
  await clock.advance(10)
})
afterEach(async () => device.delete())

const states = async () => (await device.operations()).map(({ state }) => state)
const shown = async (id: number) => (await device.shown()).find((product) => product.id === id)?.shown
const posts = () => server.requests.filter((path) => path.includes('batch-sync')).length

describe('sales on their way up', () => {
  it('[Q1][D1] a sale is done without any network, and lowers the number here at once', async () => {
    server.isRestUp = false
    await device.sell(1, 2)
    expect(await states()).toEqual(['queued'])
    expect(await shown(1)).toBe(48)
  })

  it('[Q2] a response that was lost after the commit leads to one sale, not two', async () => {
    server.losesNextVerdicts = true
    await device.sell(1, 2)
    await clock.advance(20)
    expect(await states()).toEqual(['queued'])
    expect(server.stocks()[1]).toMatch(/:48$/)
    await clock.advance(5000)
    expect(server.stocks()[1]).toMatch(/:48$/)
    server.deliverAll()
    await clock.advance(1000)
    expect(await states()).toEqual(['settled'])
    expect(await shown(1)).toBe(48)
  })

  it('[Q5] without a network it is tried again with growing pauses, and goes up when the line is back', async () => {
    server.isRestUp = false
    await device.sell(1, 1)
    await clock.advance(60_000)
    const tried = posts()
    expect(tried).toBeGreaterThan(3)
    expect(tried).toBeLessThan(120)
    server.isRestUp = true
    device.sales.sendNow()
    await clock.advance(50)
    expect(server.booked.size).toBe(1)
  })

  it('[Q5] a refused sale waits for a person and holds back no other', async () => {
    server.refusals = 1
    server.isRestUp = false
    await device.sell(1, 1)
    await device.sell(2, 1)
    await device.sell(3, 1)
    server.isRestUp = true
    device.sales.sendNow()
    await clock.advance(50)
    expect((await states())[0]).toBe('needs-decision')
    expect(server.booked.size).toBe(2)
    // It still counts: the goods have left the shop.
    expect(await shown(1)).toBe(49)
    await device.sendRefusedAgain()
    await clock.advance(50)
    expect(server.booked.size).toBe(3)
  })

  it('[Q5] a server that does not take this device stops the sender, says so, and loses nothing', async () => {
    device.intercept = () => {
      throw new HttpFailure('This device was revoked', 401, 'device_revoked')
    }
    await device.sell(1, 1)
    await clock.advance(100)
    expect(await readSalesMeta(device.salesDb, 'sender_paused')).toMatchObject({ kind: 'revoked' })
    expect(await states()).toEqual(['queued'])
    const tried = posts()
    await clock.advance(30_000)
    expect(posts() - tried).toBeLessThan(3)
    device.intercept = null
    device.sales.sendNow()
    await clock.advance(50)
    expect(await readSalesMeta(device.salesDb, 'sender_paused')).toBeNull()
    expect(server.booked.size).toBe(1)
  })

  it('[Q5] a server that asks for a pause gets it', async () => {
    device.intercept = () => {
      throw new HttpFailure('busy', 429, 'too_many_requests', 20_000)
    }
    await device.sell(1, 1)
    await clock.advance(100)
    device.intercept = null
    await clock.advance(19_000)
    expect(server.booked.size).toBe(0)
    await clock.advance(2000)
    expect(server.booked.size).toBe(1)
  })

  it('[Q5] a batch that is refused as a whole is asked one by one: only what can’t be read waits', async () => {
    server.isRestUp = false
    for (const id of [1, 2, 3]) await device.sell(id, 1)
    server.isRestUp = true
    device.intercept = ({ body }) => {
      const text = JSON.stringify(body)
      if (text.includes('"product_id":2')) throw new HttpFailure('not readable', 400, 'invalid_request')
    }
    device.sales.sendNow()
    await clock.advance(100)
    expect(server.booked.size).toBe(2)
    expect((await device.operations()).map(({ state, error }) => [state === 'needs-decision', error?.kind])).toEqual([
      [false, undefined],
      [true, 'invalid'],
      [false, undefined],
    ])
  })

  it('[Q4] a hundred sales go up in batches of at most 50, each after the verdicts of the one before', async () => {
    device.sender.stop()
    for (let count = 0; count < 101; count += 1) await device.sell(1, 1)
    const sizes: number[] = []
    device.intercept = ({ body }) => {
      sizes.push((body as { transactions: unknown[] }).transactions.length)
    }
    device.restart()
    for (let turns = 0; turns < 200 && server.booked.size < 101; turns += 1) await clock.advance(1)
    expect(sizes).toEqual([50, 50, 1])
    expect(server.booked.size).toBe(101)
  })

  it('[Q4] what is large goes up in parts that a slow line can carry, with the time that it needs', async () => {
    device.sender.stop()
    for (let count = 0; count < 9; count += 1) await device.sell(1, 1)
    await device.salesDb.operations.toCollection().modify((row) => {
      if (row.content.type === 'sale')
        Object.assign(row.content.sale, {
          items: Array.from({ length: 150 }, () => row.content.type === 'sale' && row.content.sale.items[0]),
        })
    })
    const sizes: number[] = []
    device.intercept = ({ body, timeoutMs = 0 }) => {
      sizes.push((body as { transactions: unknown[] }).transactions.length)
      // 2,000 bytes a second, and 30 s for the answer.
      expect(timeoutMs).toBeGreaterThanOrEqual(30_000 + JSON.stringify(body).length / 2)
      expect(timeoutMs).toBeLessThan(90_000)
    }
    device.restart()
    for (let turns = 0; turns < 200 && server.booked.size < 9; turns += 1) await clock.advance(1)
    expect(sizes).toEqual([4, 4, 1])
  })

  it('[Q4] another branch’s sales, however many, stand in the way of none of this one’s', async () => {
    device.sender.stop()
    for (let count = 0; count < 3; count += 1) await device.sell(1, 1)
    const [sale] = await device.operations()
    const elsewhere = Array.from({ length: 600 }, (_, place) => ({
      ...sale,
      offline_id: `elsewhere-${place}`,
      branch_code: 'OTHER',
      // All before this branch's.
      place: place / 1000,
    }))
    await device.salesDb.operations.bulkPut(elsewhere as OperationRow[])
    device.restart()
    for (let turns = 0; turns < 200 && server.booked.size < 3; turns += 1) await clock.advance(1)
    expect(server.booked.size).toBe(3)
  })

  it('[Q4] a context that waits gets its turn after the batch that is under way', async () => {
    device.sender.stop()
    for (let count = 0; count < 101; count += 1) await device.sell(1, 1)
    let booked: number | null = null
    device.intercept = () => {
      device.intercept = null
      void device.locks.request('mstore-sender', {}, async () => {
        booked = server.booked.size
      })
    }
    device.restart()
    for (let turns = 0; turns < 200 && server.booked.size < 101; turns += 1) await clock.advance(1)
    expect(booked).toBe(50)
    expect(server.booked.size).toBe(101)
  })

  it('[Q3] a tab that dies while it sends leaves nothing stuck', async () => {
    server.holdsAnswers = true
    await device.sell(1, 1)
    await clock.advance(20)
    expect(await states()).toEqual(['sending'])
    // The context is gone: its lock is free, its answer arrives nowhere.
    device.crash()
    server.holdsAnswers = false
    server.releaseAnswers()
    await clock.advance(1000)
    expect(server.booked.size).toBe(1)
    expect((await states())[0]).not.toBe('sending')
  })
})

describe('what is taken back', () => {
  it('[Q3] a sale that was never sent ends here, is kept, and the number is as before', async () => {
    server.isRestUp = false
    device.intercept = () => {
      throw new Error('nothing may be sent')
    }
    device.sender.stop()
    await device.sell(1, 5)
    await device.voidOne(0)
    expect(await states()).toEqual(['cancelled'])
    expect((await device.operations())[0]?.decisions).toMatchObject([{ what: 'void', reason: 'wrong', approved_by: 3 }])
    expect(await shown(1)).toBe(50)
  })

  it('[Q3] a sale that may have been sent is voided at the server too: stock comes back once', async () => {
    server.losesNextVerdicts = true
    await device.sell(1, 5)
    await clock.advance(20)
    await device.voidOne(0)
    expect(await shown(1)).toBe(50)
    for (let waited = 0; waited < 4; waited += 1) {
      server.deliverAll()
      await clock.advance(1000)
    }
    expect(server.stocks()[1]).toMatch(/:50$/)
    expect(await shown(1)).toBe(50)
    expect(await states()).toEqual(['settled', 'settled'])
  })

  it('[Q2] a second void of the same sale is none', async () => {
    await device.sell(1, 5)
    await clock.advance(50)
    const [sale] = await device.operations()
    const past = { offlineId: sale?.offline_id ?? '', items: [{ product_id: 1, quantity: 5 }] }
    const actor = { staffId: 1, staffName: 'Sari', shiftId: null, approvedBy: 3 }
    const outcomes = await Promise.all([
      device.sales.voidSale(past, 'a', actor),
      device.sales.voidSale(past, 'b', actor),
    ])
    expect(outcomes.map(({ ok }) => ok).toSorted()).toEqual([false, true])
  })
})

describe('a sale that is tapped twice', () => {
  it('[Q2][Q6] in the same moment, or in two tabs, is one sale with one number', async () => {
    const tap = () => device.sell(1, 1, '11111111-1111-4111-8111-111111111111')
    const outcomes = await Promise.all([tap(), tap(), tap()])
    expect(outcomes.map(({ ok }) => ok).toSorted()).toEqual([false, false, true])
    expect(new Set(outcomes.map(({ operation }) => operation?.offline_id))).toEqual(
      new Set(['11111111-1111-4111-8111-111111111111']),
    )
    await device.sell(1, 1)
    const references = (await device.operations()).map(
      ({ content }) => content.type === 'sale' && content.sale.offline_reference,
    )
    expect(references).toEqual(['DEV-1-20260105-0001', 'DEV-1-20260105-0002'])
  })
})

describe('a server that lost what it had confirmed', () => {
  it('[C8][Q5] gets the sale again, then its refund, though the refund was sent first', async () => {
    const backup = server.snapshot()
    await device.sell(1, 5)
    await clock.advance(1000)
    server.deliverAll()
    await clock.advance(1000)
    expect(await states()).toEqual(['settled'])

    server.isRestUp = false
    server.isBrokerUp = false
    server.cutBroker()
    await device.refundOne(0)
    await clock.advance(1000)
    server.restore(backup, 'life-2')
    server.isRestUp = true
    device.sales.sendNow()
    const met = new Set<string>()
    for (let waited = 0; waited < 10_000; waited += 10) {
      // Only then does it hear of the new life.
      if (waited === 2000) server.isBrokerUp = true
      await clock.advance(10)
      server.deliverAll()
      for (const state of await states()) met.add(state)
    }
    expect(met).not.toContain('needs-decision')
    expect(await states()).toEqual(['settled', 'settled'])
    expect([...server.booked.keys()].filter((id) => !id.includes('-of-'))).toHaveLength(2)
    expect(server.stocks()[1]).toMatch(/:46$/)
    expect(await shown(1)).toBe(46)
  })
})

describe('answers that come late', () => {
  it('[C8] what a life confirmed that is over by then goes up again, to the new one', async () => {
    const backup = server.snapshot()
    server.holdsAnswers = true
    await device.sell(1, 2)
    await clock.advance(10)
    expect(server.booked.size).toBe(1)
    server.holdsAnswers = false
    server.restore(backup, 'life-2')
    void device.refresh('forced')
    await clock.advance(100)
    expect((await readSalesMeta(device.salesDb, 'epoch'))?.value).toBe('life-2')
    server.releaseAnswers()
    await clock.advance(2000)
    server.deliverAll()
    await clock.advance(2000)
    expect(server.booked.size).toBe(1)
    expect(await states()).toEqual(['settled'])
    expect(await shown(1)).toBe(48)
  })

  it('[Q2] what is booked counts as booked, though the refusal of an earlier attempt is told first', async () => {
    server.holdsAnswers = true
    server.refusals = 1
    await device.sell(1, 2)
    await clock.advance(10)
    device.robSender()
    await clock.advance(10)
    expect(server.booked.size).toBe(1)
    server.holdsAnswers = false
    server.releaseAnswers()
    await clock.advance(20)
    expect(await states()).toEqual(['accepted'])
  })
})

describe('what was kept from an earlier branch', () => {
  it('[C8] is not sent to this one’s server when it begins a new life', async () => {
    await device.sell(1, 1)
    await clock.advance(1000)
    server.deliverAll()
    await clock.advance(1000)
    expect(await states()).toEqual(['settled'])
    const [sale] = await device.operations()
    if (!sale) throw new Error('no sale')
    await device.salesDb.operations.put({ ...sale, branch_code: 'ANOTHER' })
    server.restore(server.snapshot(), 'life-2')
    const before = posts()
    await device.refresh('forced')
    await clock.advance(1000)
    expect(await states()).toEqual(['settled'])
    expect(posts()).toBe(before)
  })
})

describe('a clock that is years off', () => {
  it('[Q6] repeats no number when it jumps back and forth, and stops no sale', async () => {
    const references: unknown[] = []
    for (const now of ['2026-01-05', '1999-12-31', '2041-06-01', '2026-01-05', '1999-12-31']) {
      clock.jumpTo(Date.parse(`${now}T08:00:00Z`))
      const { operation } = await device.sell(1, 1)
      references.push(operation?.content.type === 'sale' && operation.content.sale.offline_reference)
    }
    expect(references).toEqual([
      'DEV-1-20260105-0001',
      'DEV-1-19991231-0001',
      'DEV-1-20410601-0001',
      'DEV-1-20260105-0002',
      'DEV-1-19991231-0002',
    ])
    clock.jumpTo(Date.parse('2026-01-05T09:00:00Z'))
    device.sales.sendNow()
    await clock.advance(1000)
    expect(server.booked.size).toBe(5)
  })
})

describe('[Q5] a clock that is set while something waits to be sent', () => {
  const HOUR = 3_600_000
  const sets = {
    'back by half a minute': -30_000,
    'back by minutes': -HOUR / 20,
    'back by hours': -3 * HOUR,
    'forward by days': 72 * HOUR,
  }

  async function waitForALine(): Promise<void> {
    server.isRestUp = false
    await device.sell(1, 1)
    // The longest pauses by now.
    await clock.advance(30_000)
  }

  it.each(Object.entries(sets))('%s: it goes up as soon as without that', async (_, by) => {
    await waitForALine()
    clock.jumpTo(clock.now() + by)
    server.isRestUp = true
    await clock.advance(2_500)
    expect(server.booked.size).toBe(1)
  })

  it.each(Object.entries(sets))('%s, and the page loaded anew: no longer than a wait may be', async (_, by) => {
    await waitForALine()
    // The steady clock of the new page begins where the wall clock stands.
    clock.reloadAt(clock.now() + by)
    device.restart()
    server.isRestUp = true
    await clock.advance(LONGEST_WAIT_MS)
    expect(server.booked.size).toBe(1)
  })

  it('a server that asks for patience for days is asked again within a minute', async () => {
    server.retryAfterMs = 72 * HOUR
    await waitForALine()
    server.isRestUp = true
    await clock.advance(LONGEST_WAIT_MS)
    expect(server.booked.size).toBe(1)
  })
})

describe('a file of what is unsent', () => {
  it('[Q7] is sent once although two devices send it, and refused in another branch', async () => {
    server.isRestUp = false
    await device.sell(1, 2)
    await device.sell(2, 1)
    const { text, count } = await device.sales.exportUnsent()
    expect(count).toBe(2)
    const other = new SimDevice(server, clock)
    const actor = { staffId: 3, staffName: 'Dewi', shiftId: null, approvedBy: 3 }
    expect(await other.sales.importUnsent('{', actor)).toEqual({ ok: false, reason: 'not-a-file-of-ours' })
    expect(await other.sales.importUnsent(text.replaceAll('"branch_code": "B"', '"branch_code": "C"'), actor)).toEqual({
      ok: false,
      reason: 'other-branch',
    })
    expect(await other.sales.importUnsent(text.replace('"subtotal": 2000', '"subtotal": "x"'), actor)).toEqual({
      ok: false,
      reason: 'damaged',
    })
    expect(await other.sales.importUnsent(text, actor)).toEqual({ ok: true, added: 2, known: 0, skipped: 0, left: 0 })
    expect(await other.sales.importUnsent(text, actor)).toEqual({ ok: true, added: 0, known: 2, skipped: 0, left: 0 })
    server.isRestUp = true
    other.sales.sendNow()
    await clock.advance(100)
    device.sales.sendNow()
    await clock.advance(100)
    expect(server.booked.size).toBe(2)
    expect(server.stocks()[1]).toMatch(/:48$/)
    expect((await other.operations()).map(({ state }) => state)).not.toContain('needs-decision')
    await other.delete()
  })
})
