import { EventEmitter } from 'node:events'
import type { IClientOptions } from 'mqtt'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Enrollment } from '../../../src/contract/device.ts'
import { createMqttTransport } from '../../../src/sync/live/mqtt-transport.ts'

const DEVICE: Enrollment = {
  device_id: 'DEV-1',
  device_name: 'Kasir 1',
  device_secret_token: 'a-token-of-this-device',
  merchant: { code: 'MRC-1', name: 'Toko' },
  branch: { code: 'BRN-1', name: 'Pusat' },
  env: 'test',
  mqtt: { url: 'wss://shop.test/mqtt', protocol_version: 5, username: 'DEV-1', keepalive: 60 },
}
const PASSWORD = 'its-password-at-the-broker'
const TOPICS = 'test/MRC-1/BRN-1/+/updates'

type MqttLibrary = Awaited<ReturnType<Parameters<typeof createMqttTransport>[2]>>
type Granted = (error: Error | null, granted?: readonly { qos: number }[]) => void

/** MQTT.js as far as the transport knows it; what it would do to a socket is only counted. */
class FakeClient extends EventEmitter {
  connected = false
  opened = 0
  reopened = 0
  readonly asked: { filter: string; qos: number; answer: Granted }[] = []
  readonly ended: boolean[] = []
  readonly sendPing = vi.fn()

  connect() {
    this.opened += 1
    return this
  }

  reconnect() {
    this.reopened += 1
    return this
  }

  subscribe(filter: string, { qos }: { qos: number }, answer: Granted) {
    this.asked.push({ filter, qos, answer })
    return this
  }

  end(isForced: boolean) {
    this.ended.push(isForced)
    return this
  }
}

const listeners = new Set<(password: string) => void>()
const password = {
  read: vi.fn(async () => PASSWORD),
  refused: vi.fn(),
  onNew(told: (password: string) => void) {
    listeners.add(told)
    return () => listeners.delete(told)
  },
}
const events = { onReady: vi.fn(), onMessage: vi.fn(), onPong: vi.fn(), onClosed: vi.fn() }
beforeEach(() => {
  vi.clearAllMocks()
  listeners.clear()
})

async function openOne(device: Enrollment = DEVICE, clientId = 'DEV-1-tab') {
  const client = new FakeClient()
  const connect = vi.fn((_url: string, _options: IClientOptions) => client)
  const coming = Promise.resolve({ connect } as unknown as MqttLibrary)
  const connection = createMqttTransport(device, password, () => coming)(clientId, events)
  await vi.waitFor(() => expect(connect).toHaveBeenCalledOnce())
  const [url, options] = connect.mock.calls[0] ?? []
  return { client, connection, url, options }
}

