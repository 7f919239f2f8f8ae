import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/use-format.ts'
import type { Diagnostics } from '../../sync/sync-status.ts'
import styles from './diagnostics-screen.module.css'

/** Latency percentiles and counters, large. */
export function Figures({ diagnostics }: { diagnostics: Diagnostics }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { latency } = diagnostics
  const counters = ['received', 'applied', 'duplicate', 'invalid', 'gapsFilled'] as const
  return (
    <>
      <section>
        <h2>{t('diagnostics.latencyTitle')}</h2>
        {latency ? (
          <dl className={styles.figures} data-testid="latency">
            {(['p50', 'p95', 'p99'] as const).map((percentile) => (
              <div key={percentile}>
                <dt>{percentile}</dt>
                <dd data-value={latency[percentile]}>
                  {t('diagnostics.ms', { value: format.quantity(Math.round(latency[percentile])) })}
                </dd>
              </div>
            ))}
          </dl>
        ) : (
          <p className={styles.muted}>{t('diagnostics.noLatency')}</p>
        )}
      </section>
      <section>
        <h2>{t('diagnostics.counters')}</h2>
        <dl className={styles.figures}>
          {counters.map((counter) => (
            <div key={counter}>
              <dt>{t(`diagnostics.${counter}`)}</dt>
              <dd data-testid={`count-${counter}`} data-value={diagnostics[counter]}>
                {format.quantity(diagnostics[counter])}
              </dd>
            </div>
          ))}
        </dl>
      </section>
    </>
  )
}
