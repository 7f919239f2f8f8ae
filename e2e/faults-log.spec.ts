/** The log has holes, or was away for long: whatever a counter missed, it ends with what the server has, and loses no sale. */
import type { BrowserContext, Route } from '@playwright/test'
import { PATHS } from '../src/contract/rest.ts'
import type { Branch } from './support/admin-client.ts'
import { isComparison } from './support/asked.ts'
import { changeDeviceRow, expectEqualToDatabase, readDeviceMeta } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { createMqttFilter } from './support/mqtt-filter.ts'
import { answered, NETWORK_ERRORS } from './support/page-errors.ts'
import type { SqlClient } from './support/sql-client.ts'
import { goodsOf, makeShop, openTill, SALE_ON_SERVER } from './support/till.ts'
import { say, words } from './support/words.ts'

/** 5 s by the heartbeat (rule S8); the rest is for a busy machine. The refresh would come after minutes. */
const HEARTBEAT_DEADLINE_MS = 5_000 + 5_000
const PRODUCTS = 1_000
const ROUNDS = 10
/** A change of a stock is a change of its place too. */
const CHANGES = 2 * PRODUCTS * ROUNDS

/** Resolves when the broker has all of the branch's log. */
async function untilPublished(sql: SqlClient, branch: Branch): Promise<void> {
  const readLog =
    'SELECT l.published, s.seq FROM publisher_leases l JOIN branch_seq s USING (branch_id) WHERE branch_id = $1'
  await expect
    .poll(async () => {
      const [log] = await sql.query<{ published: number; seq: number }>(readLog, [branch.id])
      return log?.published === log?.seq
    })
    .toBe(true)
}

/** A hand on what the tablet asks of the log. */
function createChangesGate() {
  const held: (() => void)[] = []
  const statuses: number[] = []
  let limit = Number.POSITIVE_INFINITY
  const answered = () => statuses.filter((status) => status === 200).length
  return {
    /** Of the answers so far. */
    statuses,
    answered,
    async prepare(context: BrowserContext): Promise<void> {
      context.on('response', (response) => {
        if (new URL(response.url()).pathname === PATHS.changes) statuses.push(response.status())
      })
      await context.route(
        ({ pathname }) => pathname === PATHS.changes,
        async (route: Route) => {
          // Counted by answers: what the page asks while the line is cut brings none.
          if (answered() >= limit) await new Promise<void>((resolve) => held.push(resolve))
          await route.continue()
        },
      )
    },
    /** So many more answers come, then none. */
    holdAfter(count: number): void {
      limit = answered() + count
    },
    open(): void {
      limit = Number.POSITIVE_INFINITY
      for (const letGo of held.splice(0)) letGo()
    },
  }
}

test('[C4] single messages lost on the way are fetched with the next one, the last with the heartbeat @stack', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 4 })
  const [first = 0, second = 0, third = 0] = branch.productIds
  const filter = createMqttFilter()
  const { page, stock, open, count, waitForState } = await counter(branch, { prepare: filter.prepare })
  const messagesOf = (id: number) => new RegExp(`"product_id":\\s*${id}\\D`)

  filter.drop(messagesOf(first))
  await sql.query('UPDATE products SET stock = 51 WHERE id = $1', [first])
  // Product and place, and again if the publisher sends them again: at least once (rule S4).
  await expect.poll(() => filter.dropped).toBeGreaterThanOrEqual(2)
  await sql.query('UPDATE products SET stock = 52 WHERE id = $1', [second])
  await expect(stock(second)).toHaveText('52')
  await expect(stock(first)).toHaveText('51')

  const before = filter.dropped
  filter.drop(messagesOf(third))
  await sql.query('UPDATE products SET stock = 53 WHERE id = $1', [third])
  await expect(stock(third)).toHaveText('53', { timeout: HEARTBEAT_DEADLINE_MS })
  expect(filter.dropped).toBeGreaterThanOrEqual(before + 2)
  await waitForState('live')
  await expectEqualToDatabase(page, sql, branch)
  await open('/diagnostics')
  await expect.poll(() => count('gapsFilled')).toBeGreaterThan(0)
})

