import { expect, it } from 'vitest'
import { isNearlyFull, usedShare } from '../../../src/features/shared/device/use-storage.ts'

const facts = (usage: number | null, quota: number | null) => ({ usage, quota, persisted: null })

it('warns from 80 % of what the browser grants, and never where it does not say', () => {
  const isWarned = (usage: number | null, quota: number | null) => isNearlyFull(usedShare(facts(usage, quota)))
  expect(isWarned(799, 1_000)).toBe(false)
  expect(isWarned(800, 1_000)).toBe(true)
  expect(isWarned(null, 1_000)).toBe(false)
  expect(isWarned(800, null)).toBe(false)
  expect(isWarned(0, 0)).toBe(false)
})

it('is never more than all: estimates are padded and late', () => {
  expect(usedShare(facts(1_200, 1_000))).toBe(1)
})
