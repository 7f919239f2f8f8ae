import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app/app.tsx'
import { createAppUpdate } from './app/app-update.ts'
import { readConfig } from './app/config.ts'
import { createApp } from './app/create-app.ts'
import { AppStartError } from './app/errors.ts'
import { WordsProvider } from './app/providers.tsx'
import { StartProblem } from './app/start-problem.tsx'
import { createI18n } from './i18n/create-i18n.ts'
import { readLanguage } from './i18n/language.ts'
import { applyTheme, followSystemTheme, readThemeChoice } from './ui/theme.ts'

const SERVICE_WORKER_URL = '/service-worker.js'

async function start(container: HTMLElement): Promise<void> {
  applyTheme(readThemeChoice())
  followSystemTheme()
  const i18n = createI18n(readLanguage())
  const root = createRoot(container)
  const config = readConfig(location)
  try {
    const services = await createApp(config)
    const update = config.hasServiceWorker ? createAppUpdate(SERVICE_WORKER_URL) : null
    root.render(
      <StrictMode>
        <WordsProvider i18n={i18n}>
          <App services={services} update={update} />
        </WordsProvider>
      </StrictMode>,
    )
  } catch (error) {
    root.render(
      <WordsProvider i18n={i18n}>
        <main>
          <StartProblem
            kind={error instanceof AppStartError ? error.kind : 'unexpected'}
            details={wordsForSupport(error)}
          />
        </main>
      </WordsProvider>,
    )
  }
}

/** What support needs to know; an AppStartError's cause says more than itself. */
function wordsForSupport(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? `\n${String(error.cause)}` : ''
  return `${String(error)}${cause}`
}

const container = document.getElementById('root')
if (container) void start(container)
