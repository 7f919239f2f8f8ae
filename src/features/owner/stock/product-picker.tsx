import Search from 'lucide-react/icons/search'
import { type RefObject, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CatalogueEntry } from '../../../db/catalogue.ts'
import { TextField } from '../../../ui/text-field.tsx'
import { useDeferred } from '../../../ui/use-deferred.ts'
import type { CatalogueQuery } from '../../shared/goods/catalogue-index.ts'
import { useCatalogue } from '../../shared/goods/catalogue-store.ts'
import { findProducts, NOTHING_FOUND } from '../../shared/goods/find-products.ts'
import { SimilarNote } from '../../shared/goods/similar-note.tsx'
import { useHeldUntilRead } from '../../shared/goods/use-held-until-read.ts'
import styles from './product-picker.module.css'

const RESULTS = 8

interface ProductPickerProps {
  searchRef: RefObject<HTMLInputElement | null>
  onPick(entry: CatalogueEntry): void
}

/** Finds one product by name, or by the code that a scanner types. */
export function ProductPicker({ searchRef, onPick }: ProductPickerProps) {
  const { t } = useTranslation()
  const catalogue = useCatalogue()
  const { index } = catalogue
  const [text, setText] = useState('')
  const [unknown, setUnknown] = useState<string | null>(null)
  const sought = useDeferred(text)
  const { entries, isSimilar } = sought.trim() === '' ? NOTHING_FOUND : findProducts(catalogue, questionOf(sought))
  const found = entries.slice(0, RESULTS)
  const pick = (entry: CatalogueEntry) => {
    setText('')
    setUnknown(null)
    onPick(entry)
  }
  const onEnter = useHeldUntilRead(() => {
    // A scanner types faster than the list follows, so the question is asked again.
    const wanted = text.trim()
    if (wanted === '') return
    // Of two with one code the person takes the one that is meant: both stand first in the list.
    const bearers = index.withCode(wanted).filter(({ active }) => active)
    const all = bearers.length > 0 ? bearers : index.search(questionOf(wanted))
    const [first] = all
    if (first && all.length === 1) pick(first)
    else if (!first) setUnknown(wanted)
  })
  return (
    <div className={styles.picker}>
      <TextField
        label={t('ownerStock.find')}
        icon={<Search size={20} aria-hidden />}
        type="search"
        autoComplete="off"
        autoCapitalize="off"
        spellcheck={false}
        placeholder={t('stock.searchPlaceholder')}
        clearLabel={t('stock.clear')}
        inputRef={searchRef}
        value={text}
        onValue={(value) => {
          setText(value)
          setUnknown(null)
        }}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return
          event.preventDefault()
          onEnter()
        }}
        error={unknown === null ? null : t('ownerStock.unknown', { text: unknown })}
      />
      {isSimilar ? <SimilarNote text={sought} /> : null}
      {found.length > 0 ? (
        <ul className={styles.results} aria-label={t('ownerStock.results')}>
          {found.map((entry) => (
            <li key={entry.id}>
              <button type="button" className={styles.result} onClick={() => pick(entry)}>
                <span className={styles.name}>{entry.name}</span>
                <span className={styles.code}>{[entry.sku, entry.barcode].filter(Boolean).join(' · ')}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </div>
  )
}

function questionOf(text: string): CatalogueQuery {
  return { text, category: null, inactive: false, order: 'name', stocks: null }
}
