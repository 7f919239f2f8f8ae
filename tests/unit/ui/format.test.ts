import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFormat } from '../../../src/i18n/format.ts'
import { LANGUAGES } from '../../../src/i18n/language.ts'

const id = createFormat('id', 'Asia/Jakarta')
const en = createFormat('en', 'Asia/Jakarta')
/** 14.03.09 in Jakarta. */
const AT = Date.UTC(2026, 10, 12, 7, 3, 9)

describe('rupiah', () => {
  it('has points between thousands, no decimals, and the sign before Rp', () => {
    expect(id.rupiah(1_234_567)).toBe('Rp 1.234.567')
    expect(id.rupiah(-1500)).toBe('-Rp 1.500')
    expect(id.rupiah(0)).toBe('Rp 0')
    expect(en.rupiah(1_234_567)).toBe('Rp 1.234.567')
  })

  it('loses no digit of any amount', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), (amount) => {
        expect(Number(id.rupiah(amount).replace('Rp ', '').replaceAll('.', ''))).toBe(amount)
      }),
    )
  })
})

describe('quantities', () => {
  it('show at most three decimals and no more than needed', () => {
    expect(id.quantity(97)).toBe('97')
    expect(id.quantity(1234)).toBe('1.234')
    expect(id.quantity(0.5)).toBe('0,5')
    expect(id.quantity(-3)).toBe('-3')
    expect(id.quantity(12.125)).toBe('12,125')
    expect(id.quantity(-0)).toBe('0')
  })
})

describe('[D3] times', () => {
  it('are the clock alone on the same day', () => {
    expect(id.moment(AT, AT + 3_600_000)).toBe('14.03')
    expect(id.timeWithSeconds(AT)).toBe('14.03.09')
  })

  it('name the day once it is over, also across midnight alone', () => {
    const lateEvening = Date.UTC(2026, 10, 12, 16, 59)
    const afterMidnight = Date.UTC(2026, 10, 12, 17, 1)
    expect(id.moment(lateEvening, afterMidnight)).toBe('12 Nov, 23.59')
    expect(en.moment(AT, AT + 86_400_000)).toBe('12 Nov, 14.03')
  })

  it('name the year once it is another', () => {
    expect(id.moment(AT, Date.UTC(2027, 2, 1))).toBe('12 Nov 2026, 14.03')
  })
})

describe('[D3] ages, durations and shares', () => {
  const MINUTE = 60_000
  const HOUR = 60 * MINUTE

  it('an age names the largest unit that has passed, and none below a minute', () => {
    expect(id.age(59_999)).toBeNull()
    expect(id.age(-5_000)).toBeNull()
    expect(id.age(MINUTE)).toBe('1 menit')
    expect(id.age(HOUR - 1)).toBe('59 menit')
    expect(id.age(2 * HOUR + 59 * MINUTE)).toBe('2 jam')
    expect(id.age(5 * 24 * HOUR)).toBe('5 hari')
    expect(en.age(MINUTE)).toBe('1 minute')
    expect(en.age(3 * MINUTE)).toBe('3 minutes')
  })

  it('a duration has two units at most and is never less than it was', () => {
    expect(id.duration(0)).toBe('0 detik')
    expect(id.duration(1)).toBe('1 detik')
    expect(id.duration(14_000)).toBe('14 detik')
    expect(id.duration(200_000)).toBe('3 menit 20 detik')
    expect(id.duration(2 * HOUR)).toBe('2 jam')
    expect(id.duration(26 * HOUR + 5 * MINUTE)).toBe('1 hari 2 jam')
    expect(en.duration(61_000)).toBe('1 minute 1 second')
    expect(id.duration(200_000, 'short')).toBe('3 mnt 20 dtk')
  })

  it('a share is never rounded up', () => {
    const plain = (share: number) => id.percent(share).replace('\u00a0', ' ')
    expect(plain(1)).toBe('100 %')
    expect(plain(0.99999)).toBe('99,99 %')
    expect(plain(0.9997)).toBe('99,97 %')
    expect(plain(0.999)).toBe('99,9 %')
    expect(plain(0)).toBe('0 %')
  })
})

describe('latencies and sizes', () => {
  it('are short', () => {
    expect(id.seconds(320)).toBe('0,3')
    expect(id.seconds(1000)).toBe('1,0')
    expect(id.seconds(12_400)).toBe('12')
    expect(id.seconds(-40)).toBe('0,0')
    expect(id.bytes(412)).toBe('412 B')
    expect(id.bytes(1_240_000)).toBe('1,2 MB')
    expect(id.bytes(312_000_000)).toBe('312 MB')
  })
})

it('every language writes numbers in the same way, so no total is ever read wrongly', () => {
  for (const language of LANGUAGES) expect(createFormat(language).quantity(1234.5)).toBe('1.234,5')
})
