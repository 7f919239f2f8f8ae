/**
 * A browser whose tabs are hidden and frozen for real. Playwright tells every page that it is seen and has the focus; this one
 * is driven by puppeteer, which does not.
 */
import { expect } from '@playwright/test'
import puppeteer, { type CDPSession, type Page, type Target } from 'puppeteer-core'
import { findChromium } from '../../scripts/chromium.ts'

const LIVE_DEADLINE_MS = 30_000

export interface PlainTab {
  /** Brings it to the front; whichever was there is hidden. */
  show(): Promise<void>
  /** Freezes it as the browser does with a tab that is hidden for long; showing it thaws it. */
  freeze(): Promise<void>
  close(): Promise<void>
  /** WebSockets that it has open. */
  sockets(): number
  /** Names of the Web Locks that any page of its origin holds. */
  heldLocks(): Promise<readonly string[]>
  /** What the element with this test id says; null while there is none. */
  text(testId: string): Promise<string | null>
  waitForState(state: 'live' | 'catching-up' | 'offline'): Promise<void>
}

export interface PlainBrowser {
  /** A tab in front of the others. */
  open(url: string): Promise<PlainTab>
  /** Errors that a page or a service worker wrote. */
  errors(): readonly string[]
  close(): Promise<void>
}

export async function openPlainBrowser(): Promise<PlainBrowser> {
  const browser = await puppeteer.launch({
    executablePath: findChromium() ?? '',
    headless: true,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
    // A tab in the background has to be one.
    ignoreDefaultArgs: ['--disable-renderer-backgrounding', '--disable-backgrounding-occluded-windows'],
    defaultViewport: { width: 1280, height: 800 },
  })
  const errors: string[] = []
  browser.on('targetcreated', (target) => {
    // One that has ended by then has nothing more to say.
    if (target.type() === 'service_worker') hearWorker(target, errors).catch(() => undefined)
  })
  return {
    errors: () => errors,
    close: () => browser.close(),
    async open(url) {
      const page = await browser.newPage()
      page.on('console', (message) => {
        if (message.type() === 'error') errors.push(`console: ${message.text()}`)
      })
      page.on('pageerror', (error) => errors.push(`uncaught: ${String(error)}`))
      const tab = await tabOf(page)
      await page.goto(url)
      return tab
    },
  }
}

/** Also what it wrote before: the browser tells that again to whoever begins to listen. */
async function hearWorker(target: Target, errors: string[]): Promise<void> {
  const session = await target.createCDPSession()
  session.on('Runtime.consoleAPICalled', ({ type, args }) => {
    const text = args.map(({ value, description }) => description ?? String(value)).join(' ')
    if (type === 'error') errors.push(`service worker: ${text}`)
  })
  session.on('Runtime.exceptionThrown', ({ exceptionDetails: { exception, text } }) =>
    errors.push(`service worker, uncaught: ${exception?.description ?? text}`),
  )
  session.on('Log.entryAdded', ({ entry: { level, text, url } }) => {
    if (level === 'error') errors.push(`service worker: ${text} (${url})`)
  })
  await Promise.all([session.send('Runtime.enable'), session.send('Log.enable')])
}

/** Those of the page and of its workers, by who opened them; a worker that has ended has none. */
async function watchSockets(page: Page, session: CDPSession): Promise<() => number> {
  const open = new Map<unknown, Set<string>>()
  const watch = async (owner: unknown, its: CDPSession) => {
    const sockets = new Set<string>()
    open.set(owner, sockets)
    its.on('Network.webSocketCreated', ({ requestId }) => sockets.add(requestId))
    its.on('Network.webSocketClosed', ({ requestId }) => sockets.delete(requestId))
    await its.send('Network.enable')
  }
  page.on('workercreated', (worker) => void watch(worker, worker.client).catch(() => undefined))
  page.on('workerdestroyed', (worker) => open.delete(worker))
  await watch(page, session)
  return () => [...open.values()].reduce((sum, sockets) => sum + sockets.size, 0)
}

async function tabOf(page: Page): Promise<PlainTab> {
  const session = await page.createCDPSession()
  const sockets = await watchSockets(page, session)
  const read = async (testId: string, attribute: string | null) =>
    await page.evaluate(
      (id, name) => {
        const element = document.querySelector(`[data-testid="${id}"]`)
        return (name === null ? element?.textContent : element?.getAttribute(name)) ?? null
      },
      testId,
      attribute,
    )
  return {
    show: () => page.bringToFront(),
    async freeze() {
      await session.send('Page.setWebLifecycleState', { state: 'frozen' })
    },
    close: () => page.close(),
    sockets,
    heldLocks: () =>
      page.evaluate(async () => {
        const { held = [] } = await navigator.locks.query()
        return held.map(({ name = '' }) => name)
      }),
    text: (testId) => read(testId, null),
    async waitForState(state) {
      await expect.poll(() => read('sync-state', 'data-state'), { timeout: LIVE_DEADLINE_MS }).toBe(state)
    },
  }
}
