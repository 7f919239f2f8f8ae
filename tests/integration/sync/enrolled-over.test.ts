/** A tablet is enrolled over another branch while something in the old device’s name is still under way. */
import 'fake-indexeddb/auto'
import { expect, it } from 'vitest'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { commitRefreshStart } from '../../../src/db/commit-refresh.ts'
import { saveEnrollment } from '../../../src/db/device.ts'
import { readMeta, writeMeta } from '../../../src/db/meta.ts'
import { readSalesMeta, writeSalesMeta } from '../../../src/db/sales/sales-meta.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import { fetchWanted } from '../../../src/sync/live/fetch-wanted.ts'
import { createMarkKeeper } from '../../../src/sync/live/mark-keeper.ts'
import { beginRefresh } from '../../../src/sync/refresh/refresh.pure.ts'
import { FakeClock } from './fake-clock.ts'
import { DEVICE, SimDevice } from './sim-device.ts'
import { SimServer } from './sim-server.ts'

const OTHER = { ...DEVICE, device_id: 'DEV-2', branch: { code: 'C', name: 'C' } }

it('[C3] a refresh in the old device’s name does not go on with the new one’s first load', async () => {
  const clock = new FakeClock()
  const server = new SimServer(clock.now)
  const old = new SimDevice(server, clock)
  for (let id = 1; id <= 8; id += 1) server.create(id)
  await saveEnrollment(old.db, OTHER, null)
  // The new device's first load has begun, and its line was lost: nobody holds the lock.
  await commitRefreshStart(old.db, 'DEV-2', beginRefresh(true, 5, ['product', 'inventory']))
  await old.refresh('forced')
  expect(await old.db.products.count()).toBe(0)
  expect((await readMeta(old.db, 'refresh'))?.phase).toBe('running')
})

it('[S6] a mark that the old device hears does not stand over the new one’s', async () => {
  const db = new CacheDb(`mark-${Math.random()}`)
  await writeMeta(db, 'device', DEVICE)
  const deps = {
    deviceId: DEVICE.device_id,
    db,
    verdictMark: async () => undefined,
    journal: { note: () => undefined },
  }
  const old = createMarkKeeper(deps)
  await saveEnrollment(db, OTHER, null)
  old.hear({ epoch: 'e', seq: 90_000, text: 'of branch B' })
  // Transactions take their turns: behind this one the mark's is over.
  await writeMeta(db, 'clock', { skewMs: 0 })
  const next = createMarkKeeper({ ...deps, deviceId: OTHER.device_id })
  await next.load()
  next.hear({ epoch: 'e', seq: 100, text: 'of branch C' })
  expect(await next.of('e')).toBe('of branch C')
})

it('[C3] what the new device wants is not asked for without end in the old one’s name', async () => {
  const db = new CacheDb(`wanted-${Math.random()}`)
  await writeMeta(db, 'device', OTHER)
  await db.wantedRows.put({ resource: 'staff', id: 1 })
  let asked = 0
  const http = async () => {
    asked += 1
    if (asked > 20) throw new HttpFailure('enough', null)
    return {
      status: 200,
      body: { code: 200, status: 'success', message: '', data: [] },
      etag: null,
      date: null,
    } as never
  }
  const outcome = await fetchWanted({
    db,
    http,
    branchCode: 'B',
    deviceId: 'DEV-1',
    now: () => 0,
    onChanged: () => undefined,
  }).catch((e) => e)
  expect([outcome, asked]).toEqual(['moved', 1])
})

it('[S6] a verdict’s mark of the branch before does not keep out the new branch’s in the same log', async () => {
  const clock = new FakeClock()
  const server = new SimServer(clock.now)
  const device = new SimDevice(server, clock)
  server.create(1)
  // What the branch before has left: the sales database outlives an enrolment.
  await writeSalesMeta(device.salesDb, 'mark', {
    device_id: 'DEV-BEFORE',
    epoch: server.epoch,
    seq: 90_000,
    text: 'of another branch',
  })
  await saveEnrollment(device.db, DEVICE, null)
  device.start()
  await clock.advance(5_000)
  await device.sell(1, 1)
  await clock.advance(5_000)
  expect((await device.operations()).map(({ result }) => result !== null)).toEqual([true])
  expect((await readSalesMeta(device.salesDb, 'mark'))?.text).not.toBe('of another branch')
  await device.delete()
})
