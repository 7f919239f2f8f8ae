import { type FormEvent, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import type { CatalogueEntry } from '../../../db/catalogue.ts'
import { useInventoryPlaces } from '../../../db/product-detail.ts'
import { ambiguousReadings, isAmbiguousQuantity, parseQuantity } from '../../../domain/typed-number.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { Button } from '../../../ui/button.tsx'
import { Segmented } from '../../../ui/segmented.tsx'
import { TextField } from '../../../ui/text-field.tsx'
import { useProductRow } from '../../shared/goods/use-product-row.ts'
import { useStockAge } from '../../shared/goods/use-stock-age.ts'
import { useServices } from '../../shared/services.ts'
import { useObservable } from '../../shared/use-observable.ts'
import { shownPlaces } from './shown-places.ts'
import type { DraftLine, StockTask } from './stock-draft.ts'
import styles from './stock-entry.module.css'

interface StockEntryProps {
  task: StockTask
  entry: CatalogueEntry
  onAdd(line: DraftLine): void
  onCancel(): void
}

/** How much of one product came in, or lies there. */
export function StockEntry({ task, entry, onAdd, onCancel }: StockEntryProps) {
  const { t } = useTranslation()
  const format = useFormat()
  const { db, status } = useServices()
  const row = useProductRow(entry.id)
  const age = useStockAge()
  const stored = useInventoryPlaces(db, entry.id)
  // A count against an old number would book what others have sold since a second time.
  const isLive = useObservable(status, ({ state }) => state === 'live')
  const [chosenId, setChosenId] = useState<number | null>(null)
  const [text, setText] = useState('')
  const [isTried, setTried] = useState(false)
  if (!row || !stored) return null
  const places = shownPlaces(row, stored)
  const place = places.find(({ inventoryId }) => inventoryId === chosenId) ?? places[0]
  if (!place) return null
  const quantity = parseQuantity(text)
  const isRight = quantity !== null && (task === 'stocktake' || quantity > 0)
  const mustWait = task === 'stocktake' && !isLive
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    if (quantity === null || !isRight || mustWait) return
    onAdd({
      productId: entry.id,
      inventoryId: place.inventoryId,
      name: entry.name,
      unit: entry.unit,
      place: places.length > 1 ? place.name : '',
      price: entry.price,
      quantity,
      shown: place.shown,
    })
  }
  return (
    <form className={styles.entry} onSubmit={submit} aria-label={entry.name} noValidate>
      <h2>{entry.name}</h2>
      {places.length > 1 ? (
        <Segmented
          label={t('ownerStock.place')}
          value={String(place.inventoryId)}
          onChange={(id) => setChosenId(Number(id))}
          options={places.map(({ inventoryId, name }) => ({
            value: String(inventoryId),
            label: name || t('detail.unnamedPlace', { id: inventoryId ?? '' }),
          }))}
        />
      ) : null}
      <p className={styles.shown}>
        {t('ownerStock.shown')} <strong data-testid="shown">{format.quantity(place.shown)}</strong> {entry.unit} {age}
      </p>
      {mustWait ? <p role="status">{t('ownerStock.notLive')}</p> : null}
      <TextField
        label={t(task === 'receiving' ? 'ownerStock.received' : 'ownerStock.counted', { unit: entry.unit })}
        inputMode="decimal"
        autoComplete="off"
        takesFocus
        value={text}
        onValue={setText}
        error={
          !isTried || isRight
            ? null
            : isAmbiguousQuantity(text)
              ? t('number.ambiguous', ambiguousReadings(text))
              : t('ownerStock.quantityWrong')
        }
      />
      <div className={styles.actions}>
        <Button onClick={onCancel}>{t('app.cancel')}</Button>
        <Button kind="primary" type="submit" disabled={mustWait}>
          {t(task === 'receiving' ? 'ownerStock.addLine' : 'ownerStock.noteCount')}
        </Button>
      </div>
    </form>
  )
}
