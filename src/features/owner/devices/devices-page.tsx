import CircleCheck from 'lucide-react/icons/circle-check'
import CircleSlash from 'lucide-react/icons/circle-slash'
import Pencil from 'lucide-react/icons/pencil'
import Plus from 'lucide-react/icons/plus'
import TabletSmartphone from 'lucide-react/icons/tablet-smartphone'
import Unplug from 'lucide-react/icons/unplug'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { OWNER_DEVICES_PATH, type OwnerDevice, ownerDeviceListSchema } from '../../../contract/owner-people.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Badge } from '../../../ui/badge.tsx'
import { Button } from '../../../ui/button.tsx'
import { cx } from '../../../ui/cx.ts'
import { useNow } from '../../../ui/use-now.ts'
import list from '../session/owner-list.module.css'
import { OwnerListPage } from '../session/owner-list-page.tsx'
import { useOwnerQuery } from '../session/owner-query.ts'
import styles from './devices-page.module.css'
import { PairingDialog } from './pairing-dialog.tsx'
import { RenameDialog } from './rename-dialog.tsx'
import { RevokeDialog } from './revoke-dialog.tsx'

const REFRESH_MS = 60_000

type Asking = { what: 'pair' } | { what: 'rename' | 'revoke'; device: OwnerDevice }

/** The branch's tablets: pair one more, rename, revoke. */
export function DevicesPage() {
  const { t } = useTranslation()
  const devices = useOwnerQuery(OWNER_DEVICES_PATH, ownerDeviceListSchema, { everyMs: REFRESH_MS })
  const [asking, setAsking] = useState<Asking | null>(null)
  const [said, setSaid] = useState('')
  const close = () => setAsking(null)
  const say = (words: string) => {
    setSaid(words)
    close()
  }
  return (
    <OwnerListPage
      title={t('people.devicesTitle')}
      text={t('people.devicesText')}
      action={
        <Button kind="primary" icon={<Plus size={20} aria-hidden />} onClick={() => setAsking({ what: 'pair' })}>
          {t('people.pair')}
        </Button>
      }
      said={said}
      query={devices}
      order={enrolledFirst}
      row={(device) => <DeviceRow key={device.device_id} device={device} onAsk={setAsking} />}
    >
      {asking?.what === 'pair' ? <PairingDialog onClose={close} /> : null}
      {asking?.what === 'rename' ? <RenameDialog device={asking.device} onClose={close} onSaved={say} /> : null}
      {asking?.what === 'revoke' ? <RevokeDialog device={asking.device} onClose={close} onDone={say} /> : null}
    </OwnerListPage>
  )
}

/** This one, then those in use by when they were seen last, then the revoked ones. */
function enrolledFirst(a: OwnerDevice, b: OwnerDevice): number {
  const rank = (device: OwnerDevice) => (device.is_this ? 0 : device.revoked_at === null ? 1 : 2)
  return rank(a) - rank(b) || (b.last_seen_at ?? '').localeCompare(a.last_seen_at ?? '')
}

function DeviceRow({ device, onAsk }: { device: OwnerDevice; onAsk(asking: Asking): void }) {
  const { t } = useTranslation()
  const format = useFormat()
  const now = useNow(REFRESH_MS)
  const name = device.device_name
  const seen =
    device.revoked_at !== null
      ? t('people.revokedAt', { when: format.moment(Date.parse(device.revoked_at), now) })
      : device.last_seen_at !== null
        ? t('people.lastSeen', { when: format.moment(Date.parse(device.last_seen_at), now) })
        : t('people.neverSeen')
  return (
    <li className={cx(list.row, styles.columns)} data-testid={`device-${device.device_id}`}>
      <div className={list.name}>
        <p>{name}</p>
        <p className={styles.small}>
          {device.device_id} · {seen}
        </p>
      </div>
      <DeviceState device={device} />
      <div className={list.actions}>
        {device.revoked_at === null ? (
          <Button
            aria-label={t('people.renameWho', { name })}
            icon={<Pencil size={20} aria-hidden />}
            onClick={() => onAsk({ what: 'rename', device })}
          >
            {t('people.rename')}
          </Button>
        ) : null}
        {device.revoked_at === null && !device.is_this ? (
          <Button
            aria-label={t('people.revokeWho', { name })}
            icon={<Unplug size={20} aria-hidden />}
            onClick={() => onAsk({ what: 'revoke', device })}
          >
            {t('people.revoke')}
          </Button>
        ) : null}
      </div>
    </li>
  )
}

function DeviceState({ device }: { device: OwnerDevice }) {
  const { t } = useTranslation()
  if (device.is_this) {
    return (
      <Badge tone="info" icon={<TabletSmartphone size={20} aria-hidden />}>
        {t('people.thisDevice')}
      </Badge>
    )
  }
  if (device.revoked_at !== null) {
    return (
      <Badge tone="quiet" icon={<CircleSlash size={20} aria-hidden />}>
        {t('people.deviceRevoked')}
      </Badge>
    )
  }
  return (
    <Badge tone="good" icon={<CircleCheck size={20} aria-hidden />}>
      {t('people.deviceActive')}
    </Badge>
  )
}
