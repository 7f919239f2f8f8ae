/**
 * The outside world as the sync sees it: the smallest interfaces that are needed, so that every decision can be tested
 * without a browser. Times are ms.
 */
import type { FailureKind } from '../db/journal/failure-row.ts'

export interface ClockLike {
  /** Wall clock, ms since 1970 UTC. */
  now(): number
  /** Only goes forward within the life of this page or worker, whoever sets the wall clock, ms (src/sync/steady-now.ts). */
  steady(): number
  /** Calls back once after `delayMs`. Returns the way to call it off. */
  after(delayMs: number, callback: () => void): () => void
}

/** Where failures are kept for support. Noting one never throws and costs next to nothing. */
export interface FailureJournal {
  /**
   * @param what in a few words, English; the error's own follow
   * @param error what was thrown, or further words; secrets in them are left out
   */
  note(kind: FailureKind, what: string, error?: unknown): void
}

/** 0 ≤ random < 1. */
export type RandomLike = () => number

export interface HttpAnswer {
  readonly status: number
  /** Decoded JSON, or a string when `as` asked for text; null for 304. */
  readonly body: unknown
  readonly etag: string | null
  readonly retryAfterMs: number | null
  /** The server's clock when it answered, ms, in whole seconds, rounded down; null or missing: it did not say. */
  readonly serverTime?: number | null
}

/** Proofs that a request comes from the device that holds the key (RFC 9449). */
export interface PossessionLike {
  /** The header `DPoP` of a request; null: this device has no key. */
  prove(method: string, url: string): Promise<string | null>
  /** Keeps the nonce that the server wants in the next proof; every answer brings one. */
  learn(nonce: string): void
  /** The address that gives a nonce, when none is known that the server would still accept; null when one is known. */
  noncePath(): Promise<string | null>
}

export interface HttpRequest {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'PATCH'
  readonly path: string
  readonly body?: unknown
  /** `If-None-Match`. */
  readonly etag?: string | null
  /** How long the line may be silent: until the answer begins, and then between its parts. */
  readonly timeoutMs?: number
  /** Further headers, as the staff token. */
  readonly headers?: Readonly<Record<string, string>>
  /** `text`: a file such as CSV, as it stands. JSON else. */
  readonly as?: 'json' | 'text'
}

/** One request to the server with the device's token. Rejects with `HttpFailure` when no usable answer came. */
export type HttpLike = (request: HttpRequest) => Promise<HttpAnswer>

export interface MqttMessage {
  readonly topic: string
  readonly payload: Uint8Array
}

export interface MqttConnectionEvents {
  /** Connected and subscribed: messages may arrive from now on. */
  onReady(): void
  onMessage(message: MqttMessage): void
  /** The broker has answered a `probe`. */
  onPong(): void
  /** The connection is gone for good; `refused` when the broker rejected the credentials or the subscription. */
  onClosed(reason: { refused: boolean; text: string }): void
}

export interface MqttConnectionLike {
  /** Asks the broker for a sign of life. */
  probe(): void
  /** Gives the connection up, whatever its state; returns at once, also on a link that is dead. */
  close(): void
}

/** This device's password at the broker. */
export interface MqttPasswordLike {
  /**
   * The password for the next attempt. Asks the server first when none is stored or the broker has refused it. Rejects when the database
   * does.
   */
  read(): Promise<string>
  /** The broker has refused this one. */
  refused(password: string): void
  /** Tells of each new one from now on, until the returned function is called. */
  onNew(told: (password: string) => void): () => void
}

/** Opens one connection with one client id; never reconnects by itself (rule C5: the policy is ours). */
export type MqttConnect = (clientId: string, events: MqttConnectionEvents) => MqttConnectionLike

export interface LockManagerLike {
  /**
   * Runs `work` while this context alone holds the lock; waits for it unless `ifAvailable`. Resolves to `work`'s result,
   * or undefined when the lock was not to be had. After `stealAfterMs` of waiting the lock is taken from a holder that may be
   * frozen.
   */
  request<T>(
    name: string,
    options: { ifAvailable?: boolean; stealAfterMs?: number },
    work: () => Promise<T>,
  ): Promise<T | undefined>
}

/** A lock that can also be taken from whoever holds it. */
export interface StealableLockLike {
  /**
   * Stands in line for the lock, or takes it at once. `onGranted` when it is held, `onLost` when another has taken it or it was
   * refused. Returns the way to give it back, or the place in line. After that, and after `onLost`, neither is called.
   */
  take(how: 'queue' | 'steal', events: { onGranted(): void; onLost(): void }): () => void
}

/**
 * `sleep`: the browser is about to freeze the page or to put it into the back/forward cache; `wake`: it runs again. Either may be
 * missing.
 */
export type PageTurn = 'shown' | 'hidden' | 'sleep' | 'wake'

/** Visibility and life cycle of this page. */
export interface PageLifeLike {
  isVisible(): boolean
  onTurn(listener: (turn: PageTurn) => void): () => void
}

/** Messages to the other tabs of this device. */
export interface ChannelLike {
  post(message: unknown): void
  subscribe(listener: (message: unknown) => void): () => void
}

export interface VisibilityLike {
  isVisible(): boolean
  isOnline(): boolean
  /** Calls back when the page becomes visible or the browser reports a network. */
  onWake(listener: () => void): () => void
}
