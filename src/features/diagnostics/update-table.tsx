import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useFormat } from '../../i18n/use-format.ts'
import type { AppliedUpdate } from '../../sync/sync-status.ts'
import styles from './diagnostics-screen.module.css'

/** The last applied updates, newest first. */
export function UpdateTable({ updates }: { updates: readonly AppliedUpdate[] }) {
  const { t } = useTranslation()
  const format = useFormat()
  return (
    <section className={styles.updates}>
      <h2 id="updates-title">{t('diagnostics.updates')}</h2>
      {updates.length === 0 ? (
        <p className={styles.muted}>{t('diagnostics.noUpdates')}</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls has to be reachable by key
        <section className={styles.scroll} aria-labelledby="updates-title" tabIndex={0}>
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
                <tr key={`${update.at}-${index}`}>
                  <td>{format.timeWithSeconds(update.at)}</td>
                  <td>{update.event_type}</td>
                  <td>
                    {update.product_id === null ? (
                      t('app.none')
                    ) : (
                      <Link href={`/stock/${update.product_id}`}>{update.product_id}</Link>
                    )}
                  </td>
                  <td>
                    {update.latency_ms === null
                      ? t('app.none')
                      : t('diagnostics.ms', { value: format.quantity(Math.round(update.latency_ms)) })}
                  </td>
                  <td>{format.bytes(update.payload_size)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
    </section>
  )
}
