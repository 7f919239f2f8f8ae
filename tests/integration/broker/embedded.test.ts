import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createAccessControl } from '../../../server/broker/access-control.ts'
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../server/broker/embedded.ts'
import { CONNECTION_LIMITS, MAX_SUBSCRIPTIONS } from '../../../server/broker/limits.ts'
import { type BranchScope, branchSubscription, buildTopic } from '../../../src/contract/topics.ts'
import { createTestDirectory, type TestDirectory } from '../../support/device-directory.ts'
import { canConnect, connectClient, type Login } from '../../support/mqtt-device.ts'

const scope: BranchScope = { env: 'test', merchantCode: 'MCH-1', branchCode: 'BRN-1' }
const topic = buildTopic(scope, 'product')
const MAX_BUFFERED_BYTES = 256 * 1024
const CONNECT_TIMEOUT_MS = 1_500
/** Of one device; the others are as in production. */
const OF_DEVICE = 3

describe('the embedded broker on the server’s own port', () => {
  let http: Server
  let port: number
  let broker: EmbeddedBroker
  let directory: TestDirectory
  let sockets: Socket[]
  let logged: string[]

  beforeEach(async () => {
    directory = createTestDirectory()
    logged = []
    broker = await createEmbeddedBroker({
      access: createAccessControl({ env: 'test', backend: null, devices: directory }),
      log: pino({ level: 'info' }, { write: (line: string) => logged.push(line) }),
      maxBufferedBytes: MAX_BUFFERED_BYTES,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      limits: { ...CONNECTION_LIMITS, ofDevice: OF_DEVICE },
    })
    http = createServer((_request, response) => response.end('page'))
    sockets = []
    http.on('connection', (socket) => sockets.push(socket))
    broker.attach(http)
    broker.start()
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    port = (http.address() as AddressInfo).port
  })
  afterEach(async () => {
    await broker.close()
    http.closeAllConnections()
    await new Promise((resolve) => http.close(resolve))
  })

  function enrol(deviceId: string): Login {
    directory.add({ deviceId, password: 'token', scope })
    return {
      ...broker.endpoint(`http://127.0.0.1:${port}`),
      username: deviceId,
      password: 'token',
      clientId: `${deviceId}-1`,
    }
  }

  test('tells browsers its own origin, encrypted when the page is', () => {
    expect(broker.endpoint('https://192.168.1.5:8080')).toEqual({
      url: 'wss://192.168.1.5:8080/mqtt',
      protocolVersion: 4,
    })
    expect(broker.endpoint('http://localhost:8080').url).toBe('ws://localhost:8080/mqtt')
  })

  test.each([
    ['/other', 'mqtt', 404],
    ['/mqtt/x', 'mqtt', 404],
    ['/mqtt', 'chat', 400],
    ['/mqtt', undefined, 400],
  ])('answers an upgrade of %s with subprotocol %s by HTTP %i', async (path, subprotocol, status) => {
    const answer = await new Promise<number | undefined>((resolve, reject) => {
      httpRequest({
        port,
        host: '127.0.0.1',
        path,
        headers: {
          connection: 'Upgrade',
          upgrade: 'websocket',
          'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
          'sec-websocket-version': '13',
          ...(subprotocol === undefined ? {} : { 'sec-websocket-protocol': subprotocol }),
        },
      })
        .on('response', (response) => resolve(response.statusCode))
        .on('upgrade', () => resolve(101))
        .on('error', reject)
        .end()
    })
    expect(answer).toBe(status)
    expect(await canConnect(enrol('DEV-1'))).toBe(true)
  })

  test('[I5] a packet that announces more than the limit ends its connection only', async () => {
    const staying = await connectClient(enrol('DEV-1'))
    const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt')
    await new Promise((resolve) => socket.once('open', resolve))
    // CONNECT with a remaining length of 256 MB, of which not a byte follows.
    socket.send(Buffer.from([0x10, 0xff, 0xff, 0xff, 0x7f]))
    // At once, not when the time for a CONNECT is over.
    await vi.waitUntil(() => socket.readyState === WebSocket.CLOSED, { timeout: 3_000 })
    expect(await staying.subscribe(branchSubscription(scope))).toBe(true)
    await staying.close()
  })

  test.each([
    ['text instead of binary', 'hello'],
    ['no MQTT', Buffer.from([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])],
    ['a publish before the connect', Buffer.from([0x30, 0x03, 0x00, 0x01, 0x61])],
  ])('[I5] %s ends its connection only', async (_name, bytes) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt')
    await new Promise((resolve) => socket.once('open', resolve))
    const closed = new Promise((resolve) => socket.once('close', resolve))
    socket.send(bytes)
    await closed
    expect(await canConnect(enrol('DEV-1'))).toBe(true)
  })

  test('a client that reads nothing is cut off and holds nobody up', async () => {
    const reading = await connectClient(enrol('DEV-1'))
    expect(await reading.subscribe(branchSubscription(scope))).toBe(true)
    let itsSocket: WebSocket | undefined
    const frozen = await connectClient(enrol('DEV-2'), {
      createWebsocket: (url, protocols) => {
        itsSocket = new WebSocket(url, protocols)
        return itsSocket
      },
    })
    expect(await frozen.subscribe(branchSubscription(scope))).toBe(true)
    itsSocket?.pause()
    const tcp = sockets.at(-1)
    if (tcp === undefined) throw new Error('no connection')

    const payload = 'x'.repeat(8 * 1024)
    let published = 0
    // As much as it takes: the kernel's buffers come on top of ours, and their size is not ours to know.
    while (!tcp.destroyed && published < 50_000) {
      await broker.publish(topic, payload)
      published += 1
      expect(tcp.writableLength).toBeLessThanOrEqual(MAX_BUFFERED_BYTES + 2 * payload.length)
    }
    expect(tcp.destroyed).toBe(true)
    await vi.waitFor(() => expect(reading.received).toHaveLength(published), { timeout: 10_000 })
    await reading.close()
    await frozen.close()
  })

  test('a client that is still talking when the broker closes is seen off in order', async () => {
    let itsSocket: WebSocket | undefined
    await connectClient(enrol('DEV-1'), {
      createWebsocket: (url, protocols) => {
        itsSocket = new WebSocket(url, protocols)
        return itsSocket
      },
    })
    const terminate = vi.spyOn(WebSocket.prototype, 'terminate')
    const tcp = sockets.at(-1)
    if (tcp === undefined) throw new Error('no connection')
    itsSocket?.pause()
    const before = tcp.bytesWritten
    const closed = broker.close()
    await vi.waitUntil(() => tcp.bytesWritten > before)
    // PINGREQ, from a client that has not read the farewell yet: nobody reads it, and what follows it must be read all the same.
    const heard = tcp.bytesRead
    itsSocket?.send(Buffer.from([0xc0, 0x00]))
    await vi.waitUntil(() => tcp.bytesRead > heard)
    itsSocket?.resume()
    await closed
    expect(terminate).not.toHaveBeenCalled()
    terminate.mockRestore()
    expect(sockets.every((socket) => socket.destroyed)).toBe(true)
  })

  test('a client that has left the network unnoticed does not hold up the end', async () => {
    let itsSocket: WebSocket | undefined
    const gone = await connectClient(enrol('DEV-1'), {
      createWebsocket: (url, protocols) => {
        itsSocket = new WebSocket(url, protocols)
        return itsSocket
      },
    })
    itsSocket?.pause()
    await broker.close()
    expect(sockets.every((socket) => socket.destroyed)).toBe(true)
    await gone.close()
  })

  test('[S4] publishing is refused before the start and after the end', async () => {
    const fresh = await createEmbeddedBroker({
      access: createAccessControl({ env: 'test', backend: null, devices: directory }),
      log: pino({ level: 'silent' }),
    })
    await expect(fresh.publish(topic, 'x')).rejects.toMatchObject({ kind: 'unavailable' })
    const seen: boolean[] = []
    fresh.onConnection((connected) => seen.push(connected))
    fresh.start()
    await fresh.publish(topic, 'x')
    await fresh.close()
    await expect(fresh.publish(topic, 'x')).rejects.toMatchObject({ kind: 'unavailable' })
    expect(seen).toEqual([true, false])
  })

  /** A WebSocket of a client that has not said CONNECT. */
  async function stranger(): Promise<WebSocket> {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt')
    socket.on('error', () => undefined)
    await new Promise<void>((resolve, reject) => {
      socket.once('open', () => resolve())
      socket.once('error', reject)
    })
    return socket
  }
  const isClosed = (socket: WebSocket): boolean => socket.readyState === WebSocket.CLOSED

  test('[I5] the filters of one packet cost one look-up, and those that nobody may have cost none', async () => {
    const client = await connectClient(enrol('DEV-1'))
    const lookUp = vi.spyOn(directory, 'findDeviceScope')
    const inside = ['product', 'inventory', 'transaction'].map((kind) => `test/MCH-1/BRN-1/${kind}/updates`)
    const grants = await client.client.subscribeAsync(inside, { qos: 1 })
    expect(grants.map(({ qos }) => qos)).toEqual([1, 1, 1])
    expect(lookUp).toHaveBeenCalledTimes(1)
    for (const filter of ['$SYS/#', `${'a/'.repeat(40)}#`, `test/MCH-1/BRN-1/${'x'.repeat(400)}`]) {
      expect(await client.subscribe(filter)).toBe(false)
    }
    expect(lookUp).toHaveBeenCalledTimes(1)
    await client.close()
  })

  test('[I5] a connection has only so many subscriptions', async () => {
    const client = await connectClient(enrol('DEV-1'))
    for (let filter = 0; filter < MAX_SUBSCRIPTIONS; filter += 1) {
      expect(await client.subscribe(`test/MCH-1/BRN-1/x${filter}`)).toBe(true)
    }
    expect(await client.subscribe('test/MCH-1/BRN-1/one-more')).toBe(false)
    expect(await client.subscribe('test/MCH-1/BRN-1/x0')).toBe(true)
    await client.close()
  })

  test('[I5] a refused CONNECT with long names leaves a short line, and many leave few', async () => {
    const long = '\u0001'.repeat(500)
    for (let tried = 0; tried < 60; tried += 1) {
      expect(await canConnect({ ...enrol('DEV-1'), username: long, clientId: long, password: 'wrong' })).toBe(false)
    }
    const lines = logged.filter((line) => line.includes('mqtt connection refused'))
    expect(lines.length).toBeGreaterThan(0)
    expect(lines.length).toBeLessThan(30)
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(1_200)
    expect(logged.join('')).not.toContain('wrong')
  })

  test('[I5] a CONNECT of 130 kB ends its connection before it is collected', async () => {
    const socket = await stranger()
    socket.send(Buffer.from([0x10, 0xd0, 0xf7, 0x07, 0x00, 0x04]))
    await vi.waitUntil(() => isClosed(socket), { timeout: 1_000 })
  })

  test('[I5] a stranger leaves little in memory, also in a frame that never ends', async () => {
    const socket = await stranger()
    const tcp = sockets.at(-1)
    // The frame's header announces 200 kB of which 20 kB come: no MQTT byte has been seen yet.
    const frame = Buffer.alloc(20_000)
    frame.set([0x82, 0xff, 0, 0, 0, 0, 0, 3, 0x0d, 0x40, 1, 2, 3, 4])
    ;(socket as unknown as { _socket: Socket })._socket.write(frame)
    await vi.waitUntil(() => tcp?.destroyed === true, { timeout: 1_000 })
    socket.terminate()
  })

  test('[I5] who never says CONNECT, or only half of it, is closed soon', async () => {
    const [silent, half] = [await stranger(), await stranger()]
    half.send(Buffer.from([0x10, 0x40, 0x00, 0x04, 0x4d]))
    await vi.waitUntil(() => isClosed(silent) && isClosed(half), { timeout: CONNECT_TIMEOUT_MS + 3_000 })
  })

  test('[I5] strangers of one address get no more than their number; tablets still come in when they go', async () => {
    const tablet = await connectClient(enrol('DEV-1'))
    const waiting = await Promise.all(Array.from({ length: CONNECTION_LIMITS.strangersOfAddress }, () => stranger()))
    await expect(stranger()).rejects.toThrow('429')
    expect(await tablet.subscribe(branchSubscription(scope))).toBe(true)
    await vi.waitUntil(() => waiting.every(isClosed), { timeout: CONNECT_TIMEOUT_MS + 5_000 })
    expect(await canConnect(enrol('DEV-2'))).toBe(true)
    await tablet.close()
  })

  test.each([
    ['counts clients behind a proxy that is trusted', 'loopback', ['open', '429', 'open']],
    ['believes nobody else about an address', false, ['open', '429', '429']],
  ] as const)('[I5] %s', async (_name, trustProxy, expected) => {
    const behind = createServer()
    const proxied = await createEmbeddedBroker({
      access: createAccessControl({ env: 'test', backend: null, devices: directory }),
      log: pino({ level: 'silent' }),
      trustProxy,
      limits: { ...CONNECTION_LIMITS, strangersOfAddress: 1 },
    })
    proxied.attach(behind)
    proxied.start()
    await new Promise<void>((resolve) => behind.listen(0, '127.0.0.1', resolve))
    const url = `ws://127.0.0.1:${(behind.address() as AddressInfo).port}/mqtt`
    const outcomes: string[] = []
    for (const address of ['203.0.113.1', '203.0.113.1', '203.0.113.2']) {
      const socket = new WebSocket(url, 'mqtt', { headers: { 'x-forwarded-for': address } })
      outcomes.push(
        await new Promise<string>((resolve) => {
          socket.once('open', () => resolve('open'))
          socket.once('error', (error) => resolve(error.message.replace(/\D/g, '')))
        }),
      )
    }
    expect(outcomes).toEqual(expected)
    await proxied.close()
    behind.closeAllConnections()
    await new Promise((resolve) => behind.close(resolve))
  })

  test('[I5] a device holds only so many connections: its newest', async () => {
    const login = enrol('DEV-1')
    const other = await connectClient(enrol('DEV-2'))
    const tabs: Awaited<ReturnType<typeof connectClient>>[] = []
    for (let tab = 0; tab < 8; tab += 1) tabs.push(await connectClient({ ...login, clientId: `DEV-1-${tab}` }))
    await vi.waitUntil(() => tabs.filter(({ client }) => client.connected).length === OF_DEVICE, { timeout: 3_000 })
    expect(tabs.map(({ client }) => client.connected)).toEqual([false, false, false, false, false, true, true, true])
    expect(other.client.connected).toBe(true)
    await Promise.all([...tabs, other].map((client) => client.close()))
  })

  test('[I5] fifty tablets behind one address all come back at once, three times', async () => {
    const logins = Array.from({ length: 50 }, (_, tablet) => enrol(`DEV-${tablet}`))
    for (let storm = 0; storm < 3; storm += 1) {
      const tablets = await Promise.all(logins.map((login) => connectClient(login)))
      const granted = await Promise.all(tablets.map((tablet) => tablet.subscribe(branchSubscription(scope))))
      expect(granted.filter(Boolean)).toHaveLength(50)
      for (const { client } of tablets) client.stream.destroy()
    }
  })

  test('a device cannot take over the connection of another one', async () => {
    const victim = await connectClient(enrol('DEV-1'))
    expect(await canConnect({ ...enrol('DEV-2'), clientId: 'DEV-1-1' })).toBe(false)
    expect(await victim.subscribe(branchSubscription(scope))).toBe(true)
    await victim.close()
  })

  test('an unreachable directory refuses connections and subscriptions, and recovers', async () => {
    const login = enrol('DEV-1')
    const connected = await connectClient(login)
    const down = (): Promise<never> => Promise.reject(new Error('database away'))
    const signIn = vi.spyOn(directory, 'signIn').mockImplementation(down)
    const findScope = vi.spyOn(directory, 'findDeviceScope').mockImplementation(down)
    expect(await canConnect({ ...login, clientId: 'DEV-1-2' })).toBe(false)
    expect(await connected.subscribe(branchSubscription(scope))).toBe(false)
    signIn.mockRestore()
    findScope.mockRestore()
    expect(await connected.subscribe(branchSubscription(scope))).toBe(true)
    await connected.close()
  })

  test('a session is never kept: what was published while away is not delivered later', async () => {
    const login = enrol('DEV-1')
    const first = await connectClient(login, { clean: false })
    expect(await first.subscribe(branchSubscription(scope))).toBe(true)
    await first.close()
    await vi.waitUntil(() => sockets.every((socket) => socket.destroyed), { timeout: 5_000 })
    await broker.publish(topic, 'missed')
    const second = await connectClient(login, { clean: false })
    expect(await second.subscribe(branchSubscription(scope))).toBe(true)
    await broker.publish(topic, 'live')
    await vi.waitFor(() => expect(second.received.map(({ payload }) => payload)).toEqual(['live']))
    await second.close()
  })
})
