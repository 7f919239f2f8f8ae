/** Several tabs of one device: a browser's locks, messages, timers and page turns, over a time that moves only when told. */

import type { ChannelLike, ClockLike, PageLifeLike, PageTurn, StealableLockLike } from '../../../src/sync/ports.ts'
import { createTabLeader, type TabLeader } from '../../../src/sync/tabs/tab-leader.ts'
import { createStrictJournal } from '../../support/strict-journal.ts'

/** Between a browser's processes, ms. */
const IPC_MS = 2

interface Holder {
  readonly tab: SimTab
  readonly onLost: () => void
}

export class TabWorld {
  now = Date.parse('2026-01-05T08:00:00Z')
  /** What somebody has set the tablet's clock by, ms. Timers do not follow it. */
  clockSetBy = 0
  readonly tabs: SimTab[] = []
  /** Every beginning of a lead, in order. */
  readonly leads: string[] = []
  #due: { at: number; run: () => void }[] = []
  #holder: Holder | null = null
  #line: { holder: Holder; grant: () => void }[] = []

  open(isVisible = true): SimTab {
    const tab = new SimTab(this, `tab-${this.tabs.length + 1}`, isVisible)
    this.tabs.push(tab)
    tab.leader.start()
    return tab
  }

  /** Who holds the lock. */
  get holder(): SimTab | null {
    return this.#holder?.tab ?? null
  }

  get leading(): SimTab[] {
    return this.tabs.filter(({ isLeading, isGone }) => isLeading && !isGone)
  }

  at(delayMs: number, run: () => void): () => void {
    const entry = { at: this.now + delayMs, run }
    this.#due.push(entry)
    return () => {
      this.#due = this.#due.filter((other) => other !== entry)
    }
  }

  advance(ms: number): void {
    const end = this.now + ms
    for (;;) {
      const [next] = this.#due.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)
      if (!next) break
      this.#due = this.#due.filter((other) => other !== next)
      this.now = Math.max(this.now, next.at)
      next.run()
    }
    this.now = end
  }

  /** Advances until it is so; returns the ms that it took. */
  until(isSo: () => boolean, atMost: number): number {
    const start = this.now
    while (!isSo()) {
      if (this.now - start > atMost) throw new Error(`not within ${atMost} ms`)
      this.advance(1)
    }
    return this.now - start
  }

  post(from: SimTab, message: unknown): void {
    for (const tab of this.tabs) {
      if (tab !== from) this.at(IPC_MS, () => tab.deliver(() => tab.hear(message)))
    }
  }

  lockOf(tab: SimTab): StealableLockLike {
    return {
      take: (how, { onGranted, onLost }) => {
        const grant = () => {
          this.at(IPC_MS, () => tab.deliver(() => (isOver ? undefined : onGranted())))
        }
        let isOver = false
        const lose = () => {
          if (isOver) return
          isOver = true
          onLost()
        }
        const holder: Holder = { tab, onLost: () => tab.deliver(lose) }
        if (how === 'steal') {
          const robbed = this.#holder
          this.#holder = holder
          if (robbed) this.at(IPC_MS, robbed.onLost)
          grant()
        } else {
          this.#line.push({ holder, grant })
          this.#passOn()
        }
        return () => {
          isOver = true
          this.#giveBack((other) => other === holder)
        }
      },
    }
  }

  /** The browser does it for a tab that is no more. */
  dropLocksOf(tab: SimTab): void {
    this.#giveBack((holder) => holder.tab === tab)
  }

  #giveBack(isMeant: (holder: Holder) => boolean): void {
    this.#line = this.#line.filter(({ holder }) => !isMeant(holder))
    if (this.#holder && isMeant(this.#holder)) this.#holder = null
    this.#passOn()
  }

  #passOn(): void {
    if (this.#holder) return
    const next = this.#line.shift()
    if (!next) return
    this.#holder = next.holder
    next.grant()
  }
}

export class SimTab {
  readonly leader: TabLeader
  readonly name: string
  isVisible: boolean
  isLeading = false
  isGone = false
  /** Nothing runs here: frozen without being told, or in the middle of something long. */
  isStuck = false
  /** It was told that it will be frozen, and will be told that it goes on. */
  isTold = false
  /** Timers of a hidden tab run in such steps, ms. */
  throttleMs = 1000
  #inbox: (() => void)[] = []
  #listeners = new Set<(message: unknown) => void>()
  #turns = new Set<(turn: PageTurn) => void>()
  readonly #world: TabWorld

  constructor(world: TabWorld, name: string, isVisible: boolean) {
    this.#world = world
    this.name = name
    this.isVisible = isVisible
    const channel: ChannelLike = {
      post: (message) => world.post(this, message),
      subscribe: (listener) => {
        this.#listeners.add(listener)
        return () => this.#listeners.delete(listener)
      },
    }
    const page: PageLifeLike = {
      isVisible: () => this.isVisible,
      onTurn: (listener) => {
        this.#turns.add(listener)
        return () => this.#turns.delete(listener)
      },
    }
    const clock: ClockLike = {
      now: () => world.now + world.clockSetBy,
      steady: () => world.now,
      after: (delayMs, callback) => {
        const delay = this.isVisible ? delayMs : Math.ceil(Math.max(delayMs, 1) / this.throttleMs) * this.throttleMs
        let isOff = false
        const cancel = world.at(delay, () => this.deliver(() => (isOff ? undefined : callback())))
        return () => {
          isOff = true
          cancel()
        }
      },
    }
    this.leader = createTabLeader({
      journal: createStrictJournal(),
      lock: world.lockOf(this),
      channel,
      page,
      clock,
      tab: name,
      lead: () => {
        this.isLeading = true
        world.leads.push(name)
        return () => {
          this.isLeading = false
        }
      },
    })
  }

  /** Runs it when this tab runs at all. */
  deliver(run: () => void): void {
    if (this.isGone) return
    if (this.isStuck) this.#inbox.push(run)
    else run()
  }

  hear(message: unknown): void {
    for (const listener of [...this.#listeners]) listener(message)
  }

  show(): void {
    this.isVisible = true
    this.#turn('shown')
  }

  hide(): void {
    this.isVisible = false
    this.#turn('hidden')
  }

  /** As Chromium freezes a page: it is told, and then nothing runs. */
  freeze(): void {
    this.#turn('sleep')
    this.isTold = true
    this.isStuck = true
  }

  /** Nothing runs, and nobody was told: a stopped process, a long task. */
  stick(): void {
    this.isStuck = true
  }

  /** Goes on; what waited runs in the order `sort` gives it. */
  thaw(sort: (tasks: (() => void)[]) => (() => void)[] = (tasks) => tasks): void {
    this.isStuck = false
    const waiting = this.#inbox
    this.#inbox = []
    if (this.isTold) this.#turn('wake')
    this.isTold = false
    for (const run of sort(waiting)) this.deliver(run)
  }

  /** The main thread is busy for so long. */
  work(ms: number): void {
    this.isStuck = true
    this.#world.at(ms, () => this.thaw())
  }

  /** Closed in order, or crashed: the browser takes its locks back either way. */
  close(how: 'closed' | 'crashed'): void {
    if (how === 'closed') this.#turn('sleep')
    this.isGone = true
    this.#world.dropLocksOf(this)
  }

  #turn(turn: PageTurn): void {
    this.deliver(() => {
      for (const listener of [...this.#turns]) listener(turn)
    })
  }
}
