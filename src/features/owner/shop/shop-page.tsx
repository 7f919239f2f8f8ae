import { useQuery } from '@tanstack/react-query'
import WifiOff from 'lucide-react/icons/wifi-off'
import { useTranslation } from 'react-i18next'
import * as v from 'valibot'
import { settingsAnswerSchema } from '../../../contract/pages.ts'
import { PATHS } from '../../../contract/rest.ts'
import { Button } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { isOffline } from '../session/failure-words.ts'
import { useOwnerSession } from '../session/owner-session.ts'
import { ShopForm } from './shop-form.tsx'

/** The shop's settings as the server has them. */
export function ShopPage() {
  const { t } = useTranslation()
  const { ownerHttp } = useOwnerSession()
  const settings = useQuery({
    queryKey: ['owner', 'settings'],
    queryFn: async () => v.parse(settingsAnswerSchema, (await ownerHttp({ path: PATHS.settings })).body).data,
    // What is being edited must not be exchanged under somebody's fingers.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  })
  if (settings.isError) {
    return (
      <EmptyState
        icon={<WifiOff size={40} aria-hidden />}
        title={t('ownerSettings.unreadTitle')}
        isWholePage
        actions={
          <Button kind="primary" disabled={settings.isFetching} onClick={() => void settings.refetch()}>
            {t('owner.tryAgain')}
          </Button>
        }
      >
        <p>{t(isOffline(settings.error) ? 'reports.offlineText' : 'reports.failedText')}</p>
      </EmptyState>
    )
  }
  return settings.data ? (
    <ShopForm stored={settings.data} />
  ) : (
    <EmptyState icon={null} title={t('app.loading')} isWholePage />
  )
}
