/** What leader.pure.ts decides upon: the messages of the tabs, the states of one, its events and its effects. */
import type { MayBeImpossible } from '../impossible.pure.ts'

/**
 * What the tabs tell each other. `askedAt`, `answeredAt`: wall clock of this device, ms. What lies between them is the leader's own
 * time: how late an answer is heard says as much of whoever hears it.
 */
export type LeaderMessage =
  | { readonly type: 'question'; readonly from: string; readonly askedAt: number; readonly term: number }
  | {
      readonly type: 'answer'
      /** Whom it answers; null: a new leader says that it is there. */
      readonly to: string | null
      readonly askedAt: number
      readonly answeredAt: number
      readonly term: number
      readonly isVisible: boolean
    }

/** What a tab knows of the lead, whatever its own part. */
export interface LeaderKnowledge {
  /** Of the latest leader heard of. Each leader's is above those before it, so that a late word of an older one is known. */
  readonly term: number
  /** This long may a leader be silent, ms, until then (wall clock, ms). After that it is PATIENCE_MS again. */
  readonly patience: { readonly ms: number; readonly until: number }
}

export type LeaderState =
  | { readonly phase: 'stopped'; readonly knows: LeaderKnowledge }
  /** Frozen, or kept by the browser for the way back, since then (wall clock, ms): neither leads nor stands in line for it. */
  | { readonly phase: 'asleep'; readonly knows: LeaderKnowledge; readonly since: number }
  /** In line for the lock. `signAt`: the leader was there; `lookedAt`: this tab was awake itself (wall clock, ms). */
  | {
      readonly phase: 'waiting'
      readonly knows: LeaderKnowledge
      readonly signAt: number
      readonly lookedAt: number
    }
  /** `askedAt`: of the latest question heard, wall clock, ms. */
  | { readonly phase: 'leading'; readonly knows: LeaderKnowledge; readonly askedAt: number }

export type LeaderEvent =
  | { readonly type: 'start' }
  | { readonly type: 'granted' }
  /** Another tab has taken the lock. */
  | { readonly type: 'robbed' }
  /** The browser refused the place in line. */
  | { readonly type: 'unqueued' }
  | { readonly type: 'shown' }
  | { readonly type: 'hidden' }
  /** The browser is about to freeze this page, or to keep it for the way back. */
  | { readonly type: 'sleep' }
  | { readonly type: 'wake' }
  | { readonly type: 'look' }
  | { readonly type: 'heard'; readonly message: LeaderMessage }
  | { readonly type: 'stop' }

export type LeaderEffect =
  | { readonly type: 'queue'; readonly afterMs: number }
  /** Takes the lock from whoever holds it; gives up the place in line. */
  | { readonly type: 'steal' }
  /** Gives the lock, or the place in line, back. */
  | { readonly type: 'release' }
  | { readonly type: 'lead' }
  | { readonly type: 'stop-leading' }
  | { readonly type: 'say'; readonly message: LeaderMessage }
  | { readonly type: 'look-after'; readonly delayMs: number }
  | { readonly type: 'stop-looking' }

export interface LeaderStep extends MayBeImpossible {
  readonly state: LeaderState
  readonly effects: readonly LeaderEffect[]
}

export interface LeaderContext {
  /** Wall clock, ms. */
  readonly now: number
  readonly isVisible: boolean
  /** The name of this tab. */
  readonly tab: string
}
