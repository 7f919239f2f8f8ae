/** The three states of the strip (rule D3) from what the parts know. */
import type { SyncProblem, SyncState } from '../sync-status.ts'
import { type ConnectionState, isRefusedForGood } from './connection.pure.ts'
import type { CursorState } from './cursor.pure.ts'

export interface StatusFacts {
  readonly connection: ConnectionState
  readonly cursor: CursorState<unknown>
  /** Did the last request to the server bring an answer; null before the first. */
  readonly isServerReachable: boolean | null
  /** `navigator.onLine`: false is to be believed, true is not. */
  readonly isOnline: boolean
  readonly isRefused: boolean
  readonly isStorageFailing: boolean
}

export function deriveStatus(facts: StatusFacts): { state: SyncState; problem: SyncProblem } {
  return { state: deriveState(facts), problem: deriveProblem(facts) }
}

function deriveState({ connection, cursor, isServerReachable, isOnline, isRefused }: StatusFacts): SyncState {
  if (isRefused) return 'offline'
  const isOpen = connection.phase === 'open'
  if (isOpen && cursor.mode === 'following' && cursor.caughtUp) return 'live'
  if (isOpen || isServerReachable === true) return 'catching-up'
  return isServerReachable === null && isOnline ? 'catching-up' : 'offline'
}

function deriveProblem({ connection, isServerReachable, isRefused, isStorageFailing }: StatusFacts): SyncProblem {
  if (isRefused) return 'device-unknown'
  if (isStorageFailing) return 'storage-failed'
  if (isRefusedForGood(connection)) return 'credentials-refused'
  if (isServerReachable === false) return 'server-unreachable'
  // A broker that refuses counts as one that is starting, until it has refused for too long (`isRefusedForGood`).
  const isTriedAgain = connection.phase === 'connecting' && (connection.attempt > 0 || connection.refusals > 0)
  const isBrokerAway = connection.phase === 'waiting' || connection.phase === 'refused' || isTriedAgain
  return isServerReachable === true && isBrokerAway ? 'broker-unreachable' : 'none'
}
