import { notifyManager, QueryClient, QueryClientProvider } from '@tanstack/react-query'
import type { i18n } from 'i18next'
import { type ReactNode, useMemo, useState } from 'preact/compat'
import { I18nextProvider, useTranslation } from 'react-i18next'
import { PrinterProvider } from '../features/shared/printing/printer-provider.tsx'
import { type Services, ServicesContext } from '../features/shared/services.ts'
import { createFormat } from '../i18n/format.ts'
import { LANGUAGES } from '../i18n/language.ts'
import { FormatContext } from '../i18n/use-format.ts'

// `isPending` is there before the next tap, and before a look for work (rule U1): by a timer it could come after both.
notifyManager.setScheduler(queueMicrotask)

/** Words and numbers in the language that is set. */
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

export function ServicesProvider({ services, children }: { services: Services; children: ReactNode }) {
  // `navigator.onLine` is not to be relied on: whether there is a network, the request itself finds out.
  const [client] = useState(
    () =>
      new QueryClient({
        defaultOptions: {
          queries: { networkMode: 'always', retry: false, refetchOnWindowFocus: false },
          mutations: { networkMode: 'always', retry: false },
        },
      }),
  )
  return (
    <ServicesContext value={services}>
      <QueryClientProvider client={client}>
        <PrinterProvider>{children}</PrinterProvider>
      </QueryClientProvider>
    </ServicesContext>
  )
}
