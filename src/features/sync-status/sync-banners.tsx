import CloudOff from 'lucide-react/icons/cloud-off'
import HardDrive from 'lucide-react/icons/hard-drive'
import KeyRound from 'lucide-react/icons/key-round'
import ShieldX from 'lucide-react/icons/shield-x'
import Unplug from 'lucide-react/icons/unplug'
import { useEffect, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { SyncProblem } from '../../sync/sync-status.ts'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { useServices } from '../shared/services.ts'
import { useObservable } from '../shared/use-observable.ts'

/** How long a problem must last before its banner shows, ms. Problems that need a person show at once. */
const PATIENCE_MS: Record<SyncProblem, number> = {
  none: 0,
  'server-unreachable': 4_000,
  'broker-unreachable': 4_000,
  'credentials-refused': 0,
  'device-unknown': 0,
  'storage-failed': 0,
}

/** What is wrong with the sync, what is safe, and what to do. */
export function SyncBanners() {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const problem = useLastingProblem()
  const enrolAgain = (
    <Button kind="primary" onClick={() => navigate('/enrol')}>
      {t('sync.enrolAgain')}
    </Button>
  )
  switch (problem) {
    case 'none':
      return null
    case 'server-unreachable':
      return (
        <Banner tone="warn" icon={<CloudOff size={24} aria-hidden />} title={t('sync.serverTitle')}>
          {t('sync.serverText')}
        </Banner>
      )
    case 'broker-unreachable':
      return (
        <Banner tone="warn" icon={<Unplug size={24} aria-hidden />} title={t('sync.brokerTitle')}>
          {t('sync.brokerText')}
        </Banner>
      )
    case 'credentials-refused':
      return (
        <Banner
          tone="bad"
          icon={<KeyRound size={24} aria-hidden />}
          title={t('sync.credentialsTitle')}
          actions={enrolAgain}
        >
          {t('sync.credentialsText')}
        </Banner>
      )
    case 'device-unknown':
      return (
        <Banner tone="bad" icon={<ShieldX size={24} aria-hidden />} title={t('sync.unknownTitle')} actions={enrolAgain}>
          {t('sync.unknownText')}
        </Banner>
      )
    case 'storage-failed':
      return (
        <Banner
          tone="bad"
          icon={<HardDrive size={24} aria-hidden />}
          title={t('sync.storageTitle')}
          actions={<Button onClick={() => location.reload()}>{t('app.reload')}</Button>}
        >
          {t('sync.storageText')}
        </Banner>
      )
  }
}

function useLastingProblem(): SyncProblem {
  const { status } = useServices()
  const problem = useObservable(status, (value) => value.problem)
  const [lasting, setLasting] = useState<SyncProblem>('none')
  // Show a problem after its delay; hide it at once when it is over.
  useEffect(() => {
    const timer = setTimeout(() => setLasting(problem), PATIENCE_MS[problem])
    return () => clearTimeout(timer)
  }, [problem])
  return problem === 'none' ? 'none' : lasting
}
