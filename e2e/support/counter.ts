import type { BrowserContext, Locator, Page } from '@playwright/test'
import { expect } from '@playwright/test'
import { untilInPage } from './in-page.ts'

const LIVE_DEADLINE_MS = 40_000

export type CountName = 'received' | 'applied' | 'duplicate' | 'invalid' | 'gapsFilled'

export type MenuPath = '/sell' | '/' | '/transactions' | '/unsent' | '/shift' | '/owner' | '/settings' | '/diagnostics'

/** One tablet: a browser context of its own. */
export interface Counter {
  readonly context: BrowserContext
  readonly page: Page
  /** The number shown for a product (`data-testid="stock-{id}"`). Rows outside of the visible part are not in the page. */
  stock(productId: number): Locator
  readonly syncState: Locator
  waitForState(state: 'live' | 'catching-up' | 'offline'): Promise<void>
  /** Goes to another page of the app by the menu, without a load. */
  open(path: MenuPath): Promise<void>
  /** A number of the diagnostics page, which must be open. */
  count(name: CountName): Promise<number>
}

export function counterOf(context: BrowserContext, page: Page): Counter {
  const syncState = page.getByTestId('sync-state')
  return {
    context,
    page,
    stock: (productId) => page.getByTestId(`stock-${productId}`),
    syncState,
    async waitForState(state) {
      const timeout = LIVE_DEADLINE_MS
      // When it does not come, the expectation says what was there instead.
      await untilInPage(page, `[data-testid="sync-state"][data-state="${state}"]`, { timeout }).catch(() => undefined)
      await expect(syncState).toHaveAttribute('data-state', state)
    },
    open: async (path) => {
      await page.getByTestId('menu').click()
      await page.locator(`dialog nav a[href="${path}"]`).click()
    },
    count: async (name) => Number(await page.getByTestId(`count-${name}`).getAttribute('data-value')),
  }
}
