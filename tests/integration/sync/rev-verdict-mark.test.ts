import 'fake-indexeddb/auto'
import { expect, it } from 'vitest'
import { saveEnrollment } from '../../../src/db/device.ts'
import { readSalesMeta, writeSalesMeta } from '../../../src/db/sales/sales-meta.ts'
import { FakeClock } from './fake-clock.ts'
import { DEVICE, SimDevice } from './sim-device.ts'
import { SimServer } from './sim-server.ts'

it('[S6] a verdict’s mark of the branch before does not keep out the new branch’s in the same log', async () => {
  const clock = new FakeClock()
  const server = new SimServer(clock.now)
  const device = new SimDevice(server, clock)
  server.create(1)
  // What the branch before has left: the sales database outlives an enrolment.
  await writeSalesMeta(device.salesDb, 'mark', { epoch: server.epoch, seq: 90_000, text: 'of another branch' })
  await saveEnrollment(device.db, DEVICE, null)
  device.start()
  await clock.advance(5_000)
  await device.sell(1, 1)
  await clock.advance(5_000)
  expect((await device.operations()).map(({ result }) => result !== null)).toEqual([true])
  expect((await readSalesMeta(device.salesDb, 'mark'))?.text).not.toBe('of another branch')
  await device.delete()
})
