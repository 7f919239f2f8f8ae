import { randomBytes } from 'node:crypto'
import { connectAsync } from 'mqtt'
import { createTcpProxy, type TcpProxy } from './tcp-proxy.ts'

export type BrokerKind = 'embedded' | 'mosquitto' | 'emqx'

/** The broker that the environment names. An external one is used as it stands: never started, stopped or configured here. */
export interface BrokerUnderTest {
  readonly kind: BrokerKind
  /** What the server is started with. */
  readonly env: Readonly<Record<string, string>>
  readonly username: string
  readonly password: string
  /** 4 is MQTT 3.1.1, 5 is MQTT v5. */
  readonly protocolVersion: 4 | 5
  /** In front of an external broker's WebSocket; null: browsers reach the broker through the server's own port. */
  readonly proxy: TcpProxy | null
  /** Where the backend's own tools connect, given the server's origin. */
  url(serverOrigin: string): string
}

const PASSED_ON = /^(MQTT_|EMQX_)/
const VERSION_TOPICS = ['$SYS/broker/version', '$SYS/brokers/+/version']
const VERSION_DEADLINE_MS = 1_500
/** Reason codes from here on refuse a subscription. */
const REFUSED = 128

/** Reads MQTT_… and EMQX_…; throws when an external broker's address is missing. */
export async function readBrokerUnderTest(environment: NodeJS.ProcessEnv): Promise<BrokerUnderTest> {
  const given: Record<string, string> = {}
  for (const [name, value] of Object.entries(environment)) {
    if (PASSED_ON.test(name) && value) given[name] = value
  }
  const kind = given.MQTT_BROKER ?? 'embedded'
  if (kind !== 'embedded' && kind !== 'mosquitto' && kind !== 'emqx') throw new Error(`MQTT_BROKER=${kind}?`)
  const username = given.MQTT_USERNAME ?? 'mstore-backend'
  const password = given.MQTT_PASSWORD ?? randomBytes(12).toString('hex')
  const env = { ...given, MQTT_BROKER: kind, MQTT_USERNAME: username, MQTT_PASSWORD: password }
  if (kind === 'embedded') {
    const url = (serverOrigin: string) => `${serverOrigin.replace(/^http/, 'ws')}/mqtt`
    return { kind, env, username, password, protocolVersion: 4, proxy: null, url }
  }
  const { MQTT_URL: serverUrl, MQTT_WS_URL: wsUrl } = given
  if (!serverUrl || !wsUrl) throw new Error(`MQTT_BROKER=${kind} needs MQTT_URL and MQTT_WS_URL`)
  const proxied = await proxyInFrontOf(wsUrl)
  return {
    kind,
    env: proxied ? { ...env, MQTT_WS_URL: proxied.url } : env,
    username,
    password,
    protocolVersion: 5,
    proxy: proxied?.proxy ?? null,
    url: () => serverUrl,
  }
}

/** Name and, where the broker tells it, version. */
export async function describeBroker(broker: BrokerUnderTest, serverOrigin: string): Promise<string> {
  const version = await readVersion(broker, broker.url(serverOrigin)).catch(() => null)
  return version === null
    ? `${broker.kind} (it does not tell its version)`
    : `${broker.kind} ${version.replace(/^.*version /, '')}`
}

async function readVersion(broker: BrokerUnderTest, url: string): Promise<string | null> {
  const { username, password, protocolVersion } = broker
  const client = await connectAsync(url, { username, password, protocolVersion, reconnectPeriod: 0 }, false)
  try {
    const told = new Promise<string>((resolve) =>
      client.on('message', (_topic, payload) => resolve(payload.toString())),
    )
    const grants = await Promise.all(VERSION_TOPICS.map((topic) => client.subscribeAsync(topic).catch(() => [])))
    if (!grants.flat().some(({ qos }) => qos < REFUSED)) return null
    const silence = new Promise<null>((resolve) => setTimeout(() => resolve(null), VERSION_DEADLINE_MS))
    return await Promise.race([told, silence])
  } finally {
    await client.endAsync(true)
  }
}

/** Null for wss: the certificate names the broker, not the proxy. */
async function proxyInFrontOf(wsUrl: string): Promise<{ proxy: TcpProxy; url: string } | null> {
  const url = new URL(wsUrl)
  if (url.protocol !== 'ws:') return null
  const target = { host: url.hostname, port: Number(url.port || 80) }
  const proxy = await createTcpProxy(() => target)
  url.hostname = '127.0.0.1'
  url.port = String(proxy.port)
  return { proxy, url: url.href }
}
