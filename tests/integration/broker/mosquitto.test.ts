import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { Broker } from '../../../server/broker/broker.ts'
import { createBroker } from '../../../server/broker/create-broker.ts'
import { CONTROL_RESPONSES, createDynsecControl } from '../../../server/broker/dynsec-control.ts'
import { type BranchScope, branchSubscription, buildTopic } from '../../../src/contract/topics.ts'
import { createTestDirectory, type TestDevice, type TestDirectory } from '../../support/device-directory.ts'
import { type RunningMosquitto, startMosquitto } from '../../support/mosquitto.ts'
import { canConnect, connectClient, type Login } from '../../support/mqtt-device.ts'

const scope: BranchScope = { env: 'test', merchantCode: 'MCH-1', branchCode: 'BRN-1' }
const otherScope: BranchScope = { ...scope, branchCode: 'BRN-2' }
const topic = buildTopic(scope, 'product')
const device: TestDevice = { deviceId: 'DEV-DBBA60CF', password: 'token-1', scope }

// Mosquitto is no npm package: these exist where TEST_MOSQUITTO=1 says that it is installed.
const mosquittos = process.env.TEST_MOSQUITTO === '1' ? [startMosquitto] : []

describe('what a Mosquitto needs to be told', () => {
  test.each(['url', 'wsUrl', 'username', 'password'] as const)(
    '%s is asked for by its variable’s name',
    async (name) => {
      const complete = { url: 'mqtt://127.0.0.1', wsUrl: 'ws://127.0.0.1', username: 'u', password: 'p' }
      const dependencies = { devices: createTestDirectory(), log: pino({ level: 'silent' }) }
      const create = createBroker({ kind: 'mosquitto', env: 'test', ...complete, [name]: undefined }, dependencies)
      await expect(create).rejects.toThrow(/MQTT_BROKER=mosquitto needs MQTT_(URL|WS_URL|USERNAME|PASSWORD)/)
    },
  )

  test('browsers are sent to MQTT_WS_URL and speak MQTT v5', async () => {
    const config = {
      kind: 'mosquitto',
      env: 'test',
      url: 'mqtt://b',
      wsUrl: 'wss://b:9001',
      username: 'u',
      password: 'p',
    } as const
    const dependencies = { devices: createTestDirectory(), log: pino({ level: 'silent' }) }
    const { broker } = await createBroker(config, dependencies)
    expect(broker.endpoint('https://shop')).toEqual({ url: 'wss://b:9001', protocolVersion: 5 })
  })
})

