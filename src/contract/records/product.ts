import * as v from 'valibot'
import { idSchema, nameSchema, priceSchema, quantitySchema, versionSchema } from '../values.ts'
import { declareRecord, isAmount, isFlag, isText, isTextOrNull, onEvent } from './record-kind.ts'

/**
 * A product with its stock, as it travels in REST pages and `product_changed`. Two records in one row: the catalogue fields carry
 * `version`, the stock carries `stock_version` (architecture section 4). Price in whole rupiah for one `unit`.
 */
export const productSchema = v.object({
  id: idSchema,
  name: nameSchema,
  sku: v.nullish(nameSchema, null),
  barcode: v.nullish(nameSchema, null),
  category: v.nullish(nameSchema, null),
  price: priceSchema,
  unit: v.nullish(nameSchema, 'pcs'),
  active: v.nullish(v.boolean(), true),
  version: v.optional(versionSchema, 0),
  stock: quantitySchema,
  stock_version: v.optional(versionSchema, 0),
})
export type Product = v.InferOutput<typeof productSchema>

export const productRemovedSchema = v.object({
  product_id: idSchema,
  version: versionSchema,
  stock_version: versionSchema,
})

/** The catalogue fields of a product. */
export const PRODUCT = declareRecord({
  name: 'product',
  table: 'products',
  indexes: ['rev'],
  since: 1,
  isListed: true,
  fields: {
    name: isText,
    sku: isTextOrNull,
    barcode: isTextOrNull,
    category: isTextOrNull,
    price: isAmount,
    unit: isText,
    active: isFlag,
  },
  resource: 'product',
  row: productSchema,
  fromRow: wholeProduct,
  events: [
    onEvent('product_changed', productSchema, { news: wholeProduct, products: ({ id }) => [id] }),
    onEvent('product_removed', productRemovedSchema, {
      news: ({ product_id: id, version }) => ({ id, version, removed: true }),
      products: ({ product_id: id }) => [id],
    }),
  ],
  products: ({ id }) => [id],
})

function wholeProduct({ id, version, name, sku, barcode, category, price, unit, active }: Product) {
  return { id, version, whole: { name, sku, barcode, category, price, unit: unit ?? 'pcs', active: active ?? true } }
}
