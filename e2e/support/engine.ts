import { type BrowserContext, expect, type Page, type Worker } from '@playwright/test'

/**
 * Goes into `prepare`: this tablet's browser gives no workers, so the same engine runs in the page, where a test can get between it and
 * its WebSocket or its clock.
 */
export async function keepEngineInPage(context: BrowserContext): Promise<void> {
  await context.addInitScript(() => void Reflect.deleteProperty(window, 'Worker'))
}

/** The worker in which this page's engine runs. */
export async function engineOf(page: Page): Promise<Worker> {
  await expect.poll(() => page.workers().length).toBe(1)
  const [worker] = page.workers()
  if (!worker) throw new Error('no engine')
  return worker
}
