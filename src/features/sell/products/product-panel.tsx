import PackageOpen from 'lucide-react/icons/package-open'
import PackageX from 'lucide-react/icons/package-x'
import SearchX from 'lucide-react/icons/search-x'
import Star from 'lucide-react/icons/star'
import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useShopSettings } from '../../../db/use-shop-settings.ts'
import { Button } from '../../../ui/button.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { keepJson, readKeptJson } from '../../../ui/kept.ts'
import { useDeferred } from '../../../ui/use-deferred.ts'
import { hasCamera } from '../../shared/camera/barcode-detector.ts'
import type { CatalogueQuery } from '../../shared/goods/catalogue-index.ts'
import { useCatalogue } from '../../shared/goods/catalogue-store.ts'
import { type FoundProducts, findProducts } from '../../shared/goods/find-products.ts'
import { FirstLoadCard } from '../../shared/goods/first-load-card.tsx'
import { SimilarNote } from '../../shared/goods/similar-note.tsx'
import { useHeldUntilRead } from '../../shared/goods/use-held-until-read.ts'
import { useLoadPhase } from '../../shared/goods/use-load-phase.ts'
import { useStockAge } from '../../shared/goods/use-stock-age.ts'
import { useServices } from '../../shared/services.ts'
import { useSell } from '../sell-context.ts'
import { EVERYTHING, type SellView, type SetSellView, useProductLayout } from '../sell-view.ts'
import { ProductGrid, type ProductGridHandle } from './product-grid.tsx'
import styles from './product-panel.module.css'
import { ProductToolbar } from './product-toolbar.tsx'

interface ProductPanelProps {
  view: SellView
  onView: SetSellView
  searchRef: RefObject<HTMLInputElement | null>
}

/** The products: found, by category, or the favourites. */
export function ProductPanel({ view, onView, searchRef }: ProductPanelProps) {
  const { t } = useTranslation()
  const { db } = useServices()
  const { pick, pickBearer } = useSell()
  const { low_stock: lowStock } = useShopSettings(db)
  const phase = useLoadPhase()
  const { index } = useCatalogue()
  const [layout, setLayout] = useProductLayout()
  const [favourites, toggleFavourite] = useFavourites()
  const age = useStockAge()
  const grid = useRef<ProductGridHandle>(null)
  const isCameraThere = useCamera()
  const { entries, isSimilar, query, text } = useFoundEntries(view, favourites)

  const focusSearch = () => {
    searchRef.current?.focus()
    searchRef.current?.select()
  }
  const pickFirst = useHeldUntilRead(() => {
    if (view.text.trim() === '') return
    const bearers = index.withCode(view.text).filter(({ active }) => active)
    if (bearers.length > 1) {
      pickBearer(view.text.trim(), bearers)
      return
    }
    // Typed faster than the list follows: so the question is asked again.
    const [first] = index.search(questionOf(view, favourites))
    if (!first) {
      // What is only similar is looked at first, and taken by a key of its own.
      if (isSimilar && text === view.text) grid.current?.focusFirst()
      return
    }
    pick(first)
    onView((current) => ({ ...current, text: '' }))
  })

  return (
    <section className={styles.panel} aria-label={t('sell.products')}>
      <div>
        <ProductToolbar
          view={view}
          onView={onView}
          layout={layout}
          onLayout={setLayout}
          searchRef={searchRef}
          hasCamera={isCameraThere}
          onSearchEnter={pickFirst}
          onSearchDown={() => grid.current?.focusFirst()}
        />
        {isSimilar ? <SimilarNote text={text} isInset /> : null}
      </div>
      <div className={styles.list}>
        {phase === 'failed' ? (
          <EmptyState icon={<PackageX size={40} aria-hidden />} title={t('stock.failedTitle')}>
            <p>{t('stock.failedText')}</p>
          </EmptyState>
        ) : phase === 'first-load' ? (
          <FirstLoadCard />
        ) : entries.length > 0 ? (
          <ProductGrid
            entries={entries}
            query={query}
            layout={layout}
            favourites={favourites}
            lowStock={lowStock}
            age={age}
            onPick={pick}
            onFavourite={toggleFavourite}
            onEscape={focusSearch}
            handle={grid}
          />
        ) : phase === 'ready' ? (
          <NothingFound view={view} isCatalogueEmpty={index.size === 0} onView={onView} />
        ) : null}
      </div>
    </section>
  )
}

