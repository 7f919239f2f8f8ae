/** Several tabs of one tablet share one connection, whatever becomes of the tab that holds it (rule C9). */
import type { CDPSession, Page } from '@playwright/test'
import type { Branch } from './support/admin-client.ts'
import type { Counter } from './support/counter.ts'
import { expectEqualToDatabase } from './support/device-store.ts'
import { expect, test } from './support/fixtures.ts'
import { openPlainBrowser, type PlainTab } from './support/plain-browser.ts'
import { createSocketWatch, type SocketWatch } from './support/socket-watch.ts'
import type { SqlClient } from './support/sql-client.ts'

const LEADER_LOCK = 'mstore-leader'
/** What Chromium itself writes when a page is frozen before the broker has confirmed the end of its connection. */
const FROZEN_SOCKET = /WebSocket connection to .* failed: Page entered Back-Forward Cache/

test('[C9] one tab is connected, all are live, and another takes over when it closes @stack', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const sockets = createSocketWatch()
  const first = await counter(branch, { prepare: sockets.install })
  const second = await openTab(first)
  const pages = [first.page, second, await openTab(first)]
  await expectAllLive(sql, branch, pages)
  await expectOneConnected(sockets, pages)

  const connected = pages.find((page) => sockets.openOn(page) === 1)
  await connected?.close()
  const left = pages.filter((page) => page !== connected)
  expect(left).toHaveLength(2)
  await expectOneConnected(sockets, left)
  await expectAllLive(sql, branch, left)
})

test('[C9] another tab takes over when the one that is connected crashes', async ({ admin, sql, counter }) => {
  const branch = await admin.makeBranch({ products: 3 })
  const sockets = createSocketWatch()
  const first = await counter(branch, { prepare: sockets.install })
  const second = await openTab(first)
  await expectAllLive(sql, branch, [first.page, second])
  const crashed = first.page.waitForEvent('crash')
  const session = await first.context.newCDPSession(first.page)
  // It never answers: what would answer is gone.
  void session.send('Page.crash').catch(() => undefined)
  await crashed
  await expectOneConnected(sockets, [second])
  await expectAllLive(sql, branch, [second])
})

test('[C9, C3] a tab that stands still is robbed of the connection, and gives up when it goes on', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 20 })
  const sockets = createSocketWatch()
  const first = await counter(branch, {
    prepare: async (context) => {
      await sockets.install(context)
      await context.addInitScript(countTransactions)
    },
  })
  const second = await openTab(first)
  await expectAllLive(sql, branch, [first.page, second])

  const still = await standStill(first.page)
  await expectOneConnected(sockets, [second])
  await expect(second.getByTestId('sync-state')).toHaveAttribute('data-state', 'live')
  // What the first one's socket still gets waits in it, until it goes on.
  for (let round = 0; round < 20; round += 1) {
    await sql.query('UPDATE products SET stock = stock + 1 WHERE branch_id = $1', [branch.id])
  }
  await expectEqualToDatabase(second, sql, branch)
  await still.goOn()

  await expectOneConnected(sockets, [second, first.page])
  await sql.query('UPDATE products SET stock = stock + 1 WHERE branch_id = $1', [branch.id])
  await expectEqualToDatabase(first.page, sql, branch)
  await expectAllLive(sql, branch, [first.page, second])

  await second.close()
  await expectOneConnected(sockets, [first.page])
  await expectAllLive(sql, branch, [first.page])
})

