/**
 * Every way in that a stranger or another branch's device could try, knocked at on each broker: what is closed on one has to be closed
 * on all. What a broker cannot be told stands in `knownOpen` with its reason, and is tested too: a door that closes one day is noticed.
 */
import { randomBytes } from 'node:crypto'
import type { IClientOptions } from 'mqtt'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type BranchScope, branchSubscription, buildTopic } from '../../../src/contract/topics.ts'
import { type BrokerFixture, brokersUnderTest, TEST_ENV } from '../../support/broker-fixtures.ts'
import type { TestDevice } from '../../support/device-directory.ts'
import { canConnect, connectClient, type Login, type TestClient } from '../../support/mqtt-device.ts'

const unique = randomBytes(3).toString('hex')
const branchA: BranchScope = { env: TEST_ENV, merchantCode: 'MCH-1', branchCode: `BRN-A-${unique}` }
const branchB: BranchScope = { env: TEST_ENV, merchantCode: 'MCH-1', branchCode: `BRN-B-${unique}` }
const [topicA, topicB] = [buildTopic(branchA, 'product'), buildTopic(branchB, 'product')]
const placeA = `${branchA.merchantCode}/${branchA.branchCode}`
const CONTROL = '$CONTROL/dynamic-security/v1'

function newDevice(scope: BranchScope): TestDevice {
  const deviceId = `DEV-${randomBytes(4).toString('hex').toUpperCase()}`
  return { deviceId, password: randomBytes(32).toString('base64url'), scope }
}

/** Filters that a device of branch A may not have, and one that it would gain nothing by. */
const FILTER_DOORS: readonly string[] = [
  '#',
  '+/#',
  '+/+/+/product/updates',
  `${TEST_ENV}/#`,
  `${TEST_ENV}/+/#`,
  `${TEST_ENV}/+/${branchA.branchCode}/#`,
  `+/${placeA}/#`,
  `${TEST_ENV}/${branchA.merchantCode}/#`,
  `${TEST_ENV}/${branchA.merchantCode}/+/product/updates`,
  branchSubscription(branchB),
  topicB,
  `${TEST_ENV}/MCH-2/${branchA.branchCode}/#`,
  `prod/${placeA}/#`,
  `${TEST_ENV}/${placeA}X/#`,
  `${TEST_ENV}/${placeA.toLowerCase()}/#`,
  `/${TEST_ENV}/${placeA}/#`,
  `${TEST_ENV}//${branchA.branchCode}/#`,
  `${TEST_ENV}/${placeA}+/#`,
  '$SYS/#',
  '$SYS/broker/clients/total',
  `$share/group/${branchSubscription(branchB)}`,
  `$share/group/${topicA}`,
  `$queue/${topicB}`,
  `$exclusive/${topicB}`,
  `$delayed/1/${topicA}`,
  `${CONTROL}/response`,
  '$CONTROL/#',
]

const PUBLISH_DOORS: readonly string[] = [
  topicA,
  topicB,
  buildTopic(branchA, 'inventory'),
  buildTopic(branchA, 'transaction'),
  buildTopic(branchA, 'branch'),
  `prod/${placeA}/product/updates`,
  `${TEST_ENV}/${placeA}/anything`,
  `$delayed/1/${topicA}`,
  `$share/group/${topicA}`,
  '$SYS/broker/uptime',
  CONTROL,
]

interface ConnectDoor {
  readonly name: string
  readonly login: (own: Login, other: { readonly login: Login }, backend: Login) => Login
  readonly options?: IClientOptions
  /** Brokers that let it in all the same, and why that is no harm. */
  readonly knownOpen?: Readonly<Record<string, string>>
}

