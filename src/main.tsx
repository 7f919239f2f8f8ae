import { flushSync, StrictMode } from 'preact/compat'
import { createRoot } from 'preact/compat/client'
import { App } from './app/app.tsx'
import { createAppUpdate } from './app/app-update.ts'
import { readConfig } from './app/config.ts'
import { createApp } from './app/create-app.ts'
import { AppStartError } from './app/errors.ts'
import { createPageJournal, withPlace } from './app/page-journal.ts'
import { WordsProvider } from './app/providers.tsx'
import { isRescue, RescueScreen } from './app/rescue-screen.tsx'
import { StartProblem, type StartProblemKind } from './app/start-problem.tsx'
import { followShownCart } from './features/sell/cart/shown-cart.ts'
import { createI18n } from './i18n/create-i18n.ts'
import { readLanguage } from './i18n/language.ts'
import type { RescuedFile } from './sync/outbox/rescue-unsent.ts'
import { applyTheme, followSystemTheme, readThemeChoice } from './ui/theme.ts'

const SERVICE_WORKER_URL = '/service-worker.js'

async function start(container: HTMLElement): Promise<void> {
  applyTheme(readThemeChoice())
  followSystemTheme()
  const i18n = await createI18n(readLanguage())
  const pageJournal = createPageJournal()
  const { journal } = pageJournal
  const root = createRoot(container, {
    // A screen says it in words; the browser's console and the journal are told as of any other uncaught error.
    onCaughtError: (error) => reportError(error),
  })
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
      <StrictMode>
        <WordsProvider i18n={i18n}>
          <App services={services} update={update} />
        </WordsProvider>
      </StrictMode>,
    )
  } catch (error) {
    journal.note('crash', 'Start', withPlace(error))
    const { kind = 'unexpected', unsent = null } = error instanceof AppStartError ? error : {}
    showProblem(kind, wordsForSupport(error), unsent)
  }
}

/** What support needs to know: an error's causes say more than itself. */
function wordsForSupport(error: unknown): string {
  const cause = error instanceof Error && error.cause != null ? `\n${wordsForSupport(error.cause)}` : ''
  return `${String(error)}${cause}`
}

const container = document.getElementById('root')
if (container) void start(container)
