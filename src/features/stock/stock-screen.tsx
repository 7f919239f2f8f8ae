import PackageOpen from 'lucide-react/icons/package-open'
import PackageX from 'lucide-react/icons/package-x'
import ScanBarcode from 'lucide-react/icons/scan-barcode'
import SearchX from 'lucide-react/icons/search-x'
import { useCallback, useEffect, useMemo, useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useLocation } from 'wouter'
import type { CatalogueEntry } from '../../db/catalogue.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useDeferred } from '../../ui/use-deferred.ts'
import { useMediaQuery } from '../../ui/use-media-query.ts'
import { useCatalogue } from '../shared/goods/catalogue-store.ts'
import { type FoundProducts, findProducts } from '../shared/goods/find-products.ts'
import { looksLikeCode } from '../shared/goods/fold-text.ts'
import { SimilarNote } from '../shared/goods/similar-note.tsx'
import { useHeldUntilRead } from '../shared/goods/use-held-until-read.ts'
import { useLoadPhase } from '../shared/goods/use-load-phase.ts'
import { useStockAge } from '../shared/goods/use-stock-age.ts'
import { FirstLoad } from './first-load.tsx'
import { StockDetail } from './stock-detail.tsx'
import { StockList, type StockListHandle } from './stock-list.tsx'
import { useStockView } from './stock-provider.tsx'
import styles from './stock-screen.module.css'
import { StockToolbar } from './stock-toolbar.tsx'

/** The branch's stock: list and, at `/stock/:id`, one product beside it (over it on a phone). */
export function StockScreen({ productId }: { productId: number | null }) {
  const { t } = useTranslation()
  const [, navigate] = useLocation()
  const isPhone = useMediaQuery('(max-width: 699px)')
  const phase = useLoadPhase()
  const { entries, isSimilar, query, text } = useFoundEntries()
  const age = useStockAge()
  const { index } = useCatalogue()
  const [view, setView] = useStockView()
  const search = useRef<HTMLInputElement>(null)
  const list = useRef<StockListHandle>(null)

  const isOpenedHere = useRef(false)

  const open = useCallback(
    (entry: CatalogueEntry) => {
      isOpenedHere.current = true
      navigate(`/stock/${entry.id}`, { replace: productId !== null })
    },
    [navigate, productId],
  )
  const close = useCallback(() => {
    if (productId === null) return
    navigate('/')
    list.current?.focusProduct(productId)
  }, [navigate, productId])

  const onLeave = useCallback((scrollTop: number) => setView((current) => ({ ...current, scrollTop })), [setView])

  // `/` reaches the search from anywhere on the screen, as in every list that people know.
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target instanceof HTMLElement ? event.target : null
      if (event.key !== '/' || event.ctrlKey || event.metaKey || target?.closest('input, textarea, dialog')) return
      event.preventDefault()
      search.current?.focus()
      search.current?.select()
    }
    document.addEventListener('keydown', onKey)
    return () => document.removeEventListener('keydown', onKey)
  }, [])

  const onSearchEnter = useHeldUntilRead(() => {
    // A scanner types faster than the list follows, so the question is asked again.
    const found = index.search({ ...view, stocks: null })
    const [first] = found
    const isOnlyBearer = index.withCode(view.text).filter(({ active }) => active !== view.inactive).length === 1
    if (first && (isOnlyBearer || found.length === 1)) open(first)
    else list.current?.focusFirst()
  })

  const isCovered = productId !== null && isPhone
  return (
    <div className={styles.screen} data-panel={productId !== null && !isPhone}>
      <div className={styles.main} inert={isCovered}>
        <h1 className="visually-hidden">{t('stock.title')}</h1>
        <div>
          <StockToolbar
            searchRef={search}
            count={phase === 'ready' ? entries.length : null}
            onSearchEnter={onSearchEnter}
            onSearchDown={() => list.current?.focusFirst()}
          />
          {isSimilar ? <SimilarNote text={text} isInset /> : null}
        </div>
        <div className={styles.list}>
          {phase === 'failed' ? (
            <EmptyState icon={<PackageX size={40} aria-hidden />} title={t('stock.failedTitle')}>
              <p>{t('stock.failedText')}</p>
            </EmptyState>
          ) : phase === 'first-load' ? (
            <FirstLoad />
          ) : entries.length > 0 ? (
            <StockList
              entries={entries}
              query={query}
              openId={productId}
              age={age}
              top={view.scrollTop}
              onLeave={onLeave}
              onOpen={open}
              onEscape={close}
              handle={list}
            />
          ) : phase === 'ready' ? (
            <NothingFound />
          ) : null}
        </div>
      </div>
      {productId === null ? null : (
        <StockDetail productId={productId} isFullScreen={isPhone} age={age} takesFocus={isOpenedHere} onClose={close} />
      )}
    </div>
  )
}

function useFoundEntries(): FoundProducts & { readonly query: string; readonly text: string } {
  const catalogue = useCatalogue()
  const [view] = useStockView()
  // Typing stays ahead of a search in 50,000 products.
  const text = useDeferred(view.text)
  const { category, inactive, order, orderTaken } = view
  const found = useMemo(
    () => findProducts(catalogue, { text, category, inactive, order, stocks: orderTaken?.stocks ?? null }),
    [catalogue, text, category, inactive, order, orderTaken],
  )
  return { ...found, text, query: JSON.stringify([text.trim(), category, inactive, order, orderTaken?.at]) }
}

function NothingFound() {
  const { t } = useTranslation()
  const { index } = useCatalogue()
  const [view, setView] = useStockView()
  const text = view.text.trim()
  if (index.size === 0) {
    return (
      <EmptyState icon={<PackageOpen size={40} aria-hidden />} title={t('stock.emptyTitle')}>
        <p>{t('stock.emptyText')}</p>
      </EmptyState>
    )
  }
  if (text === '')
    return <EmptyState icon={<PackageOpen size={40} aria-hidden />} title={t('stock.emptyCategoryTitle')} />
  const isFiltered = view.category !== null || view.inactive
  const everywhere = (
    <Button kind="primary" onClick={() => setView((current) => ({ ...current, category: null, inactive: false }))}>
      {t('stock.searchEverywhere')}
    </Button>
  )
  if (looksLikeCode(text)) {
    return (
      <EmptyState
        icon={<ScanBarcode size={40} aria-hidden />}
        title={t('stock.unknownCodeTitle', { code: text })}
        actions={isFiltered ? everywhere : null}
      >
        <p>{t('stock.unknownCodeText')}</p>
      </EmptyState>
    )
  }
  return (
    <EmptyState
      icon={<SearchX size={40} aria-hidden />}
      title={t('stock.noResultTitle', { text })}
      actions={isFiltered ? everywhere : null}
    >
      <p>
        {isFiltered
          ? t('stock.noResultCategory', { category: view.category ?? t('stock.inactive') })
          : t('stock.noResultText')}
      </p>
    </EmptyState>
  )
}
