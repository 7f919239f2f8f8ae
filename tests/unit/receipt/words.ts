import { createInstance, type TFunction } from 'i18next'
import type { Language } from '../../../src/i18n/language.ts'
import { en } from '../../../src/i18n/messages/en.ts'
import { id } from '../../../src/i18n/messages/id.ts'

/** The app's words without its page. */
export function wordsOf(language: Language): TFunction {
  const instance = createInstance()
  void instance.init({
    lng: language,
    initAsync: false,
    interpolation: { escapeValue: false },
    resources: { id: { translation: id }, en: { translation: en } },
  })
  return instance.t
}
