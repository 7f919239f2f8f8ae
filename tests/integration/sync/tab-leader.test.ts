import * as fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import { announce, listen } from '../../../src/sync/tabs/tab-leader.ts'
import { type SimTab, TabWorld } from './tab-world.ts'

/** Rule C9. */
const HANDOVER_MS = 1000
/** After so long a silent tab is taken for frozen, not busy. */
const LONG_MS = 11_000
const MINUTE_MS = 60_000

let world: TabWorld

beforeEach(() => {
  world = new TabWorld()
})

function openSettled(...visible: boolean[]): SimTab[] {
  const tabs = visible.map((isVisible) => world.open(isVisible))
  world.advance(2000)
  return tabs
}

const leadsAlone = (tab: SimTab) => world.holder === tab && tab.isLeading && world.leading.length === 1
const names = () => world.leading.map(({ name }) => name)

describe('[C9] handover', () => {
  it('the first tab leads; others, visible or hidden, leave it alone for as long as it answers', () => {
    openSettled(true, true, false, true)
    world.advance(10 * MINUTE_MS)
    expect(world.leads).toEqual(['tab-1'])
  })

  it.each(['closed', 'crashed'] as const)('a leader that is %s is followed at once', (how) => {
    const [first, second] = openSettled(true, true) as [SimTab, SimTab]
    first.close(how)
    expect(world.until(() => leadsAlone(second), HANDOVER_MS)).toBeLessThan(20)
  })

  it('a page that is told that it will be frozen gives the lead up before', () => {
    const [first, second] = openSettled(true, true) as [SimTab, SimTab]
    first.freeze()
    expect(world.until(() => leadsAlone(second), HANDOVER_MS)).toBeLessThan(20)
    world.advance(LONG_MS)
    first.thaw()
    world.advance(MINUTE_MS)
    expect(names()).toEqual(['tab-2'])
  })

  it('a leader that stops untold is robbed within a second, learns it when it goes on, and queues again', () => {
    const [first, second] = openSettled(true, true) as [SimTab, SimTab]
    first.stick()
    const taken = world.until(() => world.holder === second && second.isLeading, HANDOVER_MS)
    expect(taken).toBeGreaterThan(450)
    world.advance(LONG_MS)
    first.thaw()
    world.advance(MINUTE_MS)
    expect(names()).toEqual(['tab-2'])
    second.close('closed')
    world.until(() => leadsAlone(first), HANDOVER_MS)
  })

  it('a tab that sleeps is not in line: the lock does not fall to one that can do nothing with it', () => {
    const [first, second, third] = openSettled(true, true, true) as [SimTab, SimTab, SimTab]
    second.freeze()
    first.close('closed')
    expect(world.until(() => leadsAlone(third), HANDOVER_MS)).toBeLessThan(20)
  })

  it('a lock that falls to a tab that hangs is taken from it', () => {
    const [first, second, third] = openSettled(true, true, true) as [SimTab, SimTab, SimTab]
    second.stick()
    first.close('crashed')
    world.until(() => world.holder === third && third.isLeading, HANDOVER_MS)
    expect(second.isLeading).toBe(false)
  })

  it('a page that is alone and slept leads again as soon as it is back', () => {
    const [only] = openSettled(true) as [SimTab]
    only.freeze()
    world.advance(MINUTE_MS)
    expect(world.holder).toBe(null)
    only.thaw()
    expect(world.until(() => leadsAlone(only), HANDOVER_MS)).toBeLessThan(20)
  })
})

describe('[C9] a page that was not told that it goes on', () => {
  it('stands in line again as soon as it hears another tab', () => {
    const [first, second] = openSettled(true, true) as [SimTab, SimTab]
    first.freeze()
    first.isTold = false
    world.advance(LONG_MS)
    first.thaw()
    world.open()
    world.advance(1000)
    for (const tab of world.tabs) if (tab !== first) tab.close('closed')
    world.until(() => leadsAlone(first), HANDOVER_MS)
    expect(second.isGone).toBe(true)
  })
})

