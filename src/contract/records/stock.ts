import * as v from 'valibot'
import { idSchema, quantitySchema } from '../values.ts'
import { changeFields } from './change-fields.ts'
import { type Product, productRemovedSchema, productSchema } from './product.ts'
import { declareRecord, isAmount, onEvent } from './record-kind.ts'

export const stockUpdatedSchema = v.object({
  product_id: idSchema,
  old_stock: v.nullish(quantitySchema),
  new_stock: quantitySchema,
  ...changeFields,
})
export type StockUpdated = v.InferOutput<typeof stockUpdatedSchema>

/** Name of a product's stock among the records of an operation. */
export function stockRecord(productId: number): string {
  return `stock:${productId}`
}

/** What the branch has of a product, under the product's id: it changes with every sale, so it is stored apart and narrow. */
export const STOCK = declareRecord({
  name: 'stock',
  table: 'stocks',
  indexes: [],
  since: 3,
  fields: { quantity: isAmount },
  resource: 'product',
  row: productSchema,
  fromRow: wholeStock,
  events: [
    onEvent('stock_updated', stockUpdatedSchema, {
      news: ({ product_id: id, version, new_stock: quantity }) => ({ id, version, part: { quantity } }),
      products: ({ product_id: id }) => [id],
      operation: ({ offline_id: offlineId, product_id: id, version }) =>
        offlineId && version !== undefined ? { offline_id: offlineId, versions: { [stockRecord(id)]: version } } : null,
      history: (data, before) => ({
        product_id: data.product_id,
        old_stock: data.old_stock ?? Number(before.quantity),
        new_stock: data.new_stock,
        reason: data.reason ?? null,
        updated_by: data.updated_by ?? null,
      }),
    }),
    onEvent('product_changed', productSchema, { news: wholeStock }),
    onEvent('product_removed', productRemovedSchema, {
      news: ({ product_id: id, stock_version: version }) => ({ id, version, removed: true }),
    }),
  ],
  products: ({ id }) => [id],
})

function wholeStock({ id, stock_version: version, stock: quantity }: Product) {
  return { id, version, whole: { quantity } }
}
