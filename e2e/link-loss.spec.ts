/** The link to the shop's server breaks in every way that a link breaks; the counter notices, says so, and comes back by itself. */
import type { BrowserContext } from '@playwright/test'
import type { Counter } from './support/counter.ts'
import { expectEqualToDatabase, readDeviceStore } from './support/device-store.ts'
import { keepEngineInPage } from './support/engine.ts'
import { expect, test } from './support/fixtures.ts'
import { NETWORK_ERRORS } from './support/page-errors.ts'
import { words } from './support/words.ts'

/** Rule C5: 12 s of silence; the rest is for a busy machine. */
const SILENCE_DEADLINE_MS = 12_000 + 5_000

/** The last heartbeat is at most 4 s old, so its silence is told 8 s later at the earliest; a probe after 2 s. */
const PROBE_DEADLINE_MS = 6_000

test.beforeEach(({ pageErrors }) => pageErrors.allow(NETWORK_ERRORS))

test('[C4] a cut in the middle of a stream of changes loses none of them @stack', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch({ products: 30 })
  const { page, waitForState } = await counter(branch)
  const changes = 120
  for (let step = 1; step <= changes; step += 1) {
    if (step === 40) await network.cut()
    if (step === 80) await network.restore()
    const id = branch.productIds[step % branch.productIds.length]
    await sql.query('UPDATE products SET stock = stock - 1.5 WHERE id = $1', [id])
  }
  await waitForState('live')
  await expectEqualToDatabase(page, sql, branch)
})

test('[C5] a half-open link stops looking live within 12 s, and recovers @stack', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0] = branch.productIds
  const { page, stock, syncState, waitForState } = await counter(branch)
  network.halfOpen()
  await sql.query('UPDATE products SET stock = 8 WHERE id = $1', [first])
  await expect(syncState).not.toHaveAttribute('data-state', 'live', { timeout: SILENCE_DEADLINE_MS })
  await expect(stock(first)).toHaveText('101')
  await network.restore()
  await waitForState('live')
  await expect(stock(first)).toHaveText('8')
  await expectEqualToDatabase(page, sql, branch)
})

test('[C5] a half-open link is found out when somebody looks at the screen again, not by its silence @stack', async ({
  admin,
  sql,
  counter,
  network,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0] = branch.productIds
  const { page, stock, syncState, waitForState } = await counter(branch)
  network.halfOpen()
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  await expect(syncState).not.toHaveAttribute('data-state', 'live', { timeout: PROBE_DEADLINE_MS })
  await sql.query('UPDATE products SET stock = 8 WHERE id = $1', [first])
  await network.restore()
  await waitForState('live')
  await expect(stock(first)).toHaveText('8')
})

test('[C5] a broker that refuses this counter is tried again only when the server takes it @stack', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0] = branch.productIds
  const broker = createRefusingBroker()
  const { page, stock, syncState, waitForState } = await counter(branch, { prepare: broker.install })
  const profiles: string[] = []
  page.on('request', (request) => {
    if (request.url().endsWith('/device/me')) profiles.push(request.url())
  })
  await broker.refuse()
  // It may be starting: nobody is told that this tablet is refused.
  await expect(page.getByText(words.sync.brokerTitle)).toBeVisible()
  await expect(page.getByText(words.sync.credentialsTitle)).toHaveCount(0)
  await expect.poll(() => broker.refused()).toBeGreaterThan(3)
  // Before each further attempt the server is asked; whoever comes and goes changes nothing about that.
  for (let times = 0; times < 3; times += 1) {
    await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange', { bubbles: true })))
  }
  await sql.query('UPDATE products SET stock = 8 WHERE id = $1', [first])
  await expect(stock(first)).toHaveText('8')
  await expect(syncState).toHaveAttribute('data-state', 'catching-up')
  expect(broker.refused()).toBeLessThanOrEqual(profiles.length + 1)
  broker.accept()
  await waitForState('live')
})

test('[S6, C8] a server that was killed and started again: every counter ends equal to its database @stack', async ({
  admin,
  sql,
  counter,
  server,
}) => {
  const branch = await admin.makeBranch({ products: 30 })
  const [first = 0] = branch.productIds
  const { page, stock, syncState, waitForState } = await counter(branch)
  await sql.query('UPDATE products SET stock = 70 WHERE branch_id = $1', [branch.id])
  await expect(stock(first)).toHaveText('70')
  await sql.query('UPDATE products SET stock = 60 WHERE branch_id = $1', [branch.id])
  await server.kill9()
  await expectServerMissed({ page, syncState })
  await expect(stock(first)).toBeVisible()
  await server.start()
  await waitForState('live')
  // A database without full durability begins a new life of its log: what was seen before counts for nothing.
  const [log] = await sql.query<{ epoch: string }>('SELECT epoch FROM log_state')
  await expect.poll(async () => (await readDeviceStore(page)).meta.position?.epoch).toBe(log?.epoch)
  await sql.query('UPDATE products SET stock = stock - 1 WHERE id = $1', [first])
  await expectEqualToDatabase(page, sql, branch)
})

