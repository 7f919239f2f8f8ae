import { useTranslation } from 'react-i18next'
import { useFormat } from '../../i18n/use-format.ts'
import type { Diagnostics, SyncProblem } from '../../sync/sync-status.ts'
import { useNow } from '../../ui/use-now.ts'
import styles from './diagnostics-screen.module.css'

const STATES = { live: 'sync.live', 'catching-up': 'sync.catchingUp', offline: 'sync.offline' } as const
const PROBLEMS = {
  none: 'diagnostics.problemNone',
  'server-unreachable': 'diagnostics.problemServer',
  'broker-unreachable': 'diagnostics.problemBroker',
  'credentials-refused': 'diagnostics.problemCredentials',
  'device-unknown': 'diagnostics.problemUnknown',
  'storage-failed': 'diagnostics.problemStorage',
} as const satisfies Record<SyncProblem, string>

/** When the connection came and went. */
export function ConnectionHistory({ diagnostics }: { diagnostics: Diagnostics }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(60_000)
  return (
    <section>
      <h2>{t('diagnostics.connections')}</h2>
      {diagnostics.connections.length === 0 ? (
        <p className={styles.muted}>{t('diagnostics.noConnections')}</p>
      ) : (
        <ol className={styles.history} data-testid="connections">
          {diagnostics.connections.map(({ at, state, problem }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two changes can be alike in every field
            <li key={`${at}-${index}`}>
              <span className={styles.muted}>{momentWithSeconds(at)}</span>
              <span>
                <strong>{t(STATES[state])}</strong>
                {problem === 'none' ? null : ` · ${t(PROBLEMS[problem])}`}
              </span>
            </li>
          ))}
        </ol>
      )}
    </section>
  )

  function momentWithSeconds(at: number): string {
    const moment = format.moment(at, now)
    return moment === format.time(at) ? format.timeWithSeconds(at) : moment
  }
}
