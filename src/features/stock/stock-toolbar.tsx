import Archive from 'lucide-react/icons/archive'
import ArrowDownAZ from 'lucide-react/icons/arrow-down-a-z'
import ArrowDownNarrowWide from 'lucide-react/icons/arrow-down-narrow-wide'
import Banknote from 'lucide-react/icons/banknote'
import RotateCw from 'lucide-react/icons/rotate-cw'
import type { RefObject } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { readStockNumbers } from '../../db/stock-numbers.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { Button } from '../../ui/button.tsx'
import { Chip } from '../../ui/chip.tsx'
import { Segmented } from '../../ui/segmented.tsx'
import { useChosenInSight } from '../../ui/use-chosen-in-sight.ts'
import type { CatalogueOrder } from '../shared/goods/catalogue-index.ts'
import { sectionsOf, useCatalogue } from '../shared/goods/catalogue-store.ts'
import { ProductSearch } from '../shared/goods/product-search.tsx'
import { useServices } from '../shared/services.ts'
import { useStockView } from './stock-provider.tsx'
import styles from './stock-toolbar.module.css'

interface StockToolbarProps {
  searchRef: RefObject<HTMLInputElement | null>
  /** Products found; null while there is no list. */
  count: number | null
  onSearchEnter(): void
  onSearchDown(): void
}

/** Search, categories and order. */
export function StockToolbar({ searchRef, count, onSearchEnter, onSearchDown }: StockToolbarProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { db, salesDb } = useServices()
  const { categories, hasInactive } = sectionsOf(useCatalogue())
  const [view, setView] = useStockView()
  const chips = useChosenInSight(`${view.category} ${view.inactive} ${categories.length}`)

  const setOrder = async (order: CatalogueOrder) => {
    setView((current) => ({ ...current, order, orderTaken: null }))
    if (order !== 'stock') return
    // The stock is looked at once: rows that changed places while somebody reads would be worse than an old order.
    const stocks = await readStockNumbers(db, salesDb)
    const orderTaken = { at: Date.now(), stocks }
    setView((current) => (current.order === 'stock' ? { ...current, orderTaken } : current))
  }

  return (
    <div className={styles.toolbar}>
      <div className={styles.first}>
        <ProductSearch
          className={styles.search}
          label={t('stock.search')}
          placeholder={t('stock.searchPlaceholder')}
          clearLabel={t('stock.clear')}
          shortcuts="/"
          text={view.text}
          onText={(text) => setView((current) => ({ ...current, text }))}
          onEnter={onSearchEnter}
          onDown={onSearchDown}
          inputRef={searchRef}
        />
        <div className={styles.sort}>
          <Segmented<CatalogueOrder>
            label={t('stock.sort')}
            hideLabel
            value={view.order}
            onChange={(order) => void setOrder(order)}
            options={[
              { value: 'name', label: t('stock.sortName'), icon: <ArrowDownAZ size={20} aria-hidden /> },
              { value: 'price', label: t('stock.sortPrice'), icon: <Banknote size={20} aria-hidden /> },
              { value: 'stock', label: t('stock.sortStock'), icon: <ArrowDownNarrowWide size={20} aria-hidden /> },
            ]}
          />
        </div>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset can't scroll sideways in all browsers */}
      <div ref={chips} className={styles.chips} role="group" aria-label={t('stock.categories')}>
        <Chip
          pressed={view.category === null && !view.inactive}
          onPress={() => setView((current) => ({ ...current, category: null, inactive: false }))}
        >
          {t('stock.allCategories')}
        </Chip>
        {categories.map((category) => (
          <Chip
            key={category}
            pressed={view.category === category && !view.inactive}
            onPress={() => setView((current) => ({ ...current, category, inactive: false }))}
          >
            {category}
          </Chip>
        ))}
        {hasInactive ? (
          <Chip
            pressed={view.inactive}
            icon={<Archive size={16} aria-hidden />}
            onPress={() => setView((current) => ({ ...current, category: null, inactive: true }))}
          >
            {t('stock.inactive')}
          </Chip>
        ) : null}
      </div>
      <div className={styles.facts}>
        <p role="status">{count === null ? ' ' : t('stock.count', { count, formatted: format.quantity(count) })}</p>
        {view.orderTaken ? (
          <>
            <p>{t('stock.orderTaken', { when: format.moment(view.orderTaken.at, Date.now()) })}</p>
            <Button kind="quiet" icon={<RotateCw size={16} aria-hidden />} onClick={() => void setOrder('stock')}>
              {t('stock.orderRefresh')}
            </Button>
          </>
        ) : null}
      </div>
    </div>
  )
}
