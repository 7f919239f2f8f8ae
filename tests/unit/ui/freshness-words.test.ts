import { describe, expect, it } from 'vitest'
import { freshnessWords, isWorthAnAge } from '../../../src/features/shared/goods/freshness-words.ts'
import { createI18n } from '../../../src/i18n/create-i18n.ts'
import { createFormat } from '../../../src/i18n/format.ts'
import { LANGUAGES } from '../../../src/i18n/language.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
/** 14.03 in Jakarta, by the server. */
const AS_OF = Date.UTC(2026, 10, 12, 7, 3)

// In the node environment there is no document whose language could follow.
Object.assign(globalThis, { document: { documentElement: {} } })
const spoken = { id: await createI18n('id'), en: await createI18n('en') }

function say(language: 'id' | 'en', now: number, facts: { asOf?: number | null; clockSkewMs?: number } = {}) {
  return freshnessWords(
    { state: 'offline', asOf: AS_OF, clockSkewMs: 0, ...facts },
    now,
    spoken[language].t,
    createFormat(language, 'Asia/Jakarta'),
  )
}

describe('[D3] how old the stock is, in words', () => {
  it('is the time and how long ago that was, in both languages', () => {
    expect(say('id', AS_OF + 3 * MINUTE)).toEqual({ asOf: 'per 14.03', ago: '3 menit lalu' })
    expect(say('en', AS_OF + 3 * MINUTE)).toEqual({ asOf: 'as of 14.03', ago: '3 minutes ago' })
    expect(say('en', AS_OF + HOUR)).toEqual({ asOf: 'as of 14.03', ago: '1 hour ago' })
    expect(say('id', AS_OF + 20_000)).toEqual({ asOf: 'per 14.03', ago: null })
  })

  it('names the day after midnight and days later', () => {
    expect(say('id', AS_OF + 10 * HOUR)).toEqual({ asOf: 'per 12 Nov, 14.03', ago: '10 jam lalu' })
    expect(say('id', AS_OF + 5 * 24 * HOUR)).toEqual({ asOf: 'per 12 Nov, 14.03', ago: '5 hari lalu' })
  })

  it('takes out the clock’s error, wherever it points', () => {
    for (const clockSkewMs of [2 * HOUR, -2 * HOUR, 400 * 24 * HOUR])
      for (const language of LANGUAGES) {
        const right = say(language, AS_OF + 3 * MINUTE)
        expect(say(language, AS_OF + 3 * MINUTE - clockSkewMs, { clockSkewMs })).toEqual(right)
      }
  })

  it('of a clock that was set back without notice is no nonsense', () => {
    expect(say('id', AS_OF - HOUR)).toEqual({ asOf: 'per 14.03', ago: null })
  })

  it('is nothing before the first load', () => {
    expect(say('id', AS_OF, { asOf: null })).toBeNull()
  })
})

describe('[D3] each number says its age', () => {
  const facts = { asOf: AS_OF, clockSkewMs: 0 }

  it('offline always, live never, catching up once it takes more than a minute', () => {
    expect(isWorthAnAge({ ...facts, state: 'offline' }, AS_OF)).toBe(true)
    expect(isWorthAnAge({ ...facts, state: 'catching-up' }, AS_OF - 3 * HOUR)).toBe(true)
    expect(isWorthAnAge({ ...facts, state: 'live' }, AS_OF + HOUR)).toBe(false)
    expect(isWorthAnAge({ ...facts, state: 'catching-up' }, AS_OF + MINUTE)).toBe(false)
    expect(isWorthAnAge({ ...facts, state: 'catching-up' }, AS_OF + MINUTE + 1)).toBe(true)
    expect(isWorthAnAge({ ...facts, state: 'catching-up', clockSkewMs: HOUR }, AS_OF + MINUTE - HOUR)).toBe(false)
    expect(isWorthAnAge({ ...facts, asOf: null, state: 'offline' }, AS_OF)).toBe(false)
  })
})