describe.each(mosquittos)('a Mosquitto that comes and goes', (start) => {
  let mosquitto: RunningMosquitto
  let directory: TestDirectory
  const brokers: Broker[] = []

  beforeEach(async () => {
    mosquitto = await start()
    directory = createTestDirectory()
    directory.add(device)
  })
  afterEach(async () => {
    await Promise.all(brokers.splice(0).map((broker) => broker.close()))
    await mosquitto.stop()
  })

  async function newServer(env = 'test', devices = directory): Promise<Broker> {
    const { url, wsUrl, username, password } = mosquitto
    const { broker } = await createBroker(
      { kind: 'mosquitto', env, url, wsUrl, username, password },
      { devices, log: pino({ level: 'silent' }) },
    )
    brokers.push(broker)
    broker.start()
    return broker
  }
  const connected = async (broker: Broker): Promise<void> => {
    await vi.waitUntil(() => broker.connected, { timeout: 10_000, interval: 10 })
  }
  const login = (changes: Partial<Login> = {}): Login => ({
    url: mosquitto.wsUrl,
    protocolVersion: 5,
    username: device.deviceId,
    password: device.password,
    clientId: `${device.deviceId}-1`,
    ...changes,
  })

  test('[S4] a publish under way when the broker dies rejects, and the next connection publishes again', async () => {
    const broker = await newServer()
    await connected(broker)
    await broker.provision(device)
    await broker.publish(topic, 'before')
    const seen: boolean[] = []
    broker.onConnection((value) => seen.push(value))
    const dying = mosquitto.kill()
    const results = Promise.allSettled(Array.from({ length: 200 }, (_, index) => broker.publish(topic, `${index}`)))
    await dying
    const outcomes = await results
    expect(outcomes.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(0)
    await vi.waitUntil(() => !broker.connected, { timeout: 5_000 })
    await expect(broker.publish(topic, 'meanwhile')).rejects.toMatchObject({ kind: 'unavailable' })

    await mosquitto.restart()
    await connected(broker)
    expect(seen).toEqual([false, true])
    const client = await connectClient(login())
    expect(await client.subscribe(branchSubscription(scope))).toBe(true)
    await broker.publish(topic, 'after')
    await vi.waitFor(() => expect(client.received.map(({ payload }) => payload)).toEqual(['after']))
    await client.close()
  })

  test('a broker that has forgotten everything is set up again, a device when it next presents its password', async () => {
    const broker = await newServer()
    await connected(broker)
    await broker.provision(device)
    expect(await canConnect(login())).toBe(true)
    await mosquitto.restart({ forget: true })
    await vi.waitUntil(() => broker.connected, { timeout: 10_000, interval: 10 })
    expect(await canConnect(login())).toBe(false)
    await vi.waitFor(async () => await broker.provision(device), { timeout: 10_000 })
    const client = await connectClient(login())
    expect(await client.subscribe(branchSubscription(scope))).toBe(true)
    await broker.publish(topic, 'again')
    await vi.waitFor(() => expect(client.received).toHaveLength(1))
    await client.close()
  })

  test('[I4] what no role grants is denied, receiving included', async () => {
    await connected(await newServer())
    const { username, password } = mosquitto
    const admin = await connectClient(login({ username, password, clientId: 'admin' }))
    expect(await admin.subscribe(CONTROL_RESPONSES)).toBe(true)
    const control = createDynsecControl()
    admin.client.on('message', (_topic, payload) => control.receive(payload.toString('utf8')))
    const send = async (to: string, payload: string): Promise<void> => {
      await admin.client.publishAsync(to, payload, { qos: 1 })
    }
    expect(await control.request(send, { command: 'getDefaultACLAccess' })).toMatchObject({
      data: {
        acls: [
          { acltype: 'publishClientSend', allow: false },
          { acltype: 'publishClientReceive', allow: false },
          { acltype: 'subscribe', allow: false },
          { acltype: 'unsubscribe', allow: true },
        ],
      },
    })
    await admin.close()
  })

  test('a broker that is away at the start is connected to when it comes', async () => {
    await mosquitto.kill()
    const broker = await newServer()
    await expect(broker.provision(device)).rejects.toMatchObject({ kind: 'unavailable' })
    expect(broker.connected).toBe(false)
    await mosquitto.restart()
    await connected(broker)
    await broker.publish(topic, 'x')
  })

  test('two servers that start together both end up connected and do not disturb each other', async () => {
    const servers = await Promise.all([newServer(), newServer()])
    // The first role that one gives the backend's user disconnects both, once.
    await vi.waitFor(
      async () => {
        expect(servers.every((server) => server.connected)).toBe(true)
        await Promise.all(servers.map((server) => server.provision(device)))
      },
      { timeout: 10_000 },
    )
    const fresh = Array.from({ length: 20 }, (_, index) => ({ ...device, deviceId: `DEV-${index}` }))
    for (const one of fresh) {
      directory.add(one)
      await Promise.all(servers.map((server) => server.provision(one)))
    }
    const client = await connectClient(login())
    expect(await client.subscribe(branchSubscription(scope))).toBe(true)
    const changes: boolean[] = []
    for (const server of servers) server.onConnection((value) => changes.push(value))
    await Promise.all(servers.map((server) => server.provision(device)))
    const third = await newServer()
    await connected(third)
    await third.provision(device)
    await Promise.all([...servers, third].map((server) => server.publish(topic, 'x')))
    await vi.waitFor(() => expect(client.received).toHaveLength(3))
    expect(changes).toEqual([])
    await client.close()
  })

  test('a new password and another branch take the place of the old ones', async () => {
    const broker = await newServer()
    await connected(broker)
    await broker.provision(device)
    const before = await connectClient(login(), { clean: false, properties: { sessionExpiryInterval: 600 } })
    expect(await before.subscribe(branchSubscription(scope))).toBe(true)

    const moved: TestDevice = { ...device, password: 'token-2', scope: otherScope }
    directory.add(moved)
    await broker.provision(moved)
    await before.ended
    expect(await canConnect(login())).toBe(false)
    // The old session with its old subscription comes back; the old branch's events do not.
    const after = await connectClient(login({ password: 'token-2' }), {
      clean: false,
      properties: { sessionExpiryInterval: 600 },
    })
    expect(await after.subscribe(branchSubscription(otherScope))).toBe(true)
    await broker.publish(topic, 'of the old branch')
    await broker.publish(buildTopic(otherScope, 'product'), 'of the new branch')
    await vi.waitFor(() => expect(after.received.map(({ payload }) => payload)).toContain('of the new branch'))
    expect(after.received.map(({ payload }) => payload)).toEqual(['of the new branch'])
    await after.close()
  })

  test('a device that was revoked while the broker was away is refused when it is back', async () => {
    const broker = await newServer()
    await connected(broker)
    const others = Array.from({ length: 120 }, (_, index) => ({ ...device, deviceId: `DEV-${index}` }))
    for (const other of [device, ...others]) {
      directory.add(other)
      await broker.provision(other)
    }
    await mosquitto.kill()
    await vi.waitUntil(() => !broker.connected, { timeout: 5_000 })
    directory.remove(device.deviceId)
    await expect(broker.revoke(device.deviceId)).rejects.toMatchObject({ kind: 'unavailable' })
    await mosquitto.restart()
    await connected(broker)
    expect(await canConnect(login())).toBe(false)
    expect(await canConnect(login({ username: 'DEV-119', clientId: 'DEV-119' }))).toBe(true)
    expect(await canConnect(login({ username: mosquitto.username, password: mosquitto.password }))).toBe(true)
  })

  test('a server of another environment, which does not know the device, leaves it alone', async () => {
    const broker = await newServer()
    await connected(broker)
    await broker.provision(device)
    await connected(await newServer('other', createTestDirectory()))
    expect(await canConnect(login())).toBe(true)
  })

  test('a device that the database does not know stays in: it may have been set back', async () => {
    const broker = await newServer()
    await connected(broker)
    await broker.provision(device)
    await broker.close()
    directory.forget(device.deviceId)
    await connected(await newServer())
    expect(await canConnect(login())).toBe(true)
  })

  test('a device that is revoked while it is being provisioned is not let in', async () => {
    const broker = await newServer()
    await connected(broker)
    const provisioning = broker.provision(device)
    directory.remove(device.deviceId)
    const revoking = broker.revoke(device.deviceId)
    await Promise.all([provisioning, revoking])
    expect(await canConnect(login())).toBe(false)

    // The other order: the revocation was through before the provisioning of another server began.
    const other = await newServer()
    await connected(other)
    await other.provision(device)
    expect(await canConnect(login())).toBe(false)
  })
})
