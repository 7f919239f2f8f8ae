import { useMutation } from '@tanstack/react-query'
import Archive from 'lucide-react/icons/archive'
import Download from 'lucide-react/icons/download'
import FileUp from 'lucide-react/icons/file-up'
import PackageOpen from 'lucide-react/icons/package-open'
import Plus from 'lucide-react/icons/plus'
import Search from 'lucide-react/icons/search'
import SearchX from 'lucide-react/icons/search-x'
import { useMemo, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import { OWNER_PATHS } from '../../../contract/owner.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Button } from '../../../ui/button.tsx'
import { Chip } from '../../../ui/chip.tsx'
import { EmptyState } from '../../../ui/empty-state.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { useDeferred } from '../../../ui/use-deferred.ts'
import { saveTextFile } from '../../shared/device/save-file.ts'
import { sectionsOf, useCatalogue } from '../../shared/goods/catalogue-store.ts'
import { findProducts } from '../../shared/goods/find-products.ts'
import { FirstLoadCard } from '../../shared/goods/first-load-card.tsx'
import { SimilarNote } from '../../shared/goods/similar-note.tsx'
import { useLoadPhase } from '../../shared/goods/use-load-phase.ts'
import { Notice } from '../notice.tsx'
import styles from '../owner-page.module.css'
import { failureWords } from '../session/failure-words.ts'
import { useOwnerSession } from '../session/owner-session.ts'
import { ImportPanel } from './import-panel.tsx'
import { ProductForm } from './product-form.tsx'
import { ProductList } from './product-list.tsx'

const EXPORT_TIMEOUT_MS = 60_000

/** The catalogue: as the device has it, changed on the server. */
export function ProductsPage() {
  const { t, i18n } = useTranslation()
  const format = useFormat()
  const { ownerHttp } = useOwnerSession()
  const phase = useLoadPhase()
  const [text, setText] = useState('')
  const [inactive, setInactive] = useState(false)
  const [open, setOpen] = useState<number | 'new' | 'import' | null>(null)
  const [saved, setSaved] = useState<string | null>(null)
  const catalogue = useCatalogue()
  const sought = useDeferred(text)
  const { entries, isSimilar } = useMemo(
    () => findProducts(catalogue, { text: sought, category: null, inactive, order: 'name', stocks: null }),
    [catalogue, sought, inactive],
  )
  const exporting = useMutation({
    mutationFn: async () => {
      const language = i18n.language === 'en' ? 'en' : 'id'
      const path = `${OWNER_PATHS.productExport}?language=${language}`
      const { body } = await ownerHttp({ path, as: 'text', timeoutMs: EXPORT_TIMEOUT_MS })
      saveTextFile(t('ownerProducts.fileName'), String(body), 'text/csv;charset=utf-8')
    },
  })
  if (open === 'import') return <ImportPanel onClose={() => setOpen(null)} />
  return (
    <div className={styles.list}>
      <div className={styles.toolbar}>
        <h1 className="visually-hidden">{t('owner.navProducts')}</h1>
        <TextField
          className={styles.search ?? ''}
          label={t('ownerProducts.search')}
          hideLabel
          icon={<Search size={20} aria-hidden />}
          type="search"
          autoComplete="off"
          spellcheck={false}
          placeholder={t('stock.searchPlaceholder')}
          clearLabel={t('stock.clear')}
          value={text}
          onValue={setText}
        />
        <Button kind="primary" icon={<Plus size={20} aria-hidden />} onClick={() => setOpen('new')}>
          {t('ownerProducts.add')}
        </Button>
        <Button icon={<FileUp size={20} aria-hidden />} onClick={() => setOpen('import')}>
          {t('ownerProducts.import')}
        </Button>
        <Button
          icon={<Download size={20} aria-hidden />}
          disabled={exporting.isPending}
          onClick={() => exporting.mutate()}
        >
          {t('ownerProducts.export')}
        </Button>
        {sectionsOf(catalogue).hasInactive ? (
          <Chip pressed={inactive} icon={<Archive size={16} aria-hidden />} onPress={() => setInactive(!inactive)}>
            {t('stock.inactive')}
          </Chip>
        ) : null}
        <p className={styles.muted} role="status">
          {saved ??
            (phase === 'ready'
              ? t('stock.count', { count: entries.length, formatted: format.quantity(entries.length) })
              : null)}
        </p>
        {isSimilar ? <SimilarNote text={sought} /> : null}
        {exporting.isError ? (
          <Notice tone="bad">{t('reports.downloadFailed', { why: failureWords(exporting.error, t) })}</Notice>
        ) : null}
      </div>
      {phase === 'first-load' ? (
        <FirstLoadCard />
      ) : phase !== 'ready' ? null : entries.length > 0 ? (
        <ProductList entries={entries} query={`${sought} ${inactive}`} onOpen={setOpen} />
      ) : text === '' ? (
        <EmptyState icon={<PackageOpen size={40} aria-hidden />} title={t('stock.emptyTitle')}>
          <p>{t('ownerProducts.emptyText')}</p>
        </EmptyState>
      ) : (
        <EmptyState icon={<SearchX size={40} aria-hidden />} title={t('stock.noResultTitle', { text })} />
      )}
      {open === null ? null : (
        <ProductForm
          productId={open === 'new' ? null : open}
          onClose={() => setOpen(null)}
          onSaved={(product) => {
            setOpen(null)
            setSaved(t('ownerProducts.saved', { name: product.name, price: format.rupiah(product.price) }))
          }}
        />
      )}
    </div>
  )
}
