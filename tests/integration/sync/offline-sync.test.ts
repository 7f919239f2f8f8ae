import { beforeEach, describe, expect, it } from 'vitest'
import { readMeta } from '../../../src/db/meta.ts'
import { REFRESH_TTL_MS } from '../../../src/sync/machine/refresh.ts'
import { FakeClock } from './fake-clock.ts'
import { SimDevice } from './sim-device.ts'
import { SimServer } from './sim-server.ts'

describe('a full refresh', () => {
  let clock: FakeClock
  let server: SimServer
  let device: SimDevice
  const pages = () => server.requests.filter((path) => path.includes('/master/'))

  beforeEach(async () => {
    clock = new FakeClock()
    server = new SimServer(clock.now)
    device = new SimDevice(server, clock)
    for (let id = 1; id <= 8; id += 1) server.create(id)
    expect(await device.refresh('if-stale')).toBe('complete')
    server.requests = []
  })

  it('[R2] younger than the TTL is not asked for', async () => {
    expect(await device.refresh('if-stale')).toBe('fresh')
    expect(pages()).toEqual([])
  })

  it('[R2] costs one conditional request when nothing changed', async () => {
    await clock.advance(REFRESH_TTL_MS)
    expect(await device.refresh('if-stale')).toBe('unchanged')
    expect(pages()).toHaveLength(1)
    expect(await device.refresh('if-stale')).toBe('fresh')
  })

  it('[R2] fetches all when something changed', async () => {
    server.sell(3, 5)
    await clock.advance(REFRESH_TTL_MS)
    expect(await device.refresh('if-stale')).toBe('complete')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R2] asked for by a person fetches every row, and repairs one that is wrong here', async () => {
    await device.db.products.update(3, { stock: 12_345 })
    expect(await device.refresh('now')).toBe('complete')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R2] goes on at the page that it had reached', async () => {
    await clock.advance(REFRESH_TTL_MS)
    server.sell(1, 1)
    server.holdsAnswers = true
    const cut = device.refresh('if-stale')
    await clock.advance(5)
    server.releaseAnswers()
    await clock.advance(5)
    server.isRestUp = false
    server.releaseAnswers()
    expect(await cut).toBe('failed')
    expect(await readMeta(device.db, 'refresh')).toMatchObject({ phase: 'running', lastId: 3, loaded: 3 })

    server.isRestUp = true
    server.holdsAnswers = false
    server.requests = []
    expect(await device.refresh('if-stale')).toBe('complete')
    expect(pages()[0]).toContain('last_id=3')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R2] runs once on a device', async () => {
    await clock.advance(REFRESH_TTL_MS)
    const outcomes = await Promise.all([device.refresh('if-stale'), device.refresh('if-stale')])
    expect(outcomes.toSorted()).toEqual(['busy', 'unchanged'])
  })

  it('[R3] rows that went on the server go here', async () => {
    server.remove(8)
    server.remove(1)
    await device.refresh('now')
    expect(Object.keys(await device.stocks())).toEqual(['2', '3', '4', '5', '6', '7'])
  })

  it('[R4] leaves the cursor where it was', async () => {
    const before = await readMeta(device.db, 'position')
    server.sell(3, 5)
    await device.refresh('now')
    expect(await readMeta(device.db, 'position')).toEqual(before)
  })

  it('[C8] that meets another epoch starts again, forced, and ends at its position', async () => {
    const backup = server.snapshot()
    server.sell(3, 5)
    await device.refresh('now')
    server.restore(backup, 'life-2')
    expect(await device.refresh('now')).toBe('complete')
    expect(await device.stocks()).toEqual(server.stocks())
    expect(await readMeta(device.db, 'position')).toEqual({ epoch: 'life-2', cursor: server.seq })
  })

  it('bad answers change nothing and lose nothing', async () => {
    const before = await device.stocks()
    const { http } = server
    server.http = async () => ({
      status: 200,
      body: { code: 200, data: [{ id: 'x' }] },
      etag: null,
      retryAfterMs: null,
    })
    expect(await device.refresh('now')).toBe('failed')
    server.http = http
    expect(await device.stocks()).toEqual(before)
    expect(await device.refresh('now')).toBe('complete')
  })
})
