import { describe, expect, test } from 'vitest'
import { matchUpdates } from '../../../bench/match-updates.ts'

const update = (id: number, value: number, at: number) => ({ id, value, at })

describe('matchUpdates', () => {
  test('counts from each update to the first sighting of its value', () => {
    const sightings = [update(1, 101, 14), update(2, 201, 15), update(1, 101, 30)]
    const { delays, lost, wentBack } = matchUpdates([update(1, 101, 10), update(2, 201, 11)], sightings)
    expect(delays).toEqual([4, 4])
    expect(lost).toEqual([])
    expect(wentBack).toBe(0)
  })

  test('a later value shows the update that it overtook', () => {
    const { delays } = matchUpdates([update(1, 101, 10), update(1, 102, 12)], [update(1, 102, 20)])
    expect(delays).toEqual([10, 8])
  })

  test('an update that no sighting reaches is lost', () => {
    const missing = update(1, 102, 12)
    const { delays, lost } = matchUpdates([update(1, 101, 10), missing], [update(1, 101, 20), update(2, 900, 21)])
    expect(delays).toEqual([10, null])
    expect(lost).toEqual([missing])
  })

  test('a sighting before the commit was told is a negative delay, not a lost one', () => {
    expect(matchUpdates([update(1, 101, 10)], [update(1, 101, 9.5)]).delays).toEqual([-0.5])
  })

  test('a number that jumps back is counted', () => {
    const sightings = [update(1, 102, 1), update(1, 101, 2), update(1, 102, 3)]
    expect(matchUpdates([], sightings).wentBack).toBe(1)
  })
})
