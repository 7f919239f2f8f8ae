import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import type { Duplex } from 'node:stream'
import { withFreePort } from './free-port.ts'

export interface FrontServer {
  readonly origin: string
  /**
   * From now on it serves another build: every file has a new name in all that names it, and under the old names there is nothing, as
   * after an update of the shop's server.
   */
  publishUpdate(): void
  close(): Promise<void>
}

const WORKER_PATH = '/service-worker.js'
/** What names files: scripts, styles, pages, manifests. */
const TEXT = /\.(js|css|html|webmanifest)$/
/** `name-a1B2c3D4.js`, as the build names its files. */
const ASSET = /assets\/([\w.-]+-[\w-]{8})(\.\w+)"/g

/** Serves what the product serves at `target`, and can pretend that newer builds were installed there. No TLS. */
export async function createFrontServer(target: string): Promise<FrontServer> {
  const names = await readAssetNames(target)
  /** 1: the build as it is. */
  let build = 1
  const server = createServer((incoming, response) => {
    const path = (incoming.url ?? '/').replace(/\?.*$/, '')
    const original = build === 1 ? path : originalPath(path, build, names)
    if (original === null) {
      incoming.resume()
      response.writeHead(404, { 'content-type': 'text/plain' }).end('no such file in this build')
      return
    }
    const isPage = incoming.headers.accept?.includes('text/html') ?? false
    passOn(incoming, response, new URL((incoming.url ?? '/').replace(path, original), target), (body) => {
      // An embedded broker is at the server's own address, which is this one for whoever comes by it.
      if (original.startsWith('/api/v1/device/')) {
        return Buffer.from(body.toString().replaceAll(new URL(target).host, incoming.headers.host ?? ''))
      }
      return build > 1 && (TEXT.test(original) || (isPage && !original.startsWith('/api/')))
        ? Buffer.from(renameAssets(body.toString(), build, names))
        : body
    })
  })
  const tunnels = new Set<Duplex>()
  server.on('upgrade', (incoming, socket) => {
    for (const end of passOnSocket(incoming, socket, new URL(target))) {
      tunnels.add(end)
      end.on('close', () => tunnels.delete(end))
    }
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
      build += 1
    },
    async close() {
      for (const end of tunnels) end.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** A WebSocket as it stands. Returns both ends. */
function passOnSocket(incoming: IncomingMessage, socket: Duplex, target: URL): readonly Duplex[] {
  const upstream = connect(Number(target.port), target.hostname)
  const headers = incoming.rawHeaders.flatMap((text, index, all) =>
    index % 2 === 0 ? [`${text}: ${all[index + 1]}`] : [],
  )
  upstream.write(`${[`GET ${incoming.url} HTTP/1.1`, ...headers].join('\r\n')}\r\n\r\n`)
  socket.pipe(upstream)
  upstream.pipe(socket)
  const ends = [socket, upstream]
  for (const end of ends)
    end.on('error', () => undefined).on('close', () => ends.forEach((other) => void other.destroy()))
  return ends
}

/** Names without their ending, of all files that the worker's list names. */
async function readAssetNames(target: string): Promise<readonly string[]> {
  const worker = await (await fetch(new URL(WORKER_PATH, target))).text()
  const names = [...worker.matchAll(ASSET)].map(([, name = '']) => name)
  if (names.length < 5) throw new Error(`${WORKER_PATH} names no files of the build`)
  return [...new Set(names)]
}

/** Null: a file of another build. */
function originalPath(path: string, build: number, names: readonly string[]): string | null {
  const file = /^\/assets\/(.+?)(\.\w+(?:\.map)?)$/.exec(path)
  const [, name = '', ending = ''] = file ?? []
  if (!file) return path
  const [, original = ''] = new RegExp(`^(.+)~${build}$`).exec(name) ?? []
  return names.includes(original) ? `/assets/${original}${ending}` : null
}

function renameAssets(text: string, build: number, names: readonly string[]): string {
  // In one pass, longest first: one name may end with another.
  const longestFirst = names.toSorted((a, b) => b.length - a.length).map((name) => name.replaceAll('.', '\\.'))
  const renamed = text.replaceAll(new RegExp(longestFirst.join('|'), 'g'), (name) => `${name}~${build}`)
  // The page itself keeps its name: only its revision tells the worker that it is another one.
  return renamed.replaceAll(/("?revision"?:\s*")/g, `$1${build}-`)
}

function passOn(
  incoming: IncomingMessage,
  response: ServerResponse,
  address: URL,
  change: (body: Buffer) => Buffer,
): void {
  const { method, headers } = incoming
  // Uncompressed, so that names can be replaced; whole, because a 304 would be about another build.
  const { 'if-none-match': _tag, 'if-modified-since': _since, ...others } = headers
  const asked = request(address, { method, headers: { ...others, 'accept-encoding': 'identity' } })
  asked.on('error', () => response.destroy())
  asked.on('response', (answer) => {
    const parts: Buffer[] = []
    answer.on('data', (part: Buffer) => parts.push(part))
    answer.on('end', () => {
      const { 'content-length': _length, etag: _etag, ...kept } = answer.headers
      const body = change(Buffer.concat(parts))
      response.writeHead(answer.statusCode ?? 502, { ...kept, 'content-length': body.length })
      response.end(body)
    })
  })
  incoming.pipe(asked)
}
