import { describe, expect, it } from 'vitest'
import { parseShopSettings } from '../../../src/contract/settings.ts'
import { isStored, toFields, toSettings } from '../../../src/features/owner/shop/shop-fields.ts'

const settings = parseShopSettings({ tax_rate_bp: 1150, lock_after_s: 90, discount_limit_bp: 250, low_stock: 12 })

describe('the settings in a form', () => {
  it('come out as they went in', () => {
    expect(toSettings(toFields(settings))).toEqual(settings)
  })

  it('show percent and minutes', () => {
    expect(toFields(settings)).toMatchObject({ tax_rate: '11,5', lock_after: '1,5', discount_limit: '2,5' })
  })

  it('[U1] hold nothing that is not stored as long as they mean what is stored', () => {
    const fields = toFields(settings)
    expect(isStored(fields, settings)).toBe(true)
    expect(isStored({ ...fields, tax_rate: '11,50 %', lock_after: ' 1.5' }, settings)).toBe(true)
    expect(isStored({ ...fields, shop_name: 'Toko' }, settings)).toBe(false)
    expect(isStored({ ...fields, low_stock: 'sedikit' }, settings)).toBe(false)
    expect(isStored({ ...fields, qris_picture: 'data:image/png;base64,AA==' }, settings)).toBe(false)
    // A third of a minute, which nobody can type.
    const written = { ...settings, lock_after_s: 20 }
    expect(isStored(toFields(written), written)).toBe(true)
  })

  it('name every field that can not be read', () => {
    const fields = { ...toFields(settings), tax_rate: '101', lock_after: '1441', low_stock: '2,5', payment_methods: [] }
    expect(toSettings(fields)).toEqual({ wrong: ['tax_rate_bp', 'lock_after_s', 'low_stock', 'payment_methods'] })
  })
})
