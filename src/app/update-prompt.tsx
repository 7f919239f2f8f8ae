import { Sparkles } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useObservable } from '../features/use-observable.ts'
import { Banner } from '../ui/banner.tsx'
import { Button } from '../ui/button.tsx'
import type { AppUpdate } from './app-update.ts'

/** A new version is offered in words and waits as long as the person does. */
export function UpdatePrompt({ update }: { update: AppUpdate }) {
  const { t } = useTranslation()
  const isReady = useObservable(update.ready, (ready) => ready)
  const [isDismissed, setDismissed] = useState(false)
  if (!isReady || isDismissed) return null
  return (
    <Banner
      tone="info"
      icon={<Sparkles size={24} aria-hidden />}
      title={t('app.updateReady')}
      actions={
        <>
          <Button onClick={() => setDismissed(true)}>{t('app.later')}</Button>
          <Button kind="primary" onClick={update.install}>
            {t('app.updateNow')}
          </Button>
        </>
      }
    >
      {t('app.updateText')}
    </Banner>
  )
}
