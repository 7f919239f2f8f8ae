/**
 * The page's side of the engine (src/sync/engine/engine-port.ts): a worker that is begun, watched, and begun again when it dies; the
 * page itself where a browser gives none.
 */
import { proxy, wrap } from 'comlink'
import type {
  EngineControl,
  EnginePage,
  EngineStart,
  EngineWorker,
  PreviewMessage,
} from '../sync/engine/engine-port.ts'
import type { ClockLike, FailureJournal } from '../sync/ports.ts'
import { createTimers } from '../sync/timers.ts'
import { withPlace } from './page-journal.ts'

export interface EngineHost extends EngineControl {
  /** Ends it without another word: this page is about to stand still, and a transaction that stands still holds up every other tab. */
  kill(): void
}

/** What is asked of it while it runs; how it ends is told apart. */
type Beside = Omit<EngineControl, 'stop'>

export interface EngineHostDeps {
  /** What it begins with, at this moment. */
  readonly start: () => EngineStart
  readonly page: EnginePage
  /** Null: the page does it. Throws where the browser gives no worker. */
  readonly spawn: () => Worker | null
  /** The same engine in this page. */
  readonly inPage: (start: EngineStart, page: EnginePage) => Promise<EngineControl>
  readonly locks: LockManager
  readonly clock: ClockLike
  readonly journal: FailureJournal
  /** It has died: what it anticipated may never be stored, and nothing is live until it has begun again. */
  readonly onDeath: () => void
}

/** So many deaths one soon after the other, and the page does it itself: it goes on after an error that nobody caught. */
const MAX_DEATHS = 3
/** A worker that lived for so long has not died of its beginning, ms. */
const SOON_MS = 60_000
/** From the start of its script to the open databases, ms. */
const BEGIN_MS = 30_000
const BEGIN_AGAIN_MS = 500
/** What a worker that was asked to stop has for its last write. */
const LAST_WORDS_MS = 1_000

export function createEngineHost(deps: EngineHostDeps): EngineHost {
  const { clock, journal } = deps
  const timers = createTimers(clock)
  let running: { readonly control: Promise<Beside>; readonly end: (how: 'stop' | 'kill') => void } | null = null
  let deaths = 0

  function begin(): void {
    const worker = deaths < MAX_DEATHS ? spawn() : null
    running = worker ? beginIn(worker) : beginInPage()
  }

  function spawn(): Worker | null {
    try {
      return deps.spawn()
    } catch (error) {
      journal.note('worker', 'Engine, no worker', error)
      return null
    }
  }

  function beginIn(worker: Worker) {
    const start = deps.start()
    const remote = wrap<EngineWorker>(worker)
    const watching = new AbortController()
    const { page, silence } = whileNotSilent(deps.page)
    let begunAt: number | null = null
    let dead: () => void = () => undefined
    const death = new Promise<'failed'>((resolve) => {
      dead = () => resolve('failed')
    })

    function end(how: 'stop' | 'kill'): void {
      timers.clear('patience')
      silence()
      watching.abort()
      dead()
      if (how === 'kill') worker.terminate()
      else {
        void remote.stop()
        clock.after(LAST_WORDS_MS, () => worker.terminate())
      }
    }

    function die(error: unknown): void {
      if (watching.signal.aborted) return
      end('kill')
      journal.note('worker', 'Engine', withPlace(error))
      running = null
      deps.onDeath()
      if (begunAt === null) {
        // One that never began would not the next time.
        deaths = MAX_DEATHS
        begin()
      } else {
        deaths = clock.steady() - begunAt < SOON_MS ? deaths + 1 : 1
        timers.set('begin', BEGIN_AGAIN_MS, begin)
      }
    }

    async function watch(): Promise<void> {
      begunAt = clock.steady()
      timers.clear('patience')
      await deps.locks.request(start.lock, { signal: watching.signal }, () => die('it is gone'))
    }

    worker.addEventListener('message', ({ data }) => hearPreview(page, data))
    worker.addEventListener('error', (event) => {
      // Chromium reports it as the page's own else, and it is noted here.
      event.preventDefault()
      die(event.error ?? event.message ?? 'it does not load')
    })
    const control = remote.begin(start, proxy(page)).then((): Beside => {
      void watch().catch(() => undefined)
      return {
        surroundings: (...news) => void remote.surroundings(...news),
        send: (options) => void remote.send(options),
        refresh: (mode) => Promise.race([remote.refresh(mode), death]),
      }
    })
    control.catch(die)
    timers.set('patience', BEGIN_MS, () => die('it does not begin'))
    return { control, end }
  }

  function beginInPage() {
    const { page, silence } = whileNotSilent(deps.page)
    const control = deps.inPage(deps.start(), page)
    control.catch((error: unknown) => journal.note('crash', 'Engine in the page', withPlace(error)))
    let isOver = false
    return {
      control,
      end() {
        if (isOver) return
        isOver = true
        silence()
        void control.then(
          (engine) => engine.stop(),
          () => undefined,
        )
      },
    }
  }

  function end(how: 'stop' | 'kill'): void {
    timers.clearAll()
    running?.end(how)
    running = null
  }

  function tell(told: (control: Beside) => void): void {
    void running?.control.then(told, () => undefined)
  }

  begin()
  return {
    surroundings: (...news) => tell((control) => control.surroundings(...news)),
    // One that has just begun sends everything by itself.
    send: (options) => tell((control) => control.send(options)),
    async refresh(mode) {
      try {
        return (await (await running?.control)?.refresh(mode)) ?? 'failed'
      } catch {
        return 'failed'
      }
    },
    stop: () => end('stop'),
    kill: () => end('kill'),
  }
}

/** Anything else is about the calls of the port. */
function hearPreview(page: EnginePage, message: PreviewMessage | { readonly type: string }): void {
  if ('anticipate' in message) page.anticipate(message.anticipate)
  else if ('forget' in message) page.forget()
}

/** After its end an engine's words are of no interest any more. */
function whileNotSilent(page: EnginePage): { page: EnginePage; silence: () => void } {
  let isSilent = false
  const say =
    <Given extends unknown[]>(tell: (...given: Given) => void) =>
    (...given: Given) => {
      if (!isSilent) tell(...given)
    }
  return {
    page: {
      status: say(page.status),
      diagnostics: say(page.diagnostics),
      anticipate: say(page.anticipate),
      forget: say(page.forget),
      refresh: page.refresh,
      note: page.note,
    },
    silence: () => {
      isSilent = true
    },
  }
}