const CONNECT_DOORS: readonly ConnectDoor[] = [
  { name: 'a wrong password', login: (own) => ({ ...own, password: 'wrong' }) },
  { name: 'no password', login: (own) => ({ ...own, password: '' }) },
  { name: 'no name at all', login: (own) => ({ ...own, username: '', password: '' }) },
  { name: 'a device that nobody knows', login: (own) => ({ ...own, username: 'DEV-0', clientId: 'DEV-0-1' }) },
  { name: 'another device’s token', login: (own, { login }) => ({ ...own, password: login.password }) },
  { name: 'the token as name', login: (own) => ({ ...own, username: own.password, clientId: own.password }) },
  { name: 'the name in lower case', login: (own) => ({ ...own, username: own.username.toLowerCase() }) },
  { name: 'a blank behind the name', login: (own) => ({ ...own, username: `${own.username} ` }) },
  { name: 'a name that begins like the right one', login: (own) => ({ ...own, username: own.username.slice(0, -1) }) },
  { name: 'a blank behind the password', login: (own) => ({ ...own, password: `${own.password} ` }) },
  { name: 'the backend’s name, the own token', login: (own, _, backend) => ({ ...backend, password: own.password }) },
  { name: 'the backend’s name, no password', login: (_own, _other, backend) => ({ ...backend, password: '' }) },
  { name: 'a name of 1,500 characters', login: (own) => ({ ...own, username: 'x'.repeat(1_500) }) },
  {
    name: 'another device’s client id',
    login: (own, { login }) => ({ ...own, clientId: login.clientId }),
    knownOpen: {
      mosquitto: 'the plugin knows one exact client id or any; the other reconnects, its messages are not read',
    },
  },
  {
    name: 'a client id of nobody',
    login: (own) => ({ ...own, clientId: 'somebody' }),
    knownOpen: { mosquitto: 'the same' },
  },
]

/** What costs a broker work or memory, whoever sends it. The others have to be served meanwhile and afterwards. */
const LOADS: readonly (readonly [string, (client: TestClient) => void])[] = [
  [
    'one SUBSCRIBE with 20,000 filters',
    ({ client }) =>
      void client.subscribe(
        Array.from({ length: 20_000 }, (_, index) => `x${index}`),
        { qos: 1 },
        ignore,
      ),
  ],
  [
    'one SUBSCRIBE with 3,000 filters of another branch',
    ({ client }) =>
      void client.subscribe(
        Array.from({ length: 3_000 }, (_, index) => `${topicB}/${index}`),
        ignore,
      ),
  ],
  [
    'one UNSUBSCRIBE with 20,000 filters',
    ({ client }) =>
      void client.unsubscribe(
        Array.from({ length: 20_000 }, (_, index) => `x${index}`),
        ignore,
      ),
  ],
  [
    'a thousand SUBSCRIBEs one after another',
    ({ client }) => {
      for (let index = 0; index < 1_000; index += 1) client.subscribe(`${TEST_ENV}/${placeA}/x${index}`, ignore)
    },
  ],
  ['a filter of 30,000 levels', ({ client }) => void client.subscribe(`${'a/'.repeat(30_000)}#`, ignore)],
  ['a publish of 200 kB', ({ client }) => void client.publish(topicA, Buffer.alloc(200_000), { qos: 1 }, ignore)],
  ['a publish with a topic of 60 kB', ({ client }) => void client.publish('x'.repeat(60_000), 'x', ignore)],
  [
    'twenty thousand pings',
    ({ client }) => void client.stream.write(Buffer.from(new Array(20_000).fill([0xc0, 0x00]).flat())),
  ],
]

function ignore(): void {
  // The broker refuses, or ends the connection; what counts is how the others fare.
}

