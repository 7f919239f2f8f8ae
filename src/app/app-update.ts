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

/** What a person sees of it. `waitsFor`: whose input an accepted or already taken version waits for. */
export interface UpdateView {
  readonly kind: 'none' | 'offered' | 'accepted' | 'switched'
  readonly waitsFor: 'this-tab' | 'other-tabs'
  /** A part of the app could not be loaded: the version of this tab may be gone everywhere. */
  readonly isPartLost: boolean
}

export interface AppUpdate {
  readonly view: Observable<UpdateView>
  accept(): void
  later(): void
}

/** A tablet stays open for days: look for a new version now and then. ms. */
const ASK_SERVER_EVERY_MS = 60 * 60 * 1000
const LOOK_EVERY_MS = 1_000
/** If a worker takes longer to take over, ms, leave it to the next look. */
const TAKEOVER_MS = 10_000
/** Events that may open something. Those of MOVES only show that somebody is there. */
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
  /** The worker whose version this page is of. */
  let own: ServiceWorker | null = null
  let touchedAt = steadyNow()
  let isTaking = false
  /** Since when this page knows of the moment until which it is put off, steady ms. */
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

  /** One tab at a time tries. It holds the locks until the new version is in charge, so that no tab begins work unnoticed meanwhile. */
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

  /** True while a "later" of some tab holds: by the wall clock, and by this page's steady clock. */
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
    // What it did, a dialog that it opened, is in the page after its handlers.
    setTimeout(look, 0)
  }

  function onNewController(): void {
    const before = own
    own = serviceWorker.controller
    // The first worker of all takes the page over in the version that the page is of.
    if (before === null || before === own) return
    take({ type: 'switched' })
    look()
  }

  async function start(): Promise<void> {
    registration = await workbox.register()
    own = registration?.active ?? null
    look()
    setInterval(() => {
      // Offline is no fault: the next time looks again.
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
  // A frozen tab can no longer say that nobody is at work, so say it now. What was typed in stays protected by its own lock.
  onPage(['frozen'], () => attendedHold.set(false))
  setInterval(look, LOOK_EVERY_MS)
  // Without the worker the app runs as before, only its shell is not cached.
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

/** Loads the page anew in the newest version that is on the device, whether or not somebody accepted it. */
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

/** A new version is in charge, or did not get there in time. */
async function takenOver(container: ServiceWorkerContainer): Promise<unknown> {
  const switched = new Promise((resolve) => {
    container.addEventListener('controllerchange', resolve, { once: true })
  })
  return await within(systemClock, TAKEOVER_MS, switched)
}

/** Wall clock, ms; 0: nobody said so. */
function readLater(): number {
  return Number(readKept(LATER_KEY))
}

/** Where nothing can be kept, it may be taken at the next idle moment. */
function rememberLater(until: number): void {
  keep(LATER_KEY, String(until))
}
