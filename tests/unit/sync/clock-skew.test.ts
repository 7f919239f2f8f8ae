import { expect, it } from 'vitest'
import { addCoarseSample, addSkewSample, createClockSkew, skewMs } from '../../../src/sync/live/clock-skew.pure.ts'

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

it('[D3] heartbeats of a frozen page arrive at once, and do not push the good ones out', () => {
  let skew = createClockSkew()
  for (let at = 0; at < 32_000; at += 4_000) skew = addSkewSample(skew, at + 60_000, at)
  for (let late = 0; late < 30; late += 1) skew = addSkewSample(skew, 92_000 + late * 4_000, 152_000)
  expect(skewMs(skew)).toBe(60_000)
})

it('[D3] a clock that somebody sets is measured anew within some heartbeats', () => {
  let skew = createClockSkew()
  for (let beat = 0; beat < 8; beat += 1) skew = addSkewSample(skew, beat * 4_000, beat * 4_000)
  for (let beat = 8; beat < 16; beat += 1) skew = addSkewSample(skew, beat * 4_000, beat * 4_000 + 300_000)
  expect(skewMs(skew)).toBe(-300_000)
})

it('[D3] a time in whole seconds counts only until there is better, and against what can’t be true', () => {
  const remembered = createClockSkew(-5_400)
  expect(skewMs(addCoarseSample(remembered, 94_000, 100_000))).toBe(-5_400)
  expect(skewMs(addCoarseSample(remembered, 394_000, 100_000))).toBe(294_000)
  expect(skewMs(addCoarseSample(addSkewSample(remembered, 0, 1), 394_000, 100_000))).toBe(-1)
})
