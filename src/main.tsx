import type { i18n } from 'i18next'
import { options } from 'preact'
import { flushSync, lazy } from 'preact/compat'
import { createRoot } from 'preact/compat/client'
import { App } from './app/app.tsx'
import { createAppUpdate } from './app/app-update.ts'
import { readConfig } from './app/config.ts'
import { createApp } from './app/create-app.ts'
import { AppStartError } from './app/errors.ts'
import { createPageJournal, withPlace } from './app/page-journal.ts'
import { isRescue, RescueScreen } from './app/rescue-screen.tsx'
import { StartProblem, type StartProblemKind } from './app/start-problem.tsx'
import { WordsProvider } from './app/words-provider.tsx'
import { followShownCart } from './features/sell/cart/shown-cart.ts'
import { addScreenWords, createI18n } from './i18n/create-i18n.ts'
import { readLanguage } from './i18n/language.ts'
import type { RescuedFile } from './sync/outbox/rescue-unsent.ts'
import { applyTheme, followSystemTheme, readThemeChoice } from './ui/theme.ts'

// Effects run before the next event, not after the next frame: what a form sends is what it shows, however soon Enter follows the last key.
options.requestAnimationFrame = (run) => queueMicrotask(run)

const SERVICE_WORKER_URL = '/service-worker.js'

async function start(container: HTMLElement): Promise<void> {
  applyTheme(readThemeChoice())
  followSystemTheme()
  const i18n = await createI18n(readLanguage())
  // Its script comes while the databases are opened.
  const workplace = loadWorkplace(i18n)
  workplace.catch(() => undefined)
  const pageJournal = createPageJournal()
  const { journal } = pageJournal
  const root = createRoot(container)
  const config = readConfig(location)
  const showProblem = (kind: StartProblemKind, details: string | null, unsent: RescuedFile | null = null) => {
    root.render(
      <WordsProvider i18n={i18n}>
        <main>
          <StartProblem kind={kind} details={details} unsent={unsent} />
        </main>
      </WordsProvider>,
    )
  }
  if (isRescue(location)) {
    root.render(
      <WordsProvider i18n={i18n}>
        <main>
          <RescueScreen />
        </main>
      </WordsProvider>,
    )
    return
  }
  // Before the databases: a version that can't open them has to be replaced by one that can.
  let hasCart = () => false
  const update = config.hasServiceWorker ? createAppUpdate(SERVICE_WORKER_URL, () => hasCart(), journal) : null
  try {
    // At once: what still stands on the screen would ask a database that is about to be closed.
    const onOutdated = () => flushSync(() => showProblem('outdated', null))
    const services = await createApp(config, { journalDb: pageJournal.db, journal, onOutdated })
    hasCart = followShownCart(services.salesDb)
    root.render(
      <WordsProvider i18n={i18n}>
        <App services={services} update={update} Workplace={lazy(() => workplace)} />
      </WordsProvider>,
    )
  } catch (error) {
    journal.note('crash', 'Start', withPlace(error))
    const { kind = 'unexpected', unsent = null } = error instanceof AppStartError ? error : {}
    showProblem(kind, wordsForSupport(error), unsent)
  }
}

/** The screens and their words, which the first paint does not wait for. */
async function loadWorkplace(i18n: i18n) {
  const [{ Workplace }] = await Promise.all([import('./app/workplace.tsx'), addScreenWords(i18n)])
  return { default: Workplace }
}

/** What support needs to know: an error's causes say more than itself. */
function wordsForSupport(error: unknown): string {
  const cause = error instanceof Error && error.cause != null ? `\n${wordsForSupport(error.cause)}` : ''
  return `${String(error)}${cause}`
}

const container = document.getElementById('root')
if (container) void start(container)
