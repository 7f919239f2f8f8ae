/** The browser behind the ports of src/sync. Thin: no decision is made here. */
import type { ChannelLike, PageLifeLike, PageTurn, StealableLockLike, VisibilityLike } from '../sync/ports.ts'
import { REFRESH_TAG, SEND_SALES_TAG } from '../sync/refresh/worker-messages.ts'
import type { WorkerPost } from '../sync/refresh/worker-refresh.ts'
import { isPageVisible, onPage, type PageEvent } from '../ui/page-life.ts'

export function createBrowserStealableLock(locks: LockManager, name: string): StealableLockLike {
  return {
    take(how, { onGranted, onLost }) {
      const waiting = new AbortController()
      let isOver = false
      let giveBack: () => void = () => undefined
      const held = new Promise<void>((resolve) => {
        giveBack = resolve
      })
      const hold = async () => {
        if (isOver) return
        onGranted()
        await held
      }
      const request =
        how === 'steal'
          ? locks.request(name, { steal: true }, hold)
          : locks.request(name, { signal: waiting.signal }, hold)
      request.catch(() => {
        if (!isOver) onLost()
      })
      return () => {
        isOver = true
        waiting.abort()
        giveBack()
      }
    },
  }
}

export function createBrowserChannel(name: string): ChannelLike & { close(): void } {
  const channel = new BroadcastChannel(name)
  return {
    post: (message) => channel.postMessage(message),
    subscribe(listener) {
      const onMessage = (event: MessageEvent<unknown>) => listener(event.data)
      channel.addEventListener('message', onMessage)
      return () => channel.removeEventListener('message', onMessage)
    },
    close: () => channel.close(),
  }
}

export function createPageLife(): PageLifeLike {
  return {
    isVisible: isPageVisible,
    onTurn: (listener) => onPage([...TURNS.keys()], (event) => listener(TURNS.get(event) ?? 'wake')),
  }
}

const TURNS: ReadonlyMap<PageEvent, PageTurn> = new Map([
  ['shown', 'shown'],
  ['hidden', 'hidden'],
  ['frozen', 'sleep'],
  ['kept', 'sleep'],
  ['left', 'sleep'],
  ['resumed', 'wake'],
  ['restored', 'wake'],
  ['loaded', 'wake'],
])

export function createBrowserVisibility(): VisibilityLike {
  return {
    isVisible: isPageVisible,
    isOnline: () => navigator.onLine,
    onWake: (listener) => onPage(['shown', 'resumed', 'online', 'offline', 'restored', 'loaded'], listener),
  }
}

/**
 * In WebKit a worker that is ended with its page now and then leaves a transaction open: no later page reads
 * that store until the browser is closed (WebKitGTK 2.50, one load in sixty under load; in the page never). Every WebKit names this vendor.
 */
export function leavesWorkersTransactionsOpen(): boolean {
  return navigator.vendor.startsWith('Apple')
}

/** The service worker that controls this page, if one does. */
export function findWorker(container: ServiceWorkerContainer | undefined): WorkerPost | null {
  const worker = container?.controller
  if (!worker) return null
  return (message, onReply) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = (event: MessageEvent<unknown>) => onReply(event.data)
    worker.postMessage(message, [port2])
  }
}

/** Runs once before the next paint; at once while the page is hidden, where no frame comes. */
export function beforePaint(callback: () => void): void {
  if (isPageVisible()) requestAnimationFrame(callback)
  else callback()
}

/** If the browser supports it, the service worker sends the queue as soon as there is a network, even with no page open. */
export async function askForBackgroundSync(container: ServiceWorkerContainer): Promise<void> {
  const registration: ServiceWorkerRegistration & { sync?: { register(tag: string): Promise<void> } } =
    await container.ready
  // Rejected without permission or in a private window: the page itself still sends.
  await registration.sync?.register(SEND_SALES_TAG).catch(() => undefined)
}

/** The shortest interval that browsers allow, ms. */
const PERIODIC_REFRESH_MS = 12 * 60 * 60 * 1000

/** If the browser grants it to an installed app, the service worker refreshes now and then, even with no page open. */
export async function askForPeriodicRefresh(container: ServiceWorkerContainer): Promise<void> {
  const registration: ServiceWorkerRegistration & {
    periodicSync?: { register(tag: string, options: { minInterval: number }): Promise<void> }
  } = await container.ready
  // Rejected without permission: the page's timer still refreshes.
  await registration.periodicSync?.register(REFRESH_TAG, { minInterval: PERIODIC_REFRESH_MS }).catch(() => undefined)
}
