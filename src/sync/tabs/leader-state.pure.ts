/** What leader.pure.ts decides upon: the messages of the tabs, the states of one, its events and its effects. */
import type { MayBeImpossible } from '../impossible.pure.ts'

/**
 * What the tabs tell each other. `askedAt`, `answeredAt`: wall clock of this device, ms. Their difference is the time that the leader
 * took. When the answer is heard does not count: the tab that hears it may have been busy itself.
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
  /**
   * Term of the latest leader heard of. Each leader takes a higher term than all before it, so a late message of an earlier one is
   * recognised.
   */
  readonly term: number
  /** How long a leader may be silent, ms, and until when that holds (wall clock, ms). After that it is PATIENCE_MS again. */
  readonly patience: { readonly ms: number; readonly until: number }
}

export type LeaderState =
  | { readonly phase: 'stopped'; readonly knows: LeaderKnowledge }
  /** Frozen or in the back/forward cache since then (wall clock, ms). Such a tab neither leads nor queues for the lock. */
  | { readonly phase: 'asleep'; readonly knows: LeaderKnowledge; readonly since: number }
  /** Queues for the lock. `signAt`: last sign of life of the leader; `lookedAt`: when this tab was last awake itself (wall clock, ms). */
  | {
      readonly phase: 'waiting'
      readonly knows: LeaderKnowledge
      readonly signAt: number
      readonly lookedAt: number
    }
  /** `askedAt`: when the latest question heard was asked (wall clock, ms). */
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
  /** The browser is about to freeze this page, or to put it into the back/forward cache. */
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
