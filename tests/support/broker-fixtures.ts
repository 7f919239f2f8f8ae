/**
 * The brokers that the broker tests run against, each behind the adapter that the server would use:
 * - the embedded one, always;
 * - a Mosquitto started here, with TEST_MOSQUITTO=1;
 * - one that somebody else runs, with MQTT_BROKER=mosquitto|emqx and MQTT_URL, MQTT_WS_URL, MQTT_USERNAME, MQTT_PASSWORD
 *   (for EMQX also MQTT_HOOK_SECRET and PORT, where it calls back). It is never started or stopped.
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Fastify from 'fastify'
import { pino } from 'pino'
import { vi } from 'vitest'
import type { Broker } from '../../server/broker/broker.ts'
import { type BrokerConfig, createBroker } from '../../server/broker/create-broker.ts'
import { answerError } from '../../server/http/answer-error.ts'
import { registerMqttHooks } from '../../server/routes/mqtt-hooks.ts'
import { createTestDirectory, type TestDevice } from './device-directory.ts'
import { startMosquitto } from './mosquitto.ts'
import type { Login } from './mqtt-device.ts'

export const TEST_ENV = 'test'

export interface BrokerFixture {
  readonly broker: Broker
  /** How a device logs in; `clientId` defaults to the device id and a tab. */
  login(device: TestDevice, changes?: Partial<Login>): Login
  /** How the backend's own tools log in. */
  backendLogin(): Login
  /** Enrols the device and makes the broker accept it. */
  register(device: TestDevice): Promise<void>
  /** As the server does it: the directory first, the broker after. */
  revoke(deviceId: string): Promise<void>
  close(): Promise<void>
}

export interface BrokerUnderTest {
  readonly name: string
  open(): Promise<BrokerFixture>
}

const log = pino({ level: process.env.LOG_LEVEL ?? 'silent' })

export function brokersUnderTest(): BrokerUnderTest[] {
  const brokers: BrokerUnderTest[] = [{ name: 'embedded', open: openEmbedded }]
  if (process.env.TEST_MOSQUITTO === '1') brokers.push({ name: 'mosquitto', open: openMosquitto })
  const kind = process.env.MQTT_BROKER
  if (kind === 'mosquitto' || kind === 'emqx')
    brokers.push({ name: `external ${kind}`, open: () => openExternal(kind) })
  return brokers
}

async function openEmbedded(): Promise<BrokerFixture> {
  const http = createServer()
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  return await openFixture(
    { kind: 'embedded', env: TEST_ENV, username: 'backend', password: 'backend-secret' },
    {
      origin: `http://127.0.0.1:${port}`,
      attachTo: http,
      close: () => new Promise((resolve) => http.close(() => resolve())),
    },
  )
}

async function openMosquitto(): Promise<BrokerFixture> {
  const mosquitto = await startMosquitto()
  const { url, wsUrl, username, password } = mosquitto
  return await openFixture(
    { kind: 'mosquitto', env: TEST_ENV, url, wsUrl, username, password },
    {
      close: () => mosquitto.stop(),
    },
  )
}

async function openExternal(kind: 'mosquitto' | 'emqx'): Promise<BrokerFixture> {
  const { MQTT_URL, MQTT_WS_URL, MQTT_USERNAME, MQTT_PASSWORD, EMQX_API_URL, EMQX_API_KEY, EMQX_API_SECRET } =
    process.env
  return await openFixture(
    {
      kind,
      env: TEST_ENV,
      url: MQTT_URL,
      wsUrl: MQTT_WS_URL,
      username: MQTT_USERNAME,
      password: MQTT_PASSWORD,
      emqxApi:
        EMQX_API_URL && EMQX_API_KEY && EMQX_API_SECRET
          ? { url: EMQX_API_URL, key: EMQX_API_KEY, secret: EMQX_API_SECRET }
          : undefined,
    },
    { hooksPort: kind === 'emqx' ? Number(process.env.PORT ?? '8080') : undefined },
  )
}

async function openFixture(
  config: BrokerConfig,
  surroundings: {
    readonly origin?: string
    readonly attachTo?: ReturnType<typeof createServer>
    readonly hooksPort?: number | undefined
    readonly close?: () => Promise<void>
  },
): Promise<BrokerFixture> {
  const directory = createTestDirectory()
  const { broker, access, attach } = await createBroker(config, { devices: directory, log })
  const hooks = Fastify()
  hooks.setErrorHandler(answerError)
  registerMqttHooks(hooks, { access, secret: process.env.MQTT_HOOK_SECRET })
  if (surroundings.hooksPort !== undefined) await hooks.listen({ port: surroundings.hooksPort, host: '0.0.0.0' })
  if (surroundings.attachTo !== undefined) attach(surroundings.attachTo)
  broker.start()
  await vi.waitUntil(() => broker.connected, { timeout: 10_000, interval: 10 })

  const endpoint = broker.endpoint(surroundings.origin ?? 'http://127.0.0.1')
  return {
    broker,
    login: (device, changes = {}) => ({
      ...endpoint,
      username: device.deviceId,
      password: device.password,
      clientId: `${device.deviceId}-tab`,
      ...changes,
    }),
    backendLogin: () => ({
      ...endpoint,
      username: config.username ?? '',
      password: config.password ?? '',
      clientId: `tool-${Math.random()}`,
    }),
    async register(device) {
      directory.add(device)
      await broker.provision(device)
    },
    async revoke(deviceId) {
      directory.remove(deviceId)
      await broker.revoke(deviceId)
    },
    async close() {
      await broker.close()
      await hooks.close()
      await surroundings.close?.()
    },
  }
}
