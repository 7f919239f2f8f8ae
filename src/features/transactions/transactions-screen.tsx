import CloudOff from 'lucide-react/icons/cloud-off'
import ReceiptText from 'lucide-react/icons/receipt-text'
import Search from 'lucide-react/icons/search'
import SearchX from 'lucide-react/icons/search-x'
import { useTranslation } from 'react-i18next'
import { Banner } from '../../ui/banner.tsx'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { TextField } from '../../ui/text-field.tsx'
import { useDeferred } from '../../ui/use-deferred.ts'
import { type HistoryFilter, NO_FILTER, useHistoryFilter } from './history-filter.ts'
import { SaleRow } from './sale-row.tsx'
import styles from './transactions-screen.module.css'
import { useHistory } from './use-history.ts'

/** Past sales: of this device, and of the branch as far as they are kept here; older ones from the server when it answers. */
export function TransactionsScreen() {
  const { t } = useTranslation()
  const [filter, change] = useHistoryFilter()
  const history = useHistory(useDeferred(filter))
  return (
    <div className={styles.screen}>
      <div className={styles.head}>
        <h1 className={styles.title}>{t('history.title')}</h1>
        <Filters filter={filter} onChange={change} />
      </div>
      <section className={styles.scroller} aria-label={t('history.list')}>
        <Found history={history} filter={filter} onClear={() => change({ ...NO_FILTER, scope: filter.scope })} />
      </section>
      {history.others === 'out-of-reach' ? (
        <Banner tone="warn" icon={<CloudOff size={24} aria-hidden />} title={t('history.allOfflineTitle')}>
          {t('history.allOffline')}
        </Banner>
      ) : history.others === 'stale' ? (
        <Banner tone="warn" icon={<CloudOff size={24} aria-hidden />} title={t('history.allStaleTitle')}>
          {t('history.allStale')}
        </Banner>
      ) : null}
    </div>
  )
}

function Filters({ filter, onChange }: { filter: HistoryFilter; onChange(change: Partial<HistoryFilter>): void }) {
  const { t } = useTranslation()
  return (
    <div className={styles.filters}>
      <Segmented<HistoryFilter['scope']>
        label={t('history.scope')}
        hideLabel
        value={filter.scope}
        onChange={(scope) => onChange({ scope })}
        options={[
          { value: 'here', label: t('history.scopeHere') },
          { value: 'all', label: t('history.scopeAll') },
        ]}
      />
      <TextField
        className={styles.search}
        label={t('history.search')}
        hideLabel
        type="search"
        placeholder={t('history.searchHint')}
        icon={<Search size={20} aria-hidden />}
        clearLabel={t('history.clear')}
        value={filter.text}
        maxLength={100}
        onValue={(text) => onChange({ text })}
      />
      <TextField
        label={t('history.day')}
        hideLabel
        type="date"
        value={filter.day}
        onValue={(day) => onChange({ day })}
      />
    </div>
  )
}

function Found({
  history: { sales, hasMore, isLoadingMore, isOlderMissing, loadMore },
  filter,
  onClear,
}: {
  history: ReturnType<typeof useHistory>
  filter: HistoryFilter
  onClear(): void
}) {
  const { t } = useTranslation()
  if (sales === undefined) {
    return (
      <div className={styles.loading}>
        {Array.from({ length: 6 }, (_, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: six equal places
          <Skeleton key={place} width="100%" />
        ))}
      </div>
    )
  }
  if (sales.length === 0) {
    return filter.text.trim() === '' && filter.day === '' ? (
      <EmptyState icon={<ReceiptText size={40} aria-hidden />} title={t('history.emptyTitle')}>
        <p>{t('history.emptyText')}</p>
      </EmptyState>
    ) : (
      <EmptyState
        icon={<SearchX size={40} aria-hidden />}
        title={t('history.noResultTitle')}
        actions={<Button onClick={onClear}>{t('history.clearFilters')}</Button>}
      >
        <p>{t(isOlderMissing ? 'history.olderMissing' : 'history.noResultText')}</p>
      </EmptyState>
    )
  }
  return (
    <>
      <ul className={styles.list}>
        {sales.map((sale) => (
          <SaleRow key={sale.saleId ?? sale.code} sale={sale} showsCounter={filter.scope === 'all'} />
        ))}
      </ul>
      {hasMore ? (
        <div className={styles.more}>
          <Button disabled={isLoadingMore} onClick={loadMore}>
            {t(isLoadingMore ? 'history.loadingMore' : 'history.more')}
          </Button>
        </div>
      ) : null}
      {isOlderMissing ? <p className={styles.older}>{t('history.olderMissing')}</p> : null}
    </>
  )
}
