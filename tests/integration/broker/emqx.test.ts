import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RevokeOutcome } from '../../../server/broker/broker.ts'
import { createEmqxBroker } from '../../../server/broker/emqx.ts'
import type { EmqxApi } from '../../../server/broker/emqx-api.ts'
import { CONNECTION_LIMITS } from '../../../server/broker/limits.ts'
import { clientNotFound, clientsPage, listedClient } from '../../fixtures/emqx.ts'

/** The two endpoints of EMQX's management API that revoking uses, over a list of clients. */
describe('a revoked device at EMQX', () => {
  let server: Server
  let api: EmqxApi
  let clients: { clientid: string; username: string }[]
  let requests: string[]
  let handle: (request: IncomingMessage) => { status: number; body?: unknown }

  beforeEach(async () => {
    clients = []
    requests = []
    handle = serve
    server = createServer((request, response) => {
      requests.push(`${request.method} ${decodeURIComponent(request.url ?? '')}`)
      const { status, body } = handle(request)
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(body === undefined ? undefined : JSON.stringify(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    api = { url: `http://127.0.0.1:${port}`, key: 'key', secret: 'secret:with/colon' }
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  function serve(request: IncomingMessage): { status: number; body?: unknown } {
    if (request.headers.authorization !== `Basic ${btoa('key:secret:with/colon')}`) return { status: 401 }
    const url = new URL(request.url ?? '', 'http://emqx')
    if (request.method === 'GET' && url.pathname === '/api/v5/clients') {
      const page = Number(url.searchParams.get('page'))
      const limit = Number(url.searchParams.get('limit'))
      const asked = url.searchParams.get('username')
      const found = clients.filter(({ username }) => asked === null || username === asked)
      const from = (page - 1) * limit
      const shown = found.slice(from, from + limit).map(({ clientid, username }) => listedClient(clientid, username))
      const meta = { page, limit, count: found.length, hasnext: from + limit < found.length }
      return { status: 200, body: clientsPage(shown, meta) }
    }
    if (request.method === 'DELETE' && url.pathname.startsWith('/api/v5/clients/')) {
      const clientid = decodeURIComponent(url.pathname.slice('/api/v5/clients/'.length))
      const known = clients.some((client) => client.clientid === clientid)
      clients = clients.filter((client) => client.clientid !== clientid)
      return known ? { status: 204 } : { status: 404, body: clientNotFound }
    }
    return { status: 404 }
  }

  const newBroker = (over: EmqxApi | null = api) =>
    createEmqxBroker({
      connection: { url: 'mqtt://127.0.0.1:1', clientId: 'c', username: 'u', password: 'p' },
      wsUrl: 'wss://broker.example/mqtt',
      api: over,
      log: pino({ level: 'silent' }),
      retryMs: 10,
      tidyMs: 10,
    })
  const revoke = async (over: EmqxApi | null = api): Promise<RevokeOutcome> => {
    const broker = newBroker(over)
    try {
      return await broker.revoke('DEV-1')
    } finally {
      await broker.close()
    }
  }

  test('all its connections are ended, over several pages, and nobody else’s', async () => {
    clients = Array.from({ length: 230 }, (_, index) => ({ clientid: `DEV-1-tab ${index}/ä`, username: 'DEV-1' }))
    clients.push({ clientid: 'DEV-2-a', username: 'DEV-2' })
    expect(await revoke()).toBe('ended')
    expect(clients).toEqual([{ clientid: 'DEV-2-a', username: 'DEV-2' }])
    expect(requests[0]).toBe('GET /api/v5/clients?username=DEV-1&page=1&limit=100')
  })

  test('an API that lists others too, or still lists the kicked: no other is kicked, and it ends', async () => {
    clients = Array.from({ length: 150 }, (_, index) => ({ clientid: `DEV-1-${index}`, username: 'DEV-1' }))
    const all = [...clients, { clientid: 'DEV-2-a', username: 'DEV-2' }]
    const kicked: string[] = []
    handle = (request) => {
      const url = new URL(request.url ?? '', 'http://emqx')
      if (request.method === 'DELETE') {
        kicked.push(url.pathname)
        return { status: 204 }
      }
      const page = Number(url.searchParams.get('page'))
      const shown = all
        .slice((page - 1) * 100, page * 100)
        .map((client) => listedClient(client.clientid, client.username))
      return { status: 200, body: clientsPage(shown, { page, limit: 100, count: all.length, hasnext: page === 1 }) }
    }
    await revoke()
    expect(kicked).toHaveLength(150)
    expect(kicked.join()).not.toContain('DEV-2')
  })

  test('a client that is gone in the meantime is no error', async () => {
    clients = [{ clientid: 'DEV-1-a', username: 'DEV-1' }]
    handle = (request) => {
      const answer = serve(request)
      return request.method === 'DELETE' ? { status: 404, body: clientNotFound } : answer
    }
    await revoke()
    expect(requests).toHaveLength(3)
  })

  test('wrong credentials, an unknown answer and no answer are told apart from success', async () => {
    await expect(revoke({ ...api, secret: 'wrong' })).rejects.toMatchObject({ kind: 'refused' })
    handle = () => ({ status: 200, body: { data: 'no list' } })
    await expect(revoke()).rejects.toMatchObject({ kind: 'refused' })
    handle = (request) => (request.method === 'DELETE' ? { status: 500 } : serve(request))
    clients = [{ clientid: 'DEV-1-a', username: 'DEV-1' }]
    await expect(revoke()).rejects.toMatchObject({ kind: 'refused' })
    await expect(revoke({ ...api, url: 'http://127.0.0.1:9' })).rejects.toMatchObject({ kind: 'unavailable' })
  })

  test('a device whose connections could not be ended is ended as soon as the API answers', async () => {
    clients = [{ clientid: 'DEV-1-a', username: 'DEV-1' }]
    handle = () => ({ status: 503 })
    const broker = newBroker()
    await expect(broker.revoke('DEV-1')).rejects.toMatchObject({ kind: 'refused' })
    await vi.waitUntil(() => requests.length > 2, { timeout: 5_000 })
    handle = serve
    await vi.waitUntil(() => clients.length === 0, { timeout: 5_000 })
    await broker.close()
  })

  test('what a device has too many of ends by and by, over several pages; nobody else’s does', async () => {
    clients = Array.from({ length: 230 }, (_, index) => ({ clientid: `DEV-1-${index}`, username: 'DEV-1' }))
    clients.push({ clientid: 'DEV-2-a', username: 'DEV-2' }, { clientid: 'b', username: 'mstore-backend' })
    const broker = newBroker()
    broker.start()
    await vi.waitUntil(() => clients.length === CONNECTION_LIMITS.ofDevice + 2, { timeout: 10_000 })
    expect(clients.map(({ username }) => username).slice(-2)).toEqual(['DEV-2', 'mstore-backend'])
    await broker.close()
  })

  test('without the API’s address nothing is called, and nobody says that the connection is ended', async () => {
    expect(await revoke(null)).toBe('not_possible')
    expect(requests).toEqual([])
  })
})
