import type { TFunction } from 'i18next'

const NAMES = {
  grand_total: 'reports.fieldTotal',
  subtotal: 'reports.fieldSubtotal',
  discount_total: 'reports.fieldDiscountTotal',
  discount: 'reports.fieldDiscountTotal',
  cart_discount: 'reports.fieldCartDiscount',
  tax_total: 'reports.fieldTax',
  payment_method: 'reports.fieldMethod',
  created_at_device: 'reports.fieldTime',
  offline_reference: 'reports.fieldReference',
  product_name: 'reports.fieldProduct',
  product_id: 'reports.fieldProductId',
  quantity: 'reports.fieldQuantity',
  price: 'reports.fieldPrice',
  stock_shown: 'reports.fieldStockShown',
  amount: 'reports.fieldAmount',
  reason: 'reports.fieldReason',
  staff_id: 'reports.fieldStaff',
  note: 'reports.fieldNote',
} as const

const PLACE = /^(?:item\.)?(?:(items|payments)\.(\d+)\.)?(.+)$/

/** `item.items.0.price` as a person reads it: `Barang 1 · Harga`. What is not known is shown as it is called on the wire. */
export function fieldName(path: string, t: TFunction): string {
  const [, list, place, field = path] = PLACE.exec(path) ?? []
  const key = Object.entries(NAMES).find(([known]) => known === field)?.[1]
  const name = key === undefined ? field : t(key)
  if (list === undefined) return name
  const number = Number(place) + 1
  return `${t(list === 'items' ? 'reports.fieldLine' : 'reports.fieldPayment', { number })} · ${name}`
}
