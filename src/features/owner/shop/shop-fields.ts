/** The settings as a person edits them: numbers as typed text. Pure. */
import type { ShopSettingKey, ShopSettings } from '../../../contract/settings.ts'
import { parsePercent, parseQuantity, percentText } from '../../../domain/typed-number.ts'

const SECONDS_PER_MINUTE = 60
const LONGEST_LOCK_S = 86_400
const HIGHEST_LOW_STOCK = 1_000_000
const ALL_BP = 10_000

export type ShopFields = Omit<ShopSettings, 'tax_rate_bp' | 'discount_limit_bp' | 'lock_after_s' | 'low_stock'> & {
  /** Percent. */
  readonly tax_rate: string
  readonly discount_limit: string
  /** Minutes. */
  readonly lock_after: string
  readonly low_stock: string
}

export function toFields(settings: ShopSettings): ShopFields {
  const { tax_rate_bp, discount_limit_bp, lock_after_s, low_stock, ...same } = settings
  return {
    ...same,
    tax_rate: percentText(tax_rate_bp),
    discount_limit: percentText(discount_limit_bp),
    lock_after: String(lock_after_s / SECONDS_PER_MINUTE).replace('.', ','),
    low_stock: String(low_stock),
  }
}

/** The settings, or the keys whose text is not what they take. */
export function toSettings(fields: ShopFields): ShopSettings | { readonly wrong: readonly ShopSettingKey[] } {
  const { tax_rate, discount_limit, lock_after, low_stock, ...same } = fields
  const minutes = parseQuantity(lock_after)
  const numbers = {
    tax_rate_bp: shareOf(tax_rate),
    discount_limit_bp: shareOf(discount_limit),
    lock_after_s: minutes === null ? null : atMost(Math.round(minutes * SECONDS_PER_MINUTE), LONGEST_LOCK_S),
    low_stock: wholeUpTo(low_stock, HIGHEST_LOW_STOCK),
  }
  const { tax_rate_bp, discount_limit_bp, lock_after_s, low_stock: low } = numbers
  if (
    tax_rate_bp === null ||
    discount_limit_bp === null ||
    lock_after_s === null ||
    low === null ||
    same.payment_methods.length === 0
  ) {
    const wrong: ShopSettingKey[] = []
    if (tax_rate_bp === null) wrong.push('tax_rate_bp')
    if (discount_limit_bp === null) wrong.push('discount_limit_bp')
    if (lock_after_s === null) wrong.push('lock_after_s')
    if (low === null) wrong.push('low_stock')
    if (same.payment_methods.length === 0) wrong.push('payment_methods')
    return { wrong }
  }
  return { ...same, tax_rate_bp, discount_limit_bp, lock_after_s, low_stock: low }
}

/** True while the form holds nothing that is not stored, in whatever way its numbers are written. */
export function isStored(fields: ShopFields, stored: ShopSettings): boolean {
  const settings = toSettings(fields)
  // What was stored by other means may be more than a person can type.
  return isSame(fields, toFields(stored)) || (!('wrong' in settings) && isSame(settings, stored))
}

export function isSame<T extends object>(a: T, b: T): boolean {
  return Object.entries(a).every(([key, value]) => JSON.stringify(value) === JSON.stringify(Reflect.get(b, key)))
}

/** Basis points, no more than all. */
function shareOf(text: string): number | null {
  const basisPoints = parsePercent(text)
  return basisPoints === null ? null : atMost(basisPoints, ALL_BP)
}

function wholeUpTo(text: string, most: number): number | null {
  const value = parseQuantity(text)
  return value !== null && Number.isInteger(value) ? atMost(value, most) : null
}

function atMost(value: number, most: number): number | null {
  return value <= most ? value : null
}
