import { createServer, request, type ServerResponse } from 'node:http'
import { withFreePort } from './free-port.ts'

export interface FrontServer {
  readonly origin: string
  /** From now on the service worker's script is another one, as after an update of the shop's server. */
  publishUpdate(): void
  close(): Promise<void>
}

const WORKER_PATH = '/service-worker.js'

/** Serves what the product serves at `target`, and can pretend that a newer build was installed there. Plain HTTP only. */
export async function createFrontServer(target: string): Promise<FrontServer> {
  let isUpdated = false
  const server = createServer((incoming, response) => {
    const { method, url, headers } = incoming
    // Uncompressed, so that the worker's script can be added to.
    const asked = request(new URL(url ?? '/', target), {
      method,
      headers: { ...headers, 'accept-encoding': 'identity' },
    })
    asked.on('error', () => response.destroy())
    asked.on('response', (answer) => {
      if (!isUpdated || url !== WORKER_PATH) {
        response.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(response)
        return
      }
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => sendChanged(response, Buffer.concat(parts)))
    })
    // A 304 would be about the script that was there before.
    if (isUpdated && url === WORKER_PATH) {
      asked.removeHeader('if-none-match')
      asked.removeHeader('if-modified-since')
    }
    incoming.pipe(asked)
  })
  const port = await withFreePort(
    (candidate) =>
      new Promise<number>((resolve, reject) => {
        server.once('error', reject)
        server.listen(candidate, '127.0.0.1', () => resolve(candidate))
      }),
    (error) => error instanceof Error && 'code' in error && error.code === 'EADDRINUSE',
  )
  return {
    origin: `http://127.0.0.1:${port}`,
    publishUpdate() {
      isUpdated = true
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function sendChanged(response: ServerResponse, script: Buffer): void {
  response.writeHead(200, { 'content-type': 'text/javascript', 'cache-control': 'no-cache' })
  response.end(Buffer.concat([script, Buffer.from('\nself.isSecondBuild = true\n')]))
}
