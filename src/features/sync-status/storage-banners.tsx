import HardDrive from 'lucide-react/icons/hard-drive'
import { useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Link } from 'wouter'
import { useFormat } from '../../i18n/use-format.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { isNearlyFull, usedShare, useStorage } from '../shared/device/use-storage.ts'
import { useServices } from '../shared/services.ts'
import { useObservable } from '../shared/use-observable.ts'
import styles from './storage-banners.module.css'

const EVERY_MS = 60_000
/** A dismissed warning shows again when this much more of the quota is used. */
const SAID_AGAIN_AFTER = 0.05

/** Warns when storage is nearly full, and when the browser has deleted it. */
export function StorageBanners() {
  const { isStorageTaken } = useServices()
  const isTaken = useObservable(isStorageTaken, (value) => value)
  return isTaken ? <TakenBanner /> : <NearlyFullBanner />
}

function NearlyFullBanner() {
  const { t } = useTranslation()
  const format = useFormat()
  const storage = useStorage(EVERY_MS)
  const [putOffAt, setPutOffAt] = useState<number | null>(null)
  const share = storage ? usedShare(storage) : null
  if (!isNearlyFull(share) || (putOffAt !== null && share < putOffAt + SAID_AGAIN_AFTER)) return null
  return (
    <Banner
      tone="warn"
      icon={<HardDrive size={24} aria-hidden />}
      title={t('storage.nearlyFullTitle', { percent: format.percent(share) })}
      actions={
        <>
          <Link className={styles.look} href="/diagnostics">
            {t('storage.look')}
          </Link>
          <Button onClick={() => setPutOffAt(share)}>{t('app.later')}</Button>
        </>
      }
    >
      {t('storage.nearlyFullText')}
    </Banner>
  )
}

function TakenBanner() {
  const { t } = useTranslation()
  return (
    <Banner tone="bad" icon={<HardDrive size={24} aria-hidden />} title={t('storage.takenTitle')}>
      {t('storage.takenText')}
    </Banner>
  )
}
