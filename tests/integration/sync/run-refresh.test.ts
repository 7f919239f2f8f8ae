import { beforeEach, describe, expect, it } from 'vitest'
import { PATHS } from '../../../src/contract/rest.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import { REFRESH_TTL_MS } from '../../../src/sync/refresh/refresh.pure.ts'
import { FakeClock } from './fake-clock.ts'
import { SimDevice } from './sim-device.ts'
import { SimServer } from './sim-server.ts'

describe('a full refresh', () => {
  let clock: FakeClock
  let server: SimServer
  let device: SimDevice
  const pages = () => server.requests.filter((path) => path.includes('/master/'))
  const rowRequests = () =>
    server.requests.filter((path) => path.startsWith(`${PATHS.products}?`) || path.startsWith(`${PATHS.inventory}?`))

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

  it('[R2] compares once, and then costs one conditional request while nothing changes', async () => {
    await clock.advance(REFRESH_TTL_MS)
    expect(await device.refresh('if-stale')).toBe('compared')
    expect(rowRequests()).toEqual([])
    server.requests = []
    await clock.advance(REFRESH_TTL_MS)
    expect(await device.refresh('if-stale')).toBe('unchanged')
    expect(pages()).toHaveLength(1)
    expect(await device.refresh('if-stale')).toBe('fresh')
  })

  it('[R2] fetches only the rows of ranges that differ', async () => {
    server.sell(3, 5)
    await clock.advance(REFRESH_TTL_MS)
    expect(await device.refresh('if-stale')).toBe('compared')
    expect(await device.stocks()).toEqual(server.stocks())
    expect(rowRequests()).toEqual([expect.stringContaining('/master/product?branch_code=B&limit=25&last_id=2')])
  })

  it('[R2] compares whatever the age when it is told to, and mends a row whose version is wrong here', async () => {
    await device.db.stocks.update(3, { quantity: 12_345, version: 0 })
    await device.db.products.delete(8)
    expect(await device.refresh('compare')).toBe('compared')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R2] mends a product of which only one record is here, whichever', async () => {
    await device.db.stocks.delete(3)
    await device.db.products.delete(8)
    expect(await device.refresh('compare')).toBe('compared')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R2] finds what was removed and what was made while nobody listened, at the end too', async () => {
    server.remove(8)
    server.remove(2)
    server.create(30)
    expect(await device.refresh('compare')).toBe('compared')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R2] loads everything when most of it differs, or the server knows no checksums', async () => {
    for (let id = 1; id <= 8; id += 1) server.rename(id)
    expect(await device.refresh('compare')).toBe('complete')
    expect(await device.stocks()).toEqual(server.stocks())
    server.knowsChecksums = false
    server.sell(3, 5)
    expect(await device.refresh('compare')).toBe('complete')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[section 7] a load is one line a kind in the log of updates, a mended record one of its own', async () => {
    const told = () => device.refreshed.splice(0).map(({ event_type: type, product_id: id, rows }) => [type, id, rows])
    expect(told()).toContainEqual(['stock', null, 8])
    expect(await device.refresh('compare')).toBe('compared')
    expect(told()).toEqual([])
    server.remove(8)
    await device.db.stocks.update(3, { quantity: 12_345, version: 0 })
    expect(await device.refresh('compare')).toBe('compared')
    expect(told()).toEqual(
      expect.arrayContaining([
        ['stock', 3, undefined],
        ['product_removed', 8, undefined],
        ['stock_removed', 8, undefined],
      ]),
    )
  })

  it('[R2] waits for the log while that is about to bring what is missing, but not for ever', async () => {
    for (let count = 0; count < 101; count += 1) server.sell(3, 1)
    await clock.advance(REFRESH_TTL_MS)
    expect(await device.refresh('if-stale')).toBe('behind')
    expect(rowRequests()).toEqual([])
    await clock.advance(10_000)
    expect(await device.refresh('if-stale')).toBe('compared')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R1][R2] with no page open nobody follows the log: what is missing is fetched', async () => {
    for (let count = 0; count < 101; count += 1) server.sell(3, 1)
    await clock.advance(REFRESH_TTL_MS)
    device.isLogFollowed = false
    expect(await device.refresh('if-stale')).toBe('compared')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R2] compares what an event without version left, and another life’s rows, as unknown', async () => {
    await device.db.stocks.update(2, { quantity: 7, provenance: { epoch: server.epoch, unversioned: true } })
    await device.db.stocks.update(5, { quantity: 7, provenance: { epoch: 'life-0' } })
    await device.db.products.update(6, { name: 'Old', provenance: { epoch: 'life-0' } })
    expect(await device.refresh('compare')).toBe('compared')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R2] fetches staff and settings only when they differ', async () => {
    expect(await device.refresh('compare')).toBe('compared')
    expect(server.requests.filter((path) => path.startsWith(PATHS.staff))).toEqual([])
    await device.db.staff.update(1, { version: 0, name: 'Old' })
    expect(await device.refresh('compare')).toBe('compared')
    expect((await device.db.staff.get(1))?.name).toBe('Sari')
  })

  it('[R2] a comparison that is cut off changes no age, and keeps what it has mended', async () => {
    server.sell(1, 5)
    server.sell(7, 5)
    await clock.advance(REFRESH_TTL_MS)
    const before = await readMeta(device.db, 'refresh')
    const { http } = server
    server.http = async (request) => {
      if (request.path.includes('last_id=6')) throw new HttpFailure('cut', null)
      return await http(request)
    }
    expect(await device.refresh('if-stale')).toBe('failed')
    expect(await readMeta(device.db, 'refresh')).toEqual(before)
    expect((await device.stocks())[1]).toBe(server.stocks()[1])
    server.http = http
    expect(await device.refresh('if-stale')).toBe('compared')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R2] asked for by a person fetches every row, and repairs one that is wrong here', async () => {
    await device.db.stocks.update(3, { quantity: 12_345 })
    expect(await device.refresh('now')).toBe('complete')
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R4] the next page is asked for once, while the one before is being stored', async () => {
    const { http } = server
    const loaded: unknown[] = []
    server.http = async (request) => {
      if (request.path.includes('last_id=')) loaded.push((await readMeta(device.db, 'refresh'))?.loaded)
      return await http(request)
    }
    expect(await device.refresh('now')).toBe('complete')
    // Pages of 3, 3 and 2 products, then inventory: each but the first was asked for before the one before it was stored.
    expect(loaded).toEqual([0, 0, 3, 6])
    expect(rowRequests()).toEqual([...new Set(rowRequests())])
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R4] a page that another refresh asked for is read again by the one that goes on', async () => {
    const { http } = server
    server.http = async (request) => {
      const answer = await http(request)
      const refresh = await readMeta(device.db, 'refresh')
      // Another context has begun anew meanwhile, and has come as far.
      if (request.path.includes('last_id=0') && refresh?.loaded === 0) {
        const { epoch = null } = (await readMeta(device.db, 'position')) ?? {}
        const startedAt = refresh.startedAt + 1
        await writeMeta(device.db, 'refresh', { ...refresh, epoch, startedAt, lastId: 3, loaded: 3 })
      }
      return answer
    }
    expect(await device.refresh('now')).toBe('complete')
    expect(rowRequests().filter((path) => path.startsWith(PATHS.products) && path.includes('last_id=3'))).toHaveLength(
      2,
    )
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R4] a page that was asked for in an earlier life of the log is not stored', async () => {
    const { http } = server
    server.http = async (request) => {
      const answer = await http(request)
      // The log is replaced while page 3 is on its way, and page 1 is read again.
      if (request.path.includes('last_id=6') && server.requests.length < 6) {
        server.restore(server.snapshot(), 'life-2')
        server.sell(8, 5)
      }
      return answer
    }
    expect(await device.refresh('forced')).toBe('complete')
    expect(await readMeta(device.db, 'position')).toMatchObject({ epoch: 'life-2' })
    expect(await device.stocks()).toEqual(server.stocks())
  })

  it('[R2] goes on at the page that it had reached', async () => {
    server.holdsAnswers = true
    const cut = device.refresh('now')
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
    expect(outcomes.toSorted()).toEqual(['busy', 'compared'])
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

  it('[R5] a comparison that meets a sale without a verdict leaves its product alone and is not complete', async () => {
    server.losesNextVerdicts = true
    await device.sell(3, 2)
    await clock.advance(5)
    device.intercept = () => {
      throw new HttpFailure('cut', null)
    }
    const before = await readMeta(device.db, 'refresh')
    expect(await device.refresh('compare')).toBe('failed')
    expect(await readMeta(device.db, 'refresh')).toEqual(before)
    expect(await device.db.stocks.get(3)).toMatchObject({ quantity: 50 })

    device.intercept = null
    expect(await device.refresh('compare')).toBe('compared')
    expect((await device.shown()).find(({ id }) => id === 3)).toMatchObject({ stock: 48, shown: 48 })
  })

  it('[R5] a page with a product whose sale has no verdict leaves that alone, and all is fetched again', async () => {
    server.losesNextVerdicts = true
    await device.sell(3, 2)
    await clock.advance(5)
    device.intercept = () => {
      throw new HttpFailure('cut', null)
    }
    expect(await device.refresh('now')).toBe('failed')
    expect(await readMeta(device.db, 'refresh')).toMatchObject({ phase: 'running', lastId: 0 })
    expect(await device.db.stocks.get(3)).toMatchObject({ quantity: 50 })

    device.intercept = null
    expect(await device.refresh('now')).toBe('complete')
    expect((await device.shown()).find(({ id }) => id === 3)).toMatchObject({ stock: 48, shown: 48 })
  })

  it('[R2] a list of which nothing is here is fetched, however fresh all else is', async () => {
    await device.db.staff.clear()
    server.requests = []
    expect(await device.refresh('if-stale')).toBe('fresh')
    expect(await device.db.staff.get(1)).toMatchObject({ name: 'Sari' })
    expect(server.requests.filter((path) => path.startsWith(PATHS.settings))).toEqual([])
    server.requests = []
    expect(await device.refresh('if-stale')).toBe('fresh')
    expect(server.requests).toEqual([])
  })

  it('[C8][R5] a forced one asks for the verdict of a sale whose product is on no page', async () => {
    server.remove(3)
    server.losesNextVerdicts = true
    await device.sell(3, 2)
    await clock.advance(5)
    expect(server.booked.size).toBe(1)
    expect((await device.operations())[0]).toMatchObject({ state: 'queued', result: null })
    // The sale's event lies before the position that this one ends at: nobody else would learn of it.
    expect(await device.refresh('forced')).toBe('complete')
    expect((await device.operations())[0]).toMatchObject({ state: 'accepted', result: { epoch: server.epoch } })
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
