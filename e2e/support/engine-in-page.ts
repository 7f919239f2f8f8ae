import type { BrowserContext } from '@playwright/test'

/**
 * Goes into `prepare`: this tablet's browser gives no workers, so the same engine runs in the page, where a test can get between it and
 * its WebSocket or its clock.
 */
export async function keepEngineInPage(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => void Reflect.deleteProperty(window, 'Worker'))
}
