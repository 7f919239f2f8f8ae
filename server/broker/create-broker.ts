import { randomUUID } from 'node:crypto'
import type { Server as HttpServer } from 'node:http'
import type { Server as HttpsServer } from 'node:https'
import type { BaseLogger } from 'pino'
import { type AccessControl, createAccessControl, type DeviceDirectory } from './access-control.ts'
import type { Broker } from './broker.ts'
import { createEmbeddedBroker } from './embedded.ts'
import { createEmqxBroker } from './emqx.ts'
import type { EmqxApi } from './emqx-api.ts'
import { createMosquittoBroker } from './mosquitto.ts'

/** The broker's part of the configuration. The environment variable that gives each value stands behind it. */
export interface BrokerConfig {
  /** MQTT_BROKER */
  readonly kind: 'embedded' | 'mosquitto' | 'emqx'
  /** APP_ENV */
  readonly env: string
  /** MQTT_URL; needed by mosquitto and emqx. */
  readonly url?: string | undefined
  /** MQTT_WS_URL; needed by mosquitto and emqx. */
  readonly wsUrl?: string | undefined
  /** MQTT_USERNAME and MQTT_PASSWORD; needed by mosquitto and emqx. With the embedded broker they let the backend's own tools in. */
  readonly username?: string | undefined
  readonly password?: string | undefined
  /** EMQX_API_URL, EMQX_API_KEY, EMQX_API_SECRET: without it a revoked device of EMQX stays connected until its sign-in runs out. */
  readonly emqxApi?: EmqxApi | undefined
  /** TRUST_PROXY: whose word about a client's address the embedded broker believes. */
  readonly trustProxy?: false | string | undefined
}

export interface CreatedBroker {
  readonly broker: Broker
  /** For the hooks that EMQX calls. */
  readonly access: AccessControl
  /** Lets the embedded broker answer at `/mqtt` of this server; an external broker has its own port and needs nothing. */
  attach(server: HttpServer | HttpsServer): void
}

/**
 * Builds the adapter that the configuration names; nothing connects before `broker.start()`. Throws RangeError, with a message for the
 * operator, when a value that this broker needs is missing.
 */
export async function createBroker(
  config: BrokerConfig,
  dependencies: {
    readonly devices: DeviceDirectory
    readonly log: BaseLogger
    readonly onRefused?: (username: string) => void
  },
): Promise<CreatedBroker> {
  const { devices, log, onRefused } = dependencies
  const { username, password } = config
  const backend = username === undefined || password === undefined ? null : { username, password }
  const access = createAccessControl({ env: config.env, backend, devices, onRefused })

  if (config.kind === 'embedded') {
    const broker = await createEmbeddedBroker({
      access,
      log,
      wsUrl: config.wsUrl,
      trustProxy: config.trustProxy ?? false,
    })
    return { broker, access, attach: (server) => broker.attach(server) }
  }

  const needed = (name: string, value: string | undefined): string => {
    if (value === undefined || value === '') throw new RangeError(`MQTT_BROKER=${config.kind} needs ${name}`)
    return value
  }
  const connection = {
    url: needed('MQTT_URL', config.url),
    username: needed('MQTT_USERNAME', username),
    password: needed('MQTT_PASSWORD', password),
    // Unlike any other's: two connections with one client id end each other.
    clientId: `mstore-backend-${randomUUID()}`,
  }
  const wsUrl = needed('MQTT_WS_URL', config.wsUrl)
  const attach = (): void => undefined

  if (config.kind === 'mosquitto') {
    return { broker: createMosquittoBroker({ connection, wsUrl, env: config.env, devices, log }), access, attach }
  }
  return { broker: createEmqxBroker({ connection, wsUrl, api: config.emqxApi ?? null, log }), access, attach }
}
