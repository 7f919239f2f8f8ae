/**
 * One tab of a device is connected (rule C9): a shell that holds, queues for and takes the lock by leader.pure.ts. The tabs
 * that do not lead see the same data by live queries, and the leader's status by its news.
 */
import { noteImpossible } from '../impossible.pure.ts'
import type { ChannelLike, ClockLike, FailureJournal, PageLifeLike, StealableLockLike } from '../ports.ts'
import { createTimers } from '../timers.ts'
import { isNews, NOT_STARTED, stepLeader } from './leader.pure.ts'
import type { LeaderEffect, LeaderEvent, LeaderMessage, LeaderState } from './leader-state.pure.ts'

export interface TabLeader {
  start(): void
  /** Gives up the lead, or the wait for it. */
  stop(): void
  /** Term of this tab's lead, sent with its news. A later leader has a higher one. */
  term(): number
  /** Whether news of this term come from the tab that leads now. */
  isNews(term: number): boolean
}

export interface TabLeaderDeps {
  readonly lock: StealableLockLike
  readonly channel: ChannelLike
  readonly page: PageLifeLike
  readonly clock: ClockLike
  readonly journal: FailureJournal
  /** The name of this tab, its own. */
  readonly tab: string
  /** Called whenever this tab begins to lead; returns what to do when it no longer does. */
  readonly lead: () => () => void
}

export function createTabLeader({ lock, channel, page, clock, journal, tab, lead }: TabLeaderDeps): TabLeader {
  const timers = createTimers(clock)
  let state: LeaderState = NOT_STARTED
  let giveBack: () => void = () => undefined
  let stopLeading: () => void = () => undefined
  let stopListening: () => void = () => undefined

  function dispatch(event: LeaderEvent): void {
    const step = stepLeader(state, event, { now: clock.now(), isVisible: page.isVisible(), tab })
    noteImpossible(journal, step, { machine: 'Leader', phase: state.phase, event: event.type })
    state = step.state
    for (const effect of step.effects) runEffect(effect)
  }

  function runEffect(effect: LeaderEffect): void {
    switch (effect.type) {
      case 'queue':
        if (effect.afterMs === 0) take('queue')
        else timers.set('queue', effect.afterMs, () => take('queue'))
        break
      case 'steal':
        take('steal')
        break
      case 'release':
        timers.clear('queue')
        giveBack()
        break
      case 'lead':
        stopLeading = lead()
        break
      case 'stop-leading':
        stopLeading()
        break
      case 'say':
        channel.post(effect.message)
        break
      case 'look-after':
        timers.set('look', effect.delayMs, () => dispatch({ type: 'look' }))
        break
      case 'stop-looking':
        timers.clear('look')
        break
    }
  }

  function take(how: 'queue' | 'steal'): void {
    timers.clear('queue')
    giveBack()
    let isHeld = false
    giveBack = lock.take(how, {
      onGranted: () => {
        isHeld = true
        dispatch({ type: 'granted' })
      },
      onLost: () => dispatch({ type: isHeld ? 'robbed' : 'unqueued' }),
    })
  }

  return {
    start() {
      const stops = [
        page.onTurn((turn) => dispatch({ type: turn })),
        channel.subscribe((message) => {
          if (isLeaderMessage(message)) dispatch({ type: 'heard', message })
        }),
      ]
      stopListening = () => {
        for (const stop of stops) stop()
      }
      dispatch({ type: 'start' })
    },
    stop() {
      stopListening()
      dispatch({ type: 'stop' })
    },
    term: () => state.knows.term,
    isNews: (term) => isNews(state, term),
  }
}

/** What the leading tab tells the others. */
interface News<T> {
  readonly type: 'news'
  readonly term: number
  readonly value: T
}

type Source<T> = { get(): T; subscribe(listener: () => void): () => void }

/** Sends each new value to the other tabs, and the present one to whoever asks. Returns the way to stop. */
export function announce<T>(channel: ChannelLike, leader: Pick<TabLeader, 'term'>, source: Source<T>): () => void {
  const tell = () => channel.post({ type: 'news', term: leader.term(), value: source.get() } satisfies News<T>)
  const stops = [
    source.subscribe(tell),
    channel.subscribe((message) => {
      if (isMessage(message, 'ask')) tell()
    }),
  ]
  tell()
  return () => {
    for (const stop of stops) stop()
  }
}

/**
 * Calls back with the leading tab's news and ignores those of a tab that has lost the lead. All tabs of a device run the same version.
 */
export function listen<T>(channel: ChannelLike, leader: Pick<TabLeader, 'isNews'>, onNews: (value: T) => void) {
  const ask = () => channel.post({ type: 'ask' })
  let latest = 0
  const stop = channel.subscribe((message) => {
    if (!isMessage(message, 'news')) return
    const { term, value } = message as News<T>
    if (term < latest || !leader.isNews(term)) return
    latest = term
    onNews(value)
  })
  ask()
  return { ask, stop }
}

function isLeaderMessage(message: unknown): message is LeaderMessage {
  return isMessage(message, 'question') || isMessage(message, 'answer')
}

function isMessage(message: unknown, type: string): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === type
}
