import { describe, expect, it } from 'vitest'
import { FAILURE_TEXT_KEPT, failureText } from '../../../src/sync/health/failure-text.ts'

describe('a failure in words for support', () => {
  it('says what, by which error, and why', () => {
    const why = new DOMException('no room', 'QuotaExceededError')
    const error = Object.assign(new Error('the write was refused'), { name: 'AbortError', inner: why })
    expect(failureText('Write', error)).toBe('Write: AbortError: the write was refused (QuotaExceededError: no room)')
    expect(failureText('Broker', 'connection closed')).toBe('Broker: connection closed')
    expect(failureText('Message of another branch')).toBe('Message of another branch')
  })

  it('is one line of bounded length, whatever comes', () => {
    expect(failureText('a\n\n  b\tc')).toBe('a b c')
    expect(failureText('Message', 'ab '.repeat(500_000))).toHaveLength(FAILURE_TEXT_KEPT)
    expect(failureText('Thrown', null)).toBe('Thrown: null')
    expect(failureText('Thrown', { toString: () => 7 })).toMatch(/^Thrown: /)
    expect(failureText('Thrown', Object.assign(new Error('x'), { message: 7, inner: new Error('y') }))).toMatch(
      /^Thrown: /,
    )
    expect(failureText('Thrown', Object.create(null))).toBe('Thrown: something without words')
  })

  it.each([
    ['a token', `no such device ${'aZ09-_'.repeat(7)}X`, 'aZ09'],
    ['a header', 'Authorization: Bearer abc.def', 'abc.def'],
    ['a PIN hash', 'got pbkdf2-sha256$600000$c2FsdA==$aGFzaA==', 'aGFzaA'],
    ['a quoted PIN', '{"name":"Sari","pin":"1111"}', '1111'],
    ['a quoted hash', '{"pin_hash":"xyz"}', 'xyz'],
    ['a password at the broker', '{"mqtt_password":"short-one"}', 'short-one'],
    ['a password that was held', '{"held":"short-one"}', 'short-one'],
    ['a quoted secret', '{"device_secret_token":"short-one"}', 'short-one'],
    ['a pairing link', 'Error at https://shop.local/enrol#code=K7QM9XTB:1:1', 'K7QM9XTB'],
  ])('keeps %s to itself', (_what, words, secret) => {
    expect(failureText('Server', words)).not.toContain(secret)
    expect(failureText('Server', new Error(words))).not.toContain(secret)
  })

  it('keeps what support needs: ids, addresses, places in the code', () => {
    const words =
      'sale 2f1d6a0e-7a44-4c7e-9d5e-0f6a1b2c3d4e of DEV-DBBA60CF at https://shop.local:8080/assets/index-AbC123.js:1:20'
    expect(failureText('Refused', words)).toBe(`Refused: ${words}`)
  })
})
