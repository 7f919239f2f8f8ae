import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { barcodeKey, readBarcode, readSku, skuKey } from '../../../src/domain/product-code.ts'

describe('one code, one spelling', () => {
  it.each([
    ['036000291453', '0036000291453'],
    ['0036000291453', '0036000291453'],
    ['00036000291453', '0036000291453'],
    ['8991002101234', '8991002101234'],
    ['08991002101234', '8991002101234'],
    ['96385074', '96385074'],
    ['00000096385074', '96385074'],
    ['0000096385074', '96385074'],
    ['18991002101231', '18991002101231'],
    ["'8991002101234", '8991002101234'],
    ['="8991002101234"', '8991002101234'],
    [' 8 991002 101234 ', '8991002101234'],
    ['\u00a08991002101234\u200b', '8991002101234'],
    ['８９９１００２１０１２３４', '8991002101234'],
    ['ABC-12', 'ABC-12'],
    ['1E10', '1E10'],
    ['  ', ''],
  ])('the barcode %j is kept as %j', (text, code) => expect(readBarcode(text)).toEqual({ ok: true, code }))

  it.each(['8.99E+12', '8,99E+12', '8.99e12', '9E+12', '8.99 E+12', '8991002101234.00', '8991002101234.'])(
    'a number that a spreadsheet made of a code is refused: %j',
    (text) => {
      expect(readBarcode(text)).toEqual({ ok: false, fault: 'exponent' })
      expect(readSku(text)).toEqual({ ok: false, fault: 'exponent' })
    },
  )

  it.each([
    '8.991.002.101.234',
    '8,991,002,101,234',
    '8,991,002,101,234.00',
    '8’991’002’101’234',
    '89,91,00,21,01,234',
    '8991002101234-',
    '-8991002101234',
    '(8991002101234)',
  ])('a code that a spreadsheet dressed as an amount is refused: %j', (text) => {
    expect(readBarcode(text)).toEqual({ ok: false, fault: 'dressed' })
    expect(readSku(text)).toEqual({ ok: false, fault: 'dressed' })
  })

  it('points in a short SKU are the shop’s own', () => {
    expect(readSku('100.200.300')).toEqual({ ok: true, code: '100.200.300' })
    expect(readBarcode('100.200.300')).toEqual({ ok: false, fault: 'dressed' })
    for (const text of ['12-34', '2024.001', 'A.100.200.300', '#12']) {
      expect(readBarcode(text)).toEqual({ ok: true, code: text })
      expect(readSku(text)).toEqual({ ok: true, code: text })
    }
  })

  it.each(['########', '#', '#N/A', '#REF!', '#NAME?'])('what is shown in place of a code is none: %j', (text) => {
    expect(readBarcode(text)).toEqual({ ok: false, fault: 'instead' })
    expect(readSku(text)).toEqual({ ok: false, fault: 'instead' })
  })

  it.each(['’', '‘', '‛', 'ʼ', '＇', "’'"])('%j in front of a code is no part of it', (apostrophe) => {
    expect(readSku(` ${apostrophe}0899`)).toEqual({ ok: true, code: '0899' })
    expect(readBarcode(`${apostrophe}8991002101234`)).toEqual({ ok: true, code: '8991002101234' })
    expect(readSku(`O${apostrophe}1`)).toMatchObject({ ok: true })
  })

  it('a barcode that no scanner reads is refused', () => {
    for (const text of ['AB 12', 'caf\u00e9']) expect(readBarcode(text)).toEqual({ ok: false, fault: 'blanks' })
  })

  it('a SKU loses what nobody sees in it and keeps the rest', () => {
    expect(readSku(" 'SM  \u00a01 ")).toEqual({ ok: true, code: 'SM 1' })
    expect(readSku("'-1")).toEqual({ ok: true, code: '-1' })
    expect(readSku('ＳＭ－１２')).toEqual({ ok: true, code: 'SM-12' })
    expect(readSku('=“00012”')).toEqual({ ok: true, code: '00012' })
    expect(readSku('O’Neill m²')).toEqual({ ok: true, code: 'O’Neill m²' })
    expect(readSku('00012')).toEqual({ ok: true, code: '00012' })
  })

  it('what is stored is its own spelling, and a GTIN is found by each of its lengths', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{8,14}$/), (digits) => {
        const read = readBarcode(digits)
        expect(read.ok && barcodeKey(read.code)).toBe(read.ok && read.code)
        if (digits.length === 12 || digits.length === 13)
          expect(barcodeKey(digits.padStart(14, '0'))).toBe(barcodeKey(digits))
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[^'=]*$/), (text) => {
        expect(skuKey(skuKey(text))).toBe(skuKey(text))
      }),
    )
  })
})
