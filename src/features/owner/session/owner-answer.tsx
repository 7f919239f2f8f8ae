import type { UseQueryResult } from '@tanstack/react-query'
import CloudAlert from 'lucide-react/icons/cloud-exclamation-point'
import WifiOff from 'lucide-react/icons/wifi-off'
import type { ReactNode } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { Banner } from '../../../ui/banner.tsx'
import { Button } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { Skeleton } from '../../../ui/skeleton.tsx'
import { isOffline } from './failure-words.ts'

interface OwnerAnswerProps<T> {
  query: UseQueryResult<T>
  /** Lines of the skeleton. */
  lines?: number
  children: (data: T) => ReactNode
}

/** Renders a server answer, or a loading, offline or error state in its place. */
export function OwnerAnswer<T>({ query, lines = 5, children }: OwnerAnswerProps<T>) {
  const { t } = useTranslation()
  const retry = (
    <Button disabled={query.isFetching} onClick={() => void query.refetch()}>
      {t('reports.tryAgain')}
    </Button>
  )
  if (query.data !== undefined) {
    return (
      <>
        {query.isError ? (
          <Banner tone="warn" icon={<WifiOff size={20} aria-hidden />} title={t('reports.oldText')} actions={retry} />
        ) : null}
        {children(query.data)}
      </>
    )
  }
  if (query.isError) {
    const offline = isOffline(query.error)
    const Icon = offline ? WifiOff : CloudAlert
    return (
      <EmptyState
        icon={<Icon size={40} aria-hidden />}
        title={t(offline ? 'reports.offlineTitle' : 'reports.failedTitle')}
        actions={retry}
      >
        <p>{t(offline ? 'reports.offlineText' : 'reports.failedText')}</p>
      </EmptyState>
    )
  }
  return (
    <div role="status" aria-label={t('reports.loading')}>
      {Array.from({ length: lines }, (_, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines without content are only places
        <p key={line}>
          <Skeleton width="100%" />
        </p>
      ))}
    </div>
  )
}
