import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { type ReportName, reportPath } from '../../../contract/reports.ts'
import type { Period } from '../../../domain/shop-day.ts'
import { LANGUAGES } from '../../../i18n/language.ts'
import { saveTextFile } from '../../shared/device/save-file.ts'
import { useOwnerSession } from '../session/owner-session.ts'

/** A year of sales takes a while. */
const FILE_TIMEOUT_MS = 120_000
/** Spreadsheets take a file for UTF-8 by it; reading an answer as text drops it. */
const BYTE_ORDER_MARK = '\uFEFF'

/** Fetches a report as CSV and hands it to the browser to keep. Resolves to the file's name. */
export function useReportFile(name: ReportName, { from, to }: Period) {
  const { i18n } = useTranslation()
  const { ownerHttp } = useOwnerSession()
  return useMutation({
    mutationFn: async () => {
      const lang = LANGUAGES.find((language) => language === i18n.language) ?? 'id'
      const query = new URLSearchParams({ from, to, format: 'csv', lang })
      const answer = await ownerHttp({ path: `${reportPath(name)}?${query}`, as: 'text', timeoutMs: FILE_TIMEOUT_MS })
      const fileName = `${name}-${from}${to === from ? '' : `_${to}`}.csv`
      saveTextFile(fileName, BYTE_ORDER_MARK + String(answer.body), 'text/csv;charset=utf-8')
      return fileName
    },
  })
}