describe('[C9] hidden tabs', () => {
  it('a hidden leader hands over to a tab that is shown, and never takes the lead back', () => {
    const [first, second] = openSettled(true, false) as [SimTab, SimTab]
    first.hide()
    second.show()
    expect(world.until(() => leadsAlone(second), HANDOVER_MS)).toBeLessThan(20)
    world.advance(10 * MINUTE_MS)
    expect(world.leads).toEqual(['tab-1', 'tab-2'])
  })

  it('a hidden leader hands over to a visible one that waits already', () => {
    const [first, second] = openSettled(true, true) as [SimTab, SimTab]
    first.hide()
    world.until(() => leadsAlone(second), 250)
  })

  it('nothing moves between hidden tabs, whatever their clocks do', () => {
    const [first, second] = openSettled(true, false) as [SimTab, SimTab]
    first.hide()
    for (const tab of [first, second]) tab.throttleMs = MINUTE_MS
    first.work(5000)
    world.advance(10 * MINUTE_MS)
    expect(world.leads).toEqual(['tab-1'])
  })

  it('a hidden tab that comes by the lead is followed by a visible one', () => {
    const [first, second, third] = openSettled(true, false, true) as [SimTab, SimTab, SimTab]
    first.close('closed')
    world.until(() => leadsAlone(third), HANDOVER_MS)
    expect(second.isLeading).toBe(false)
  })
})

describe('[C9] a busy leader is not a frozen one', () => {
  it('keeps the lead through long tasks of under half a second', () => {
    const [first] = openSettled(true, true) as [SimTab, SimTab]
    for (let round = 0; round < 100; round += 1) {
      first.work(450)
      world.advance(500)
    }
    expect(world.leads).toEqual(['tab-1'])
  })

  it('is robbed once, not again and again, when a long load blocks each leader in turn', () => {
    openSettled(true, true)
    for (let round = 0; round < 30; round += 1) {
      world.leading[0]?.work(2500)
      world.advance(3000)
    }
    expect(world.leads).toEqual(['tab-1', 'tab-2'])
    expect(world.leading).toHaveLength(1)
  })

  it('an asker that was busy itself asks again before it robs anybody', () => {
    const [, second] = openSettled(true, true) as [SimTab, SimTab]
    for (let round = 0; round < 30; round += 1) {
      second.work(1500)
      world.advance(1800)
    }
    expect(world.leads).toEqual(['tab-1'])
  })

  it('one that froze for long does not make the others patient', () => {
    const [first, second, third] = openSettled(true, true, true) as [SimTab, SimTab, SimTab]
    first.stick()
    world.advance(LONG_MS)
    first.thaw()
    world.advance(1000)
    const [leader] = world.leading as [SimTab]
    leader.stick()
    const others = [second, third, first].filter((tab) => tab !== leader)
    world.until(() => others.some((tab) => tab.isLeading), HANDOVER_MS)
  })
})

describe('[C9] news', () => {
  function channelOf(from: SimTab, to: SimTab) {
    const heard: string[] = []
    const listeners = new Set<(message: unknown) => void>()
    const channel = {
      post: (message: unknown) => {
        for (const listener of listeners) listener(message)
      },
      subscribe: (listener: (message: unknown) => void) => {
        listeners.add(listener)
        return () => listeners.delete(listener)
      },
    }
    listen<string>(channel, to.leader, (value) => heard.push(value))
    const tell = (value: string) =>
      announce(channel, from.leader, { get: () => value, subscribe: () => () => undefined })
    return { heard, tell }
  }

  it('those of the leader are heard; a leader hears none; one that was robbed is not heard any more', () => {
    const [first, second, third] = openSettled(true, false, false) as [SimTab, SimTab, SimTab]
    const toThird = channelOf(first, third)
    toThird.tell('from the leader')
    const toFirst = channelOf(second, first)
    toFirst.tell('to the leader')
    first.hide()
    first.stick()
    second.show()
    world.until(() => second.isLeading, HANDOVER_MS)
    world.advance(50)
    toThird.tell('late')
    expect(toThird.heard).toEqual(['from the leader'])
    expect(toFirst.heard).toEqual([])
  })

  it('are heard from a leader whose clock was set back', () => {
    const [first, second] = openSettled(true, false) as [SimTab, SimTab]
    world.clockSetBy = -MINUTE_MS
    const third = world.open(false)
    world.advance(1000)
    second.leader.stop()
    first.close('closed')
    world.until(() => leadsAlone(third), HANDOVER_MS)
    third.show()
    second.leader.start()
    second.show()
    const toSecond = channelOf(third, second)
    world.advance(20)
    toSecond.tell('after')
    expect(toSecond.heard).toEqual(['after'])
  })
})

