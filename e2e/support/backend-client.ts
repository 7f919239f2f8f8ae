import { connectAsync, type MqttClient } from 'mqtt'
import { buildTopic, type TopicKind } from '../../src/contract/topics.ts'
import type { Branch } from './admin-client.ts'
import type { BrokerUnderTest } from './broker-under-test.ts'

/** Any MStore backend: a plain MQTT client with the backend's user, which knows nothing of our publisher. */
export interface BackendClient {
  /** Publishes with QoS 1 and resolves when the broker has acknowledged. A string goes out as it stands. */
  publish(branch: Branch, kind: TopicKind, payload: unknown): Promise<void>
  close(): Promise<void>
}

export function createBackendClient(
  broker: BrokerUnderTest,
  at: { readonly serverOrigin: () => string; readonly appEnv: string },
): BackendClient {
  let client: MqttClient | null = null
  return {
    async publish({ merchantCode, branchCode }, kind, payload) {
      const { username, password, protocolVersion } = broker
      client ??= await connectAsync(broker.url(at.serverOrigin()), { username, password, protocolVersion }, false)
      const topic = buildTopic({ env: at.appEnv, merchantCode, branchCode }, kind)
      const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
      await client.publishAsync(topic, text, { qos: 1 })
    },
    async close() {
      await client?.endAsync(true)
      client = null
    },
  }
}
