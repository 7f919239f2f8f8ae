import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { changeOf, pairText, plainText, wrapText } from '../../../src/domain/receipt.ts'

const widths = fc.constantFrom(32, 48)
const letters = (text: string) => Array.from(text).length

describe('receipt text', () => {
  it('leaves no control character of any name: a printer would take ESC and GS as commands', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 30 }), (text) => {
        expect(plainText(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u)
      }),
    )
    expect(plainText('Kopi\u001b@\u001dV\u0000 susu\r\n\u202elitak')).toBe('Kopi @ V susu litak')
  })

  it('keeps markup as the letters that it is', () => {
    expect(plainText('<b>Teh</b> & <script>')).toBe('<b>Teh</b> & <script>')
  })

  it('breaks into lines of at most the columns and loses no letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }).map(plainText), widths, (text, columns) => {
        const lines = wrapText(text, columns)
        for (const line of lines) expect(letters(line)).toBeLessThanOrEqual(columns)
        expect(lines.join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''))
      }),
    )
  })

  it('breaks at a space where there is one', () => {
    expect(wrapText('Chicken Breast sadia dua kilogram beku', 32)).toEqual([
      'Chicken Breast sadia dua',
      'kilogram beku',
    ])
    expect(wrapText('x'.repeat(70), 32).map(letters)).toEqual([32, 32, 6])
  })

  it('sets the number flush right, never wider than the paper, and loses neither side', () => {
    const side = fc.string({ unit: 'grapheme-ascii', maxLength: 80 }).map(plainText)
    fc.assert(
      fc.property(side, side, widths, (left, right, columns) => {
        const lines = pairText(left, right, columns)
        for (const line of lines) expect(letters(line)).toBeLessThanOrEqual(columns)
        if (right !== '') expect(letters(lines.at(-1) ?? '')).toBe(columns)
        expect(lines.join('').replaceAll(' ', '')).toBe((left + right).replaceAll(' ', ''))
      }),
    )
    expect(pairText('Total', 'Rp 45.000', 32)).toEqual(['Total                  Rp 45.000'])
  })
})

describe('change on a receipt', () => {
  it('is what was handed over beyond what it paid, never below zero', () => {
    const rupiah = fc.integer({ min: 0, max: 10_000_000 })
    fc.assert(
      fc.property(fc.array(fc.record({ amount: rupiah, tendered: fc.option(rupiah) })), (payments) => {
        expect(changeOf(payments)).toBeGreaterThanOrEqual(0)
      }),
    )
    expect(
      changeOf([
        { amount: 20_000, tendered: null },
        { amount: 25_000, tendered: 50_000 },
      ]),
    ).toBe(25_000)
  })
})
