import type { BrowserContext, Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'

const LIVE_DEADLINE_MS = 30_000

/** One tablet: a browser context of its own, enrolled in a branch. */
export interface Counter {
  readonly context: BrowserContext
  readonly page: Page
  /** The number shown for a product (`data-testid="stock-{id}"`). Rows outside of the visible part are not in the page. */
  stock(productId: number): Locator
  readonly syncState: Locator
  waitForState(state: 'live' | 'catching-up' | 'offline'): Promise<void>
}

/** Opens the pairing link and waits until the branch's stock is live. */
export async function enrolCounter(context: BrowserContext, origin: string, pairingCode: string): Promise<Counter> {
  const page = await context.newPage()
  const counter = counterOf(context, page)
  await page.goto(`${origin}/enrol#code=${pairingCode}`)
  await counter.waitForState('live')
  return counter
}

export function counterOf(context: BrowserContext, page: Page): Counter {
  const syncState = page.getByTestId('sync-state')
  return {
    context,
    page,
    stock: (productId) => page.getByTestId(`stock-${productId}`),
    syncState,
    waitForState: (state) => expect(syncState).toHaveAttribute('data-state', state, { timeout: LIVE_DEADLINE_MS }),
  }
}
