/**
 * Raw bytes at the embedded broker's door, from a stranger and from a device that was let in. Each run ends with the same question:
 * does a counter that was there before still get its branch's events?
 */
import { createServer, type Server } from 'node:http'
import { type AddressInfo, connect as connectTcp, type Socket } from 'node:net'
import fc from 'fast-check'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { WebSocket } from 'ws'
import { createAccessControl } from '../../../server/broker/access-control.ts'
import { createEmbeddedBroker, type EmbeddedBroker } from '../../../server/broker/embedded.ts'
import { CONNECTION_LIMITS, MAX_DEVICE_PACKET_BYTES, MAX_STRANGER_BYTES } from '../../../server/broker/limits.ts'
import { type BranchScope, branchSubscription, buildTopic } from '../../../src/contract/topics.ts'
import { boundCosts } from '../../support/bounded-costs.ts'
import { createTestDirectory } from '../../support/device-directory.ts'
import { connectClient, type Received, type TestClient } from '../../support/mqtt-device.ts'
import { withinTime } from '../../support/within-time.ts'

const scope: BranchScope = { env: 'test', merchantCode: 'MCH-1', branchCode: 'BRN-1' }
const topic = buildTopic(scope, 'product')
const CONNECT_TIMEOUT_MS = 500

let http: Server
let broker: EmbeddedBroker
let witness: TestClient
let port: number
const crashes: unknown[] = []
const onCrash = (error: unknown) => crashes.push(error)

beforeAll(async () => {
  const directory = createTestDirectory()
  for (const deviceId of ['DEV-1', 'DEV-2']) directory.add({ deviceId, password: 'token', scope })
  broker = await createEmbeddedBroker({
    access: createAccessControl({ env: 'test', backend: null, devices: directory }),
    log: pino({ level: 'silent' }),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    // The fuzzing is one address that comes back at once.
    limits: { ...CONNECTION_LIMITS, arrivalsOfAddress: { burst: 100_000, perSecond: 100_000 } },
  })
  http = createServer()
  broker.attach(http)
  broker.start()
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  port = (http.address() as AddressInfo).port
  witness = await connectClient({
    ...broker.endpoint(`http://127.0.0.1:${port}`),
    username: 'DEV-1',
    password: 'token',
    clientId: 'DEV-1-tab',
  })
  expect(await witness.subscribe(branchSubscription(scope))).toBe(true)
  process.on('uncaughtException', onCrash)
  process.on('unhandledRejection', onCrash)
})
afterAll(async () => {
  await witness?.close()
  await broker?.close()
  http.closeAllConnections()
  await new Promise((resolve) => http.close(resolve))
  process.off('uncaughtException', onCrash)
  process.off('unhandledRejection', onCrash)
})

