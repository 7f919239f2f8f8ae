import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { type BranchScope, branchAclFilter, branchSubscription, buildTopic } from '../../../src/contract/topics.ts'
import { type BrokerFixture, brokersUnderTest, TEST_ENV } from '../../support/broker-fixtures.ts'
import type { TestDevice } from '../../support/device-directory.ts'
import { canConnect, connectClient, type Login, type TestClient } from '../../support/mqtt-device.ts'

const unique = randomBytes(3).toString('hex')
const branchA: BranchScope = { env: TEST_ENV, merchantCode: 'MCH-1', branchCode: `BRN-A-${unique}` }
const branchB: BranchScope = { env: TEST_ENV, merchantCode: 'MCH-1', branchCode: `BRN-B-${unique}` }
const topicA = buildTopic(branchA, 'product')
const topicB = buildTopic(branchB, 'product')

function newDevice(scope: BranchScope): TestDevice {
  return {
    deviceId: `DEV-${randomBytes(4).toString('hex').toUpperCase()}`,
    password: randomBytes(32).toString('base64url'),
    scope,
  }
}

for (const underTest of brokersUnderTest()) {
  describe(`access to the ${underTest.name} broker`, () => {
    let fixture: BrokerFixture
    const open: TestClient[] = []

    beforeAll(async () => {
      fixture = await underTest.open()
    })
    afterEach(async () => {
      await Promise.all(open.splice(0).map((client) => client.close()))
    })
    afterAll(async () => {
      await fixture.close()
    })

    async function connect(login: Login): Promise<TestClient> {
      const client = await connectClient(login)
      open.push(client)
      return client
    }
    async function enrol(scope: BranchScope): Promise<TestDevice> {
      const device = newDevice(scope)
      await fixture.register(device)
      return device
    }
    /** Everything that was under way to `client` has arrived when a later message has. */
    async function settle(client: TestClient, topic: string): Promise<void> {
      const marker = `marker-${Math.random()}`
      await fixture.broker.publish(topic, marker)
      await vi.waitUntil(() => client.received.some(({ payload }) => payload === marker), {
        timeout: 5_000,
        interval: 5,
      })
    }

    test('[I4] a device gets the events of its own branch and of no other', async () => {
      const device = await enrol(branchA)
      const client = await connect(fixture.login(device))
      expect(await client.subscribe(branchSubscription(branchA))).toBe(true)
      await fixture.broker.publish(topicB, 'of B')
      await fixture.broker.publish(topicA, 'of A')
      await settle(client, topicA)
      expect(client.received.slice(0, -1)).toEqual([{ topic: topicA, payload: 'of A' }])
    })

    test('[I4] a device subscribes to nothing that reaches beyond its branch', async () => {
      const device = await enrol(branchA)
      const refused = [
        '#',
        '+/+/+/product/updates',
        `${TEST_ENV}/#`,
        `${TEST_ENV}/+/${branchA.branchCode}/#`,
        `${TEST_ENV}/${branchA.merchantCode}/+/product/updates`,
        `${TEST_ENV}/${branchA.merchantCode}/#`,
        branchSubscription(branchB),
        topicB,
        '$SYS/#',
        `$share/group/${branchSubscription(branchB)}`,
        `$share/group/${topicA}`,
        '$CONTROL/dynamic-security/v1/response',
      ]
      const granted: string[] = []
      for (const filter of refused) {
        const client = await connect(fixture.login(device))
        if (await client.subscribe(filter)) granted.push(filter)
        await client.close()
      }
      expect(granted).toEqual([])
      const client = await connect(fixture.login(device))
      expect(await client.subscribe(branchAclFilter(branchA))).toBe(true)
      expect(await client.subscribe(topicA)).toBe(true)
    })

    test.each([0, 1, 2] as const)(
      '[I4] what a device publishes with QoS %i reaches nobody and disturbs nobody',
      async (qos) => {
        const [sender, listener] = [await enrol(branchA), await enrol(branchA)]
        const listening = await connect(fixture.login(listener))
        expect(await listening.subscribe(branchSubscription(branchA))).toBe(true)
        const sending = await connect(fixture.login(sender))
        sending.client.publish(topicA, 'forged', { qos })
        sending.client.publish(topicA, 'forged and kept', { qos, retain: true })
        // A subscription made after the publishes, by the same client, is judged after them; or the broker has cut it off.
        await Promise.race([sending.subscribe(branchSubscription(branchA)), sending.ended])
        await settle(listening, topicA)
        expect(listening.received).toHaveLength(1)
        const late = await connect(fixture.login(listener, { clientId: `${listener.deviceId}-late` }))
        expect(await late.subscribe(branchSubscription(branchA))).toBe(true)
        await settle(late, topicA)
        expect(late.received).toHaveLength(1)
      },
    )

    test('[I4] a will of a device reaches nobody', async () => {
      const [sender, listener] = [await enrol(branchA), await enrol(branchA)]
      const listening = await connect(fixture.login(listener))
      expect(await listening.subscribe(branchSubscription(branchA))).toBe(true)
      const will = { topic: topicA, payload: Buffer.from('from beyond'), qos: 1 as const, retain: false }
      const dying = await connectClient(fixture.login(sender), { will }).catch(() => null)
      dying?.client.stream.destroy()
      await settle(listening, topicA)
      await settle(listening, topicA)
      expect(listening.received.map(({ payload }) => payload)).not.toContain('from beyond')
    })

    test('a wrong password, an unknown device and no name at all are refused', async () => {
      const device = await enrol(branchA)
      expect(await canConnect(fixture.login(device))).toBe(true)
      expect(await canConnect(fixture.login(device, { password: 'wrong' }))).toBe(false)
      expect(await canConnect(fixture.login(device, { password: '' }))).toBe(false)
      expect(await canConnect(fixture.login(newDevice(branchA)))).toBe(false)
      expect(await canConnect(fixture.login(device, { username: '', password: '' }))).toBe(false)
      const other = await enrol(branchB)
      expect(await canConnect(fixture.login(device, { password: other.password }))).toBe(false)
    })

    test('a revoked device is disconnected and refused from then on, the others stay', async () => {
      const [revoked, other] = [await enrol(branchA), await enrol(branchA)]
      const tabs = [
        await connect(fixture.login(revoked, { clientId: `${revoked.deviceId}-1` })),
        await connect(fixture.login(revoked, { clientId: `${revoked.deviceId}-2` })),
      ]
      const staying = await connect(fixture.login(other))
      expect(await staying.subscribe(branchSubscription(branchA))).toBe(true)
      await fixture.revoke(revoked.deviceId)
      await Promise.all(tabs.map((tab) => tab.ended))
      expect(await canConnect(fixture.login(revoked))).toBe(false)
      await settle(staying, topicA)
      await fixture.revoke(revoked.deviceId)
    })

    test('the backend publishes by its own name and password, and only with the right one', async () => {
      const device = await enrol(branchA)
      const listening = await connect(fixture.login(device))
      expect(await listening.subscribe(branchSubscription(branchA))).toBe(true)
      const backend = await connect(fixture.backendLogin())
      await backend.client.publishAsync(topicA, 'by a plain client', { qos: 1 })
      await vi.waitFor(() => expect(listening.received).toEqual([{ topic: topicA, payload: 'by a plain client' }]))
      expect(await canConnect({ ...fixture.backendLogin(), password: 'wrong' })).toBe(false)
    })

    test('provisioning again changes nothing for a connected device', async () => {
      const device = await enrol(branchA)
      const client = await connect(fixture.login(device))
      expect(await client.subscribe(branchSubscription(branchA))).toBe(true)
      await Promise.all([fixture.register(device), fixture.register(device)])
      await settle(client, topicA)
      expect(client.client.connected).toBe(true)
    })

    test('[S4] publishes that do not wait for each other arrive in order, each once', async () => {
      const device = await enrol(branchA)
      const client = await connect(fixture.login(device))
      expect(await client.subscribe(branchSubscription(branchA))).toBe(true)
      const payloads = Array.from({ length: 500 }, (_, index) => `${index}`)
      await Promise.all(payloads.map((payload) => fixture.broker.publish(topicA, payload)))
      await vi.waitFor(() => expect(client.received.map(({ payload }) => payload)).toEqual(payloads), {
        timeout: 5_000,
      })
    })
  })
}
