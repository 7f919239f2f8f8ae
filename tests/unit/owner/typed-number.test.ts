import { describe, expect, it } from 'vitest'
import { parsePercent, parseQuantity, parseRupiah, percentText } from '../../../src/features/owner/typed-number.ts'

describe('what an owner types as a number', () => {
  it.each([
    ['15000', 15_000],
    ['15.000', 15_000],
    ['Rp 1.250.000', 1_250_000],
    ['0', 0],
    ['', null],
    ['-5', null],
    ['12,5', null],
    ['seribu', null],
    ['1e6', null],
  ])('rupiah %j is %j', (text, value) => expect(parseRupiah(text)).toBe(value))

  it.each([
    ['2,5', 2.5],
    ['2.125', 2.125],
    ['.5', 0.5],
    ['0', 0],
    ['2.1255', null],
    ['-1', null],
    ['1.000,5', null],
    ['', null],
  ])('quantity %j is %j', (text, value) => expect(parseQuantity(text)).toBe(value))

  it.each([
    ['11', 1100],
    ['7,5 %', 750],
    ['0.25', 25],
    ['100', 10_000],
    ['100,01', null],
    ['-1', null],
    ['x', null],
  ])('percent %j is %j basis points', (text, value) => expect(parsePercent(text)).toBe(value))

  it('a percentage is shown as it is typed', () => {
    for (const basisPoints of [0, 25, 750, 1100, 10_000]) {
      expect(parsePercent(percentText(basisPoints))).toBe(basisPoints)
    }
  })
})
