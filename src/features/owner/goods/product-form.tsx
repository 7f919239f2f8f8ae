import { useMutation } from '@tanstack/react-query'
import { useId, useState } from 'preact/compat'
import { useTranslation } from 'react-i18next'
import * as v from 'valibot'
import {
  OWNER_PATHS,
  type OwnerProductPatch,
  type OwnerProductRequest,
  ownerProductAnswerSchema,
  ownerProductPath,
} from '../../../contract/owner.ts'
import type { Product } from '../../../contract/records/product.ts'
import type { StockedProduct } from '../../../db/rows.ts'
import { type CodeFault, type ReadCode, readBarcode, readSku } from '../../../domain/product-code.ts'
import { ambiguousReadings, isAmbiguousQuantity, parseQuantity, parseRupiah } from '../../../domain/typed-number.ts'
import { useFormat } from '../../../i18n/use-format.ts'
import { TextField } from '../../../ui/text-field.tsx'
import { FormDialog } from '../../shared/form-dialog.tsx'
import { useCatalogue } from '../../shared/goods/catalogue-store.ts'
import { useProductRow } from '../../shared/goods/use-product-row.ts'
import { Notice } from '../notice.tsx'
import styles from '../owner-page.module.css'
import { notSaved } from '../session/failure-words.ts'
import { useOwnerSession } from '../session/owner-session.ts'

const CODE_FAULTS = {
  exponent: 'ownerProducts.codeExponent',
  dressed: 'ownerProducts.codeDressed',
  instead: 'ownerProducts.codeInstead',
  blanks: 'ownerProducts.codeBlanks',
} as const satisfies Record<CodeFault, string>

interface ProductFormProps {
  /** null: a new product. */
  productId: number | null
  onClose(): void
  onSaved(product: Pick<Product, 'name' | 'price'>): void
}

export function ProductForm({ productId, onClose, onSaved }: ProductFormProps) {
  return productId === null ? (
    <Form row={null} onClose={onClose} onSaved={onSaved} />
  ) : (
    <EditForm productId={productId} onClose={onClose} onSaved={onSaved} />
  )
}

function EditForm({ productId, ...rest }: ProductFormProps & { productId: number }) {
  const row = useProductRow(productId)
  // The row that was there first is the one that is edited: a change from elsewhere is told apart by its version.
  const [edited, setEdited] = useState<StockedProduct | null>(null)
  if (edited === null && row) setEdited(row)
  return edited ? <Form row={edited} {...rest} /> : null
}

interface Fields {
  readonly name: string
  readonly price: string
  readonly category: string
  readonly sku: string
  readonly barcode: string
  readonly unit: string
  readonly stock: string
  readonly active: boolean
}

