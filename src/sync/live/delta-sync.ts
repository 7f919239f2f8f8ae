/**
 * MQTT in (rules C1, C5, C6): a shell that keeps the broker connection by connection.pure.ts, parses what arrives and
 * hands it to the log follower, and says how things stand.
 */
import { type ParsedEvent, parseEventPayload } from '../../contract/events.ts'
import { type BranchScope, parseTopic } from '../../contract/topics.ts'
import type { CacheDb } from '../../db/cache-db.ts'
import type { LogMark } from '../../db/rows.ts'
import type { DiagnosticsLog } from '../health/diagnostics-log.ts'
import type { KnownFreshness } from '../health/known-freshness.ts'
import { noteImpossible } from '../impossible.pure.ts'
import { createObservable, isShallowEqual } from '../observable.ts'
import type {
  ClockLike,
  FailureJournal,
  HttpLike,
  MqttConnect,
  MqttConnectionLike,
  MqttMessage,
  RandomLike,
  VisibilityLike,
} from '../ports.ts'
import type { RefreshMode } from '../refresh/refresh.pure.ts'
import type { RefreshOutcome } from '../refresh/refresh-deps.ts'
import type { Observable, SyncStatus } from '../sync-status.ts'
import { createTimers } from '../timers.ts'
import { addCoarseSample, addSkewSample, createClockSkew, skewMs } from './clock-skew.pure.ts'
import {
  type ConnectionEffect,
  type ConnectionEvent,
  type ConnectionState,
  HEARTBEAT_TIMEOUT_MS,
  PROBE_MS,
  stepConnection,
} from './connection.pure.ts'
import { deriveStatus } from './derive-status.pure.ts'
import { createLogFollower, type StockPreview } from './log-follower.ts'
import { createServerStanding } from './server-standing.ts'

export interface DeltaSyncDeps {
  readonly db: CacheDb
  readonly scope: BranchScope
  readonly deviceId: string
  readonly clientId: string
  readonly http: HttpLike
  readonly connect: MqttConnect
  readonly clock: ClockLike
  readonly random: RandomLike
  readonly visibility: VisibilityLike
  readonly diagnostics: DiagnosticsLog
  readonly journal: FailureJournal
  readonly requestRefresh: (mode: RefreshMode) => Promise<RefreshOutcome>
  /** Asks the server who this device is; rejects with HttpFailure. */
  readonly checkDevice: () => Promise<void>
  /** Shows received stocks before they are written (rule V2). */
  readonly preview?: StockPreview
  readonly ownOperations: (offlineIds: readonly string[]) => Promise<ReadonlySet<string>>
  /** The server's last word on its log that came with a verdict (rule S6). */
  readonly verdictMark: () => Promise<LogMark | undefined>
  /** What was known before this tab led (rule D3). */
  readonly known?: KnownFreshness
}

export interface DeltaSync {
  readonly status: Observable<SyncStatus>
  start(): void
  stop(): void
}

/** Without a connection the log is asked this often, ms, while somebody looks; six times as rarely else (rule C5). */
const POLL_MS = 5000

