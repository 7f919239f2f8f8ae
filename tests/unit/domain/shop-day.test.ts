import { describe, expect, it } from 'vitest'
import { addDays, daysOf, shopDay, shopTime, startOfShopDay } from '../../../src/domain/shop-day.ts'

describe('the shop’s day', () => {
  it('begins at midnight in Jakarta, whatever zone the device is in', () => {
    expect(shopDay(Date.parse('2026-01-09T16:59:59Z'))).toBe('2026-01-09')
    expect(shopDay(Date.parse('2026-01-09T17:00:00Z'))).toBe('2026-01-10')
    expect(startOfShopDay('2026-01-10')).toBe(Date.parse('2026-01-09T17:00:00Z'))
    expect(shopTime(Date.parse('2026-01-09T17:00:03Z'))).toBe('2026-01-10 00:00:03')
  })

  it('counts over months and leap years', () => {
    expect(addDays('2026-02-28', 1)).toBe('2026-03-01')
    expect(addDays('2028-02-28', 1)).toBe('2028-02-29')
    expect(addDays('2026-01-01', -1)).toBe('2025-12-31')
    expect(daysOf({ from: '2026-02-27', to: '2026-03-01' })).toEqual(['2026-02-27', '2026-02-28', '2026-03-01'])
    expect(daysOf({ from: '2026-03-01', to: '2026-02-27' })).toEqual([])
  })
})
