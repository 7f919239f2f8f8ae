/**
 * The shop's settings as counters read them. On the wire they are free `values`; each key that this version knows is read
 * by itself, so that one bad or missing value leaves the others (specification section 4: last write wins).
 */
import * as v from 'valibot'
import { isPicture } from './picture.ts'
import { PAYMENT_METHODS } from './sales.ts'

const text = (length: number) => v.fallback(v.pipe(v.string(), v.maxLength(length)), '')
const amount = (fallback: number, max: number) =>
  v.fallback(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(max)), fallback)
/** Of a picture's data: URL. */
export const PICTURE_CHARACTERS_MAX = 60_000

/** A picture as `data:image/png|jpeg|webp;base64,…`: nothing else is ever put on a page or a receipt. */
const picture = v.fallback(
  v.nullable(
    v.pipe(
      v.string(),
      v.maxLength(PICTURE_CHARACTERS_MAX),
      v.regex(/^data:image\/(png|jpeg|webp);base64,[A-Za-z0-9+/=]+$/),
      v.check(isPicture, 'not a picture of the type it names'),
    ),
  ),
  null,
)

export const shopSettingsSchema = v.object({
  /** Empty: the branch's name. */
  shop_name: text(100),
  address: text(300),
  tax_number: text(50),
  receipt_header: text(300),
  receipt_footer: text(300),
  receipt_logo: picture,
  /** Basis points, 1100 = 11 %. */
  tax_rate_bp: amount(0, 10_000),
  tax_included: v.fallback(v.boolean(), true),
  /** Cash totals are rounded to a multiple of this many rupiah; 1: not at all. */
  cash_rounding: v.fallback(v.picklist([1, 50, 100, 500, 1000]), 1),
  cash_rounding_mode: v.fallback(v.picklist(['nearest', 'down', 'up']), 'nearest'),
  payment_methods: v.fallback(v.pipe(v.array(v.picklist(PAYMENT_METHODS)), v.minLength(1)), [...PAYMENT_METHODS]),
  qris_picture: picture,
  /** A cashier's own limit in basis points of the undiscounted total; over it a supervisor's PIN is asked. */
  discount_limit_bp: amount(1000, 10_000),
  /** Idle seconds until the counter locks; 0: never. */
  lock_after_s: amount(300, 86_400),
  /** At or below this a product is "low". */
  low_stock: amount(5, 1_000_000),
})
export type ShopSettings = v.InferOutput<typeof shopSettingsSchema>
export type ShopSettingKey = keyof ShopSettings

/** Reads what this version knows of `values`; never throws. */
export function parseShopSettings(values: Readonly<Record<string, unknown>>): ShopSettings {
  const known = Object.fromEntries(Object.keys(shopSettingsSchema.entries).map((key) => [key, values[key]]))
  return v.parse(shopSettingsSchema, known)
}
