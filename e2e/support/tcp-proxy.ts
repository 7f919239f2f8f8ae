/**
 * A TCP proxy that can behave like a bad network. Loopback only; of what passes it knows only how a client began (`refuse`).
 *
 *     client ⇄ [socket, lane ⇄ lane, socket] ⇄ target
 */
import { connect, createServer, type Server, type Socket } from 'node:net'
import { withFreePort } from './free-port.ts'

const HOST = '127.0.0.1'
/** Unsent bytes in one direction at which the sender is told to wait. */
const HIGH_WATER_BYTES = 4 * 1024 * 1024
const TRICKLE_TICK_MS = 50
const BEGINNING_BYTES = 1024

export interface Target {
  readonly host: string
  readonly port: number
}

export interface TcpProxy {
  readonly port: number
  /** Connections that are open now. */
  readonly connections: number
  /** The cable is pulled: every connection is reset, new ones are refused. */
  cut(): Promise<void>
  /** The network is whole again. Connections that lost bytes in `halfOpen` are reset: nothing could repair them. */
  restore(): Promise<void>
  /** Connections stay open, and new ones open, but what is sent disappears; neither side is told that the other one left. */
  halfOpen(): void
  /** Everything arrives this much later, in order. 0 ends it. */
  delay(ms: number): void
  /** At most so many bytes a second in each direction of each connection. 0 ends it. */
  trickle(bytesPerSecond: number): void
  /** Connections that a client began with text like this are reset, now and from now on. null ends it. */
  refuse(beginning: RegExp | null): void
  /** Ends the proxy and every connection. */
  close(): Promise<void>
}

interface Network {
  swallows: boolean
  delayMs: number
  bytesPerSecond: number
  refused: RegExp | null
}

interface Link {
  readonly client: Socket
  readonly upstream: Socket
  /** What the client sent first: of HTTP the request line. */
  beginning: string | null
  lostBytes: boolean
}

/** Starts a proxy on a free port. The target is asked for at each connection, so it may be started later. */
export async function createTcpProxy(target: () => Target): Promise<TcpProxy> {
  const network: Network = { swallows: false, delayMs: 0, bytesPerSecond: 0, refused: null }
  const links = new Set<Link>()
  let server: Server | null = null

  const accept = (client: Socket): void => {
    const upstream = connect({ ...target(), allowHalfOpen: true })
    const link: Link = { client, upstream, beginning: null, lostBytes: false }
    links.add(link)
    // Before `join` passes it on.
    client.once('data', (chunk: Buffer) => {
      link.beginning = chunk.toString('latin1', 0, BEGINNING_BYTES)
      reset(isRefused)
    })
    join(client, upstream, network, link)
    join(upstream, client, network, link)
    for (const [socket, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      socket.setNoDelay(true)
      // A reset is passed on as a reset; 'close' follows and tidies up.
      socket.on('error', () => {
        if (!network.swallows) other.resetAndDestroy()
      })
      socket.on('close', () => {
        if (client.destroyed && upstream.destroyed) links.delete(link)
        else if (network.swallows) link.lostBytes = true
        else if (socket.errored === null && !other.writableEnded) other.end()
      })
    }
  }

  const listen = (port: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const opened = createServer({ allowHalfOpen: true }, accept)
      opened.once('error', reject)
      opened.listen({ host: HOST, port, exclusive: true }, () => resolve(opened))
    })

  const port = await withFreePort(
    async (candidate) => {
      server = await listen(candidate)
      return candidate
    },
    (error) => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE',
  )

  const reset = (which: (link: Link) => boolean): void => {
    for (const link of [...links].filter(which)) {
      link.client.resetAndDestroy()
      link.upstream.resetAndDestroy()
      links.delete(link)
    }
  }
  const isRefused = ({ beginning }: Link) => beginning !== null && network.refused?.test(beginning) === true
  const stopListening = async (): Promise<void> => {
    const open = server
    server = null
    if (open === null) return
    const closed = new Promise((resolve) => open.close(resolve))
    reset(() => true)
    await closed
  }

  return {
    port,
    get connections() {
      return links.size
    },
    cut: stopListening,
    async restore() {
      network.swallows = false
      reset((link) => link.lostBytes)
      server ??= await listen(port)
    },
    halfOpen() {
      network.swallows = true
    },
    delay(ms) {
      network.delayMs = ms
    },
    trickle(bytesPerSecond) {
      network.bytesPerSecond = bytesPerSecond
    },
    refuse(beginning) {
      network.refused = beginning
      reset(isRefused)
    },
    close: stopListening,
  }
}

/** Carries the bytes of one direction, as the network of the moment lets them through. */
function join(from: Socket, to: Socket, network: Network, link: Link): void {
  const queue: { chunk: Buffer; due: number }[] = []
  let queuedBytes = 0
  let ended = false
  let waiting = false

  const flushAfter = (ms: number): void => {
    waiting = true
    setTimeout(() => {
      waiting = false
      flush()
    }, ms)
  }

  const flush = (): void => {
    while (!waiting && !to.destroyed) {
      const head = queue[0]
      if (head === undefined) break
      if (network.swallows) {
        link.lostBytes = true
        queue.length = 0
        queuedBytes = 0
        break
      }
      const early = head.due - performance.now()
      if (early > 0) {
        flushAfter(early)
        return
      }
      const slowly = network.bytesPerSecond > 0
      const size = slowly
        ? Math.max(1, Math.floor((network.bytesPerSecond * TRICKLE_TICK_MS) / 1000))
        : head.chunk.length
      const part = head.chunk.subarray(0, size)
      if (part.length === head.chunk.length) queue.shift()
      else head.chunk = head.chunk.subarray(part.length)
      queuedBytes -= part.length
      if (!to.write(part)) {
        waiting = true
        to.once('drain', () => {
          waiting = false
          flush()
        })
      } else if (slowly) flushAfter(TRICKLE_TICK_MS)
    }
    if (queuedBytes < HIGH_WATER_BYTES && from.isPaused()) from.resume()
    if (ended && queue.length === 0) finish()
  }

  const finish = (): void => {
    if (network.swallows) link.lostBytes = true
    else if (!to.writableEnded) to.end()
  }

  from.on('data', (chunk: Buffer) => {
    queue.push({ chunk, due: performance.now() + network.delayMs })
    queuedBytes += chunk.length
    if (queuedBytes >= HIGH_WATER_BYTES) from.pause()
    flush()
  })
  from.on('end', () => {
    ended = true
    flush()
  })
}