test('[C8][S7] an absence longer than the log: a forced refresh, unsent sales go up once, all ends equal @stack', async ({
  admin,
  sql,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  // Of the log, which goes back no further.
  pageErrors.allow(answered(410))
  const branch = await makeShop(admin)
  const [first = 0, second = 0, third = 0] = branch.productIds
  const gate = createChangesGate()
  const till = await openTill(await counter(branch, { prepare: gate.prepare }))
  const { page, stock, waitForState, visit } = till
  await expect(page.getByTestId('pending-count')).toHaveText('0')
  await network.cut()
  const sales = [await till.sell(goodsOf(branch)), await till.sell(goodsOf(branch))]

  await sql.query('UPDATE products SET stock = stock - 10 WHERE branch_id = $1', [branch.id])
  await sql.query('DELETE FROM products WHERE id = $1', [third])
  await sql.query(`INSERT INTO products (branch_id, name, stock) VALUES ($1, 'Aneka keripik', 8)`, [branch.id])
  // The log forgets what is older than its days, once the broker has it.
  await untilPublished(sql, branch)
  await sql.query('DELETE FROM changes WHERE branch_id = $1', [branch.id])

  await network.restore()
  await visit('/')
  await waitForState('live')
  await expect(page.getByTestId('pending-count')).toHaveText('0')
  expect(gate.statuses).toContain(410)
  for (const id of sales) {
    expect(await sql.query(SALE_ON_SERVER, [id])).toEqual([
      { status: 'paid', grand_total: 48_000, refunded: 0, voids: 0 },
    ])
  }
  // 101 less the delivery's 10 and two sales of 2; 102 less 10 and two of 1.5.
  await expect(stock(first)).toHaveText('87')
  await expect(stock(second)).toHaveText('89')
  await expect(stock(third)).toHaveCount(0)
  await expect(page.getByRole('row', { name: 'Aneka keripik' })).toBeVisible()
  await expectEqualToDatabase(page, sql, branch)
})

test(`[C4][C7] ${CHANGES} missed changes are caught up with step by step, and the list goes on answering @stack`, async ({
  admin,
  sql,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await admin.makeBranch({ products: PRODUCTS })
  const [first = 0] = branch.productIds
  const gate = createChangesGate()
  const { page, stock, syncState, waitForState } = await counter(branch, { prepare: gate.prepare })
  await expect(stock(first)).toHaveText('101')
  await network.cut()
  await waitForState('offline')
  for (let round = 1; round <= ROUNDS; round += 1) {
    await sql.query('UPDATE products SET stock = stock + (id + $2::int) % 7 - 2.5 WHERE branch_id = $1', [
      branch.id,
      round,
    ])
  }

  // What the broker still had to get would come by it, and not by steps.
  await untilPublished(sql, branch)
  gate.holdAfter(3)
  await network.restore()
  const behind = page.getByTestId('sync-behind')
  // Three answers of 500.
  await expect(behind).toHaveText(say(words.sync.behind, { changes: '18.500' }))
  await expect(syncState).toHaveAttribute('data-state', 'catching-up')
  const later = branch.productIds[376] ?? 0
  await page.getByRole('searchbox').fill('barang 00377')
  await expect(stock(later)).toBeVisible()
  await expect(page.getByText('1 produk')).toBeVisible()
  gate.open()
  await page.getByRole('searchbox').fill('')
  await expect(stock(first)).toBeVisible()

  await waitForState('live')
  await expect(behind).toHaveCount(0)
  await expectEqualToDatabase(page, sql, branch)
  await expect.poll(gate.answered).toBeGreaterThanOrEqual(CHANGES / 500)
})

test('[C8][R2] a night with more changes than rows: everything is loaded once, and not the log beside it @stack', async ({
  admin,
  sql,
  counter,
  network,
  pageErrors,
}) => {
  pageErrors.allow(NETWORK_ERRORS)
  const branch = await admin.makeBranch({ products: 400 })
  const [first = 0] = branch.productIds
  const gate = createChangesGate()
  const { page, stock, context, waitForState } = await counter(branch, { prepare: gate.prepare })
  await expect(stock(first)).toHaveText('101')
  await network.cut()
  await waitForState('offline')
  for (let round = 0; round < 4; round += 1) {
    await sql.query('UPDATE products SET stock = stock + 2.5 WHERE branch_id = $1', [branch.id])
  }
  await untilPublished(sql, branch)
  const finishedAt = ((await readDeviceMeta(page, 'refresh'))?.finishedAt ?? 0) - 12 * 3_600_000
  await changeDeviceRow(page, { table: 'meta', key: 'refresh', path: 'value', fields: { finishedAt } })
  const before = gate.answered()
  const loaded: string[] = []
  context.on('request', (request) => {
    const { pathname } = new URL(request.url())
    if (pathname === PATHS.products || pathname === PATHS.inventory) loaded.push(pathname)
  })

  // The refresh of the start is quicker than the log, and finds that nearly everything differs.
  gate.holdAfter(0)
  const compared = context.waitForEvent('response', (response) => isComparison(new URL(response.url())))
  await network.restore()
  await page.reload()
  await compared
  gate.open()
  await waitForState('live')
  await expect(stock(first)).toHaveText('111')
  await expectEqualToDatabase(page, sql, branch)
  expect(loaded.toSorted()).toEqual([PATHS.inventory, PATHS.products])
  // One that told how much is missing, and what came after the refresh: 3,200 changes would be seven.
  expect(gate.answered() - before).toBeLessThanOrEqual(3)
})
