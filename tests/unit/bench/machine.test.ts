import { describe, expect, test } from 'vitest'
import { cpuShares, isQuiet } from '../../../bench/machine.ts'

describe('cpuShares', () => {
  const before = { all: 100, busy: 50, own: 10 }

  test('what we did not use, others did', () => {
    const shares = cpuShares(before, { all: 120, busy: 65, own: 20 })
    expect(shares).toEqual({ busy: 0.75, others: 0.25 })
    expect(isQuiet(shares)).toBe(false)
  })

  test('is quiet when all of it was ours, and says nothing of others without /proc', () => {
    expect(isQuiet(cpuShares(before, { all: 120, busy: 65, own: 25 }))).toBe(true)
    expect(cpuShares(before, { all: 120, busy: 65, own: null })).toEqual({ busy: 0.75, others: null })
  })
})
