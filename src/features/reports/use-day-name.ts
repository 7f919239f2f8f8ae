import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { LANGUAGES, LOCALES } from '../../i18n/language.ts'

/** Names a day `2026-11-22` as `22 Nov`. The same function until the language changes. */
export function useDayName(): (day: string) => string {
  const { i18n } = useTranslation()
  const language = LANGUAGES.find((candidate) => candidate === i18n.language) ?? 'id'
  return useMemo(() => {
    // A day is no moment: read and written in the same zone, it stays what it is.
    const format = new Intl.DateTimeFormat(LOCALES[language], { day: 'numeric', month: 'short', timeZone: 'UTC' })
    return (day) => {
      const at = Date.parse(`${day}T00:00:00Z`)
      return Number.isNaN(at) ? '' : format.format(at)
    }
  }, [language])
}
