import { expect, test } from 'vitest'
import { createSharedWork } from '../../../server/http/share-in-flight.ts'

test('the same question is asked once at a time, and anew once it is answered; another one by itself', async () => {
  const share = createSharedWork<number>()
  let asked = 0
  const ask = async () => {
    asked += 1
    await Promise.resolve()
    return asked
  }
  expect(await Promise.all([share('a', ask), share('a', ask), share('b', ask)])).toEqual([2, 2, 2])
  expect(await share('a', ask)).toBe(3)
  const fail = () => Promise.reject(new Error('away'))
  await expect(Promise.all([share('a', fail), share('a', ask)])).rejects.toThrow('away')
  expect(await share('a', ask)).toBe(4)
})
