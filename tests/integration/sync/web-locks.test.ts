import { afterEach, describe, expect, it, vi } from 'vitest'
import { createWebLocks } from '../../../src/sync/tabs/web-locks.ts'

const locks = createWebLocks(navigator.locks)
const never = new Promise<never>(() => undefined)

afterEach(() => void vi.useRealTimers())

describe('the browser’s locks', () => {
  it('[Q4] one at a time, in turn, each with its result', async () => {
    const order: string[] = []
    const hold = async (name: string) => {
      order.push(`${name} in`)
      await Promise.resolve()
      order.push(`${name} out`)
      return name
    }
    const both = [locks.request('turn', {}, () => hold('a')), locks.request('turn', {}, () => hold('b'))]
    expect(await Promise.all(both)).toEqual(['a', 'b'])
    expect(order).toEqual(['a in', 'a out', 'b in', 'b out'])
  })

  it('[Q4] one that is taken and only wanted if free is not waited for', async () => {
    let release: () => void = () => undefined
    const held = locks.request('free', {}, () => new Promise<void>((resolve) => (release = resolve)))
    expect(await locks.request('free', { ifAvailable: true }, async () => 'mine')).toBeUndefined()
    release()
    await held
    expect(await locks.request('free', { ifAvailable: true }, async () => 'mine')).toBe('mine')
  })

  it('[Q4] one whose holder never gives it back is taken from it after a while', async () => {
    const frozen = locks.request('frozen', {}, () => never)
    const robbed = expect(frozen).rejects.toMatchObject({ name: 'AbortError' })
    expect(await locks.request('frozen', { stealAfterMs: 20 }, async () => 'mine')).toBe('mine')
    await robbed
  })

  it('[Q4] patience ends with the grant: long work of one’s own is not taken for waiting', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const slow = vi.fn(async () => {
      await vi.advanceTimersByTimeAsync(30)
      throw new Error('no network')
    })
    await expect(locks.request('slow', { stealAfterMs: 10 }, slow)).rejects.toThrow('no network')
    expect(slow).toHaveBeenCalledTimes(1)
  })
})
