/** [C5] A counter with its own transport and requests, the server's own routes, and a real broker: who is let in, and how soon. */
import 'fake-indexeddb/auto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type CreatedBroker, createBroker } from '../../../server/broker/create-broker.ts'
import type { Database } from '../../../server/database.ts'
import { createDeviceDirectory } from '../../../server/devices/device-directory.ts'
import { shutDeviceOut } from '../../../server/devices/revoke-device.ts'
import type { Enrollment } from '../../../src/contract/device.ts'
import { saveEnrollment } from '../../../src/db/device.ts'
import { readMeta } from '../../../src/db/meta.ts'
import { createDeviceCheck, type DeviceCheck } from '../../../src/sync/device/device-check.ts'
import { createDeviceKey, createPossession } from '../../../src/sync/device/device-key.ts'
import { requestEnrollment } from '../../../src/sync/device/enrol.ts'
import { createHttp } from '../../../src/sync/http.ts'
import { createMqttTransport } from '../../../src/sync/live/mqtt-transport.ts'
import { startMosquitto } from '../../support/mosquitto.ts'
import { canConnect, connectClient, type Login } from '../../support/mqtt-device.ts'
import { createStrictJournal } from '../../support/strict-journal.ts'
import { createTestApp, fetchInto, setUpDatabase, type TestApp } from '../server/support.ts'
import { FakeClock } from './fake-clock.ts'
import { SimDevice } from './sim-device.ts'
import { SimServer } from './sim-server.ts'

const ORIGIN = 'https://toko.example'
const ENV = 'dev'
const LIVE_WITHIN_MS = 5_000
const TURN_MS = 50
const log = pino({ level: 'silent' })

interface Stack {
  readonly name: string
  start(): Promise<RunningStack>
}
interface RunningStack {
  /** A server's adapter for this broker, connected. */
  newServer(db: Database): Promise<CreatedBroker>
  /** The broker ends all connections and has forgotten what it was told. Resolves to the server's adapter from then on. */
  forget(created: CreatedBroker, db: Database): Promise<CreatedBroker>
  stop(): Promise<void>
  readonly url: string
}

const untilConnected = async ({ broker }: CreatedBroker) => {
  broker.start()
  await vi.waitUntil(() => broker.connected, { timeout: 10_000, interval: 10 })
}

const EMBEDDED: Stack = {
  name: 'embedded',
  async start() {
    const web = createServer()
    await new Promise<void>((resolve) => web.listen(0, '127.0.0.1', resolve))
    async function newServer(db: Database): Promise<CreatedBroker> {
      const devices = createDeviceDirectory(db, ENV)
      const created = await createBroker({ kind: 'embedded', env: ENV }, { devices, log })
      created.attach(web)
      await untilConnected(created)
      return created
    }
    return {
      url: `ws://127.0.0.1:${(web.address() as AddressInfo).port}/mqtt`,
      newServer,
      async forget({ broker }, db) {
        await broker.close()
        return await newServer(db)
      },
      async stop() {
        await new Promise((resolve) => web.close(resolve))
      },
    }
  },
}

const MOSQUITTO: Stack = {
  name: 'mosquitto',
  async start() {
    const mosquitto = await startMosquitto()
    const { url, wsUrl, username, password } = mosquitto
    return {
      url: wsUrl,
      async newServer(db) {
        const created = await createBroker(
          { kind: 'mosquitto', env: ENV, url, wsUrl, username, password },
          { devices: createDeviceDirectory(db, ENV), log },
        )
        await untilConnected(created)
        return created
      },
      async forget(created) {
        await mosquitto.restart({ forget: true })
        return created
      },
      stop: mosquitto.stop,
    }
  },
}

// Mosquitto is no npm package: it is tried where TEST_MOSQUITTO=1 says that it is installed.
const STACKS = process.env.TEST_MOSQUITTO === '1' ? [EMBEDDED, MOSQUITTO] : [EMBEDDED]

let db: Database
setUpDatabase((opened) => {
  db = opened
})

