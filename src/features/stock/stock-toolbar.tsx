import Archive from 'lucide-react/icons/archive'
import ArrowDownAZ from 'lucide-react/icons/arrow-down-a-z'
import ArrowDownNarrowWide from 'lucide-react/icons/arrow-down-narrow-wide'
import Banknote from 'lucide-react/icons/banknote'
import RotateCw from 'lucide-react/icons/rotate-cw'
import { type Dispatch, memo, type RefObject, type SetStateAction, useCallback } from 'preact/compat'
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
import { type StockView, useStockView } from './stock-provider.tsx'
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
  const [view, setView] = useStockView()
  const setOrder = useSetOrder()
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
        <OrderChoice order={view.order} onOrder={setOrder} />
      </div>
      <SectionChips chosen={view.category} inactive={view.inactive} onChoose={setView} />
      <div className={styles.facts}>
        <p role="status">{count === null ? ' ' : t('stock.count', { count, formatted: format.quantity(count) })}</p>
        {view.orderTaken ? (
          <>
            <p>{t('stock.orderTaken', { when: format.moment(view.orderTaken.at, Date.now()) })}</p>
            <Button kind="quiet" icon={<RotateCw size={16} aria-hidden />} onClick={() => setOrder('stock')}>
              {t('stock.orderRefresh')}
            </Button>
          </>
        ) : null}
      </div>
    </div>
  )
}

function useSetOrder(): (order: CatalogueOrder) => void {
  const { db, salesDb } = useServices()
  const [, setView] = useStockView()
  return useCallback(
    (order) => {
      setView((current) => ({ ...current, order, orderTaken: null }))
      if (order !== 'stock') return
      // The stock is looked at once: rows that changed places while somebody reads would be worse than an old order.
      void readStockNumbers(db, salesDb).then((stocks) => {
        const orderTaken = { at: Date.now(), stocks }
        setView((current) => (current.order === 'stock' ? { ...current, orderTaken } : current))
      })
    },
    [db, salesDb, setView],
  )
}

interface OrderChoiceProps {
  order: CatalogueOrder
  onOrder(order: CatalogueOrder): void
}

/** As the chips below it, no key of a search draws this again. */
const OrderChoice = memo(function OrderChoice({ order, onOrder }: OrderChoiceProps) {
  const { t } = useTranslation()
  return (
    <div className={styles.sort}>
      <Segmented<CatalogueOrder>
        label={t('stock.sort')}
        hideLabel
        value={order}
        onChange={onOrder}
        options={[
          { value: 'name', label: t('stock.sortName'), icon: <ArrowDownAZ size={20} aria-hidden /> },
          { value: 'price', label: t('stock.sortPrice'), icon: <Banknote size={20} aria-hidden /> },
          { value: 'stock', label: t('stock.sortStock'), icon: <ArrowDownNarrowWide size={20} aria-hidden /> },
        ]}
      />
    </div>
  )
})

interface SectionChipsProps {
  /** The category; null: all. */
  chosen: string | null
  inactive: boolean
  onChoose: Dispatch<SetStateAction<StockView>>
}

const SectionChips = memo(function SectionChips({ chosen, inactive, onChoose }: SectionChipsProps) {
  const { t } = useTranslation()
  const { categories, hasInactive } = sectionsOf(useCatalogue())
  const chips = useChosenInSight(`${chosen} ${inactive} ${categories.length}`)
  const choose = (section: Pick<StockView, 'category' | 'inactive'>) =>
    onChoose((current) => ({ ...current, ...section }))
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset can't scroll sideways in all browsers
    <div ref={chips} className={styles.chips} role="group" aria-label={t('stock.categories')}>
      <Chip pressed={chosen === null && !inactive} onPress={() => choose({ category: null, inactive: false })}>
        {t('stock.allCategories')}
      </Chip>
      {categories.map((category) => (
        <Chip
          key={category}
          pressed={category === chosen && !inactive}
          onPress={() => choose({ category, inactive: false })}
        >
          {category}
        </Chip>
      ))}
      {hasInactive ? (
        <Chip
          pressed={inactive}
          icon={<Archive size={16} aria-hidden />}
          onPress={() => choose({ category: null, inactive: true })}
        >
          {t('stock.inactive')}
        </Chip>
      ) : null}
    </div>
  )
})