describe('the MQTT connection', () => {
  it('[C9] is opened as the server said, under the client id that it was given', async () => {
    const { url, options, client } = await openOne(DEVICE, 'DEV-1-4f2a')
    expect(url).toBe('wss://shop.test/mqtt')
    expect(options).toMatchObject({
      clientId: 'DEV-1-4f2a',
      username: 'DEV-1',
      password: PASSWORD,
      protocolVersion: 5,
      keepalive: 60,
      clean: true,
    })
    expect(client.opened).toBe(1)
    const { options: older } = await openOne({
      ...DEVICE,
      mqtt: { ...DEVICE.mqtt, protocol_version: 4, keepalive: 25 },
    })
    expect(older).toMatchObject({ protocolVersion: 4, keepalive: 25 })
  })

  it('[C5] never opens itself again: the library’s reconnecting is off, and a closed one is ended', async () => {
    const { client, options } = await openOne()
    expect(options).toMatchObject({ reconnectPeriod: 0, resubscribe: false, manualConnect: true })
    client.emit('close')
    client.emit('close')
    expect(events.onClosed).toHaveBeenCalledExactlyOnceWith({ refused: false, text: 'connection closed' })
    expect(client.ended).toEqual([true])
    expect({ opened: client.opened, reopened: client.reopened }).toEqual({ opened: 1, reopened: 0 })
  })

  it('gives up an attempt that hangs, and needs no worker of the library’s', async () => {
    const { options } = await openOne()
    // Below the 12 s after which rule C5 gives up what hangs in any case.
    expect(options?.connectTimeout).toBe(8000)
    expect(options?.timerVariant).toBe('native')
  })

  it('[C5] is ready once its branch’s topics are granted, with QoS 1', async () => {
    const { client } = await openOne()
    client.connected = true
    client.emit('connect')
    expect(client.asked).toMatchObject([{ filter: TOPICS, qos: 1 }])
    expect(events.onReady).not.toHaveBeenCalled()
    client.asked[0]?.answer(null, [{ qos: 1 }])
    expect(events.onReady).toHaveBeenCalledOnce()
    const payload = new Uint8Array([123])
    client.emit('message', 'topic', payload)
    expect(events.onMessage).toHaveBeenCalledWith({ topic: 'topic', payload })
  })

  it.each([
    ['a grant that says no', null, [{ qos: 128 }]],
    ['an error', new Error('not authorised'), undefined],
  ])(
    '[C5] a subscription answered by %s is a refusal, one that the connection’s end cut off is not',
    async (_, error, granted) => {
      const { client } = await openOne()
      client.connected = true
      client.emit('connect')
      client.asked[0]?.answer(error, granted)
      expect(events.onClosed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ refused: true }))

      events.onClosed.mockClear()
      const cut = await openOne()
      cut.client.emit('connect')
      cut.client.asked[0]?.answer(error, granted)
      expect(events.onClosed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ refused: false }))
    },
  )

  it.each([4, 5, 134, 135, 138])('[C5] CONNACK %i refuses the credentials', async (code) => {
    const { client } = await openOne()
    client.emit('error', Object.assign(new Error('refused'), { code }))
    expect(events.onClosed).toHaveBeenCalledExactlyOnceWith({ refused: true, text: 'refused' })
    expect(password.refused).toHaveBeenCalledExactlyOnceWith(PASSWORD)
  })

  it('[C5] any other error is a lost connection', async () => {
    const { client } = await openOne()
    client.emit('error', Object.assign(new Error('busy'), { code: 136 }))
    expect(events.onClosed).toHaveBeenCalledExactlyOnceWith({ refused: false, text: 'busy' })
    expect(password.refused).not.toHaveBeenCalled()
  })

  it('[C5] a probe is a ping, and its answer is told', async () => {
    const { client, connection } = await openOne()
    connection.probe()
    expect(client.sendPing).toHaveBeenCalledOnce()
    client.emit('packetreceive', { cmd: 'publish' })
    expect(events.onPong).not.toHaveBeenCalled()
    client.emit('packetreceive', { cmd: 'pingresp' })
    expect(events.onPong).toHaveBeenCalledOnce()
  })

  it('[C5] given up it is ended by force and says nothing more', async () => {
    const { client, connection } = await openOne()
    connection.close()
    client.emit('close')
    expect(client.ended).toEqual([true])
    expect(events.onClosed).not.toHaveBeenCalled()
  })

  it('[C5] ends when its password is replaced, to be opened with the next one, and not for its own', async () => {
    const { client, connection } = await openOne()
    for (const told of listeners) told(PASSWORD)
    expect(events.onClosed).not.toHaveBeenCalled()
    for (const told of listeners) told('the next one')
    expect(client.ended).toEqual([true])
    expect(events.onClosed).toHaveBeenCalledExactlyOnceWith(expect.objectContaining({ refused: false }))
    expect(password.refused).not.toHaveBeenCalled()
    expect(listeners.size).toBe(0)
    connection.close()
    const { connection: second } = await openOne()
    second.close()
    expect(listeners.size).toBe(0)
  })

  it('given up before the library has come, it is never opened; no library is a lost connection', async () => {
    const connect = vi.fn()
    const coming = Promise.resolve({ connect } as unknown as MqttLibrary)
    createMqttTransport(DEVICE, password, () => coming)('DEV-1-tab', events).close()
    await coming
    const offline = () => Promise.reject(new Error('no network'))
    createMqttTransport(DEVICE, password, offline)('DEV-1-tab', events)
    await vi.waitFor(() => expect(events.onClosed).toHaveBeenCalledOnce())
    expect(events.onClosed).toHaveBeenCalledWith({ refused: false, text: expect.stringContaining('no network') })
    expect(connect).not.toHaveBeenCalled()
  })
})