test('[C9] a page in the back/forward cache is not connected meanwhile, then live at once', async ({
  admin,
  sql,
  counter,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const [first = 0] = branch.productIds
  const sockets = createSocketWatch()
  const { page, stock, syncState, waitForState } = await counter(branch, { prepare: sockets.install })
  const turn = (type: 'pagehide' | 'pageshow') =>
    page.evaluate((name) => window.dispatchEvent(new PageTransitionEvent(name, { persisted: true })), type)
  // Playwright turns the page cache off, so the page is told what it would be told.
  await turn('pagehide')
  await expect.poll(() => sockets.openOn(page)).toBe(0)
  await expect(syncState).not.toHaveAttribute('data-state', 'live')
  await sql.query('UPDATE products SET stock = 44 WHERE id = $1', [first])
  await turn('pageshow')
  await waitForState('live')
  await expect(stock(first)).toHaveText('44')
  expect(sockets.openOn(page)).toBe(1)
})

test('[C9] the connection goes with the tab that is seen, and never to one that is not', async ({
  admin,
  sql,
  network,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const browser = await openPlainBrowser()
  try {
    const first = await browser.open(`${network.origin}/enrol#code=${await admin.pairingCode(branch)}`)
    await first.waitForState('live')
    const second = await browser.open(network.origin)
    await second.waitForState('live')
    await expectConnected([second], [first])
    for (const [shown, hidden] of [
      [first, second],
      [second, first],
    ] as const) {
      await shown.show()
      await expectConnected([shown], [hidden])
      await shown.waitForState('live')
    }
    // Hidden both: a third one is in front, which is not ours.
    const other = await browser.open('about:blank')
    await first.waitForState('live')
    await expectConnected([second], [first])
    await other.close()
    await expectStock(sql, branch, [first, second])
    expect(browser.errors()).toEqual([])
  } finally {
    await browser.close()
  }
})

test('[C9] a tab that the browser freezes gives the connection up before, and is right when thawed', async ({
  admin,
  sql,
  network,
}) => {
  const branch = await admin.makeBranch({ products: 3 })
  const browser = await openPlainBrowser()
  try {
    const first = await browser.open(`${network.origin}/enrol#code=${await admin.pairingCode(branch)}`)
    await first.waitForState('live')
    // Of the same origin, so that it sees the locks, and no part of the app.
    const witness = await browser.open(`${network.origin}/readyz`)
    await expectConnected([first], [])
    expect(await witness.heldLocks()).toContain(LEADER_LOCK)
    await first.freeze()
    await expect.poll(() => witness.heldLocks()).not.toContain(LEADER_LOCK)
    const second = await browser.open(network.origin)
    await second.waitForState('live')
    await sql.query('UPDATE products SET stock = 33 WHERE branch_id = $1', [branch.id])
    await second.close()
    await first.show()
    await first.waitForState('live')
    await expectConnected([first], [])
    await expectStock(sql, branch, [first])
    expect(browser.errors().filter((line) => !FROZEN_SOCKET.test(line))).toEqual([])
  } finally {
    await browser.close()
  }
})

async function openTab({ context, page }: Counter): Promise<Page> {
  const tab = await context.newPage()
  await tab.goto(new URL('/', page.url()).href)
  return tab
}

async function expectOneConnected(sockets: SocketWatch, pages: readonly Page[]): Promise<void> {
  const connected = () => pages.map(sockets.openOn).toSorted()
  await expect.poll(connected).toEqual([...pages.slice(1).map(() => 0), 1])
}

/** Every tab says live, and a change in the database reaches each. */
async function expectAllLive(sql: SqlClient, branch: Branch, pages: readonly Page[]): Promise<void> {
  const [id = 0] = branch.productIds
  for (const page of pages) await expect(page.getByTestId('sync-state')).toHaveAttribute('data-state', 'live')
  const [row] = await sql.query<{ stock: number }>(
    'UPDATE products SET stock = stock - 1 WHERE id = $1 RETURNING stock',
    [id],
  )
  for (const page of pages) await expect(page.getByTestId(`stock-${id}`)).toHaveText(String(row?.stock))
  for (const page of pages) await expect(page.getByTestId('sync-state')).toHaveAttribute('data-state', 'live')
}

/**
 * Stops the page's main thread: no timer, no message, no event, and nobody is told. Not in the middle of a transaction: what that
 * holds no other tab could write, whoever is connected.
 */
async function standStill(page: Page): Promise<{ goOn(): Promise<void> }> {
  const session: CDPSession = await page.context().newCDPSession(page)
  await session.send('Debugger.enable')
  const paused = new Promise((resolve) => session.once('Debugger.paused', resolve))
  // Does not return before the page goes on.
  void page.evaluate(stopBetweenTransactions).catch(() => undefined)
  await paused
  return {
    async goOn() {
      await session.send('Debugger.disable')
      await session.detach()
    },
  }
}

declare global {
  interface Window {
    openTransactions: number
  }
}

/** In the page, before anything else: how many transactions it has open. */
function countTransactions(): void {
  window.openTransactions = 0
  const begin = IDBDatabase.prototype.transaction
  IDBDatabase.prototype.transaction = function (this: IDBDatabase, ...given) {
    const transaction = begin.apply(this, given)
    window.openTransactions += 1
    for (const end of ['complete', 'abort']) transaction.addEventListener(end, () => (window.openTransactions -= 1))
    return transaction
  }
}

/** In the page. */
function stopBetweenTransactions(): void {
  if (window.openTransactions > 0) setTimeout(stopBetweenTransactions, 0)
  // biome-ignore lint/suspicious/noDebugger: the debugger of the test is what stops it
  else debugger
}

async function expectConnected(tabs: readonly PlainTab[], others: readonly PlainTab[]): Promise<void> {
  const open = () => [...tabs, ...others].map((tab) => tab.sockets())
  await expect.poll(open).toEqual([...tabs.map(() => 1), ...others.map(() => 0)])
}

async function expectStock(sql: SqlClient, branch: Branch, tabs: readonly PlainTab[]): Promise<void> {
  const [id = 0] = branch.productIds
  await sql.query('UPDATE products SET stock = 17.5 WHERE id = $1', [id])
  for (const tab of tabs) {
    await tab.show()
    await expect.poll(() => tab.text(`stock-${id}`)).toBe('17,5')
  }
}
