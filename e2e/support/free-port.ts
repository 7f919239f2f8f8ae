import { createServer } from 'node:net'

/** Below the range from which Linux takes ports for outgoing connections, so none of those can take a server's port while it restarts. */
const LOWEST = 20_000
const HIGHEST = 31_999
const ATTEMPTS = 50

/**
 * A port that nobody listens on, neither on loopback nor on any other interface. Somebody else can still take it before it is
 * used: whoever starts a server on it tries again with another one (see `withFreePort`).
 */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = LOWEST + Math.floor(Math.random() * (HIGHEST - LOWEST + 1))
    if ((await canListen(port, '127.0.0.1')) && (await canListen(port, undefined))) return port
  }
  throw new Error(`no free port between ${LOWEST} and ${HIGHEST}`)
}

/** Starts something on a free port; when somebody took that port in between (`isTaken`), on another one. */
export async function withFreePort<T>(
  start: (port: number) => Promise<T>,
  isTaken: (error: unknown) => boolean,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start(await freePort())
    } catch (error) {
      if (attempt === 5 || !isTaken(error)) throw error
    }
  }
}

function canListen(port: number, host: string | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