export function createDeltaSync(deps: DeltaSyncDeps): DeltaSync {
  const { clock, diagnostics, visibility, scope } = deps
  const timers = createTimers(clock)
  let connection: ConnectionState = { phase: 'stopped' }
  let mqtt: MqttConnectionLike | null = null
  let skew = createClockSkew(deps.known?.clockSkewMs)
  /** Client time, ms, of the last heartbeat or of the connection's beginning. */
  let heardAt = 0
  let stopWaking: (() => void) | null = null

  const standing = createServerStanding({
    checkDevice: deps.checkDevice,
    journal: deps.journal,
    timers,
    isRunning: () => stopWaking !== null,
    onRefused() {
      follower.stop()
      dispatch({ type: 'stop' })
    },
    onTakenAgain() {
      follower.start()
      dispatch({ type: 'start' })
    },
    onChecked: (outcome) => dispatch({ type: outcome }),
    onChange: () => publishStatus(),
  })
  const follower = createLogFollower({
    ...deps,
    branchCode: scope.branchCode,
    preview: deps.preview,
    asOf: deps.known?.asOf ?? null,
    ownOperations: deps.ownOperations,
    skewMs: () => skewMs(skew),
    onServerTime: (serverTime) => {
      skew = addCoarseSample(skew, serverTime, clock.now())
    },
    isAttentive,
    isSeen: visibility.isVisible,
    isConnected: () => connection.phase === 'open',
    onChange: () => publishStatus(),
    onAnswer: standing.noteAnswer,
  })
  const status = createObservable<SyncStatus>(readStatus(), isShallowEqual)

  function isAttentive(): boolean {
    return visibility.isVisible() && visibility.isOnline()
  }

  function readStatus(): SyncStatus {
    const { cursor, isStorageFailing, asOf, latencyMs, behind } = follower.facts()
    const isOnline = visibility.isOnline()
    const derived = deriveStatus({ connection, cursor, isOnline, isStorageFailing, ...standing.facts() })
    return { ...derived, asOf, latencyMs, behind, clockSkewMs: skewMs(skew) }
  }

  function publishStatus(): void {
    const before = status.get()
    status.set(readStatus())
    const { state, problem } = status.get()
    if (before.state === state && before.problem === problem) return
    diagnostics.logConnection({ at: clock.now(), state, problem })
  }

  function dispatch(event: ConnectionEvent): void {
    const wasOpen = connection.phase === 'open'
    const context = { attentive: isAttentive(), isStale: isStale(), random: deps.random }
    const step = stepConnection(connection, event, context)
    noteImpossible(deps.journal, step, { machine: 'Connection', phase: connection.phase, event: event.type })
    connection = step.state
    if (wasOpen && connection.phase !== 'open') follower.disconnected()
    for (const effect of step.effects) runEffect(effect)
    schedulePoll()
    publishStatus()
  }

  function runEffect(effect: ConnectionEffect): void {
    switch (effect.type) {
      case 'open':
        openConnection()
        break
      case 'close':
        mqtt?.close()
        mqtt = null
        break
      case 'retry-after':
        timers.set('retry', effect.delayMs, () => dispatch({ type: 'retry' }))
        break
      case 'stop-retry':
        timers.clear('retry')
        timers.clear('check')
        break
      case 'check-after':
        timers.set('check', effect.delayMs, () => void standing.check())
        break
      case 'watch':
        timers.set('silence', effect.forMs, noticeSilence)
        break
      case 'stop-watching':
        timers.clear('silence')
        break
      case 'probe':
        mqtt?.probe()
        timers.set('probe', PROBE_MS, () => dispatch({ type: 'no-pong' }))
        break
      case 'stop-probing':
        timers.clear('probe')
        break
      case 'catch-up':
        follower.catchUp()
        break
      case 'check-credentials':
        void standing.check()
        break
    }
  }

  function openConnection(): void {
    let opened: MqttConnectionLike | null = null
    const isCurrent = () => opened !== null && mqtt === opened
    opened = deps.connect(deps.clientId, {
      onReady: () => {
        if (!isCurrent()) return
        heardAt = clock.now()
        dispatch({ type: 'ready' })
      },
      onMessage: (message) => {
        if (isCurrent()) takeMessage(message)
      },
      onPong: () => {
        if (isCurrent()) dispatch({ type: 'pong' })
      },
      onClosed: ({ refused, text }) => {
        if (!isCurrent()) return
        mqtt = null
        deps.journal.note(refused ? 'refused' : 'network', 'Broker', text)
        dispatch({ type: 'closed', refused })
      },
    })
    mqtt = opened
  }

  function noticeSilence(): void {
    if (connection.phase === 'open' && !expectsHeartbeats()) return
    dispatch({ type: 'silence' })
  }

  /** A backend without a change log sends no heartbeats: its silence says nothing (rule C6). */
  function expectsHeartbeats(): boolean {
    const { cursor } = follower.facts()
    return cursor.mode !== 'following' || cursor.epoch !== null
  }

  /** By the wall clock, which goes on while a device sleeps; a clock that was set says nothing. */
  function isStale(): boolean {
    return expectsHeartbeats() && clock.now() - heardAt > HEARTBEAT_TIMEOUT_MS
  }

  function takeMessage({ topic, payload }: MqttMessage): void {
    const at = clock.now()
    diagnostics.count('received')
    const event = isOwnTopic(topic)
      ? parseEventPayload(payload, deps.db.records.events)
      : ({ type: 'invalid', reason: `a message of another branch: ${topic.slice(0, 200)}` } satisfies ParsedEvent)
    if (event.type === 'invalid') {
      diagnostics.count('invalid')
      deps.journal.note('input', 'Message', event.reason)
    } else if (event.type === 'heartbeat') {
      const serverTime = event.timestamp === undefined ? at + skewMs(skew) : Date.parse(event.timestamp)
      heardAt = at
      skew = addSkewSample(skew, serverTime, at)
      follower.hearHeartbeat(event, serverTime)
      dispatch({ type: 'heartbeat' })
    } else if (event.seq === undefined) {
      follower.receiveUnsequenced({ event, size: payload.length, at, missed: false })
    } else {
      follower.receive(event.seq, { event, size: payload.length, at, missed: false })
    }
  }

  function isOwnTopic(topic: string): boolean {
    const place = parseTopic(topic)
    if (!place) return false
    return place.env === scope.env && place.merchantCode === scope.merchantCode && place.branchCode === scope.branchCode
  }

  function schedulePoll(): void {
    if (connection.phase === 'open' || connection.phase === 'stopped') {
      timers.clear('poll')
      return
    }
    if (timers.has('poll')) return
    timers.set('poll', visibility.isVisible() ? POLL_MS : POLL_MS * 6, () => {
      if (visibility.isOnline()) follower.catchUp()
      schedulePoll()
    })
  }

  function wake(): void {
    publishStatus()
    if (!visibility.isOnline()) return
    if (connection.phase === 'waiting' || connection.phase === 'refused') {
      // Polled at once, and then in the rhythm of a screen that is seen.
      timers.clear('poll')
      follower.catchUp()
    }
    dispatch({ type: 'wake' })
  }

  return {
    status,
    start() {
      if (connection.phase !== 'stopped' || standing.facts().isRefused) return
      stopWaking = visibility.onWake(wake)
      follower.start()
      dispatch({ type: 'start' })
      // The broker may have moved meanwhile, and one that keeps no tokens learns this device's.
      void standing.check()
    },
    stop() {
      stopWaking?.()
      stopWaking = null
      follower.stop()
      dispatch({ type: 'stop' })
      timers.clearAll()
    },
  }
}
