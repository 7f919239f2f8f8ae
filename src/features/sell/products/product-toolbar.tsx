import Camera from 'lucide-react/icons/camera'
import Keyboard from 'lucide-react/icons/keyboard'
import LayoutGrid from 'lucide-react/icons/layout-grid'
import Rows3 from 'lucide-react/icons/rows-3'
import Star from 'lucide-react/icons/star'
import type { RefObject } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { IconButton } from '../../../ui/button.tsx'
import { Chip } from '../../../ui/chip.tsx'
import { useChosenInSight } from '../../../ui/use-chosen-in-sight.ts'
import { useCatalogue } from '../../shared/goods/catalogue-store.ts'
import { ProductSearch } from '../../shared/goods/product-search.tsx'
import { useSell } from '../sell-context.ts'
import type { ProductLayout, SellView, SetSellView } from '../sell-view.ts'
import styles from './product-toolbar.module.css'

interface ProductToolbarProps {
  view: SellView
  onView: SetSellView
  layout: ProductLayout
  onLayout(layout: ProductLayout): void
  searchRef: RefObject<HTMLInputElement | null>
  hasCamera: boolean
  onSearchEnter(): void
  onSearchDown(): void
}

/** Search, camera, layout, and the categories with the favourites among them. */
export function ProductToolbar(props: ProductToolbarProps) {
  const { view, onView, layout, onLayout, searchRef, hasCamera, onSearchEnter, onSearchDown } = props
  const { t } = useTranslation()
  const { open } = useSell()
  const { index } = useCatalogue()
  const chips = useChosenInSight(`${view.category} ${view.favouritesOnly} ${index.categories().length}`)
  return (
    <div className={styles.toolbar}>
      <div className={styles.first}>
        <ProductSearch
          className={styles.search}
          label={t('sell.search')}
          placeholder={t('sell.searchPlaceholder')}
          clearLabel={t('sell.clearSearch')}
          shortcuts="/ F2"
          text={view.text}
          onText={(text) => onView((current) => ({ ...current, text }))}
          onEnter={onSearchEnter}
          onDown={onSearchDown}
          inputRef={searchRef}
        />
        {hasCamera ? (
          <IconButton
            label={t('sell.camera')}
            icon={<Camera size={24} aria-hidden />}
            onClick={() => open({ kind: 'camera' })}
          />
        ) : null}
        <IconButton
          label={`${t('sell.view')}: ${t(layout === 'tiles' ? 'sell.viewList' : 'sell.viewTiles')}`}
          icon={layout === 'tiles' ? <Rows3 size={24} aria-hidden /> : <LayoutGrid size={24} aria-hidden />}
          onClick={() => onLayout(layout === 'tiles' ? 'list' : 'tiles')}
        />
        <IconButton
          className={styles.help}
          label={t('sell.help')}
          aria-keyshortcuts="? F1"
          icon={<Keyboard size={24} aria-hidden />}
          onClick={() => open({ kind: 'help' })}
        />
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset can't scroll sideways in all browsers */}
      <div ref={chips} className={styles.chips} role="group" aria-label={t('stock.categories')}>
        <Chip
          pressed={view.category === null && !view.favouritesOnly}
          onPress={() => onView((current) => ({ ...current, category: null, favouritesOnly: false }))}
        >
          {t('stock.allCategories')}
        </Chip>
        <Chip
          pressed={view.favouritesOnly}
          icon={<Star size={16} aria-hidden />}
          onPress={() => onView((current) => ({ ...current, category: null, favouritesOnly: true }))}
        >
          {t('sell.favourites')}
        </Chip>
        {index.categories().map((category) => (
          <Chip
            key={category}
            pressed={view.category === category}
            onPress={() => onView((current) => ({ ...current, category, favouritesOnly: false }))}
          >
            {category}
          </Chip>
        ))}
      </div>
    </div>
  )
}
