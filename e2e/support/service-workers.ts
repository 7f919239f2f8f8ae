import type { Page } from '@playwright/test'

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
