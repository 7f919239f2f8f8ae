import RefreshCw from 'lucide-react/icons/refresh-cw'
import Sparkles from 'lucide-react/icons/sparkles'
import TriangleAlert from 'lucide-react/icons/triangle-exclamation-point'
import { useTranslation } from 'react-i18next'
import { useObservable } from '../features/shared/use-observable.ts'
import { Banner } from '../ui/banner.tsx'
import { Button } from '../ui/button.tsx'
import { type AppUpdate, reloadIntoNewest } from './app-update.ts'
import styles from './update-prompt.module.css'

/** Offers a new version, says what an accepted one waits for, and reports a chunk that could not be loaded. */
export function UpdatePrompt({ update }: { update: AppUpdate }) {
  const { t } = useTranslation()
  const { kind, waitsFor, isPartLost } = useObservable(update.view, (view) => view)
  if (kind === 'offered') {
    return (
      <Banner
        tone="info"
        icon={<Sparkles size={24} aria-hidden />}
        title={t('update.ready')}
        actions={
          <>
            <Button onClick={update.later}>{t('app.later')}</Button>
            <Button kind="primary" onClick={update.accept}>
              {t('update.now')}
            </Button>
          </>
        }
      >
        {t('update.readyText')}
      </Banner>
    )
  }
  if (kind === 'accepted' || kind === 'switched') {
    return (
      <Banner tone="info" icon={<RefreshCw size={24} aria-hidden />} title={t('update.soon')}>
        {waitsFor === 'this-tab' ? t('update.waitsHere') : t('update.waitsElsewhere')}
      </Banner>
    )
  }
  if (isPartLost) {
    return (
      <div className={styles.lostPart}>
        <Banner
          tone="warn"
          icon={<TriangleAlert size={24} aria-hidden />}
          title={t('problem.chunkTitle')}
          actions={
            <Button kind="primary" onClick={() => void reloadIntoNewest()}>
              {t('app.reload')}
            </Button>
          }
        >
          {t('problem.chunkText')}
        </Banner>
      </div>
    )
  }
  return null
}
