import { describe, expect, it } from 'vitest'
import { pinProblem } from '../../../src/domain/pin-rules.ts'

describe('a new PIN', () => {
  it.each([
    ['repeated', ['0000', '7777', '1212', '123123', '47114711', '88888888']],
    ['a sequence', ['1234', '4321', '7890', '8901', '2468', '1470', '12345678', '87654321', '123456']],
    ['stairs or a mirror', ['1122', '112233', '11223344', '123321', '12344321']],
    ['nearly a sequence', ['123457', '12345679', '00000001', '93333333', '11223345', '12344567', '12348765', '1236']],
    ['repeated and cut off', ['12312312', '1231231', '4714714']],
    ['the same from behind', ['1221', '1331', '2112', '1001', '12321', '73911937']],
    ['counted', ['10203040', '10002000', '20252026', '11121314', '01020304', '102030', '100200', '19901992']],
    ['known by heart', ['31415926', '86753099', '11235813', '314159']],
    ['often chosen', ['1235', '1245', '1342', '1213', '1124', '1225', '1231', '1708']],
    ['a year or a birthday', ['1987', '2024', '170845', '450817', '17081945', '19450817', '08171945']],
    [
      'a line on the keypad',
      ['2580', '0852', '14789632', '159753', '14725836', '78945612', '15935746', '147258', '789456'],
    ],
  ])('of everybody is none of the common ones: %s', (_what, pins) => {
    for (const pin of pins) {
      expect([pin, pinProblem(pin, pin.length === 8 ? 'owner' : 'cashier')]).toEqual([pin, 'common'])
    }
  })

  it('of an owner is no path on the keypad', () => {
    for (const pin of ['12369874', '98745632', '147258369', '789456123', '1236987452']) {
      expect([pin, pinProblem(pin, 'owner')]).toEqual([pin, 'common'])
    }
  })

  it('of a counter has 4 to 8 digits, an owner’s 8 to 12', () => {
    expect(pinProblem('381', 'cashier')).toBe('length')
    expect(pinProblem('3816', 'cashier')).toBeNull()
    expect(pinProblem('381604927', 'supervisor')).toBe('length')
    expect(pinProblem('3816049', 'owner')).toBe('length')
    expect(pinProblem('70418326', 'owner')).toBeNull()
    expect(pinProblem('704183269051', 'owner')).toBeNull()
    expect(pinProblem('7041832690512', 'owner')).toBe('length')
    expect(pinProblem('３８１６', 'cashier')).toBe('length')
  })

  it('may be nearly every other one: a shop is not left without PINs', () => {
    const fourDigits = Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0'))
    const refused = fourDigits.filter((pin) => pinProblem(pin, 'cashier') !== null)
    expect(refused.length).toBeLessThan(500)
    const eightDigits = Array.from({ length: 10_000 }, (_, n) => String((n * 9973) % 100_000_000).padStart(8, '0'))
    expect(eightDigits.filter((pin) => pinProblem(pin, 'owner') !== null).length).toBeLessThan(300)
  })
})
