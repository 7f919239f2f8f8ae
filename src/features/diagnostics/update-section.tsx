import { useMutation } from '@tanstack/react-query'
import Download from 'lucide-react/icons/download'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { readUpdates } from '../../db/journal/applied-updates.ts'
import type { AppliedUpdate, UpdateWay } from '../../db/journal/update-row.ts'
import { useUpdates } from '../../db/journal/use-updates.ts'
import { readMeta } from '../../db/meta.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { saveTextFile } from '../shared/device/save-file.ts'
import { useServices } from '../shared/services.ts'
import styles from './diagnostics-screen.module.css'
import { newestUpdates } from './newest-updates.ts'
import { toUpdateFile } from './update-lines.ts'

const SHOWN = 100

const WAYS = {
  live: null,
  'caught-up': 'diagnostics.caughtUp',
  refreshed: 'diagnostics.refreshed',
} as const satisfies Record<UpdateWay, string | null>

/** The log of applied updates: the last ones on the screen, all that is kept as a file. `remembered`: of this run, newest first. */
export function UpdateSection({ remembered }: { remembered: readonly AppliedUpdate[] }) {
  const { t } = useTranslation()
  const { journalDb } = useServices()
  const stored = useUpdates(journalDb, SHOWN)
  const updates = newestUpdates(stored ?? null, remembered, SHOWN)
  return (
    <section className={styles.updates}>
      <h2 id="updates-title">{t('diagnostics.updates')}</h2>
      {updates.length === 0 ? (
        <p className={styles.muted}>{t('diagnostics.noUpdates')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by key
        <section className={styles.scroll} aria-labelledby="updates-title" tabIndex={0}>
          <UpdateTable updates={updates} />
        </section>
      )}
      {stored === null ? <p role="alert">{t('diagnostics.updatesUnreadable')}</p> : null}
      <SaveUpdates />
    </section>
  )
}

function UpdateTable({ updates }: { updates: readonly AppliedUpdate[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  const none = t('app.none')
  return (
    <table className={styles.table} data-testid="updates">
      <thead>
        <tr>
          <th scope="col">{t('diagnostics.time')}</th>
          <th scope="col">{t('diagnostics.event')}</th>
          <th scope="col">{t('diagnostics.product')}</th>
          <th scope="col">{t('diagnostics.latency')}</th>
          <th scope="col">{t('diagnostics.size')}</th>
        </tr>
      </thead>
      <tbody>
        {updates.map((update, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two updates can be alike in every field
          <tr key={`${update.at}-${index}`} data-came={update.came}>
            <td>{format.timeWithSeconds(update.at)}</td>
            <td>
              {update.event_type}
              <Way update={update} />
            </td>
            <td>
              {update.product_id === null ? (
                none
              ) : (
                <Link href={`/stock/${update.product_id}`}>{update.product_id}</Link>
              )}
              {update.products === undefined ? null : (
                <span className={styles.muted}>
                  {' '}
                  {t('diagnostics.andOthers', { others: format.quantity(update.products - 1) })}
                </span>
              )}
            </td>
            <td>
              {update.latency_ms === null
                ? none
                : t('diagnostics.ms', { value: format.quantity(Math.round(update.latency_ms)) })}
            </td>
            <td>{update.payload_size === null ? none : format.bytes(update.payload_size)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Way({ update: { came, rows } }: { update: AppliedUpdate }) {
  const { t } = useTranslation()
  const format = useFormat()
  const way = WAYS[came]
  if (way === null) return null
  const words = rows === undefined ? t(way) : t('diagnostics.refreshedRows', { rows: format.quantity(rows) })
  return <span className={styles.muted}> · {words}</span>
}

function SaveUpdates() {
  const { t } = useTranslation()
  const format = useFormat()
  const { db, journalDb, journal } = useServices()
  const saving = useMutation({
    async mutationFn() {
      const [updates, device] = await Promise.all([readUpdates(journalDb), readMeta(db, 'device')])
      const { fileName, text } = toUpdateFile(updates, device?.device_id ?? '', Date.now())
      saveTextFile(fileName, text, 'application/x-ndjson')
      return { fileName, count: updates.length }
    },
    onError: (error) => journal.note('storage', 'Saving the log of updates', error),
  })
  return (
    <>
      <div className={styles.ask}>
        <Button icon={<Download size={20} aria-hidden />} disabled={saving.isPending} onClick={() => saving.mutate()}>
          {t('diagnostics.saveUpdates')}
        </Button>
      </div>
      <p role="status">
        {saving.isError
          ? t('diagnostics.saveUpdatesFailed')
          : saving.data
            ? t('diagnostics.savedUpdates', {
                file: saving.data.fileName,
                lines: format.quantity(saving.data.count),
              })
            : null}
      </p>
    </>
  )
}
