import { useMemo } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { LANGUAGES, LOCALES } from '../../../i18n/language.ts'

interface ChartWords {
  /** A day `2026-11-22` as `22 Nov`. */
  dayName(day: string): string
  /** Whole rupiah as `1,5 jt`: there is little room beside a chart. */
  amount(rupiah: number): string
}

/** The same functions until the language changes. */
export function useChartWords(): ChartWords {
  const { i18n } = useTranslation()
  const language = LANGUAGES.find((candidate) => candidate === i18n.language) ?? 'id'
  return useMemo(() => {
    // A day is no moment: read and written in the same zone, it stays what it is.
    const days = new Intl.DateTimeFormat(LOCALES[language], { day: 'numeric', month: 'short', timeZone: 'UTC' })
    const amounts = new Intl.NumberFormat(LOCALES[language], { notation: 'compact', maximumFractionDigits: 1 })
    return {
      dayName(day) {
        const at = Date.parse(`${day}T00:00:00Z`)
        return Number.isNaN(at) ? '' : days.format(at)
      },
      amount: (rupiah) => amounts.format(rupiah),
    }
  }, [language])
}
