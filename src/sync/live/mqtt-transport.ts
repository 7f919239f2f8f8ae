/**
 * One MQTT connection over WebSocket, by MQTT.js. It opens, subscribes and reports; when to open again is decided in
 * connection.pure.ts, so MQTT.js's own reconnecting (fixed period, no jitter) is off.
 */
import type { connect, MqttClient } from 'mqtt'
import type { Enrollment } from '../../contract/device.ts'
import { branchSubscription } from '../../contract/topics.ts'
import type { MqttConnect, MqttConnectionEvents, MqttPasswordLike } from '../ports.ts'

const CONNECT_TIMEOUT_MS = 8000
/** CONNACK codes that say "not you": 4, 5 in MQTT 3.1.1; 134, 135, 138 in MQTT v5. */
const REFUSAL_CODES: readonly unknown[] = [4, 5, 134, 135, 138]

interface MqttLibrary {
  readonly connect: typeof connect
}

/** MQTT.js is loaded at the first connect, after the first paint: it is the largest library of the app. */
export function createMqttTransport(
  device: Enrollment,
  password: MqttPasswordLike,
  loadMqtt: () => Promise<MqttLibrary>,
): MqttConnect {
  return (clientId, events) => {
    const connection = { closed: false, client: null as MqttClient | null }
    const login = { clientId, password: '' }
    // Its first use is what ends a program that signed in with the one before.
    const forget = password.onNew((next) => {
      if (login.password !== '' && next !== login.password) finish(false, 'signs in with its new password')
    })
    const finish = (refused: boolean, text: string) => {
      if (connection.closed) return
      connection.closed = true
      forget()
      connection.client?.end(true)
      if (refused) password.refused(login.password)
      events.onClosed({ refused, text })
    }
    Promise.all([loadMqtt(), password.read()]).then(
      ([mqtt, secret]) => {
        if (connection.closed) return
        login.password = secret
        connection.client = openClient(mqtt, device, login, events, finish)
      },
      (error: unknown) => finish(false, `MQTT.js or the password could not be loaded: ${String(error)}`),
    )
    return {
      probe() {
        connection.client?.sendPing()
      },
      close() {
        connection.closed = true
        forget()
        // By force: on a half-open link a parting word would wait for the socket. The browser ends the socket by itself.
        connection.client?.end(true)
      },
    }
  }
}

function openClient(
  { connect }: MqttLibrary,
  device: Enrollment,
  { clientId, password }: { readonly clientId: string; readonly password: string },
  events: MqttConnectionEvents,
  finish: (refused: boolean, text: string) => void,
): MqttClient {
  const { mqtt, env, merchant, branch } = device
  const client = connect(mqtt.url, {
    clientId,
    username: mqtt.username,
    password,
    protocolVersion: mqtt.protocol_version,
    keepalive: mqtt.keepalive,
    clean: true,
    reconnectPeriod: 0,
    connectTimeout: CONNECT_TIMEOUT_MS,
    resubscribe: false,
    manualConnect: true,
    // Its other timers run in a worker made from a blob, which the content security policy refuses. Nothing needs them: in a
    // hidden tab, where timers run once a minute, its pings come late, but each heartbeat of the server, every 4 s, is
    // acknowledged (QoS 1), and to the broker any packet is a sign of life. Messages are not throttled.
    timerVariant: 'native',
  })
  const filter = branchSubscription({ env, merchantCode: merchant.code, branchCode: branch.code })
  client.on('connect', () => {
    client.subscribe(filter, { qos: 1 }, (error, granted) => {
      const isGranted = !error && granted?.every(({ qos }) => qos < 128)
      if (isGranted) events.onReady()
      else if (client.connected) finish(true, `subscription refused: ${error?.message ?? filter}`)
      else finish(false, error?.message ?? 'closed')
    })
  })
  client.on('message', (topic, payload) => events.onMessage({ topic, payload }))
  client.on('packetreceive', ({ cmd }) => {
    if (cmd === 'pingresp') events.onPong()
  })
  client.on('error', (error) => {
    const code = 'code' in error ? error.code : null
    finish(REFUSAL_CODES.includes(code), error.message)
  })
  client.on('disconnect', () => finish(false, 'disconnected by the broker'))
  client.on('close', () => finish(false, 'connection closed'))
  client.connect()
  return client
}
