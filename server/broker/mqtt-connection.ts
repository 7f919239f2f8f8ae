import { Socket } from 'node:net'
import { connect } from 'mqtt'
import { BrokerError } from './errors.ts'

/** One connection to an external broker, from its first byte to its end. It never comes back: the link opens another. */
export interface MqttConnection {
  /**
   * Publishes with QoS 1, not retained. `done` is called at the acknowledgement, with an error when the broker refused; when the
   * connection ends it may be called or not.
   */
  publish(topic: string, payload: string, done: (error: BrokerError | null) => void): void
  /** Resolves when the broker has granted the filter. */
  subscribe(filter: string): Promise<void>
  /** Ends the connection: `closed` follows. Politely (DISCONNECT) when nothing is outstanding, else at once. */
  end(): void
}

export interface MqttConnectionEvents {
  /** The broker has let us in; `receiveMaximum` is how many unacknowledged publishes it takes at a time. */
  opened(receiveMaximum: number): void
  message(topic: string, payload: string): void
  /** Called exactly once, also when the connection never opened. */
  closed(reason: Error): void
}

export interface MqttConnectionOptions {
  /** `mqtt://…`, `mqtts://…`, `ws://…` or `wss://…`. */
  readonly url: string
  readonly clientId: string
  readonly username: string
  readonly password: string
}

export type OpenMqttConnection = (options: MqttConnectionOptions, events: MqttConnectionEvents) => MqttConnection

/** Seconds; a broker that is gone without a word is noticed within one and a half of these. */
const KEEPALIVE_S = 10
const CONNECT_TIMEOUT_MS = 5_000
/** How long the broker may take to close its side after our DISCONNECT. */
const GOODBYE_MS = 1_000
/** MQTT v5, 3.2.2.3.3: what holds when the broker does not say. */
const DEFAULT_RECEIVE_MAXIMUM = 65_535

/**
 * Opens an MQTT v5 connection by MQTT.js: clean start, no session, no reconnecting and no sending again of its own, because the
 * publisher knows better what has to be sent (rule S4).
 */
export const openMqttConnection: OpenMqttConnection = (options, events) => {
  const client = connect(options.url, {
    clientId: options.clientId,
    username: options.username,
    password: options.password,
    protocolVersion: 5,
    clean: true,
    properties: { sessionExpiryInterval: 0 },
    keepalive: KEEPALIVE_S,
    connectTimeout: CONNECT_TIMEOUT_MS,
    reconnectPeriod: 0,
    resubscribe: false,
    queueQoSZero: false,
    manualConnect: true,
  })
  let isOver = false
  let outstanding = 0

  const finish = (reason: Error): void => {
    if (isOver) return
    isOver = true
    // First the word, then the clean-up: it calls back every publish that is still outstanding.
    events.closed(reason)
    client.end(true)
  }

  client.on('connect', (connack) => {
    // Small packets one after another: with Nagle's algorithm each waits for the acknowledgement of the one before.
    if (client.stream instanceof Socket) client.stream.setNoDelay(true)
    events.opened(connack.properties?.receiveMaximum ?? DEFAULT_RECEIVE_MAXIMUM)
  })
  client.on('message', (topic, payload) => events.message(topic, payload.toString('utf8')))
  client.on('disconnect', (packet) => {
    finish(new BrokerError('unavailable', `the broker ended the connection, reason code ${packet.reasonCode ?? 0}`))
  })
  client.on('error', finish)
  client.on('close', () => finish(new BrokerError('unavailable', 'the connection to the broker was closed')))
  client.connect()

  return {
    publish(topic, payload, done) {
      outstanding += 1
      client.publish(topic, payload, { qos: 1, retain: false }, (error) => {
        outstanding -= 1
        done(error ? toBrokerError(error) : null)
      })
    },
    async subscribe(filter) {
      await client.subscribeAsync(filter, { qos: 1 })
    },
    end() {
      if (isOver) return
      const ended = new BrokerError('unavailable', 'the connection to the broker was ended here')
      if (outstanding > 0 || !client.connected) return finish(ended)
      client.end()
      setTimeout(() => finish(ended), GOODBYE_MS).unref()
    },
  }
}

/** MQTT.js gives the reason code of a negative acknowledgement as `code`; a lost connection has none. */
function toBrokerError(error: Error): BrokerError {
  const isRefusal = 'code' in error && typeof error.code === 'number'
  return new BrokerError(isRefusal ? 'refused' : 'unavailable', error.message, { cause: error })
}
