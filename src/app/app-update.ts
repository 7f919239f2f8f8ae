/**
 * New versions of the app: found, offered, and taken by all tabs of the device together. What is decided stands in
 * update-policy.ts; here it meets the service worker, the other tabs and the clock.
 */
import { Workbox } from 'workbox-window'
import { isYoung, waitLeft } from '../domain/waiting.ts'
import { createObservable, isShallowEqual } from '../sync/observable.ts'
import type { FailureJournal } from '../sync/ports.ts'
import { steadyNow } from '../sync/steady-now.ts'
import type { Observable } from '../sync/sync-status.ts'
import { systemClock } from '../sync/system-clock.ts'
import { within } from '../sync/timers.ts'
import { keep, readKept } from '../ui/kept.ts'
import { onPage } from '../ui/page-life.ts'
import { createBrowserChannel } from './browser-ports.ts'
import { createSharedHold, whileNobodyHolds } from './shared-hold.ts'
import { createUnsavedInput } from './unsaved-input.ts'
import { isAttended, LATER_MS, NO_UPDATE, stepUpdate, type UpdateEffect, type UpdateEvent } from './update-policy.ts'

/** What the update prompt shows. `waitsFor`: whose unsaved input delays the switch to an accepted or already active version. */
export interface UpdateView {
  readonly kind: 'none' | 'offered' | 'accepted' | 'switched'
  readonly waitsFor: 'this-tab' | 'other-tabs'
  /** A chunk failed to load: the server and the cache may no longer have this tab's version. */
  readonly isPartLost: boolean
}

export interface AppUpdate {
  readonly view: Observable<UpdateView>
  accept(): void
  later(): void
}

/** Interval of the check for a new version, ms: a tablet stays open for days. */
const ASK_SERVER_EVERY_MS = 60 * 60 * 1000
const LOOK_EVERY_MS = 1_000
/** How long to wait for the new worker to take control, ms; after that the next look tries again. */
const TAKEOVER_MS = 10_000
/** Events that can open a dialog or change input. Events in MOVES only show that somebody is present. */
const ACTIONS = ['pointerdown', 'click', 'keydown'] as const
const MOVES = ['pointermove', 'wheel'] as const
const LATER_KEY = 'mstore-update-later'
const INPUT_LOCK = 'mstore-has-input'
const ATTENDED_LOCK = 'mstore-is-attended'

/**
 * Registers the service worker at `url` and watches for new versions. `hasCart`: goods in the cart that this tab shows. Without
 * service workers it does nothing.
 */
