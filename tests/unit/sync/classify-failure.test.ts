import { describe, expect, it } from 'vitest'
import { classifyFailure } from '../../../src/sync/classify-failure.pure.ts'

describe('an unsuccessful request', () => {
  it.each([
    [null, null, 'transient'],
    [500, 'internal', 'transient'],
    [503, null, 'transient'],
    [429, 'too_many_requests', 'transient'],
    [401, 'unauthorized', 'unauthorized'],
    [403, 'forbidden', 'unauthorized'],
    [401, 'device_revoked', 'revoked'],
    [401, 'proof_needed', 'transient'],
    [410, 'log_expired', 'expired'],
    [404, null, 'unsupported'],
    [400, 'invalid_request', 'rejected'],
  ] as const)('[Q5] %s %s is %s', (status, kind, expected) => {
    expect(classifyFailure(status, kind)).toBe(expected)
  })

  it.each([401, 403, 410])('[C5] %d without an error of ours is a proxy’s word and stops nothing', (status) => {
    expect(classifyFailure(status, null)).toBe('transient')
  })
})