function questionOf({ text, category, favouritesOnly }: SellView, favourites: ReadonlySet<number>): CatalogueQuery {
  return {
    text,
    category,
    inactive: false,
    order: 'name',
    stocks: null,
    ...(favouritesOnly ? { only: favourites } : {}),
  }
}

function useFoundEntries(
  view: SellView,
  favourites: ReadonlySet<number>,
): FoundProducts & { readonly query: string; readonly text: string } {
  const catalogue = useCatalogue()
  // Typing stays ahead of a search in 50,000 products.
  const text = useDeferred(view.text)
  const { category, favouritesOnly } = view
  // A star given while all products are looked at changes no list.
  const only = favouritesOnly ? favourites : null
  const found = useMemo(
    () => findProducts(catalogue, questionOf({ text, category, favouritesOnly }, only ?? new Set())),
    [catalogue, text, category, favouritesOnly, only],
  )
  return { ...found, text, query: JSON.stringify([text.trim(), category, favouritesOnly]) }
}

function useCamera(): boolean {
  const [isThere, setIsThere] = useState(false)
  // Asked once: the browser answers later.
  useEffect(() => {
    let stopped = false
    void hasCamera().then((answer) => {
      if (!stopped) setIsThere(answer)
    })
    return () => {
      stopped = true
    }
  }, [])
  return isThere
}

function NothingFound({
  view,
  isCatalogueEmpty,
  onView,
}: {
  view: SellView
  isCatalogueEmpty: boolean
  onView: SetSellView
}) {
  const { t } = useTranslation()
  const text = view.text.trim()
  if (isCatalogueEmpty) {
    return (
      <EmptyState icon={<PackageOpen size={40} aria-hidden />} title={t('stock.emptyTitle')}>
        <p>{t('stock.emptyText')}</p>
      </EmptyState>
    )
  }
  if (text === '' && view.favouritesOnly) {
    return (
      <EmptyState icon={<Star size={40} aria-hidden />} title={t('sell.noFavouritesTitle')}>
        <p>{t('sell.noFavouritesText')}</p>
      </EmptyState>
    )
  }
  const isFiltered = view.category !== null || view.favouritesOnly
  return (
    <EmptyState
      icon={<SearchX size={40} aria-hidden />}
      title={text === '' ? t('stock.emptyCategoryTitle') : t('stock.noResultTitle', { text })}
      actions={
        isFiltered ? (
          <Button kind="primary" onClick={() => onView({ ...EVERYTHING, text: view.text })}>
            {t('stock.searchEverywhere')}
          </Button>
        ) : null
      }
    >
      <p>
        {isFiltered
          ? t('stock.noResultCategory', { category: view.category ?? t('sell.favourites') })
          : t('stock.noResultText')}
      </p>
    </EmptyState>
  )
}

const FAVOURITES_KEY = 'mstore-favourites'

/** The products with a star on this device, and the way to give or take one. */
function useFavourites(): [favourites: ReadonlySet<number>, toggle: (productId: number) => void] {
  const [favourites, setFavourites] = useState(readFavourites)
  const toggle = useCallback((productId: number) => {
    setFavourites((current) => {
      const next = new Set(current)
      if (!next.delete(productId)) next.add(productId)
      keepJson(FAVOURITES_KEY, [...next])
      return next
    })
  }, [])
  return [favourites, toggle]
}

function readFavourites(): ReadonlySet<number> {
  const stored = readKeptJson(FAVOURITES_KEY)
  return new Set(Array.isArray(stored) ? stored.filter((id) => Number.isSafeInteger(id)) : [])
}
