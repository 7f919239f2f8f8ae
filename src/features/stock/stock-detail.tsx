import ArrowLeft from 'lucide-react/icons/arrow-left'
import PackageX from 'lucide-react/icons/package-x'
import X from 'lucide-react/icons/x'
import { type ReactNode, useEffect, useRef } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { useInventoryPlaces } from '../../db/product-detail.ts'
import { useShopSettings } from '../../db/use-shop-settings.ts'
import { stockLevel } from '../../domain/stock-level.ts'
import { useFormat } from '../../i18n/use-format.ts'
import { IconButton } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Skeleton } from '../../ui/skeleton.tsx'
import { StockLevelBadge } from '../shared/goods/stock-level-badge.tsx'
import { StockNumber } from '../shared/goods/stock-number.tsx'
import { useProductRow } from '../shared/goods/use-product-row.ts'
import { useServices } from '../shared/services.ts'
import { useObservable } from '../shared/use-observable.ts'
import { StockChangeList } from './stock-change-list.tsx'
import styles from './stock-detail.module.css'

interface StockDetailProps {
  productId: number
  /** Full screen instead of a panel beside the list. */
  isFullScreen: boolean
  /** "per 14.03" when the numbers are not live. */
  age: string | null
  /** True when somebody opened it from the list, and so goes on reading here; false for an address that was loaded. */
  takesFocus: { readonly current: boolean }
  onClose(): void
}

/** One product: its fields, where it is stored, and what changed lately. */
export function StockDetail({ productId, isFullScreen, age, takesFocus, onClose }: StockDetailProps) {
  const { t } = useTranslation()
  const product = useProductRow(productId)
  const heading = useRef<HTMLHeadingElement>(null)

  // The focus can only move once the panel is there, and moves again for another product.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another product is another panel
  useEffect(() => {
    if (takesFocus.current) heading.current?.focus({ preventScroll: true })
  }, [productId])

  return (
    <section
      className={isFullScreen ? styles.full : styles.panel}
      aria-label={t('detail.label')}
      data-testid="stock-detail"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.preventDefault()
        onClose()
      }}
    >
      <header className={styles.head}>
        {isFullScreen ? (
          <IconButton label={t('app.back')} icon={<ArrowLeft size={24} aria-hidden />} onClick={onClose} />
        ) : null}
        <h2 ref={heading} tabIndex={-1} className={styles.title}>
          {product === null
            ? t('detail.label')
            : (product?.name ?? <Skeleton width="12rem" label={t('app.loading')} />)}
        </h2>
        {isFullScreen ? null : (
          <IconButton label={t('app.close')} icon={<X size={24} aria-hidden />} onClick={onClose} />
        )}
      </header>
      {product === null ? (
        <EmptyState icon={<PackageX size={40} aria-hidden />} title={t('detail.missingTitle')}>
          <p>{t('detail.missingText', { id: productId })}</p>
        </EmptyState>
      ) : (
        <Details key={productId} productId={productId} age={age} />
      )}
    </section>
  )
}

function Details({ productId, age }: { productId: number; age: string | null }) {
  const { t } = useTranslation()
  const format = useFormat()
  const { db, status } = useServices()
  const { low_stock: lowStock } = useShopSettings(db)
  const isLive = useObservable(status, ({ state }) => state === 'live')
  const product = useProductRow(productId)
  const places = useInventoryPlaces(db, productId)
  const pending = <Skeleton width="5rem" />
  const word = (value: string | null | undefined): ReactNode =>
    value === undefined ? pending : (value ?? t('app.none'))
  return (
    <div className={styles.body}>
      <div className={styles.now}>
        <p className={styles.label}>{t('detail.stockNow')}</p>
        <p className={styles.number}>
          {product ? <StockNumber value={product.stock} testId="detail-stock" /> : pending}
          <span className={styles.unit}> {product?.unit}</span>
        </p>
        <p className={styles.state}>
          {product ? <StockLevelBadge level={stockLevel(product.stock, lowStock)} /> : pending}
          <span>{age ?? t(isLive ? 'sync.live' : 'sync.catchingUp')}</span>
        </p>
      </div>
      <dl className={styles.fields}>
        <Field name={t('detail.price')}>
          {product ? `${format.rupiah(product.price)} ${t('detail.perUnit', { unit: product.unit })}` : pending}
        </Field>
        <Field name={t('detail.sku')}>{word(product?.sku)}</Field>
        <Field name={t('detail.barcode')}>{word(product?.barcode)}</Field>
        <Field name={t('detail.category')}>{word(product?.category)}</Field>
        <Field name={t('detail.productId')}>{productId}</Field>
      </dl>
      <h3>{t('detail.places')}</h3>
      {places?.length === 0 ? <p className={styles.nothing}>{t('detail.noPlaces')}</p> : null}
      <ul className={styles.places}>
        {places?.map((place) => (
          <li key={place.id}>
            <span>{place.place || t('detail.unnamedPlace', { id: place.id })}</span>
            <StockNumber value={place.quantity} testId={`place-${place.id}`} />
          </li>
        ))}
      </ul>
      <h3>{t('detail.changes')}</h3>
      <StockChangeList productId={productId} />
    </div>
  )
}

function Field({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}
