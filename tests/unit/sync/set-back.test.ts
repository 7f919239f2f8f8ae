import { expect, it } from 'vitest'
import { watchSetBack } from '../../../src/sync/device/set-back.ts'

it('a clock that was set back is told of once; one set forward, a sleep and a second put right are not', () => {
  let steady = 0
  let wall = 1_000_000
  const isSetBack = watchSetBack({ now: () => wall, steady: () => steady, after: () => () => undefined })
  const pass = (steadyMs: number, wallMs: number) => {
    steady += steadyMs
    wall += wallMs
    return isSetBack()
  }
  expect(pass(5_000, 5_000)).toBe(false)
  expect(pass(5_000, 5_000 - 180_000)).toBe(true)
  expect(pass(5_000, 5_000)).toBe(false)
  expect(pass(5_000, 9 * 86_400_000)).toBe(false)
  expect(pass(0, 8 * 3_600_000)).toBe(false)
  expect(pass(5_000, 4_500)).toBe(false)
  expect(pass(5_000, -9 * 86_400_000)).toBe(true)
})
