import { afterEach, describe, expect, it, vi } from 'vitest'
import { createSharedHold, type SharedHold, whileNobodyHolds } from '../../../src/app/shared-hold.ts'

const { locks } = navigator
const holds: SharedHold[] = []
const NAMES = ['input', 'attended'] as const

function hold(name: string): SharedHold {
  const made = createSharedHold(locks, name)
  holds.push(made)
  return made
}

/** Resolves once every request that was made is granted or waits. */
const settled = async (name: string, count: number) => {
  for (;;) {
    const { held = [] } = await locks.query()
    if (held.filter((lock) => lock.name === name).length === count) return
  }
}

afterEach(async () => {
  for (const made of holds.splice(0)) made.set(false)
  for (const name of NAMES) await settled(name, 0)
})

describe('signs that all tabs see', () => {
  it('work runs only while no tab shows one of the signs', async () => {
    const [first, second] = [hold('input'), hold('input')]
    let runs = 0
    const run = () =>
      whileNobodyHolds(locks, NAMES, async () => {
        runs += 1
      })
    expect(await run()).toBe(true)
    first.set(true)
    second.set(true)
    await settled('input', 2)
    expect(await run()).toBe(false)
    first.set(false)
    await settled('input', 1)
    expect(await run()).toBe(false)
    second.set(false)
    await settled('input', 0)
    expect(await run()).toBe(true)
    expect(runs).toBe(2)
  })

  it('changed faster than the browser answers, the last word counts', async () => {
    const sign = hold('attended')
    for (const isHeld of [true, false, true, false, true]) sign.set(isHeld)
    await settled('attended', 1)
    for (const isHeld of [false, true, false]) sign.set(isHeld)
    await settled('attended', 0)
    sign.set(true)
    await settled('attended', 1)
  })

  it('taken back before the browser has granted it, it is never up', async () => {
    const sign = hold('input')
    await locks.request('input', async () => {
      sign.set(true)
      sign.set(false)
    })
    // Behind the sign's own request, and alone.
    await locks.request('input', async () => undefined)
  })

  it('taken by the browser, as from a page in its back/forward cache, it comes up again', async () => {
    const sign = hold('input')
    sign.set(true)
    await settled('input', 1)
    await locks.request('input', { steal: true }, async () => undefined)
    await settled('input', 0)
    await vi.waitFor(async () => expect((await locks.query()).held).toHaveLength(1), { timeout: 5_000 })
    sign.set(false)
    await settled('input', 0)
  })

  it('a sign that comes up during the work waits for its end', async () => {
    const sign = hold('input')
    const seen: string[] = []
    await whileNobodyHolds(locks, NAMES, async () => {
      sign.set(true)
      await locks.query()
      seen.push('work')
    })
    await settled('input', 1)
    expect(seen).toEqual(['work'])
  })
})
