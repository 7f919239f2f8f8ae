/** The records of a branch as they travel in REST pages and in "changed" events (architecture: Shapes). */
import * as v from 'valibot'
import { idSchema, nameSchema, priceSchema, quantitySchema, timestampSchema, versionSchema } from './values.ts'

/**
 * A product with its stock. Two records in one row: the catalogue fields carry `version`, the stock carries
 * `stock_version` (architecture section 4). Price in whole rupiah for one `unit`.
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

/** What one storage place of the branch holds of one product. */
export const inventorySchema = v.object({
  id: idSchema,
  product_id: idSchema,
  place: v.nullish(nameSchema, ''),
  quantity: quantitySchema,
  version: v.optional(versionSchema, 0),
})
export type Inventory = v.InferOutput<typeof inventorySchema>

export const staffRoleSchema = v.picklist(['cashier', 'supervisor', 'owner'])
export type StaffRole = v.InferOutput<typeof staffRoleSchema>

/**
 * A member of staff. `pin_hash` is `pbkdf2-sha256$iterations$salt$hash` (base64), so that a counter can check a PIN offline. It is
 * empty for an owner and for somebody who left: their PIN is checked by the server alone.
 */
export const staffSchema = v.object({
  id: idSchema,
  name: nameSchema,
  role: staffRoleSchema,
  pin_hash: v.nullish(v.string(), ''),
  active: v.boolean(),
  version: versionSchema,
})
export type Staff = v.InferOutput<typeof staffSchema>

/** The branch's settings: last write wins by `updated_at` (specification section 4). */
export const settingsSchema = v.object({
  values: v.record(v.string(), v.unknown()),
  updated_at: timestampSchema,
  version: versionSchema,
})
export type Settings = v.InferOutput<typeof settingsSchema>