describe.each(STACKS)('[C5] a counter at a broker: $name', (stack) => {
  let running: RunningStack
  let created: CreatedBroker
  let test: TestApp
  let clock: FakeClock
  let device: SimDevice
  let checking: DeviceCheck
  let enrolled: Enrollment
  let isRestUp: boolean

  beforeEach(async () => {
    running = await stack.start()
    created = await running.newServer(db)
    test = await createTestApp(db, { broker: created.broker })
    clock = new FakeClock()
    const server = new SimServer(clock.now)
    server.create(1)
    isRestUp = true
    const { key, publicKey } = await createDeviceKey()
    const stranger = createHttp({ origin: ORIGIN, token: null, fetch: fetchFromApp })
    enrolled = await requestEnrollment(stranger, await test.pairingCode(), 'Kasir', publicKey)
    device = new SimDevice(server, clock, undefined, enrolled)
    await saveEnrollment(device.db, enrolled, key)
    openPage()
  })
  afterEach(async () => {
    checking.stop()
    await device.delete()
    await created.broker.close()
    await test.app.close()
    await running.stop()
  })

  async function fetchFromApp(...request: Parameters<typeof fetch>): Promise<Response> {
    if (!isRestUp) throw new TypeError('no network')
    return await fetchInto(test.app, ...request)
  }

  function openPage(): void {
    const token = enrolled.device_secret_token
    const possession = createPossession(device.db, token)
    const http = createHttp({ origin: ORIGIN, token, fetch: fetchFromApp, possession })
    const journal = createStrictJournal()
    checking = createDeviceCheck({ db: device.db, http, device: enrolled, clock, journal })
    const there = { ...enrolled, mqtt: { ...enrolled.mqtt, url: running.url } }
    const connect = createMqttTransport(there, checking.password, () => import('mqtt'))
    device.connect = (_clientId, events) => connect(`${enrolled.device_id}-tab`, events)
    device.checkDevice = checking.check
    device.sync.start()
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

  const kept = async () => (await readMeta(device.db, 'mqtt_password'))?.password ?? ''
  const loginOf = (password: string): Login => {
    const { device_id: username, mqtt } = enrolled
    const { protocol_version: protocolVersion } = mqtt
    return { url: running.url, protocolVersion, username, password, clientId: `${username}-thief` }
  }
  const another = (password: string) => canConnect(loginOf(password))

  it('is live with a password of its own; the token out of the tablet is refused, before and after', async () => {
    const token = enrolled.device_secret_token
    expect(await another(token)).toBe(false)
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
    expect(await kept()).toMatch(/^[\w-]{43}$/)
    expect(await another(token)).toBe(false)
    await checking.check()
    expect(await another(token)).toBe(false)
    expect(await another(await kept())).toBe(true)
  })

  it('is live within 5 s after a broker that has forgotten everybody, and the server, are up', async () => {
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
    const before = await kept()
    created = await running.forget(created, db)
    await vi.waitUntil(() => created.broker.connected, { timeout: 10_000, interval: 10 })
    expect(await becomes('catching-up', LIVE_WITHIN_MS)).toBe(true)
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
    expect(await kept()).toBe(before)
  })

  it('is live again by itself when the database was taken back to before its password', async () => {
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
    const before = await kept()
    await db.query('UPDATE devices SET mqtt_hash = NULL, mqtt_previous_hash = NULL WHERE id = $1', [enrolled.device_id])
    created = await running.forget(created, db)
    expect(await becomes('catching-up', LIVE_WITHIN_MS)).toBe(true)
    expect(await becomes('live', 2 * LIVE_WITHIN_MS)).toBe(true)
    expect(await kept()).not.toBe(before)
  })

  it('goes on with the next password; who is in with the one before is put out, for good', async () => {
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
    const before = await kept()
    const thief = await connectClient(loginOf(before))
    clock.sleep(25 * 60 * 60 * 1000)
    device.sync.stop()
    checking.stop()
    openPage()
    await vi.waitFor(async () => {
      await clock.advance(TURN_MS)
      expect(await kept()).not.toBe(before)
    })
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
    await thief.ended
    expect(await another(before)).toBe(false)
    expect(await another(await kept())).toBe(true)
  })

  it('that stays open for more than a day signs in anew with its next password, and puts the others out', async () => {
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
    const before = await kept()
    const thief = await connectClient(loginOf(before))
    clock.sleep(25 * 60 * 60 * 1000)
    await checking.check()
    expect(await kept()).not.toBe(before)
    expect(await becomes('catching-up', LIVE_WITHIN_MS)).toBe(true)
    expect(await becomes('live', 2 * LIVE_WITHIN_MS)).toBe(true)
    await thief.ended
    expect(await another(before)).toBe(false)
  })

  it('takes a new password from either of two servers', async () => {
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
    const second = stack === EMBEDDED ? created : await running.newServer(db)
    const other = await createTestApp(db, { broker: second.broker })
    const first = test
    test = other
    await device.db.meta.delete('mqtt_password')
    await checking.check()
    expect(await another(await kept())).toBe(true)
    expect(await becomes('live', 2 * LIVE_WITHIN_MS)).toBe(true)
    test = first
    await other.app.close()
    if (second !== created) await second.broker.close()
  })

  it('[Q12] revoked, it is put out, and none of its secrets lets anybody in', async () => {
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
    const password = await kept()
    const security = { note: () => undefined, flush: async () => undefined }
    const outcome = await shutDeviceOut(
      { db, broker: created.broker, lines: () => undefined, security },
      enrolled.device_id,
    )
    expect(outcome).toEqual({ broker: 'ended' })
    expect(await becomes('catching-up', LIVE_WITHIN_MS)).toBe(true)
    expect(await becomes('live', 3_000)).toBe(false)
    for (const secret of [password, enrolled.device_secret_token]) expect(await another(secret)).toBe(false)
  })

  it('connects with what it keeps while REST is away', async () => {
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
    isRestUp = false
    device.sync.stop()
    checking.stop()
    openPage()
    expect(await becomes('live', LIVE_WITHIN_MS)).toBe(true)
  })
})
