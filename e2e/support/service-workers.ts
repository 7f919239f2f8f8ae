import { expect, type Page } from '@playwright/test'

const INSTALL_DEADLINE_MS = 40_000

/** The browser's own hand on the service workers of a tablet. */
export interface WorkerControl {
  /** Ends them in the middle of whatever they do, as a browser does that needs the memory. */
  stopAll(): Promise<void>
  /** The browser says that there is a network. */
  dispatchSync(tag: string): Promise<void>
}

/** Through a page of the same origin, which stays open. */
export async function controlWorkers(page: Page): Promise<WorkerControl> {
  const session = await page.context().newCDPSession(page)
  const { origin } = new URL(page.url())
  const registration = new Promise<string>((resolve) => {
    session.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const known = registrations.find(({ scopeURL }) => scopeURL.startsWith(origin))
      if (known) resolve(known.registrationId)
    })
  })
  await session.send('ServiceWorker.enable')
  const registrationId = await registration
  return {
    async stopAll() {
      await session.send('ServiceWorker.stopAllWorkers')
    },
    async dispatchSync(tag) {
      await session.send('ServiceWorker.dispatchSyncEvent', { origin, registrationId, tag, lastChance: false })
    },
  }
}

/**
 * What the app asks by itself every hour. Resolves when the new version waits. Asks again until then: a browser that is still
 * looking after a page was opened joins the question to that look, which may have read the build before.
 */
export async function findUpdate(page: Page): Promise<void> {
  // Somebody is here, so that the new version waits: under the clock that tests put in, a page that has just been loaded counts from 1970.
  await page.mouse.move(5, 5)
  await page.mouse.move(6, 6)
  const stateAfterLook = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready
      if (registration.installing === null && registration.waiting === null) await registration.update()
      return registration.waiting?.state
    })
  // A hundred files come anew, on a machine that may be doing something else; a page that loads again meanwhile is asked after that.
  await expect.poll(() => stateAfterLook().catch(() => null), { timeout: INSTALL_DEADLINE_MS }).toBe('installed')
}
