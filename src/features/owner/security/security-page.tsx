import KeyRound from 'lucide-react/icons/key-round'
import ShieldCheck from 'lucide-react/icons/shield-check'
import ShieldX from 'lucide-react/icons/shield-x'
import TabletSmartphone from 'lucide-react/icons/tablet-smartphone'
import { useTranslation } from 'react-i18next'
import { COUNTER_KINDS, type CounterKind } from '../../../contract/counter-sign-ins.ts'
import {
  OWNER_SECURITY_PATH,
  SECURITY_KINDS,
  type SecurityEvent,
  type SecurityKind,
  securityEventListSchema,
} from '../../../contract/owner-security.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { cx } from '../../../ui/cx.ts'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { useNow } from '../../../ui/use-now.ts'
import list from '../session/owner-list.module.css'
import { OwnerListPage } from '../session/owner-list-page.tsx'
import { useOwnerQuery } from '../session/owner-query.ts'
import styles from './security-page.module.css'

const REFRESH_MS = 60_000

/** What was done by somebody who may; everything else was refused. */
const DONE: ReadonlySet<string> = new Set<SecurityKind | CounterKind>([
  'signed_in',
  'counter_signed_in',
  'owner_pin_set',
  'pairing_code_made',
  'device_enrolled',
  'device_revoked',
  'key_bound',
  'staff_added',
  'staff_changed',
  'owner_added',
])
const ABOUT_DEVICES: ReadonlySet<string> = new Set<SecurityKind>([
  'pairing_code_made',
  'device_enrolled',
  'device_revoked',
  'key_bound',
])

/** Who signed in where, what was refused, which devices are new. */
export function SecurityPage() {
  const { t } = useTranslation()
  const events = useOwnerQuery(OWNER_SECURITY_PATH, securityEventListSchema, { everyMs: REFRESH_MS })
  return (
    <OwnerListPage
      title={t('security.title')}
      text={t('security.text')}
      query={events}
      empty={<EmptyState icon={<ShieldCheck size={40} aria-hidden />} title={t('security.empty')} />}
      // An id is one of its kind.
      row={(event) => <EventRow key={`${event.kind}-${event.id}`} event={event} />}
    />
  )
}

function EventRow({ event }: { event: SecurityEvent }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(REFRESH_MS)
  const { kind, count, device_id: deviceId, device_name: deviceName, staff_name: staffName, address } = event
  const reportedAt = event.reported_at ?? null
  const isDone = DONE.has(kind)
  const Icon = !isDone ? ShieldX : ABOUT_DEVICES.has(kind) ? TabletSmartphone : KeyRound
  const facts = [
    staffName,
    deviceId === null ? null : t('security.device', { device: `${deviceName ?? ''} (${deviceId})` }),
    address === null ? null : t('security.from', { address }),
    // Whatever program uses that device's keys says what it likes.
    reportedAt === null ? null : t('security.told'),
  ].filter((fact) => fact !== null)
  return (
    <li className={cx(list.row, styles.columns)} data-testid={`security-${kind}`}>
      <span className={cx(styles.icon, !isDone && styles.refused)}>
        <Icon size={24} aria-hidden />
      </span>
      <div className={list.name}>
        <p>{t(`security.${knownKind(kind)}`)}</p>
        <p className={styles.small}>{facts.join(' · ')}</p>
      </div>
      <div className={styles.when}>
        <p>{format.moment(Date.parse(event.last_at), now)}</p>
        {count > 1 ? (
          <p>
            {t('security.times', { count })}{' '}
            {t('security.since', { when: format.moment(Date.parse(event.first_at), now) })}
          </p>
        ) : null}
        {reportedAt === null ? null : (
          <p>{t('security.reported', { when: format.moment(Date.parse(reportedAt), now) })}</p>
        )}
      </div>
    </li>
  )
}

function knownKind(kind: string): SecurityKind | CounterKind | 'other' {
  return [...SECURITY_KINDS, ...COUNTER_KINDS].find((known) => known === kind) ?? 'other'
}
