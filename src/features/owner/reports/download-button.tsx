import { Download } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { ReportName } from '../../../contract/reports.ts'
import type { Period } from '../../../domain/shop-day.ts'
import { Button } from '../../../ui/button.tsx'
import { failureWords } from '../session/failure-words.ts'
import styles from './reports.module.css'
import { useReportFile } from './use-report-file.ts'

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
