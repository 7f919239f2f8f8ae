import { once } from 'node:events'
import type http from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import tls from 'node:tls'
import Fastify from 'fastify'
import { generate } from 'selfsigned'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { answerError } from '../../../server/http/answer-error.ts'
import { boundOpenRequests } from '../../../server/http/bound-open-requests.ts'
import { createWebServer, WEB_SERVER_LIMITS, type WebServerOptions } from '../../../server/http/web-server.ts'
import { createTestApp } from './support.ts'

const COUNTERS = 50
const CONNECTIONS_OF_A_BROWSER = 6
const STRANGERS = 400

async function listening(server: http.Server, ready?: () => PromiseLike<unknown>): Promise<number> {
  await ready?.()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

const start = (options: WebServerOptions) =>
  listening(createWebServer((_request, response) => response.end('ok'), options))

async function open(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  onTestFinished(() => void socket.destroy())
  await once(socket, 'connect')
  return socket
}

/** What came until the other side closed, or until it is the head of an answer. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise((resolve) => {
    let answer = ''
    socket.on('data', (chunk) => {
      answer += chunk.toString()
      if (answer.includes('\r\n\r\n')) resolve(answer)
    })
    socket.on('close', () => resolve(answer))
    if (socket.closed) resolve(answer)
  })
}

async function get(port: number, more = ''): Promise<{ socket: Socket; answer: string }> {
  const socket = await open(port)
  socket.write(`GET / HTTP/1.1\r\nHost: x\r\n${more}\r\n`)
  return { socket, answer: await answerOf(socket) }
}

const limits = { ...WEB_SERVER_LIMITS, ofAddress: 3, total: 5 }

describe('connections to the web server', () => {
  it('are so many of one address; who leaves makes room', async () => {
    const onRefused = vi.fn()
    const port = await start({ limits, onRefused })
    const [first] = [await get(port), await get(port), await get(port)]
    expect((await get(port)).answer).toBe('')
    expect(onRefused.mock.calls).toEqual([['127.0.0.1', 'too-many']])
    first.socket.destroy()
    await vi.waitFor(async () => expect((await get(port)).answer).toMatch(/^HTTP\/1\.1 200/))
  })

  it.each([['plain'], ['over TLS']])('that became WebSockets are not counted, %s', async (how) => {
    const pems = await generate([{ name: 'commonName', value: 'localhost' }])
    const isTls = how === 'over TLS'
    const server = createWebServer((_request, response) => response.end('ok'), {
      limits,
      ...(isTls ? { tls: { cert: pems.cert, key: pems.private } } : {}),
    })
    const port = await listening(server)
    const ask = async () => {
      const socket = isTls ? tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }) : connect(port)
      socket.on('error', () => undefined)
      onTestFinished(() => void socket.destroy())
      socket.write('GET /mqtt HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
      return (await answerOf(socket)).slice(0, 12)
    }
    expect(await ask()).toBe('HTTP/1.1 200')
    server.on('upgrade', (_request, socket) => {
      socket.on('error', () => undefined)
      onTestFinished(() => void socket.destroy())
      socket.write('HTTP/1.1 101 Switching Protocols\r\n\r\n')
    })
    for (let count = 0; count < 20; count++) expect(await ask()).toBe('HTTP/1.1 101')
  })

  it('of a trusted proxy count in all only', async () => {
    const port = await start({ limits, trustProxy: '127.0.0.1' })
    for (let count = 0; count < limits.total; count++) expect((await get(port)).answer).toMatch(/ 200 /)
    expect((await get(port)).answer).toBe('')
  })

  it('that say nothing under TLS end like the others, and count until then', async () => {
    const pems = await generate([{ name: 'commonName', value: 'localhost' }])
    const onRefused = vi.fn()
    const brief = { ...limits, handshakeMs: 200 }
    const port = await start({ limits: brief, onRefused, tls: { cert: pems.cert, key: pems.private } })
    const silent = [await open(port), await open(port), await open(port)]
    const surplus = await open(port)
    await answerOf(surplus)
    expect(onRefused.mock.calls).toEqual([['127.0.0.1', 'too-many']])
    await Promise.all(silent.map((socket) => answerOf(socket)))
    expect(WEB_SERVER_LIMITS.handshakeMs).toBe(5_000)
  })
})

describe('the app’s own port', () => {
  const database = { driver: 'pglite', query: () => Promise.resolve([]) } as unknown as Database

  async function startApp(): Promise<number> {
    const { app } = await createTestApp(database)
    await app.listen({ port: 0, host: '127.0.0.1' })
    onTestFinished(async () => {
      app.server.closeAllConnections()
      await app.close()
    })
    return (app.server.address() as AddressInfo).port
  }

  it('has room for a shop of fifty counters behind one address, and an end for strangers there', async () => {
    const port = await startApp()
    const isAnswered = async () => (await get(port)).answer.startsWith('HTTP/1.1')
    const shop = await Promise.all(Array.from({ length: COUNTERS * CONNECTIONS_OF_A_BROWSER }, isAnswered))
    expect(shop.every(Boolean)).toBe(true)
    const strangers = await Promise.all(Array.from({ length: STRANGERS }, isAnswered))
    expect(strangers.filter(Boolean)).toHaveLength(WEB_SERVER_LIMITS.ofAddress - shop.length)
  })

  it.each([['/api/v1/device/enroll'], ['/api/v1/nothing'], ['/']])(
    'holds 4 kB of a body from whoever has not said who he is: %s',
    async (path) => {
      const port = await startApp()
      const head = `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n`
      const announced = await open(port)
      announced.write(`${head}Content-Length: 1000000\r\n\r\n`)
      expect(await answerOf(announced)).toMatch(/^HTTP\/1\.1 413/)
      const endless = await open(port)
      endless.write(`${head}Transfer-Encoding: chunked\r\n\r\n1400\r\n${' '.repeat(0x1400)}\r\n`)
      expect(await answerOf(endless)).toMatch(/^HTTP\/1\.1 413/)
    },
  )
})

describe('requests under way', () => {
  it('are bounded by client behind a trusted proxy too; those that end or are given up make room', async () => {
    const app = Fastify({ trustProxy: true })
    app.setErrorHandler(answerError)
    boundOpenRequests(app, 2)
    app.get('/', () => 'ok')
    app.get('/slow', () => new Promise<never>(() => undefined))
    const port = await listening(app.server, () => app.ready())
    const of = (client: string) => `X-Forwarded-For: ${client}\r\n`
    for (let count = 0; count < 10; count++) expect((await get(port, of('10.0.0.1'))).answer).toMatch(/ 200 /)
    const slow = [await open(port), await open(port)]
    for (const socket of slow) socket.write(`GET /slow HTTP/1.1\r\nHost: x\r\n${of('10.0.0.1')}\r\n`)
    await vi.waitFor(async () => expect((await get(port, of('10.0.0.1'))).answer).toMatch(/ 429 /))
    expect((await get(port, of('10.0.0.2'))).answer).toMatch(/ 200 /)
    slow[0]?.destroy()
    await vi.waitFor(async () => expect((await get(port, of('10.0.0.1'))).answer).toMatch(/ 200 /))
  })
})
