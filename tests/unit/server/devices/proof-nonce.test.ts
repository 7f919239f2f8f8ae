import { describe, expect, it } from 'vitest'
import { isFreshNonce, makeNonce } from '../../../../server/devices/proof-nonce.ts'
import { createUsedProofs } from '../../../../server/devices/used-proofs.ts'

const SECRET = 'a-secret-that-all-servers-of-the-database-know'
const NOON = Date.UTC(2026, 10, 29, 5, 0, 30)
const MINUTE = 60_000

describe('a nonce', () => {
  it('is the same for a minute, and another one in the next', () => {
    expect(makeNonce(SECRET, NOON)).toBe(makeNonce(SECRET, NOON + 29_000))
    expect(makeNonce(SECRET, NOON)).not.toBe(makeNonce(SECRET, NOON + MINUTE))
  })

  it.each([
    [0, true],
    [5 * MINUTE, true],
    [6 * MINUTE, false],
    [24 * 60 * MINUTE, false],
    [-MINUTE, true],
    [-3 * MINUTE, false],
  ])('given out %d ms ago is fresh: %s', (age, fresh) => {
    expect(isFreshNonce(SECRET, makeNonce(SECRET, NOON - age), NOON)).toBe(fresh)
  })

  it.each(['', '.', 'x', 'zzzzzzzzzzzzzzzz.a', '-1.a', makeNonce('another secret', NOON)])('%j is none', (nonce) => {
    expect(isFreshNonce(SECRET, nonce, NOON)).toBe(false)
  })
})

describe('used proofs', () => {
  it('are refused for as long as their nonce is taken', () => {
    let now = NOON
    const isFirstUse = createUsedProofs(() => now)
    expect(isFirstUse('a')).toBe(true)
    now += 6 * MINUTE
    expect(isFirstUse('a')).toBe(false)
    expect(isFirstUse('b')).toBe(true)
  })

  it('are forgotten after it, and beyond a limit the oldest first', () => {
    let now = NOON
    const isFirstUse = createUsedProofs(() => now, 3)
    for (const id of ['a', 'b', 'c', 'd']) expect(isFirstUse(id)).toBe(true)
    expect(isFirstUse('d')).toBe(false)
    expect(isFirstUse('a')).toBe(true)
    now += 8 * MINUTE
    expect(isFirstUse('d')).toBe(true)
  })
})
