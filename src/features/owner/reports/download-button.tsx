import { useMutation } from '@tanstack/react-query'
import Download from 'lucide-react/icons/download'
import { useTranslation } from 'react-i18next'
import { type ReportName, reportPath } from '../../../contract/reports.ts'
import type { Period } from '../../../domain/shop-day.ts'
import { LANGUAGES } from '../../../i18n/language.ts'
import { Button } from '../../../ui/button.tsx'
import { saveTextFile } from '../../shared/device/save-file.ts'
import { failureWords } from '../session/failure-words.ts'
import { useOwnerSession } from '../session/owner-session.ts'
import styles from './reports.module.css'

interface DownloadButtonProps {
  name: ReportName
  period: Period
  label: 'reports.download' | 'reports.downloadSales' | 'reports.downloadSummary'
}

/** Downloads a report as CSV and says how that went. */
export function DownloadButton({ name, period, label }: DownloadButtonProps) {
  const { t } = useTranslation()
  const file = useReportFile(name, period)
  return (
    <div className={styles.file}>
      <Button icon={<Download size={20} aria-hidden />} disabled={file.isPending} onClick={() => file.mutate()}>
        {t(file.isPending ? 'reports.downloading' : label)}
      </Button>
      <p role="status" className={styles.small}>
        {file.isSuccess ? t('reports.downloaded', { file: file.data }) : null}
        {file.isError ? t('reports.downloadFailed', { why: failureWords(file.error, t) }) : null}
      </p>
    </div>
  )
}

/** A year of sales takes a while. */
const FILE_TIMEOUT_MS = 120_000
/** Spreadsheets take a file for UTF-8 by it; reading an answer as text drops it. */
const BYTE_ORDER_MARK = '\uFEFF'

/** Fetches a report as CSV and hands it to the browser to keep. Resolves to the file's name. */
function useReportFile(name: ReportName, { from, to }: Period) {
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
