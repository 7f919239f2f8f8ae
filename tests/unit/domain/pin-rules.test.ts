import { describe, expect, it } from 'vitest'
import { pinProblem } from '../../../src/domain/pin-rules.ts'

describe('a new PIN', () => {
  it.each([
    ['repeated', ['0000', '7777', '1212', '123123', '47114711', '88888888']],
    ['a sequence', ['1234', '4321', '7890', '8901', '2468', '1470', '12345678', '87654321', '123456']],
    ['stairs or a mirror', ['1122', '112233', '11223344', '123321', '12344321']],
    ['nearly a sequence', ['123457', '12345679', '00000001', '93333333']],
    ['a year or a birthday', ['1987', '2024', '170845', '450817', '17081945', '19450817', '08171945']],
    ['a line on the keypad', ['2580', '0852', '14789632', '159753']],
  ])('of everybody is none of the common ones: %s', (_what, pins) => {
    for (const pin of pins) {
      expect([pin, pinProblem(pin, pin.length === 8 ? 'owner' : 'cashier')]).toEqual([pin, 'common'])
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
  })
})
