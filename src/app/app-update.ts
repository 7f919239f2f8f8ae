import { Workbox } from 'workbox-window'
import type { Observable } from '../sync/sync-status.ts'

export interface AppUpdate {
  /** True once a new version waits to be installed. */
  readonly ready: Observable<boolean>
  /** Lets the new version take over and reloads this page when it has. */
  install(): void
}

/** A tablet stays open for days: look for a new version now and then. ms. */
const LOOK_EVERY_MS = 60 * 60 * 1000

/**
 * Registers the service worker at `url` and watches for new versions. Never reloads by itself; a page whose other tab
 * installed the new version goes on with what it has loaded. Without service workers it does nothing.
 */
export function createAppUpdate(url: string): AppUpdate {
  let isReady = false
  const listeners = new Set<() => void>()
  const ready: Observable<boolean> = {
    get: () => isReady,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
  if (!('serviceWorker' in navigator)) return { ready, install: () => undefined }

  const workbox = new Workbox(url)
  workbox.addEventListener('waiting', () => {
    isReady = true
    for (const listener of listeners) listener()
  })
  const look = () => {
    // Offline is no fault: the next hour looks again.
    workbox.update().catch(() => undefined)
  }
  // Without the worker the app runs as before, only its shell is not cached.
  workbox
    .register()
    .then(() => setInterval(look, LOOK_EVERY_MS))
    .catch(() => undefined)
  return {
    ready,
    install() {
      workbox.addEventListener('controlling', () => location.reload())
      workbox.messageSkipWaiting()
    },
  }
}
