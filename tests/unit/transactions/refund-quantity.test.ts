import { describe, expect, it } from 'vitest'
import { readRefundQuantity } from '../../../src/features/transactions/refund-quantity.ts'

const read = (text: string, left: number, isMeasured: boolean) =>
  readRefundQuantity(text, { left, isMeasured, thousandths: isMeasured })

describe('the quantity that comes back', () => {
  it.each([
    ['', 0],
    ['  ', 0],
    ['0', 0],
    ['2', 2],
    ['0,5', 0.5],
    ['1.25', 1.25],
    ['0,125', 0.125],
    ['1,', 1],
    [',5', 0.5],
  ])('“%s” of goods by weight is %d', (text, quantity) => {
    expect(read(text, 3, true)).toEqual({ ok: true, quantity })
  })

  it.each(['abc', '-1', '1.2345', '1.234.5', '1e3', 'Infinity', '²'])('“%s” is no quantity', (text) => {
    expect(read(text, 3, true)).toEqual({ ok: false, problem: 'not-a-number' })
  })

  it('a quantity with two readings is refused as that', () => {
    expect(read('1.500', 3000, true)).toEqual({ ok: false, problem: 'ambiguous' })
    expect(read('1,500', 3000, false)).toEqual({ ok: false, problem: 'ambiguous' })
    expect(read('1,500', 3000, true)).toEqual({ ok: true, quantity: 1.5 })
  })

  it('goods by the piece come back whole', () => {
    expect(read('1,5', 3, false)).toEqual({ ok: false, problem: 'not-whole' })
    expect(read('1,00', 3, false)).toEqual({ ok: true, quantity: 1 })
  })

  it('no more comes back than is left', () => {
    expect(read('3', 3, false)).toEqual({ ok: true, quantity: 3 })
    expect(read('4', 3, false)).toEqual({ ok: false, problem: 'too-many' })
    expect(read('0,301', 0.3, true)).toEqual({ ok: false, problem: 'too-many' })
  })
})
