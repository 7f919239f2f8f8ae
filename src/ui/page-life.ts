/** The only listeners for the browser's page lifecycle events. */

/**
 * `frozen`, `resumed`: Chromium stops the page and lets it go on. `kept`, `restored`: the browser puts the page into its back/forward
 * cache and takes it out again. `left`: the page ends. `loaded`: it has begun. `focused`: a person is in its window.
 */
export type PageEvent =
  | 'shown'
  | 'hidden'
  | 'frozen'
  | 'resumed'
  | 'kept'
  | 'restored'
  | 'left'
  | 'loaded'
  | 'focused'
  | 'online'
  | 'offline'

const ON_DOCUMENT: Readonly<Record<string, () => PageEvent>> = {
  visibilitychange: () => (isPageVisible() ? 'shown' : 'hidden'),
  freeze: () => 'frozen',
  resume: () => 'resumed',
}
const ON_WINDOW: Readonly<Record<string, (event: Event) => PageEvent>> = {
  pagehide: (event) => (isOfCache(event) ? 'kept' : 'left'),
  pageshow: (event) => (isOfCache(event) ? 'restored' : 'loaded'),
  focus: () => 'focused',
  online: () => 'online',
  offline: () => 'offline',
}

function isOfCache(event: Event): boolean {
  return 'persisted' in event && event.persisted === true
}

export function isPageVisible(): boolean {
  return document.visibilityState === 'visible'
}

/** Calls back at each of these events. Returns the function that unsubscribes. */
export function onPage(events: readonly PageEvent[], listener: (event: PageEvent) => void): () => void {
  const listening = new AbortController()
  const listen = (target: EventTarget, named: Readonly<Record<string, (event: Event) => PageEvent>>) => {
    for (const [type, nameOf] of Object.entries(named)) {
      const onEvent = (event: Event) => {
        const name = nameOf(event)
        if (events.includes(name)) listener(name)
      }
      target.addEventListener(type, onEvent, { signal: listening.signal })
    }
  }
  listen(document, ON_DOCUMENT)
  listen(window, ON_WINDOW)
  return () => listening.abort()
}

/** Calls back when this page resumes after it was frozen. Returns the function that unsubscribes. */
export function onThaw(listener: () => void): () => void {
  return onPage(['resumed', 'restored'], listener)
}
