import type { CDPSession, Page } from '@playwright/test'

/**
 * Runs `work` while the page's main thread is `cpu` times slower, by the browser's protocol. Workers of the page and other processes
 * stay as fast as they are.
 */
export async function slowedDown<T>(page: Page, cpu: number, work: () => Promise<T>): Promise<T> {
  if (cpu === 1) return work()
  const session: CDPSession = await page.context().newCDPSession(page)
  try {
    await session.send('Emulation.setCPUThrottlingRate', { rate: cpu })
    return await work()
  } finally {
    await session.send('Emulation.setCPUThrottlingRate', { rate: 1 }).catch(() => undefined)
    await session.detach().catch(() => undefined)
  }
}
