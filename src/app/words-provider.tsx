import type { i18n } from 'i18next'
import { type ReactNode, useMemo } from 'preact/compat'
import { I18nextProvider, useTranslation } from 'react-i18next'
import { createFormat } from '../i18n/format.ts'
import { LANGUAGES } from '../i18n/language.ts'
import { FormatContext } from '../i18n/use-format.ts'

/** Provides messages and number formats in the current language. */
export function WordsProvider({ i18n, children }: { i18n: i18n; children: ReactNode }) {
  return (
    <I18nextProvider i18n={i18n}>
      <Formats>{children}</Formats>
    </I18nextProvider>
  )
}

function Formats({ children }: { children: ReactNode }) {
  const { i18n } = useTranslation()
  const language = LANGUAGES.find((candidate) => candidate === i18n.language) ?? 'id'
  const format = useMemo(() => createFormat(language), [language])
  return <FormatContext value={format}>{children}</FormatContext>
}
