/** [C5] The whole sync of a counter, and the server's link, against brokers that start or have lost what they knew. */
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Broker } from '../../../server/broker/broker.ts'
import { createBroker } from '../../../server/broker/create-broker.ts'
import { createEmqxBroker } from '../../../server/broker/emqx.ts'
import type { Enrollment } from '../../../src/contract/device.ts'
import { createMqttTransport } from '../../../src/sync/live/mqtt-transport.ts'
import { createTestDirectory, type TestDevice } from '../../support/device-directory.ts'
import { type RunningMosquitto, startMosquitto } from '../../support/mosquitto.ts'
import { type StartingEmqx, startStartingEmqx } from '../../support/starting-emqx.ts'
import { FakeClock } from './fake-clock.ts'
import { SimDevice } from './sim-device.ts'
import { SCOPE, SimServer } from './sim-server.ts'

const LIVE_WITHIN_MS = 5_000
const TURN_MS = 50
const DEVICE: TestDevice = { deviceId: 'DEV-DBBA60CF', password: 'token-1', scope: SCOPE }
// Mosquitto is no npm package: these exist where TEST_MOSQUITTO=1 says that it is installed.
const mosquittos = process.env.TEST_MOSQUITTO === '1' ? [startMosquitto] : []

interface Counter {
  readonly device: SimDevice
  /** Lets the counter's clock go on with the real one until it is so; false: not within that time of it. */
  becomes(state: 'live' | 'catching-up', withinMs: number): Promise<boolean>
}

/** The sync of one tab with a simulated backend and the real MQTT transport. */
function createCounter(url: string): Counter {
  const clock = new FakeClock()
  const server = new SimServer(clock.now)
  server.create(1)
  const device = new SimDevice(server, clock)
  const enrollment: Enrollment = {
    device_id: DEVICE.deviceId,
    device_secret_token: DEVICE.password,
    merchant: { code: SCOPE.merchantCode, name: 'M' },
    branch: { code: SCOPE.branchCode, name: 'B' },
    env: SCOPE.env,
    mqtt: { url, protocol_version: 5, username: DEVICE.deviceId, keepalive: 60 },
  }
  const password = { read: async () => DEVICE.password, refused: () => undefined, onNew: () => () => undefined }
  device.connect = createMqttTransport(enrollment, password, () => import('mqtt'))
  return {
    device,
    async becomes(state, withinMs) {
      for (let passed = 0; passed < withinMs; passed += TURN_MS) {
        if (device.sync.status.get().state === state) return true
        await new Promise((resolve) => setTimeout(resolve, TURN_MS))
        await clock.advance(TURN_MS)
      }
      return false
    },
  }
}

describe('[C5] an EMQX that listens before it can tell who may do what', () => {
  let emqx: StartingEmqx

  beforeEach(async () => {
    emqx = await startStartingEmqx()
  })
  afterEach(async () => emqx.close())

  test('a counter is live within 5 s after it can', async () => {
    const counter = createCounter(emqx.url)
    counter.device.start()
    for (const missing of ['authenticator', 'authorization'] as const) {
      emqx.missing = missing
      expect(await counter.becomes('live', 8_000)).toBe(false)
      expect(counter.device.sync.status.get().problem).not.toBe('credentials-refused')
    }
    emqx.missing = 'nothing'
    expect(await counter.becomes('live', LIVE_WITHIN_MS)).toBe(true)
    await counter.device.delete()
  })

  test('[S4] takes the server’s own publishes within 5 s, though it remembers what it refused', async () => {
    const connection = { url: emqx.url, clientId: 'mstore-backend-1', username: 'mstore-backend', password: 'p' }
    const broker = createEmqxBroker({ connection, wsUrl: 'ws://b', api: null, log: pino({ level: 'silent' }) })
    broker.start()
    const refusals: unknown[] = []
    const publish = () =>
      broker.publish('test/m/b/branch/updates', 'heartbeat').then(
        () => true,
        (error) => {
          refusals.push(error)
          return false
        },
      )
    emqx.missing = 'authorization'
    await vi.waitUntil(() => broker.connected, { timeout: 5_000, interval: 10 })
    // As the publisher does it: again and again.
    await vi.waitUntil(
      async () => {
        await publish()
        return refusals.length > 20
      },
      { timeout: 20_000, interval: 50 },
    )
    expect(refusals).toContainEqual(expect.objectContaining({ kind: 'refused' }))
    expect(emqx.taken).toEqual([])
    emqx.missing = 'nothing'
    await vi.waitUntil(publish, { timeout: LIVE_WITHIN_MS, interval: 50 })
    expect(emqx.taken).toEqual(['heartbeat'])
    await broker.close()
  })
})

describe.each(mosquittos)('[C5] a counter, its server and a real Mosquitto', (start) => {
  let mosquitto: RunningMosquitto
  let broker: Broker
  let counter: Counter

  beforeEach(async () => {
    mosquitto = await start()
    broker = await newServer()
    counter = createCounter(mosquitto.wsUrl)
    // As `GET /device/me` does it: the answer does not depend on the broker.
    counter.device.checkDevice = async () => {
      await broker.provision(DEVICE).catch(() => undefined)
    }
    counter.device.start()
    expect(await counter.becomes('live', 20_000)).toBe(true)
  })
  afterEach(async () => {
    await counter.device.delete()
    await broker.close()
    await mosquitto.stop()
  })

  /** Resolves when it is connected. */
  async function newServer(): Promise<Broker> {
    const directory = createTestDirectory()
    directory.add(DEVICE)
    const { url, wsUrl, username, password } = mosquitto
    const created = await createBroker(
      { kind: 'mosquitto', env: SCOPE.env, url, wsUrl, username, password },
      { devices: directory, log: pino({ level: 'silent' }) },
    )
    created.broker.start()
    await vi.waitUntil(() => created.broker.connected, { timeout: 10_000, interval: 10 })
    return created.broker
  }

  test.each([
    ['that was restarted', false],
    ['that has forgotten everybody', true],
  ])('is live within 5 s after a broker %s and the server are up', async (_, forget) => {
    await mosquitto.kill()
    expect(await counter.becomes('catching-up', 5_000)).toBe(true)
    await mosquitto.restart({ forget })
    // The counter meets a broker that knows nobody until the server is back at it.
    for (let turn = 0; !broker.connected; turn += 1) {
      expect(turn).toBeLessThan(400)
      await counter.becomes('live', TURN_MS)
    }
    expect(await counter.becomes('live', LIVE_WITHIN_MS)).toBe(true)
  })

  test('is live within 5 s after the server is up, when the broker had forgotten everybody long before', async () => {
    await broker.close()
    await mosquitto.restart({ forget: true })
    expect(await counter.becomes('catching-up', 5_000)).toBe(true)
    expect(await counter.becomes('live', 15_000)).toBe(false)
    broker = await newServer()
    expect(await counter.becomes('live', LIVE_WITHIN_MS)).toBe(true)
  })
})
