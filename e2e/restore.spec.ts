/** The shop's database is put back to an older state. What counters had sold and settled since comes back, once. */
import { expectEqualToDatabase, readDeviceStore } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { answered, NETWORK_ERRORS } from './support/page-errors.ts'
import { readOperation } from './support/sales-store.ts'
import { goodsOf, makeShop, openTill, SALE_ON_SERVER } from './support/till.ts'

test('[S6][C8] sales settled before a restore are booked again, each once, and the stock is right', async ({
  admin,
  sql,
  counter,
  server,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  // A position that the log never reached.
  pageErrors.allow(answered(410))
  const branch = await makeShop(admin)
  const [first = 0] = branch.productIds
  const till = await openTill(await counter(branch))
  const { page } = till
  const settled = async (id: string) => {
    await expect.poll(async () => (await readOperation(page, id)).state).toBe('settled')
    return await readOperation(page, id)
  }
  const stockOf = async () =>
    (await sql.query<{ stock: number }>('SELECT stock FROM products WHERE id = $1', [first]))[0]

  const kept = await till.sell(goodsOf(branch))
  await settled(kept)
  const before = await stockOf()
  await sql.close()
  await server.stop()
  const putBack = await server.backUp()
  await server.start()
  await till.visit('/stock')
  await till.waitForState('live')

  const lost = [await till.sell(goodsOf(branch)), await till.sell(goodsOf(branch))]
  const epochs = await Promise.all(lost.map(async (id) => (await settled(id)).result?.epoch))
  const [log] = await sql.query<{ seq: number }>('SELECT seq FROM branch_seq WHERE branch_id = $1', [branch.id])
  // The server's word on it has come with the heartbeat.
  await expect.poll(async () => (await readDeviceStore(page)).meta.mark?.seq).toBe(log?.seq)
  const after = await stockOf()
  expect(after?.stock).toBe((before?.stock ?? 0) - 4)

  await sql.close()
  await server.stop()
  await putBack()
  await server.start()
  for (const id of lost) {
    await expect
      .poll(async () => sql.query(SALE_ON_SERVER, [id]))
      .toEqual([{ status: 'paid', grand_total: 48_000, refunded: 0, voids: 0 }])
  }
  for (const id of [kept, ...lost]) expect(epochs).not.toContain((await settled(id)).result?.epoch)
  expect(await stockOf()).toEqual(after)
  expect(await sql.query('SELECT count(*)::int AS sales FROM transactions WHERE branch_id = $1', [branch.id])).toEqual([
    { sales: 3 },
  ])
  await till.visit('/stock')
  await till.waitForState('live')
  await expectEqualToDatabase(page, sql, branch)
})
