/** Indonesian first; English is as finished. */
export const LANGUAGES = ['id', 'en'] as const
export type Language = (typeof LANGUAGES)[number]

/** `en-ID` writes numbers and times as Indonesia does, so the two languages never disagree about `1.234`. */
export const LOCALES: Record<Language, string> = { id: 'id-ID', en: 'en-ID' }

const STORAGE_KEY = 'mstore-language'

/** Storage can be blocked: then the choice lasts as long as the page. */
export function readLanguage(): Language {
  try {
    const stored = localStorage.getItem(STORAGE_KEY)
    return LANGUAGES.find((language) => language === stored) ?? 'id'
  } catch {
    return 'id'
  }
}

export function storeLanguage(language: Language): void {
  try {
    localStorage.setItem(STORAGE_KEY, language)
  } catch {
    // Spoken all the same, only not kept.
  }
}

export function applyLanguage(language: Language): void {
  document.documentElement.lang = language
}
