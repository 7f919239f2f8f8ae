import { describe, expect, it, vi } from 'vitest'
import { askForBackgroundSync, askForPeriodicRefresh } from '../../../src/app/browser-ports.ts'
import { REFRESH_TAG, SEND_SALES_TAG } from '../../../src/sync/refresh/worker-messages.ts'

const HOUR_MS = 60 * 60_000

/** A browser whose worker is ready and has only this of what is asked for. */
const browserWith = (registration: object) =>
  ({ ready: Promise.resolve(registration) }) as unknown as ServiceWorkerContainer

describe('what the service worker may do with no page open', () => {
  it('[R1] a refresh now and then is asked for where the browser knows it', async () => {
    const register = vi.fn(async () => undefined)
    await askForPeriodicRefresh(browserWith({ periodicSync: { register } }))
    expect(register).toHaveBeenCalledExactlyOnceWith(REFRESH_TAG, { minInterval: 12 * HOUR_MS })
  })

  it('[R1] sending is asked for where the browser knows it', async () => {
    const register = vi.fn(async () => undefined)
    await askForBackgroundSync(browserWith({ sync: { register } }))
    expect(register).toHaveBeenCalledExactlyOnceWith(SEND_SALES_TAG)
  })

  it.each([
    ['periodicSync', askForPeriodicRefresh],
    ['sync', askForBackgroundSync],
  ])('[R1] where %s is not permitted or not known, nothing is registered and nothing fails', async (name, ask) => {
    const register = vi.fn(() => Promise.reject(new DOMException('Permission denied', 'NotAllowedError')))
    await expect(ask(browserWith({ [name]: { register } }))).resolves.toBeUndefined()
    // A refusal is the browser's last word until the app starts again.
    expect(register).toHaveBeenCalledOnce()
    await expect(ask(browserWith({}))).resolves.toBeUndefined()
  })
})
