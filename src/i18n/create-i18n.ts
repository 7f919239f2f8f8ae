import { createInstance, type i18n } from 'i18next'
import { initReactI18next } from 'react-i18next'
import { applyLanguage, LANGUAGES, type Language } from './language.ts'
import { en } from './messages/en.ts'
import { id } from './messages/id.ts'

/** Both languages are in the bundle, so a change of language needs no network. Keeps `<html lang>` true. */
export function createI18n(language: Language): i18n {
  const instance = createInstance()
  instance.on('languageChanged', (spoken) => {
    const known = LANGUAGES.find((candidate) => candidate === spoken)
    if (known) applyLanguage(known)
  })
  void instance.use(initReactI18next).init({
    lng: language,
    fallbackLng: 'id',
    supportedLngs: LANGUAGES,
    initAsync: false,
    // React escapes what it renders.
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
    resources: { id: { translation: id }, en: { translation: en } },
  })
  return instance
}
