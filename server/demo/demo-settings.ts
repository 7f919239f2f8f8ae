import type { ShopSettings } from '../../src/contract/settings.ts'

/** What a believable shop has set up; the keys that are left out keep what a counter assumes without them. */
export function makeDemoSettings(shop: { name: string; address: string }): Partial<ShopSettings> {
  return {
    shop_name: shop.name,
    address: shop.address,
    tax_number: '01.234.567.8-012.000',
    receipt_header: 'Buka setiap hari 07.00–21.00\nWA 0812-3456-7890',
    receipt_footer:
      'Terima kasih sudah berbelanja.\nBarang yang sudah dibeli dapat ditukar dalam 2 hari dengan struk ini.',
    tax_rate_bp: 1100,
    tax_included: true,
    cash_rounding: 100,
    cash_rounding_mode: 'nearest',
    payment_methods: ['CASH', 'QRIS', 'GOPAY', 'OVO', 'DANA', 'CARD', 'TRANSFER'],
    discount_limit_bp: 1000,
    lock_after_s: 300,
    low_stock: 5,
  }
}
