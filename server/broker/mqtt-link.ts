/**
 * The backend's own connection to an external broker.
 *
 *            start             opened            prepared
 *   idle ───────────► opening ────────► preparing ───────► ready
 *    ▲                   │ closed           │ closed          │ closed
 *    │ close             ▼                  ▼                 ▼
 *    └──────────────── waiting ◄────────────┴─────────────────┘   (reconnectDelay, then opening again)
 *
 * Nothing survives a lost connection: every publish without an acknowledgement rejects, and its caller decides (rule S4).
 */
import type { BaseLogger } from 'pino'
import { BrokerError } from './errors.ts'
import {
  type MqttConnection,
  type MqttConnectionOptions,
  type OpenMqttConnection,
  openMqttConnection,
} from './mqtt-connection.ts'
import { reconnectDelay } from './reconnect-delay.ts'

/** What may be done with a connection that is not yet `ready`. */
export interface LinkSession {
  publish(topic: string, payload: string): Promise<void>
  subscribe(filter: string): Promise<void>
}

export interface MqttLink {
  start(): void
  /** True in `ready` only. */
  readonly connected: boolean
  onConnection(listener: (connected: boolean) => void): () => void
  /**
   * QoS 1, not retained. Resolves at the broker's acknowledgement; rejects with BrokerError: `unavailable` when not ready or the
   * connection was lost first, `refused` when the broker said no. Pipelined up to the broker's Receive Maximum, in call order.
   */
  publish(topic: string, payload: string): Promise<void>
  close(): Promise<void>
}

export interface MqttLinkOptions {
  readonly connection: MqttConnectionOptions
  readonly log: Pick<BaseLogger, 'info' | 'warn'>
  /** Runs on every new connection before it counts as connected; when it rejects, the connection is given up and tried again. */
  readonly prepare?: (session: LinkSession) => Promise<void>
  readonly onMessage?: (topic: string, payload: string) => void
  /**
   * A broker that refuses a publish of the backend's own is one that starts; it may keep that answer for as long as the connection
   * lasts (EMQX: 10 s). So it is opened anew, after pauses that grow until a publish is taken.
   */
  readonly reopensWhenRefused?: boolean
  /** Called at the end of every connection, before anybody else hears of it. */
  readonly onLost?: () => void
  readonly open?: OpenMqttConnection
  /** In [0, 1), for the jitter. */
  readonly random?: () => number
}

interface Outgoing {
  readonly topic: string
  readonly payload: string
  readonly resolve: () => void
  readonly reject: (reason: Error) => void
}

/** What belongs to one connection and ends with it. */
interface Session {
  readonly connection: MqttConnection
  readonly waiting: Outgoing[]
  readonly inFlight: Set<Outgoing>
  window: number
}

export function createMqttLink(options: MqttLinkOptions): MqttLink {
  const { log, open = openMqttConnection, random = Math.random } = options
  const listeners = new Set<(connected: boolean) => void>()
  const closeWaiters = new Set<() => void>()
  let phase: 'idle' | 'opening' | 'preparing' | 'ready' | 'waiting' = 'idle'
  let session: Session | null = null
  let attempt = 0
  let timer: ReturnType<typeof setTimeout> | null = null
  let lastComplaint: string | null = null

  function setPhase(next: typeof phase): void {
    const was = phase === 'ready'
    phase = next
    if (was !== (next === 'ready')) for (const listener of listeners) listener(next === 'ready')
  }

  /** One line for each change of what is wrong, not one for each attempt. */
  function complain(reason: Error): void {
    if (reason.message === lastComplaint) return
    lastComplaint = reason.message
    log.warn({ err: reason, url: withoutCredentials(options.connection.url) }, 'no connection to the mqtt broker')
  }

  function openSession(): void {
    timer = null
    setPhase('opening')
    const mine: Session = {
      waiting: [],
      inFlight: new Set(),
      window: 1,
      connection: open(options.connection, {
        opened(receiveMaximum) {
          if (session !== mine || phase !== 'opening') return
          mine.window = receiveMaximum
          prepareSession(mine)
        },
        message: (topic, payload) => options.onMessage?.(topic, payload),
        closed: (reason) => endSession(mine, reason),
      }),
    }
    session = mine
  }

  function prepareSession(mine: Session): void {
    setPhase('preparing')
    const prepared = options.prepare?.({
      publish: (topic, payload) => enqueue(mine, topic, payload),
      subscribe: (filter) => mine.connection.subscribe(filter),
    })
    Promise.resolve(prepared).then(
      () => {
        if (session !== mine) return
        // Let in is not yet allowed to publish: only that ends the pauses, or every refusal would be followed by the next at once.
        if (!options.reopensWhenRefused) attempt = 0
        lastComplaint = null
        log.info({ url: withoutCredentials(options.connection.url) }, 'connected to the mqtt broker')
        setPhase('ready')
      },
      (reason: unknown) => {
        if (session !== mine) return
        complain(reason instanceof Error ? reason : new Error(String(reason)))
        mine.connection.end()
      },
    )
  }

  function endSession(mine: Session, reason: Error): void {
    if (session !== mine) return
    session = null
    options.onLost?.()
    const lost = new BrokerError('unavailable', 'the connection to the broker was lost', { cause: reason })
    for (const outgoing of [...mine.inFlight, ...mine.waiting]) outgoing.reject(lost)
    mine.inFlight.clear()
    mine.waiting.length = 0
    for (const done of closeWaiters) done()
    if (phase === 'idle') return
    complain(reason)
    setPhase('waiting')
    timer = setTimeout(openSession, reconnectDelay(attempt, random()))
    attempt += 1
  }

  function enqueue(mine: Session | null, topic: string, payload: string): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      if (mine === null || session !== mine) {
        return reject(new BrokerError('unavailable', 'not connected to the broker'))
      }
      mine.waiting.push({ topic, payload, resolve, reject })
      pump(mine)
    })
  }

  function pump(mine: Session): void {
    while (mine.inFlight.size < mine.window) {
      const outgoing = mine.waiting.shift()
      if (outgoing === undefined) return
      mine.inFlight.add(outgoing)
      mine.connection.publish(outgoing.topic, outgoing.payload, (error) => {
        if (!mine.inFlight.delete(outgoing)) return
        if (error === null) {
          attempt = 0
          outgoing.resolve()
        } else outgoing.reject(error)
        if (error?.kind === 'refused' && options.reopensWhenRefused && session === mine) {
          complain(error)
          mine.connection.end()
        } else pump(mine)
      })
    }
  }

  return {
    start() {
      if (phase === 'idle') openSession()
    },
    get connected() {
      return phase === 'ready'
    },
    onConnection(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    publish(topic, payload) {
      return enqueue(phase === 'ready' ? session : null, topic, payload)
    },
    async close() {
      setPhase('idle')
      if (timer !== null) clearTimeout(timer)
      timer = null
      const { connection } = session ?? {}
      if (connection === undefined) return
      await new Promise<void>((resolve) => {
        closeWaiters.add(resolve)
        connection.end()
      })
    },
  }
}

function withoutCredentials(url: string): string {
  const parsed = new URL(url)
  parsed.username = ''
  parsed.password = ''
  return parsed.href
}
