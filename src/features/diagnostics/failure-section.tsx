import { useMutation } from '@tanstack/react-query'
import Download from 'lucide-react/icons/download'
import Trash2 from 'lucide-react/icons/trash'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { FailureKind, FailureRow } from '../../db/journal/failure-row.ts'
import { clearFailures } from '../../db/journal/failures.ts'
import { useFailures } from '../../db/journal/use-failures.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { useNow } from '../../ui/use-now.ts'
import { useExportSupport } from '../shared/device/use-export-unsent.ts'
import { useServices } from '../shared/services.ts'
import styles from './failure-section.module.css'

const KINDS = {
  input: 'journal.kindInput',
  storage: 'journal.kindStorage',
  refused: 'journal.kindRefused',
  worker: 'journal.kindWorker',
  network: 'journal.kindNetwork',
  crash: 'journal.kindCrash',
} as const satisfies Record<FailureKind, string>

const SHOWN = 50

/** What went wrong on this device, kept over reloads: for people in words, for support as a file. */
export function FailureSection() {
  const { t } = useTranslation()
  const { journalDb, journal } = useServices()
  const failures = useFailures(journalDb, SHOWN)
  const [isAsking, setAsking] = useState(false)
  const clearing = useMutation({
    mutationFn: () => clearFailures(journalDb),
    onSuccess: () => setAsking(false),
    onError: (error) => journal.note('storage', 'Clearing the failures', error),
  })
  const exporting = useExportSupport()
  return (
    <section className={styles.failures}>
      <h2>{t('journal.title')}</h2>
      <p className={styles.muted}>{t('journal.intro')}</p>
      {failures === undefined ? null : failures === null ? (
        <p role="alert">{t('journal.unreadable')}</p>
      ) : failures.length === 0 ? (
        <p className={styles.muted}>{t('journal.none')}</p>
      ) : (
        <ol className={styles.list} data-testid="failures">
          {failures.map((failure) => (
            <FailureItem key={failure.key} failure={failure} />
          ))}
        </ol>
      )}
      <div className={styles.actions}>
        <Button
          icon={<Download size={20} aria-hidden />}
          disabled={exporting.isPending}
          onClick={() => exporting.mutate()}
        >
          {t('journal.export')}
        </Button>
        {failures && failures.length > 0 ? (
          <Button icon={<Trash2 size={20} aria-hidden />} onClick={() => setAsking(true)}>
            {t('journal.clear')}
          </Button>
        ) : null}
      </div>
      <p role="status">
        {exporting.isError
          ? t('journal.exportFailed')
          : exporting.data
            ? t('journal.exported', { file: exporting.data.fileName })
            : null}
      </p>
      {isAsking ? (
        <Dialog
          title={t('journal.clearTitle')}
          onClose={() => setAsking(false)}
          actions={
            <>
              <Button onClick={() => setAsking(false)}>{t('app.cancel')}</Button>
              <Button kind="danger" disabled={clearing.isPending} onClick={() => clearing.mutate()}>
                {t('journal.clear')}
              </Button>
            </>
          }
        >
          <p>{t('journal.clearText')}</p>
          {clearing.isError ? <p role="alert">{t('journal.clearFailed')}</p> : null}
        </Dialog>
      ) : null}
    </section>
  )
}

function FailureItem({ failure: { kind, at, last_at: lastAt, times, text } }: { failure: FailureRow }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(60_000)
  return (
    <li className={styles.item}>
      <p className={styles.head}>
        <strong>{t(KINDS[kind])}</strong>
        <span className={styles.muted}>
          {times === 1
            ? format.moment(lastAt, now)
            : t('journal.times', {
                count: times,
                times: format.quantity(times),
                from: format.moment(at, now),
                until: format.moment(lastAt, now),
              })}
        </span>
      </p>
      <p className={styles.text}>{text}</p>
    </li>
  )
}
