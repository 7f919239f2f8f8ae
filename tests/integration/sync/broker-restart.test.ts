/** [C5] The whole sync of a counter against a real Mosquitto that loses what it knew, and a server that tells it again. */
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Broker } from '../../../server/broker/broker.ts'
import { createBroker } from '../../../server/broker/create-broker.ts'
import type { Enrollment } from '../../../src/contract/rest.ts'
import { createMqttTransport } from '../../../src/sync/mqtt-transport.ts'
import { createTestDirectory, type TestDevice } from '../../support/device-directory.ts'
import { type RunningMosquitto, startMosquitto } from '../../support/mosquitto.ts'
import { FakeClock } from './fake-clock.ts'
import { SimDevice } from './sim-device.ts'
import { SCOPE, SimServer } from './sim-server.ts'

const LIVE_WITHIN_MS = 5_000
const TURN_MS = 50
const DEVICE: TestDevice = { deviceId: 'DEV-DBBA60CF', token: 'token-1', scope: SCOPE }
// Mosquitto is no npm package: these exist where TEST_MOSQUITTO=1 says that it is installed.
const mosquittos = process.env.TEST_MOSQUITTO === '1' ? [startMosquitto] : []

describe.each(mosquittos)('[C5] a counter, its server and a real Mosquitto', (start) => {
  let mosquitto: RunningMosquitto
  let broker: Broker
  let clock: FakeClock
  let device: SimDevice

  beforeEach(async () => {
    mosquitto = await start()
    broker = await newServer()
    clock = new FakeClock()
    const server = new SimServer(clock.now)
    server.create(1)
    device = new SimDevice(server, clock)
    const enrollment: Enrollment = {
      device_id: DEVICE.deviceId,
      device_secret_token: DEVICE.token,
      merchant: { code: SCOPE.merchantCode, name: 'M' },
      branch: { code: SCOPE.branchCode, name: 'B' },
      env: SCOPE.env,
      mqtt: { url: mosquitto.wsUrl, protocol_version: 5, username: DEVICE.deviceId, keepalive: 60 },
    }
    device.connect = createMqttTransport(enrollment, () => import('mqtt'))
    // As `GET /device/me` does it: the answer does not depend on the broker.
    device.checkDevice = async () => {
      await broker.provision(DEVICE).catch(() => undefined)
    }
    device.start()
    expect(await becomes('live', 20_000)).toBe(true)
  })
  afterEach(async () => {
    await device.delete()
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

  /** Lets the counter's clock go on with the real one until it is so; false: not within that time of it. */
  async function becomes(state: 'live' | 'catching-up', withinMs: number): Promise<boolean> {
    for (let passed = 0; passed < withinMs; passed += TURN_MS) {
      if (device.sync.status.get().state === state) return true
      await new Promise((resolve) => setTimeout(resolve, TURN_MS))
      await clock.advance(TURN_MS)
    }
    return false
  }

  test.each([
    ['that was restarted', false],
    ['that has forgotten everybody', true],
  ])('is live within 5 s after a broker %s and the server are up', async (_, forget) => {
    await mosquitto.kill()
    expect(await becomes('catching-up', 5_000)).toBe(true)
    await mosquitto.restart({ forget })
    // The counter meets a broker that knows nobody until the server is back at it.
    for (let turn = 0; !broker.connected; turn += 1) {
      expect(turn).toBeLessThan(400)
      await becomes('live', TURN_MS)
    }
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
  })

  test('is live within 5 s after the server is up, when the broker had forgotten everybody long before', async () => {
    await broker.close()
    await mosquitto.restart({ forget: true })
    expect(await becomes('catching-up', 5_000)).toBe(true)
    expect(await becomes('live', 15_000)).toBe(false)
    broker = await newServer()
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
  })
})
