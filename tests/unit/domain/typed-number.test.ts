import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ambiguousReadings,
  isAmbiguousQuantity,
  keyRupiah,
  parsePercent,
  parseQuantity,
  parseRupiah,
  percentText,
  quantityText,
  readFileQuantity,
  readFileRupiah,
  readKeyedRupiah,
} from '../../../src/domain/typed-number.ts'

describe('what a person types as a number', () => {
  it.each([
    ['15000', 15_000],
    ['15.000', 15_000],
    ['15 000', 15_000],
    ['5.000,00', 5_000],
    ['5.000,-', 5_000],
    ['5000,0', 5_000],
    ['Rp 1.250.000', 1_250_000],
    ['rp1.250.000,00', 1_250_000],
    ['0', 0],
    ['', null],
    ['-5', null],
    ['12,5', null],
    ['5.000,50', null],
    ['5.00', null],
    ['5,000', null],
    ['5,000.00', null],
    ['5000.00', 5_000],
    ['5000,', 5_000],
    ['0.500', null],
    ['0.500.000', null],
    ['1 250.000', null],
    ['50.00.000', null],
    ['1.2345', null],
    ['9999999999999999', null],
    ['seribu', null],
    ['5rb', null],
    ['1e6', null],
  ])('rupiah %j is %j', (text, value) => expect(parseRupiah(text)).toBe(value))

  it.each([
    ['50000', 50_000],
    ['0050000', 50_000],
    ['50.000', 50_000],
    ['1.250.000', 1_250_000],
    ['50.000,00', 50_000],
    ['50000,00', 50_000],
    ['50000.00', 50_000],
    ['5,000', null],
    ['5,000.00', null],
    ['5000,001', null],
    ['0.500', null],
    ['50000.', 50_000],
    ['50000,,', 50_000],
    ['50.000.00', null],
    ['50.00', null],
    ['50.', null],
    ['50.0000', null],
    ['.,', null],
    ['8991234567890', 8_991_234_567_890],
  ])('rupiah that come key by key as %j are %j', (keys, value) => {
    const text = [...keys].reduce(keyRupiah, '')
    expect(readKeyedRupiah(text)).toBe(value)
  })

  it.each([
    ['3', 3],
    ['2,5', 2.5],
    ['2.5', 2.5],
    ['2,125', null],
    ['2,1250', 2.125],
    ['2.1250', 2.125],
    ['5,000', null],
    ['0,125', 0.125],
    ['1 250', 1_250],
    ['1 250.000', null],
    ['1.250,125', 1_250.125],
    ['0.125', 0.125],
    [' 0,5 ', 0.5],
    ['.5', 0.5],
    [',5', 0.5],
    ['2,', 2],
    ['2.', 2],
    ['0', 0],
    ['1.250,5', 1_250.5],
    ['1.250.000', 1_250_000],
    ['1.500', null],
    ['2.1255', null],
    ['1,2,3', null],
    ['1,250.5', null],
    ['12.50,5', null],
    ['-1', null],
    ['', null],
    ['.', null],
    [',', null],
    ['abc', null],
    ['1e3', null],
    ['Infinity', null],
  ])('quantity %j is %j', (text, value) => expect(parseQuantity(text)).toBe(value))

  it('a quantity with two readings is told apart from one that is none', () => {
    expect(isAmbiguousQuantity('1.500')).toBe(true)
    for (const text of ['1,500', '5,000', '2,125', '-2,125']) expect(isAmbiguousQuantity(text)).toBe(true)
    for (const text of ['0.500', '0,500', '1500', '1.500,0', '1.50']) expect(isAmbiguousQuantity(text)).toBe(false)
  })

  it('how each of two readings is written has one reading', () => {
    expect(ambiguousReadings('1.500')).toEqual({ whole: '1500', decimal: '1,5' })
    expect(ambiguousReadings('2,125')).toEqual({ whole: '2125', decimal: '2,1250' })
    expect(ambiguousReadings('5,000')).toEqual({ whole: '5000', decimal: '5' })
    fc.assert(
      fc.property(fc.integer({ min: 1000, max: 999_999 }), fc.constantFrom('.', ','), (thousandths, mark) => {
        const text = `${Math.floor(thousandths / 1000)}${mark}${String(thousandths % 1000).padStart(3, '0')}`
        const { whole, decimal } = ambiguousReadings(text)
        expect([parseQuantity(text), parseQuantity(whole), parseQuantity(decimal)]).toEqual([
          null,
          thousandths,
          thousandths / 1000,
        ])
      }),
    )
  })

  it('three digits behind a comma are decimals of what a scale shows', () => {
    expect(parseQuantity('2,125', { thousandths: true })).toBe(2.125)
    expect(parseQuantity('2.125', { thousandths: true })).toBeNull()
  })

  it('a quantity that a field shows is read back as itself, in either language', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2_000_000 }),
        fc.constantFrom('.', ','),
        fc.boolean(),
        (thousandths, mark, isSold) => {
          const dialect = { thousandths: isSold }
          expect(parseQuantity(quantityText(thousandths / 1000, mark, dialect), dialect)).toBe(thousandths / 1000)
        },
      ),
    )
  })

  it('form, keys and file read one text alike, or the file alone refuses one group', () => {
    const signs = fc.constantFrom('0', '5', '12', '500', '000', '00', '.', ',')
    fc.assert(
      fc.property(fc.array(signs, { minLength: 1, maxLength: 6 }), (parts) => {
        const text = parts.join('')
        const keyed = [...text].reduce(keyRupiah, '')
        const form = parseRupiah(text)
        // Too many digits alone are an amount that is refused as too much: a barcode.
        if (keyed === text && !/^\d{13,}$/.test(text)) expect(readKeyedRupiah(keyed)).toBe(form)
        const inFile = readFileRupiah(text)
        if (/^\d{1,3}\.\d{3}$/.test(text)) expect(inFile).toBeNull()
        else if (!/^\d{1,3}\.0{1,2}$/.test(text)) expect(inFile).toBe(form)
      }),
    )
  })

  it('goes below zero only where that is asked for', () => {
    expect(parseQuantity('-2,5', { signed: true })).toBe(-2.5)
    expect(parseQuantity('--2', { signed: true })).toBeNull()
  })

  it.each([
    ['11', 1100],
    ['7,5 %', 750],
    ['12,5%', 1250],
    ['0.25', 25],
    ['0,07', 7],
    ['100', 10_000],
    ['0,001', null],
    ['10.000', null],
    ['-1', null],
    ['%5', null],
    ['x', null],
  ])('percent %j is %j basis points', (text, value) => expect(parsePercent(text)).toBe(value))

  it('a percentage is shown as it is typed', () => {
    for (const basisPoints of [0, 25, 750, 1100, 10_000]) {
      expect(parsePercent(percentText(basisPoints))).toBe(basisPoints)
    }
  })
})

describe('numbers in a file', () => {
  it.each([
    ['15000', 15_000],
    ['15000.00', 15_000],
    ['15000,00', 15_000],
    ['Rp 1.250.000', 1_250_000],
    ['15.000', null],
    ['15.000,00', 15_000],
    ['15000.50', null],
    ['500.00', 500],
    ['5,000', null],
    ['5,000.00', null],
    ['0.500', null],
    ['0.500.000', null],
    ['-1', null],
  ])('the price %j is %j', (text, value) => expect(readFileRupiah(text)).toBe(value))

  it('a point in a quantity is decimal where commas part the cells, and asked about elsewhere', () => {
    expect(readFileQuantity('1.500', { hasCommas: true })).toBe(1.5)
    expect(readFileQuantity('1.500', { hasCommas: false })).toBeNull()
    expect(readFileQuantity('1,5', { hasCommas: false })).toBe(1.5)
    for (const hasCommas of [true, false]) expect(readFileQuantity('5,000', { hasCommas })).toBeNull()
    expect(readFileQuantity('-2.25', { hasCommas: true })).toBe(-2.25)
    expect(readFileQuantity('1.2345', { hasCommas: true })).toBeNull()
  })
})
