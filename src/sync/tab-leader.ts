/**
 * One tab of a device is connected (rule C9). A Web Lock elects it; when it closes or crashes the browser hands the lock to
 * the next tab. The others see the same data by live queries, and its status by messages.
 */
import type { ChannelLike, LockManagerLike } from './ports.ts'

const LOCK = 'mstore-leader'

export interface TabLeader {
  /** Gives up the lead or the wait for it. */
  stop(): void
}

/** @param lead called once when this tab leads; returns what to do when it no longer does */
export function createTabLeader(locks: LockManagerLike, lead: () => () => void): TabLeader {
  let isStopped = false
  let release: () => void = () => undefined
  const stopped = new Promise<void>((resolve) => {
    release = resolve
  })
  void locks.request(LOCK, {}, async () => {
    if (isStopped) return
    const stopLeading = lead()
    await stopped
    stopLeading()
  })
  return {
    stop() {
      isStopped = true
      release()
    },
  }
}

/** What the leading tab tells the others. */
export interface LeaderNews<T> {
  readonly type: 'news'
  readonly value: T
}

/** Sends each new value to the other tabs, and the present one to whoever asks. Returns the way to stop. */
export function announce<T>(
  channel: ChannelLike,
  source: { get(): T; subscribe(listener: () => void): () => void },
): () => void {
  const tell = () => channel.post({ type: 'news', value: source.get() } satisfies LeaderNews<T>)
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

/** Listens to the leading tab, and asks it for the present value. Tabs of one device run one version's messages. */
export function listen<T>(channel: ChannelLike, onNews: (value: T) => void): () => void {
  const stop = channel.subscribe((message) => {
    if (isMessage(message, 'news')) onNews((message as LeaderNews<T>).value)
  })
  channel.post({ type: 'ask' })
  return stop
}

function isMessage(message: unknown, type: string): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === type
}
