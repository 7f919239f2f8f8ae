import { expect, it } from 'vitest'
import { addSkewSample, createClockSkew, skewMs } from '../../../src/sync/machine/clock-skew.ts'

it('[D3] the clock’s error of an earlier start counts until a message says more', () => {
  const remembered = createClockSkew(-3_600_000)
  expect(skewMs(remembered)).toBe(-3_600_000)
  expect(skewMs(addSkewSample(remembered, 10_000, 12_000))).toBe(-2_000)
  expect(skewMs(createClockSkew())).toBe(0)
})

it('[D3] of several messages the least delayed one tells the clock’s error', () => {
  let skew = createClockSkew()
  for (const delay of [40, 900, 12, 300]) skew = addSkewSample(skew, 1_000_000, 1_000_000 - 5_000 + delay)
  expect(skewMs(skew)).toBe(5_000 - 12)
})
