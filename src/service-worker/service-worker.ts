/// <reference lib="webworker" />
/**
 * Keeps the shell on the device, so that the app opens without a network, runs the full refresh for all
 * tabs (rule R1), and sends sales once there is a network (rule Q4).
 */
import * as v from 'valibot'
import { cleanupOutdatedCaches, PrecacheController, PrecacheRoute } from 'workbox-precaching'
import { NavigationRoute, registerRoute } from 'workbox-routing'
import { failureKind } from '../sync/failure-kind.ts'
import { drainQueue } from '../sync/outbox/transaction-queue.ts'
import { refreshDevice } from '../sync/refresh/device-refresh.ts'
import type { RefreshMode } from '../sync/refresh/refresh.pure.ts'
import type { RefreshOutcome } from '../sync/refresh/refresh-deps.ts'
import {
  REFRESH_TAG,
  type RefreshReply,
  refreshRequestSchema,
  SEND_SALES_TAG,
} from '../sync/refresh/worker-messages.ts'
import { retireFiles } from './earlier-build.ts'
import { withContext } from './worker-context.ts'
import { watchWorkerErrors } from './worker-journal.ts'

declare global {
  /** Background Sync and Periodic Background Sync, where the browser has them: not in TypeScript's library. */
  interface ServiceWorkerGlobalScopeEventMap {
    sync: ExtendableEvent & { readonly tag: string }
    periodicsync: ExtendableEvent & { readonly tag: string }
  }
}

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: Array<{ url: string; revision: string | null }> }

watchWorkerErrors(self)

const SHELL = '/index.html'
const precache = new PrecacheController()
precache.addToCacheList(self.__WB_MANIFEST)
cleanupOutdatedCaches()
registerRoute(new PrecacheRoute(precache))
registerRoute(
  new NavigationRoute(precache.createHandlerBoundToURL(SHELL), {
    denylist: [
      /^\/api\//,
      /^\/mqtt/,
      /^\/healthz/,
      /^\/readyz/,
      /^\/metrics/,
      /^\/internal\//,
      /^\/licenses/,
      /^\/docs(\/|$)/,
    ],
  }),
)
registerRoute(
  ({ sameOrigin, url }) => sameOrigin && url.pathname.startsWith('/assets/'),
  async ({ request }) => (await caches.match(request, { cacheName: precache.strategy.cacheName })) ?? fetch(request),
)

// The files of a version that waits lie beside those of the one in charge; nothing is deleted before it takes over.
self.addEventListener('install', (event) => {
  // The event waits for it too, and fails with it: the version before goes on, and the next look tries again.
  precache.install(event).catch(() => undefined)
})
self.addEventListener('activate', (event) => {
  const current = new Set(precache.getURLsToCacheKeys().values())
  const build = precache.getCacheKeyForURL(SHELL) ?? ''
  event.waitUntil(
    retireFiles(precache.strategy.cacheName, current, build)
      // A file too many does no harm, a version that can't take over does.
      .catch(() => undefined)
      .then(() => self.clients.claim()),
  )
})

self.addEventListener('message', (event) => {
  // A new version waits until the tabs say so, all together (src/app/app-update.ts): a reload in the middle of work is never forced.
  if (event.data?.type === 'SKIP_WAITING') {
    void self.skipWaiting()
    return
  }
  const request = v.safeParse(refreshRequestSchema, event.data)
  const [port] = event.ports
  if (!request.success || !port) return
  const reply = (message: RefreshReply) => port.postMessage(message)
  reply({ type: 'working' })
  event.waitUntil(
    refreshFromWorker(self.location.origin, request.output.mode, () => reply({ type: 'working' })).then((outcome) =>
      reply({ type: 'done', outcome }),
    ),
  )
})
self.addEventListener('sync', (event) => {
  if (event.tag === SEND_SALES_TAG) event.waitUntil(workOnline())
})
self.addEventListener('periodicsync', (event) => {
  if (event.tag === REFRESH_TAG) event.waitUntil(workOnline())
})

/** There is a network, and maybe no page: what waits goes up and what is stale is refreshed, each whatever becomes of the other. */
async function workOnline(): Promise<void> {
  const { origin } = self.location
  const [sent] = await Promise.allSettled([
    sendFromWorker(origin),
    refreshFromWorker(origin, 'if-stale', () => undefined),
  ])
  // The browser calls again later.
  if (sent.status === 'rejected') throw sent.reason
}

/** The same refresh as in a page. `onProgress`: it is alive, which may take long on a slow line. Never rejects. */
async function refreshFromWorker(origin: string, mode: RefreshMode, onProgress: () => void): Promise<RefreshOutcome> {
  try {
    const outcome = await withContext(
      origin,
      'refresh',
      ({ db, queue, updates }) =>
        refreshDevice(
          {
            db,
            queue,
            updates,
            isLogFollowed: async () => (await self.clients.matchAll({ type: 'window' })).length > 0,
            // The page learns the outcome and shows it; what failed is asked again.
            onFailure: (error) => queue.journal.note(failureKind(error, 'worker'), 'Service worker, refresh', error),
            onPage: onProgress,
          },
          mode,
        ),
      onProgress,
    )
    return outcome ?? 'failed'
  } catch {
    return 'failed'
  }
}

/**
 * Sends what waits; the browser calls when there is a network, also without a page. Rejects while something still waits, so that
 * the browser calls again.
 */
async function sendFromWorker(origin: string): Promise<void> {
  const outcome = await withContext(origin, 'sending', ({ queue }) => drainQueue(queue, { ignoreBackoff: true }))
  if (outcome?.kind === 'waiting' || outcome?.kind === 'failed') throw new Error('Not everything could be sent yet')
}
