import { type BackendModule, createInstance, type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { applyLanguage, LANGUAGES, type Language } from './language.ts'
import { startWords } from './messages/id/start.ts'

/** The first script has Indonesian words of its own; English comes when somebody speaks it, from the service worker's store where there is no network. */
const OTHER_LANGUAGES: BackendModule = {
  type: 'backend',
  init: () => undefined,
  read(_language, _namespace, done) {
    import('./messages/en.ts').then(
      ({ en }) => done(null, en),
      (error) => done(error, null),
    )
  },
}

/** Resolves once the language can be spoken; Indonesian where it can't be loaded. Keeps `<html lang>` true. */
export async function createI18n(language: Language): Promise<i18n> {
  const instance = createInstance()
  instance.on('languageChanged', (spoken) => {
    const known = LANGUAGES.find((candidate) => candidate === spoken)
    if (known) applyLanguage(known)
  })
  await instance
    .use(OTHER_LANGUAGES)
    .use(initReactI18next)
    .init({
      lng: language,
      fallbackLng: 'id',
      supportedLngs: LANGUAGES,
      // What is rendered is escaped there.
      interpolation: { escapeValue: false },
      react: { useSuspense: false },
      partialBundledLanguages: true,
      resources: { id: { translation: startWords } },
    })
  return instance
}

/** Adds the Indonesian words of the screens, which come after the first script. Rejects where they can't be loaded. */
export async function addScreenWords(instance: i18n): Promise<void> {
  const { id } = await import('./messages/id.ts')
  instance.addResourceBundle('id', 'translation', id, true, true)
}