export function createAppUpdate(url: string, hasCart: () => boolean, journal: FailureJournal): AppUpdate {
  let state = NO_UPDATE
  let isPartLost = false
  let registration: ServiceWorkerRegistration | undefined
  /** The service worker that has the version of this page. */
  let own: ServiceWorker | null = null
  let touchedAt = steadyNow()
  let isTaking = false
  /** `until`: end of the current "later", wall clock ms. `seenAt`: when this page first read it, steady ms. */
  let putOff = { until: 0, seenAt: 0 }
  const view = createObservable<UpdateView>({ kind: 'none', waitsFor: 'other-tabs', isPartLost: false }, isShallowEqual)
  // Vite reports every part that fails to load on demand; the code that asked for it reports its own failure as well.
  window.addEventListener('vite:preloadError', () => {
    isPartLost = true
    journal.note('worker', 'Update, a part of this version is gone')
    show()
  })
  if (!('serviceWorker' in navigator)) return { view, accept: () => undefined, later: () => undefined }

  const { serviceWorker, locks } = navigator
  const workbox = new Workbox(url)
  const channel = createBrowserChannel('mstore-update')
  const input = createUnsavedInput(document, steadyNow)
  const inputHold = createSharedHold(locks, INPUT_LOCK)
  const attendedHold = createSharedHold(locks, ATTENDED_LOCK)

  function take(event: UpdateEvent): void {
    const step = stepUpdate(state, event)
    state = step.state
    show()
    for (const effect of step.effects) run(effect)
  }

  function run(effect: UpdateEffect): void {
    if (effect === 'take-when-free') void takeOver([INPUT_LOCK, ATTENDED_LOCK])
    else if (effect === 'take-when-safe') void takeOver([INPUT_LOCK])
    else if (effect === 'tell-accepted') channel.post('accepted')
    else if (effect === 'remember-later') rememberLater(Date.now() + LATER_MS)
    else location.reload()
  }

  /** Only one tab tries at a time. Hold the locks until the new worker is in control, so that no tab starts work in between. */
  async function takeOver(signs: readonly string[]): Promise<void> {
    if (isTaking) return
    isTaking = true
    try {
      await whileNobodyHolds(locks, ['mstore-update', ...signs], async () => {
        const switched = takenOver(serviceWorker)
        workbox.messageSkipWaiting()
        if ((await switched) === 'late') journal.note('worker', 'Update, the new version did not take over')
      })
    } finally {
      isTaking = false
    }
  }

  /** True while a "later" from any tab is in force, by both the wall clock and this page's steady clock. */
  function isPutOff(at: number): boolean {
    const until = readLater()
    if (until !== putOff.until) putOff = { until, seenAt: at }
    return waitLeft(until, LATER_MS, Date.now()) > 0 && isYoung(putOff.seenAt, LATER_MS, at)
  }

  function look(): void {
    const at = steadyNow()
    const work = { hasInput: input.isThere(), hasCart: hasCart(), touchedAt }
    inputHold.set(work.hasInput)
    attendedHold.set(isAttended(work, at))
    take({ type: 'look', at, work, isWaiting: (registration?.waiting ?? null) !== null, isPutOff: isPutOff(at) })
  }

  function show(): void {
    const { phase, isHidden } = state
    view.set({
      kind: phase === 'current' || (phase === 'offered' && isHidden) ? 'none' : phase,
      waitsFor: phase !== 'current' && input.isThere() ? 'this-tab' : 'other-tabs',
      isPartLost,
    })
  }

  function onMove(): void {
    touchedAt = steadyNow()
  }

  function onAction(): void {
    onMove()
    // Look only after the event's handlers have run: until then a dialog that they open is not in the page.
    setTimeout(look, 0)
  }

  function onNewController(): void {
    const before = own
    own = serviceWorker.controller
    // The very first worker takes control of a page that already has its version: nothing switched.
    if (before === null || before === own) return
    take({ type: 'switched' })
    look()
  }

  async function start(): Promise<void> {
    registration = await workbox.register()
    own = registration?.active ?? null
    look()
    setInterval(() => {
      // Offline is not an error: the next interval tries again.
      workbox.update().catch(() => undefined)
    }, ASK_SERVER_EVERY_MS)
  }

  serviceWorker.addEventListener('controllerchange', onNewController)
  workbox.addEventListener('waiting', look)
  channel.subscribe((message) => {
    if (message === 'accepted') take({ type: 'accepted-elsewhere' })
  })
  for (const name of ACTIONS) window.addEventListener(name, onAction, { capture: true, passive: true })
  for (const name of MOVES) window.addEventListener(name, onMove, { capture: true, passive: true })
  // Release the lock before the tab freezes: a frozen tab cannot release it later. Typed input keeps its own lock.
  onPage(['frozen'], () => attendedHold.set(false))
  setInterval(look, LOOK_EVERY_MS)
  // Without the worker the app still runs; only its files are not cached.
  start().catch((error) => journal.note('worker', 'Update, registering the service worker', error))

  return {
    view,
    accept() {
      take({ type: 'accept' })
      look()
    },
    later: () => take({ type: 'later' }),
  }
}

/** Reloads the page with the newest version on the device, whether or not somebody accepted it. */
export async function reloadIntoNewest(): Promise<void> {
  const container: ServiceWorkerContainer | undefined = navigator.serviceWorker
  const registration = await container?.getRegistration().catch(() => undefined)
  const { waiting } = registration ?? {}
  if (waiting) {
    const switched = takenOver(container)
    waiting.postMessage({ type: 'SKIP_WAITING' })
    await switched
  }
  location.reload()
}

/** Resolves when a new worker takes control; to 'late' after TAKEOVER_MS. */
async function takenOver(container: ServiceWorkerContainer): Promise<unknown> {
  const switched = new Promise((resolve) => {
    container.addEventListener('controllerchange', resolve, { once: true })
  })
  return await within(systemClock, TAKEOVER_MS, switched)
}

/** End of the "later", wall clock ms; 0: none. */
function readLater(): number {
  return Number(readKept(LATER_KEY))
}

/** If storage is blocked, the update may be taken at the next idle moment. */
function rememberLater(until: number): void {
  keep(LATER_KEY, String(until))
}