function Form({ row, onClose, onSaved }: { row: StockedProduct | null } & Omit<ProductFormProps, 'productId'>) {
  const { t } = useTranslation()
  const format = useFormat()
  const { ownerHttp } = useOwnerSession()
  const { index } = useCatalogue()
  const categoriesId = useId()
  const [requestId] = useState(() => crypto.randomUUID())
  const [fields, setFields] = useState<Fields>(() => fieldsOf(row))
  const [isTried, setTried] = useState(false)
  const price = parseRupiah(fields.price)
  const stock = fields.stock.trim() === '' ? 0 : parseQuantity(fields.stock)
  const isNamed = fields.name.trim() !== ''
  const skuWrong = useCodeWords(row?.id ?? null, row?.sku ?? null, fields.sku, readSku)
  const barcodeWrong = useCodeWords(row?.id ?? null, row?.barcode ?? null, fields.barcode, readBarcode)
  const set = (key: keyof Fields) => (value: string) => setFields((current) => ({ ...current, [key]: value }))

  const saving = useMutation({
    mutationFn: async () => {
      const body = row === null ? newProduct(fields, requestId) : changesOf(fields, row)
      if (body === null) return row
      const answer = await ownerHttp({
        method: row === null ? 'POST' : 'PATCH',
        path: row === null ? OWNER_PATHS.products : ownerProductPath(row.id),
        body,
      })
      return v.parse(ownerProductAnswerSchema, answer.body).data
    },
    onSuccess: (product) => (product ? onSaved(product) : onClose()),
  })
  const submit = () => {
    setTried(true)
    const isCoded = skuWrong === null && barcodeWrong === null
    if (isNamed && isCoded && price !== null && stock !== null) saving.mutate()
  }

  return (
    <FormDialog
      title={row === null ? t('ownerProducts.addTitle') : t('ownerProducts.editTitle')}
      submitLabel={saving.isPending ? t('ownerProducts.saving') : t('ownerProducts.save')}
      isPending={saving.isPending}
      className={styles.section}
      onSubmit={submit}
      onClose={onClose}
    >
      {saving.isError ? <Notice tone="bad">{notSaved(saving.error, t)}</Notice> : null}
      <TextField
        label={t('ownerProducts.name')}
        maxLength={200}
        autoComplete="off"
        value={fields.name}
        onValue={set('name')}
        error={isTried && !isNamed ? t('ownerProducts.nameMissing') : null}
      />
      <div className={styles.pair}>
        <TextField
          label={t('ownerProducts.price')}
          inputMode="numeric"
          autoComplete="off"
          value={fields.price}
          onValue={set('price')}
          hint={price === null ? t('ownerProducts.priceHint') : format.rupiah(price)}
          error={isTried && price === null ? t('ownerProducts.priceWrong') : null}
        />
        <TextField
          label={t('ownerProducts.unit')}
          maxLength={20}
          autoComplete="off"
          value={fields.unit}
          onValue={set('unit')}
          hint={t('ownerProducts.unitHint')}
        />
      </div>
      <TextField
        label={t('ownerProducts.category')}
        maxLength={200}
        autoComplete="off"
        list={categoriesId}
        value={fields.category}
        onValue={set('category')}
      />
      <datalist id={categoriesId}>
        {index.categories().map((category) => (
          <option key={category} value={category} />
        ))}
      </datalist>
      <div className={styles.pair}>
        <TextField
          label="SKU"
          maxLength={200}
          autoComplete="off"
          value={fields.sku}
          onValue={set('sku')}
          error={isTried ? skuWrong : null}
        />
        <TextField
          label={t('ownerProducts.barcode')}
          maxLength={200}
          autoComplete="off"
          value={fields.barcode}
          onValue={set('barcode')}
          error={isTried ? barcodeWrong : null}
          // A scanner ends its code with Enter, which is not yet the whole form.
          onKeyDown={(event) => {
            if (event.key === 'Enter') event.preventDefault()
          }}
        />
      </div>
      {row === null ? (
        <TextField
          label={t('ownerProducts.firstStock')}
          inputMode="decimal"
          autoComplete="off"
          value={fields.stock}
          onValue={set('stock')}
          error={
            !isTried || stock !== null
              ? null
              : isAmbiguousQuantity(fields.stock)
                ? t('number.ambiguous', ambiguousReadings(fields.stock))
                : t('ownerProducts.stockWrong')
          }
        />
      ) : (
        <p className={styles.muted}>{t('ownerProducts.stockElsewhere')}</p>
      )}
      <label className={styles.check}>
        <input
          type="checkbox"
          checked={fields.active}
          onChange={(event) => {
            const active = event.currentTarget.checked
            setFields((current) => ({ ...current, active }))
          }}
        />
        <span>{t('ownerProducts.active')}</span>
      </label>
    </FormDialog>
  )
}

/** Why a code can't be kept, or whose it is as far as this device knows; null: nothing is wrong with it. */
function useCodeWords(
  id: number | null,
  stored: string | null,
  text: string,
  read: (text: string) => ReadCode,
): string | null {
  const { t } = useTranslation()
  const { index } = useCatalogue()
  // What was there before is not judged anew: another field is being changed.
  if (text.trim() === (stored ?? '')) return null
  const result = read(text)
  if (!result.ok) return t(CODE_FAULTS[result.fault])
  const key = read === readSku ? 'sku' : 'barcode'
  const owner = index.withCode(result.code).find((entry) => {
    const own = read(entry[key] ?? '')
    return entry.id !== id && own.ok && own.code === result.code
  })
  return owner && result.code !== '' ? t('ownerProducts.codeTaken', { name: owner.name }) : null
}

function fieldsOf(row: StockedProduct | null): Fields {
  return {
    name: row?.name ?? '',
    price: row ? String(row.price) : '',
    category: row?.category ?? '',
    sku: row?.sku ?? '',
    barcode: row?.barcode ?? '',
    unit: row?.unit ?? 'pcs',
    stock: '',
    active: row?.active ?? true,
  }
}

function valuesOf(fields: Fields) {
  return {
    name: fields.name.trim(),
    price: parseRupiah(fields.price) ?? 0,
    category: fields.category.trim() || null,
    sku: fields.sku.trim() || null,
    barcode: fields.barcode.trim() || null,
    unit: fields.unit.trim() || 'pcs',
    active: fields.active,
  }
}

function newProduct(fields: Fields, requestId: string): OwnerProductRequest {
  return { ...valuesOf(fields), stock: parseQuantity(fields.stock) ?? 0, request_id: requestId }
}

/** Only what was changed; null: nothing was. */
function changesOf(fields: Fields, row: StockedProduct): OwnerProductPatch | null {
  const changed = Object.entries(valuesOf(fields)).filter(([key, value]) => value !== Reflect.get(row, key))
  return changed.length === 0 ? null : { ...Object.fromEntries(changed), version: row.version }
}
