import { connectAsync, type IClientOptions, type MqttClient } from 'mqtt'

export interface Received {
  readonly topic: string
  readonly payload: string
}

/** An MQTT client as a counter or the backend's own tools would use it, and all that it was sent. */
export interface TestClient {
  readonly client: MqttClient
  readonly received: readonly Received[]
  /** Resolves when the broker has ended the connection. */
  readonly ended: Promise<void>
  /** Subscribes with QoS 1; resolves to whether the broker granted it. */
  subscribe(filter: string): Promise<boolean>
  close(): Promise<void>
}

export interface Login {
  readonly url: string
  readonly protocolVersion: 4 | 5
  readonly username: string
  readonly password: string
  readonly clientId: string
}

/** Connects once, without trying again; rejects when the broker refuses. */
export async function connectClient(login: Login, options: IClientOptions = {}): Promise<TestClient> {
  const received: Received[] = []
  const client = await connectAsync(
    login.url,
    {
      protocolVersion: login.protocolVersion,
      username: login.username,
      password: login.password,
      clientId: login.clientId,
      reconnectPeriod: 0,
      connectTimeout: 5_000,
      ...options,
    },
    false,
  )
  client.on('error', () => undefined)
  client.on('message', (topic, payload) => received.push({ topic, payload: payload.toString('utf8') }))
  const ended = new Promise<void>((resolve) => client.once('close', () => resolve()))
  return {
    client,
    received,
    ended,
    async subscribe(filter) {
      try {
        const grants = await client.subscribeAsync(filter, { qos: 1 })
        return grants.every(({ qos }) => qos < 128)
      } catch {
        return false
      }
    },
    close: () => client.endAsync(true),
  }
}

/** True when the broker lets this login in; it is disconnected again at once. */
export async function canConnect(login: Login, options: IClientOptions = {}): Promise<boolean> {
  try {
    const { close } = await connectClient(login, options)
    await close()
    return true
  } catch {
    return false
  }
}
