import { describe, expect, it } from 'vitest'
import { judgePassword, PASSWORD_AGE_MS } from '../../../src/sync/device/judge-password.pure.ts'

const NOW = Date.UTC(2026, 10, 29)
const kept = (ageMs: number) => ({ password: 'p', at: NOW - ageMs })

describe('[C5] the password at the broker', () => {
  it.each([
    ['none', null, null, 'ask'],
    ['none, and the token was refused', null, 'token', 'ask'],
    ['a fresh one', kept(0), null, 'keep'],
    ['one of nearly a day', kept(PASSWORD_AGE_MS - 1), null, 'keep'],
    ['one of a day', kept(PASSWORD_AGE_MS), null, 'ask'],
    ['one that was refused', kept(0), 'p', 'show'],
    ['an old one that was refused', kept(PASSWORD_AGE_MS), 'p', 'show'],
    ['one that came after another was refused', kept(0), 'before', 'keep'],
    ['one of a clock that was a little ahead', kept(-60_000), null, 'keep'],
    ['one of a clock that was months ahead', kept(-100 * PASSWORD_AGE_MS), null, 'ask'],
  ] as const)('%s', (_what, password, refused, step) => {
    expect(judgePassword(password, refused, NOW)).toBe(step)
  })
})