type Step = { readonly do: keyof typeof STEPS; readonly tab: number }

const STEPS = {
  open: (_tab: SimTab) => void world.open(true),
  openHidden: (_tab: SimTab) => void world.open(false),
  close: (tab: SimTab) => tab.close('closed'),
  crash: (tab: SimTab) => tab.close('crashed'),
  show: (tab: SimTab) => (tab.isStuck ? undefined : tab.show()),
  hide: (tab: SimTab) => (tab.isStuck ? undefined : tab.hide()),
  freeze: (tab: SimTab) => (tab.isStuck ? undefined : tab.freeze()),
  stick: (tab: SimTab) => tab.stick(),
  thaw: (tab: SimTab) => {
    if (!tab.isStuck) return
    world.advance(LONG_MS)
    tab.thaw()
  },
  thawReversed: (tab: SimTab) => {
    if (!tab.isStuck) return
    world.advance(LONG_MS)
    tab.thaw((tasks) => tasks.toReversed())
  },
} as const

const anyStep: fc.Arbitrary<Step> = fc.record({
  do: fc.constantFrom(...(Object.keys(STEPS) as (keyof typeof STEPS)[])),
  tab: fc.nat(4),
})

/** With somebody to see it, exactly one tab leads: one that is awake and in sight, and holds the lock. */
function expectOneLeader(steps: readonly Step[]): void {
  const awake = world.tabs.filter(({ isGone, isStuck }) => !isGone && !isStuck)
  if (!awake.some(({ isVisible }) => isVisible)) return
  const leading = awake.filter(({ isLeading }) => isLeading)
  const seen = leading.map(({ name, isVisible }) => ({ name, isVisible, holds: world.holder?.name === name }))
  expect(seen, JSON.stringify(steps)).toEqual([{ name: leading[0]?.name ?? 'a tab', isVisible: true, holds: true }])
}

it('[C9] after any order of what can happen to tabs one visible tab leads within a second', () => {
  fc.assert(
    fc.property(fc.array(anyStep, { minLength: 1, maxLength: 25 }), (steps) => {
      world = new TabWorld()
      world.open()
      for (const step of steps) {
        const tab = world.tabs[step.tab % world.tabs.length]
        if (!tab || (tab.isGone && !step.do.startsWith('open'))) continue
        STEPS[step.do](tab)
        world.advance(HANDOVER_MS)
        expectOneLeader(steps)
      }
      // Where nobody looks, a hidden tab takes the lead in its own time: its timers run once a second.
      world.advance(HANDOVER_MS)
      const before = world.leads.length
      world.advance(MINUTE_MS)
      expectOneLeader(steps)
      expect(world.leads.length, 'quiet tabs leave the lead where it is').toBe(before)
    }),
    { numRuns: 400 },
  )
})

it('[C9] steps that follow each other faster than a handover end with one visible leader all the same', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(anyStep, fc.nat(900)), { minLength: 1, maxLength: 30 }), (steps) => {
      world = new TabWorld()
      world.open()
      for (const [step, pause] of steps) {
        const tab = world.tabs[step.tab % world.tabs.length]
        if (!tab || (tab.isGone && !step.do.startsWith('open'))) continue
        STEPS[step.do](tab)
        world.advance(pause)
      }
      // A tab that froze for a moment looks busy: the others are patient with it, and at most that long.
      world.advance(MINUTE_MS)
      expectOneLeader(steps.map(([step]) => step))
    }),
    { numRuns: 400 },
  )
})
