import * as v from 'valibot'
import { idSchema, nameSchema, quantitySchema, versionSchema } from '../values.ts'
import { changeFields, optionalText } from './change-fields.ts'
import { declareRecord, isAmount, isStoredId, isText, onEvent } from './record-kind.ts'

/** What one storage place of the branch holds of one product. */
export const inventorySchema = v.object({
  id: idSchema,
  product_id: idSchema,
  place: v.nullish(nameSchema, ''),
  quantity: quantitySchema,
  version: v.optional(versionSchema, 0),
})
export type Inventory = v.InferOutput<typeof inventorySchema>

export const quantityUpdatedSchema = v.object({
  inventory_id: idSchema,
  product_id: v.nullish(idSchema),
  place: optionalText,
  old_quantity: v.nullish(quantitySchema),
  new_quantity: quantitySchema,
  ...changeFields,
})

export const inventoryRemovedSchema = v.object({
  inventory_id: idSchema,
  product_id: idSchema,
  version: versionSchema,
})

export const INVENTORY = declareRecord({
  name: 'inventory',
  table: 'inventory',
  indexes: ['product_id'],
  since: 1,
  fields: { product_id: isStoredId, place: isText, quantity: isAmount },
  resource: 'inventory',
  row: inventorySchema,
  fromRow: wholeInventory,
  events: [
    onEvent('quantity_updated', quantityUpdatedSchema, {
      news: ({ inventory_id: id, version, new_quantity: quantity, place }) => ({
        id,
        version,
        part: place == null ? { quantity } : { quantity, place },
      }),
      products: ({ product_id: id }) => (id == null ? [] : [id]),
    }),
    onEvent('inventory_changed', inventorySchema, { news: wholeInventory, products: ({ product_id: id }) => [id] }),
    onEvent('inventory_removed', inventoryRemovedSchema, {
      news: ({ inventory_id: id, version }) => ({ id, version, removed: true }),
      products: ({ product_id: id }) => [id],
    }),
  ],
  products: ({ product_id: id }) => (isStoredId(id) ? [Number(id)] : []),
})

function wholeInventory({ id, version, product_id, place, quantity }: Inventory) {
  return { id, version, whole: { product_id, place: place ?? '', quantity } }
}