/** MQTT's own form of text and of a packet's length. */
const word = (text: string): number[] => {
  const bytes = [...Buffer.from(text)]
  return [bytes.length >> 8, bytes.length & 0xff, ...bytes]
}
function packet(head: number, body: readonly number[]): number[] {
  const length: number[] = []
  let rest = body.length
  do {
    length.push((rest % 128) | (rest > 127 ? 0x80 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return [head, ...length, ...body]
}
const connectAs = (deviceId: string, password: string): number[] =>
  packet(0x10, [...word('MQTT'), 4, 0xc2, 0, 60, ...word(`${deviceId}-tab`), ...word(deviceId), ...word(password)])

const LET_IN = connectAs('DEV-2', 'token')
const PACKETS: readonly (readonly number[])[] = [
  LET_IN,
  connectAs('DEV-2', 'wrong'),
  packet(0x82, [0, 1, ...word(branchSubscription(scope)), 1]),
  packet(0x82, [0, 2, ...word('#'), 1]),
  packet(0xa2, [0, 3, ...word(branchSubscription(scope))]),
  packet(0x30, [...word(topic), ...Buffer.from('forged')]),
  packet(0x33, [...word(topic), 0, 4, ...Buffer.from('forged')]),
  packet(0x35, [...word('$SYS/x'), 0, 5]),
  packet(0x40, [0, 1]),
  packet(0x50, [0, 1]),
  packet(0x62, [0, 1]),
  packet(0x70, [0, 1]),
  [0xc0, 0],
  [0xd0, 0],
  [0xe0, 0],
  [0xf0, 0],
  // MQTT 5 and a will.
  packet(0x10, [
    ...word('MQTT'),
    5,
    0xc2,
    0,
    60,
    5,
    17,
    0xff,
    0xff,
    0xff,
    0xff,
    ...word('DEV-2'),
    ...word('DEV-2'),
    ...word('token'),
  ]),
  packet(0x10, [
    ...word('MQTT'),
    4,
    0xe6,
    0,
    60,
    ...word('x'),
    ...word(topic),
    ...word('forged'),
    ...word('DEV-2'),
    ...word('token'),
  ]),
]

/** One packet with some bytes put in the place of others, left out, or cut off. */
const mutated = fc
  .tuple(
    fc.constantFrom(...PACKETS),
    fc.array(fc.tuple(fc.nat(80), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
    fc.option(fc.nat(80), { nil: undefined }),
  )
  .map(([whole, changes, cut]) => {
    const bytes = [...whole]
    for (const [at, byte] of changes) bytes[at % bytes.length] = byte
    return Uint8Array.from(bytes.slice(0, cut))
  })
const huge = fc
  .tuple(fc.constantFrom(0x10, 0x30, 0x32, 0x82, 0xa2), fc.nat(300_000))
  .map(([head, size]) => Uint8Array.from(packet(head, new Array<number>(size).fill(0x61))))
const stream = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: mutated },
    { weight: 2, arbitrary: fc.uint8Array({ maxLength: 200 }) },
    { weight: 1, arbitrary: huge },
  ),
  { minLength: 1, maxLength: 6 },
)
const cuts = fc.array(fc.integer({ min: 1, max: 64 }), { maxLength: 4 })

/** Sends all of it in pieces of these sizes, over and over; the first few pieces small ones, the rest at once. */
function inPieces(bytes: Uint8Array, sizes: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = []
  let at = 0
  for (const size of [...sizes, ...sizes, bytes.length]) {
    if (at < bytes.length) pieces.push(bytes.subarray(at, at + size))
    at += size
  }
  return pieces
}

async function isServed(): Promise<void> {
  const marker = `marker-${Math.random()}`
  await broker.publish(topic, marker)
  await vi.waitUntil(() => witness.received.some(({ payload }) => payload === marker), { timeout: 3_000, interval: 1 })
  // Taken out, so that fast-check can look for a smaller example.
  const received = (witness.received as Received[]).splice(0)
  expect(received.filter(({ payload }) => payload.includes('forged'))).toEqual([])
  expect(crashes.splice(0)).toEqual([])
}

/** Ends when the broker has taken or refused all of it, whatever that was. */
async function sendOverWebSocket(pieces: readonly Uint8Array[]): Promise<void> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt')
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await Promise.race([new Promise((resolve) => socket.once('open', resolve)), closed])
  for (const piece of pieces) if (socket.readyState === WebSocket.OPEN) socket.send(piece)
  await isServed()
  socket.terminate()
  await closed
}

async function sendOverTcp(bytes: Uint8Array): Promise<void> {
  const socket: Socket = connectTcp(port, '127.0.0.1')
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  await Promise.race([new Promise<void>((resolve) => socket.once('connect', () => resolve())), closed])
  if (!socket.destroyed) socket.write(bytes)
  await isServed()
  socket.destroy()
  await closed
}

describe('[fuzz] bytes at the broker’s door', () => {
  it('[I5] whatever a stranger or a device sends, in whatever pieces: the others are served', async () => {
    const run = async (isLetIn: boolean, packets: readonly Uint8Array[], sizes: readonly number[]) => {
      const bytes = Buffer.concat(isLetIn ? [Uint8Array.from(LET_IN), ...packets] : packets)
      await sendOverWebSocket(inPieces(bytes, sizes))
    }
    const costs = boundCosts()
    await fc.assert(fc.asyncProperty(fc.boolean(), stream, cuts, withinTime(2_500, costs.held(run))), { numRuns: 250 })
    await costs.expectBounded()
    expect(witness.client.connected).toBe(true)
  })

  it('[I5] whatever frames come where a WebSocket should, before and after the upgrade', async () => {
    const upgrade = [
      'GET /mqtt HTTP/1.1',
      'Host: 127.0.0.1',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
      'Sec-WebSocket-Version: 13',
      'Sec-WebSocket-Protocol: mqtt',
      '\r\n',
    ].join('\r\n')
    // A frame: end and kind, masked and length, four bytes of mask.
    const frame = fc
      .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 200 }))
      .map(([kind, length, rest]) => Uint8Array.from([kind, length, ...rest]))
    const run = async (head: string, at: number, byte: number, frames: readonly Uint8Array[]) => {
      const text = Buffer.from(head)
      if (byte < 256) text[at % text.length] = byte
      await sendOverTcp(Buffer.concat([text, ...frames]))
    }
    const costs = boundCosts()
    const byte = fc.oneof(fc.constant(256), fc.integer({ min: 0, max: 255 }))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(upgrade, '', `${upgrade.slice(0, 60)}`),
        fc.nat(300),
        byte,
        fc.array(frame, { maxLength: 4 }),
        withinTime(1_000, costs.held(run)),
      ),
      { numRuns: 100, skipEqualValues: true },
    )
    await costs.expectBounded()
  })

  it('[I5] what never ends is ended: a stranger’s bytes, and a device’s packet', async () => {
    const stranger = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt')
    stranger.on('error', () => undefined)
    const ended = new Promise<void>((resolve) => stranger.once('close', () => resolve()))
    await new Promise((resolve) => stranger.once('open', resolve))
    for (let sent = 0; sent <= MAX_STRANGER_BYTES; sent += 1_024) stranger.send(new Uint8Array(1_024).fill(0x10))
    await ended
    const device = new WebSocket(`ws://127.0.0.1:${port}/mqtt`, 'mqtt')
    device.on('error', () => undefined)
    const cut = new Promise<void>((resolve) => device.once('close', () => resolve()))
    await new Promise((resolve) => device.once('open', resolve))
    device.send(Uint8Array.from(LET_IN))
    await new Promise((resolve) => device.once('message', resolve))
    device.send(Uint8Array.from(packet(0x30, new Array<number>(MAX_DEVICE_PACKET_BYTES + 1).fill(0))).subarray(0, 8))
    await cut
    await isServed()
  })
})