for (const underTest of brokersUnderTest()) {
  const product = underTest.name.replace('external ', '')

  describe(`the doors of the ${underTest.name} broker`, () => {
    let fixture: BrokerFixture
    let own: TestDevice
    let neighbour: TestDevice
    let witness: TestClient
    const open: TestClient[] = []

    beforeAll(async () => {
      fixture = await underTest.open()
      ;[own, neighbour] = [newDevice(branchA), newDevice(branchB)]
      await fixture.register(own)
      await fixture.register(neighbour)
      const watching = newDevice(branchA)
      await fixture.register(watching)
      witness = await connectClient(fixture.login(watching))
      expect(await witness.subscribe(branchSubscription(branchA))).toBe(true)
    })
    afterEach(async () => {
      await Promise.all(open.splice(0).map((client) => client.close()))
    })
    afterAll(async () => {
      await witness?.close()
      await fixture?.close()
    })

    async function connect(login: Login): Promise<TestClient> {
      const client = await connectClient(login)
      open.push(client)
      return client
    }
    /** What the witness got until a message came through that was sent after everything else. */
    async function witnessed(): Promise<readonly string[]> {
      const before = witness.received.length
      const marker = `marker-${Math.random()}`
      await fixture.broker.publish(topicA, marker)
      await vi.waitUntil(() => witness.received.some(({ payload }) => payload === marker), {
        timeout: 10_000,
        interval: 5,
      })
      return witness.received.slice(before, -1).map(({ payload }) => payload)
    }

    test.each(FILTER_DOORS)('[I4] subscribing to %s', async (filter) => {
      const client = await connect(fixture.login(own))
      expect(await client.subscribe(filter)).toBe(false)
      await fixture.broker.publish(topicB, 'of another branch')
      await witnessed()
      if (client.client.connected) {
        expect(await client.subscribe(branchSubscription(branchA))).toBe(true)
        await fixture.broker.publish(topicB, 'of another branch')
        await fixture.broker.publish(topicA, 'of its own')
        await vi.waitUntil(() => client.received.some(({ payload }) => payload === 'of its own'), { timeout: 5_000 })
      }
      expect(client.received.map(({ payload }) => payload)).not.toContain('of another branch')
    })

    test.each(PUBLISH_DOORS)('[I4] publishing to %s, kept or not', async (topic) => {
      const forged = JSON.stringify({
        commands: [{ command: 'createClient', username: 'forged', password: 'forged' }],
      })
      for (const options of [{ qos: 0 }, { qos: 1 }, { qos: 1, retain: true }] as const) {
        const client = await connect(fixture.login(own))
        client.client.publish(topic, forged, options, ignore)
        // A subscription made after the publish, by the same client, is judged after it; or the broker has cut it off.
        await Promise.race([client.subscribe(branchSubscription(branchA)), client.ended])
        await client.close()
      }
      expect(await witnessed()).toEqual([])
      const late = await connect(fixture.login(own))
      expect(await late.subscribe(branchSubscription(branchA))).toBe(true)
      expect(await witnessed()).toEqual([])
      expect(late.received.map(({ payload }) => payload)).not.toContain(forged)
      const login = { ...fixture.login(own), username: 'forged', password: 'forged', clientId: 'forged' }
      expect(await canConnect(login)).toBe(false)
    })

    test.each(CONNECT_DOORS)('connecting with $name', async ({ login, options, knownOpen }) => {
      const of = fixture.login(own, { clientId: `${own.deviceId}-door` })
      expect(await canConnect(of)).toBe(true)
      const other = { login: fixture.login(neighbour) }
      const isOpen = knownOpen?.[product] !== undefined
      expect(await canConnect(login(of, other, fixture.backendLogin()), options)).toBe(isOpen)
    })

    test.each([
      ['the branch’s own topic', topicA, false],
      ['the branch’s own topic, kept', topicA, true],
      ['another branch’s topic', topicB, false],
    ])('[I4] a will on %s', async (_name, topic, retain) => {
      const will = { topic, payload: Buffer.from('from beyond'), qos: 1 as const, retain }
      const dying = await connectClient(fixture.login(own), { will }).catch(() => null)
      dying?.client.stream.destroy()
      await dying?.close()
      await witnessed()
      expect(await witnessed()).not.toContain('from beyond')
      const late = await connect(fixture.login(own))
      expect(await late.subscribe(branchSubscription(branchA))).toBe(true)
      await witnessed()
      expect(late.received.map(({ payload }) => payload)).not.toContain('from beyond')
    })

    test('[I4] a session that was kept, after the device was revoked', async () => {
      const gone = newDevice(branchA)
      await fixture.register(gone)
      const kept = { clean: false, ...(fixture.login(gone).protocolVersion === 5 ? V5_KEPT : {}) }
      const before = await connectClient(fixture.login(gone), kept)
      expect(await before.subscribe(branchSubscription(branchA))).toBe(true)
      await fixture.revoke(gone.deviceId)
      await before.ended
      const seen = before.received.length
      expect(await canConnect(fixture.login(gone), kept)).toBe(false)
      await witnessed()
      expect(before.received).toHaveLength(seen)
    })

    test.each(LOADS)('[I5] %s stops nobody else', async (_name, load) => {
      const client = await connect(fixture.login(own, { clientId: `${own.deviceId}-load` }))
      load(client)
      expect(await witnessed()).toEqual([])
      expect(await canConnect(fixture.login(neighbour))).toBe(true)
      expect(await witnessed()).toEqual([])
    })

    test('[I5] a hundred connections of one device stop nobody else', async () => {
      const tabs = await Promise.all(
        Array.from({ length: 100 }, (_, tab) =>
          connectClient(fixture.login(own, { clientId: `${own.deviceId}-${tab}` })).catch(() => null),
        ),
      )
      expect(await witnessed()).toEqual([])
      expect(await canConnect(fixture.login(neighbour))).toBe(true)
      await Promise.all(tabs.map((tab) => tab?.close()))
    })
  })
}

const V5_KEPT: IClientOptions = { properties: { sessionExpiryInterval: 600 } }
