import { createServer, request as httpRequest, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createAccessControl } from '../../../server/broker/access-control.ts'
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../server/broker/embedded.ts'
import { type BranchScope, branchSubscription, buildTopic } from '../../../src/contract/topics.ts'
import { createTestDirectory, type TestDirectory } from '../../support/device-directory.ts'
import { canConnect, connectClient, type Login } from '../../support/mqtt-device.ts'

const scope: BranchScope = { env: 'test', merchantCode: 'MCH-1', branchCode: 'BRN-1' }
const topic = buildTopic(scope, 'product')
const MAX_BUFFERED_BYTES = 256 * 1024

describe('the embedded broker on the server’s own port', () => {
  let http: Server
  let port: number
  let broker: EmbeddedBroker
  let directory: TestDirectory
  let sockets: Socket[]

  beforeEach(async () => {
    directory = createTestDirectory()
    broker = await createEmbeddedBroker({
      access: createAccessControl({ env: 'test', backend: null, devices: directory }),
      log: pino({ level: 'silent' }),
      maxBufferedBytes: MAX_BUFFERED_BYTES,
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
    directory.add({ deviceId, token: 'token', scope })
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
    const findDevice = vi.spyOn(directory, 'findDevice').mockImplementation(down)
    const findScope = vi.spyOn(directory, 'findDeviceScope').mockImplementation(down)
    expect(await canConnect({ ...login, clientId: 'DEV-1-2' })).toBe(false)
    expect(await connected.subscribe(branchSubscription(scope))).toBe(false)
    findDevice.mockRestore()
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
