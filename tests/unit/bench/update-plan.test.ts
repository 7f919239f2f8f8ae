import { describe, expect, test } from 'vitest'
import { createUpdatePlan } from '../../../bench/update-plan.ts'

describe('createUpdatePlan', () => {
  const stocks = new Map(Array.from({ length: 1000 }, (_, index) => [index + 1, 50]))

  test('is the same at every run, half in sight, one step at a time', () => {
    const take = () => {
      const plan = createUpdatePlan(stocks, [1, 2, 3])
      return { updates: Array.from({ length: 400 }, () => plan.next()), stocks: plan.stocks }
    }
    const { updates, stocks: after } = take()
    expect(take().updates).toEqual(updates)
    const inSight = updates.filter(({ id }) => id <= 3).length
    expect(inSight).toBeGreaterThanOrEqual(200)
    expect(inSight).toBeLessThan(210)
    const growth = [...after.values()].reduce((sum, value) => sum + value - 50, 0)
    expect(growth).toBe(400)
    expect(updates.filter(({ id }) => id === 1).map(({ value }) => value)).toEqual(
      updates.filter(({ id }) => id === 1).map((_, index) => 51 + index),
    )
  })
})
