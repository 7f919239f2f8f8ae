import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { expandUpcE, GROUP_SEPARATOR as GS, hasCheckDigit, readScan } from '../../../src/domain/scanned-code.ts'

describe('what a scanner gives', () => {
  // Element strings as the GS1 General Specifications write them; GTINs are GS1's own for examples.
  it.each([
    ['EAN-13 with its symbology identifier', ']E09501101530003', '9501101530003'],
    ['UPC-A as EAN-13', ']E00614141999996', '0614141999996'],
    ['EAN-8', ']E495012346', '95012346'],
    ['EAN-13 with an add-on in one message', ']E3977123456700312', '9771234567003'],
    ['Code 128 that is no GS1', ']C0SM-12', 'SM-12'],
    ['ITF-14 of the piece', ']I109501101530003', '9501101530003'],
    ['GS1-128', `]C10109501101530003`, '9501101530003'],
    ['GS1-128 with date and batch', `]C101095011015300031714070410AB-123`, '9501101530003'],
    ['a batch in front, ended by FNC1', `]C110AB-123${GS}0109501101530003`, '9501101530003'],
    ['GS1 DataMatrix', `]d20109501101530003172605311${'0'}ABC${GS}21X`, '9501101530003'],
    ['GS1 QR', `]Q30109501101530003`, '9501101530003'],
    ['GS1 DataBar with a weight', `]e001095011015300033103000123`, '9501101530003'],
    ['a weight in front', `]C131030001890109501101530003`, '9501101530003'],
    ['FNC1 in front and no identifier', `${GS}0109501101530003${GS}10A`, '9501101530003'],
    ['in brackets', '(01)09501101530003(17)140704(10)AB-123', '9501101530003'],
    ['in brackets, later', '(10)AB-123(01)09501101530003', '9501101530003'],
    ['without any mark, by its check digit', '0109501101530003', '9501101530003'],
    ['GTIN-14 with a zero in front', '09501101530003', '9501101530003'],
    ['a carton', `]C10119501101530000`, '19501101530000'],
    ['GTIN-8 inside of AI 01', `]C10100000095012346`, '95012346'],
    ['GS1 Digital Link', 'https://id.gs1.org/01/09506000134352/10/ABC?17=260531', '9506000134352'],
  ])('%s', (_what, text, code) => expect(readScan(text).codes).toContain(code))

  it('takes no other number for a GTIN', () => {
    // Serial shipping container, content of a pallet, a serial number that begins with 01.
    expect(readScan(']C100395011015300000019').codes).not.toContain('9501101530003')
    expect(readScan(`]C1020950110153000337${GS}24`).codes).not.toContain('9501101530003')
    expect(readScan(`]C1210109501101530003`).codes).not.toContain('9501101530003')
    // Sixteen digits that begin with 01 and whose check digit is wrong.
    expect(readScan('0109501101530004').codes).toEqual(['0109501101530004'])
    // Code 128 says that it is not GS1.
    expect(readScan(']C00109501101530003').codes).toEqual(['0109501101530003'])
  })

  it('leaves a typed code as it is, and says that it is one', () => {
    expect(readScan(' SM-2 ')).toEqual({ text: 'SM-2', codes: ['SM-2'], isMarked: false })
    expect(readScan('036000291453').codes).toEqual(['0036000291453'])
    expect(readScan(']C1').codes).toEqual([])
  })

  it.each([
    ['01234505', '012000003455'],
    ['01234531', '012300000451'],
    ['01234547', '012340000057'],
    ['01234558', '012345000058'],
    ['96385074', '96385074'],
  ])('UPC-E %s is %s', (short, long) => expect(expandUpcE(short)).toBe(long))

  it('knows a check digit', () => {
    for (const gtin of ['9501101530003', '614141999996', '95012346', '09506000134352'])
      expect(hasCheckDigit(gtin)).toBe(true)
    for (const text of ['9501101530004', '1234567', 'x']) expect(hasCheckDigit(text)).toBe(false)
  })

  it('never throws, whatever is scanned, and finds the GTIN behind any elements of fixed length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(readScan(text).codes.length).toBeLessThan(3)
      }),
    )
    const element = fc.oneof(
      fc.tuple(fc.constantFrom('11', '15', '17'), fc.stringMatching(/^\d{6}$/)),
      fc.tuple(fc.constantFrom('3103', '3202'), fc.stringMatching(/^\d{6}$/)),
      fc.tuple(
        fc.constantFrom('10', '21'),
        fc.stringMatching(/^[A-Z0-9]{1,20}$/).map((value) => value + GS),
      ),
    )
    fc.assert(
      fc.property(fc.array(element, { maxLength: 4 }), (elements) => {
        const front = elements.map(([ai, value]) => ai + value).join('')
        expect(readScan(`]C1${front}0109501101530003`).codes).toContain('9501101530003')
      }),
    )
  })
})