test('a server that is stopped in order in the middle of changes, and started again: nothing is lost @stack', async ({
  admin,
  sql,
  counter,
  server,
}) => {
  const branch = await admin.makeBranch({ products: 100 })
  const [first = 0] = branch.productIds
  const { page, stock, waitForState } = await counter(branch)
  for (let round = 0; round < 5; round += 1) {
    await sql.query('UPDATE products SET stock = stock + 1 WHERE branch_id = $1', [branch.id])
  }
  expect(await server.stop()).toBe(0)
  await server.start()
  await expect(stock(first)).toHaveText('106', { timeout: 30_000 })
  await waitForState('live')
  await expectEqualToDatabase(page, sql, branch)
  await sql.query('UPDATE products SET stock = 1 WHERE id = $1', [first])
  await expect(stock(first)).toHaveText('1')
})

test('[C5] with the broker away and REST up the counter polls, does not look live, and says why @stack', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0, second = 0] = branch.productIds
  const broker = createBrokerSwitch()
  const { page, stock, syncState, waitForState } = await counter(branch, { prepare: broker.install })
  await broker.cut()
  await expect(syncState).toHaveAttribute('data-state', 'catching-up')
  await expect(page.getByText(words.sync.brokerTitle)).toBeVisible()
  await sql.query('UPDATE products SET stock = 8 WHERE id = $1', [first])
  await expect(stock(first)).toHaveText('8')
  await expect(syncState).toHaveAttribute('data-state', 'catching-up')
  broker.restore()
  await waitForState('live')
  await expect(page.getByText(words.sync.brokerTitle)).toHaveCount(0)
  await sql.query('UPDATE products SET stock = 9 WHERE id = $1', [second])
  await expect(stock(second)).toHaveText('9')
})

/** Offline when the broker went with the server; an external broker is still there, and then it is only not live. */
async function expectServerMissed({ page, syncState }: Pick<Counter, 'page' | 'syncState'>): Promise<void> {
  await expect(syncState).not.toHaveAttribute('data-state', 'live', { timeout: SILENCE_DEADLINE_MS })
  await expect(page.getByText(words.sync.serverTitle)).toBeVisible()
}

/** Stands between a tablet's page and the broker alone: with the embedded broker REST comes over the same port. */
function createBrokerSwitch() {
  const open = new Set<() => Promise<void>>()
  let isAway = false
  return {
    async install(context: BrowserContext): Promise<void> {
      await keepEngineInPage(context)
      await context.routeWebSocket(/.*/, async (socket) => {
        if (isAway) return await socket.close()
        socket.connectToServer()
        open.add(() => socket.close())
      })
    },
    async cut(): Promise<void> {
      isAway = true
      await Promise.all([...open].map((close) => close()))
      open.clear()
    },
    restore(): void {
      isAway = false
    },
  }
}

/** Stands in the broker's place and says no to whoever connects, in the version of MQTT that it was asked in. */
function createRefusingBroker() {
  const open = new Set<() => Promise<void>>()
  let isRefusing = false
  let refused = 0
  return {
    refused: () => refused,
    async install(context: BrowserContext): Promise<void> {
      await keepEngineInPage(context)
      await context.routeWebSocket(/.*/, (socket) => {
        if (!isRefusing) {
          socket.connectToServer()
          open.add(() => socket.close())
          return
        }
        let connect = Buffer.alloc(0)
        socket.onMessage((part) => {
          connect = Buffer.concat([connect, Buffer.from(part)])
          const name = connect.indexOf('MQTT')
          const version = name < 0 ? undefined : connect[name + 4]
          if (version === undefined) return
          refused += 1
          socket.send(version === 5 ? Buffer.from([0x20, 3, 0, 135, 0]) : Buffer.from([0x20, 2, 0, 5]))
        })
      })
    },
    accept(): void {
      isRefusing = false
    },
    async refuse(): Promise<void> {
      isRefusing = true
      await Promise.all([...open].map((close) => close()))
    },
  }
}
