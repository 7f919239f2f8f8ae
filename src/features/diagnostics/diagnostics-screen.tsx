import { useTranslation } from 'react-i18next'
import { useMeta } from '../../db/use-meta.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { FactList } from '../../ui/fact-list.tsx'
import { StorageSection } from '../shared/device/storage-section.tsx'
import { useServices } from '../shared/services.ts'
import { useSampled } from '../shared/use-observable.ts'
import { ConnectionHistory } from './connection-history.tsx'
import { CopyDiagnostics } from './copy-diagnostics.tsx'
import styles from './diagnostics-screen.module.css'
import { FailureSection } from './failure-section.tsx'
import { Figures } from './figures.tsx'
import { FreshnessSection } from './freshness-section.tsx'
import { RefreshSection } from './refresh-section.tsx'
import { UpdateSection } from './update-section.tsx'

/** At a hundred updates a second nobody reads faster. ms. */
const SAMPLE_MS = 250

export function DiagnosticsScreen() {
  const { t } = useTranslation()
  const services = useServices()
  const diagnostics = useSampled(services.diagnostics, SAMPLE_MS)
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <div>
          <h1>{t('diagnostics.title')}</h1>
          <p className={styles.muted}>{t('diagnostics.intro')}</p>
        </div>
        <CopyDiagnostics />
      </div>
      <FreshnessSection />
      <Figures diagnostics={diagnostics} />
      <div className={styles.columns}>
        <div className={styles.column}>
          <UpdateSection remembered={diagnostics.updates} />
          <ConnectionHistory diagnostics={diagnostics} />
          <FailureSection />
        </div>
        <div className={styles.column}>
          <About />
          <RefreshSection />
          <StorageSection />
        </div>
      </div>
    </div>
  )
}

function About() {
  const { t } = useTranslation()
  const format = useFormat()
  const { db, build, status } = useServices()
  const device = useMeta(db, 'device')
  const position = useMeta(db, 'position')
  const { clockSkewMs } = useSampled(status, SAMPLE_MS)
  const none = t('app.none')
  return (
    <section>
      <h2>{t('diagnostics.about')}</h2>
      <FactList
        facts={[
          [t('diagnostics.version'), `${build.version} (${build.commit})`],
          [
            t('diagnostics.licenses'),
            <a key="licenses" href="/licenses">
              /licenses
            </a>,
          ],
          [t('diagnostics.device'), device?.device_id ?? none],
          [t('diagnostics.branch'), device ? `${device.branch.name} (${device.branch.code})` : none],
          [t('diagnostics.server'), location.origin],
          [t('diagnostics.broker'), device ? `${device.mqtt.url} (MQTT ${device.mqtt.protocol_version})` : none],
          [t('diagnostics.position'), position ? `${position.cursor ?? none} · ${position.epoch ?? none}` : none],
          [t('diagnostics.clockSkew'), t('diagnostics.ms', { value: format.quantity(Math.round(clockSkewMs)) })],
        ]}
      />
    </section>
  )
}
