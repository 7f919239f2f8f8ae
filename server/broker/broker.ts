import type { BranchScope } from '../../src/contract/topics.ts'

/** A device as the broker has to know it. The password is in plain only while the device presents it, or is given it. */
export interface DeviceCredentials {
  readonly deviceId: string
  readonly password: string
  readonly scope: BranchScope
}

export interface BrokerEndpoint {
  /** What a browser connects to, `ws://…` or `wss://…`. */
  readonly url: string
  /** 4 is MQTT 3.1.1, 5 is MQTT v5. */
  readonly protocolVersion: 4 | 5
}

/**
 * `not_possible`: this broker offers no way to end an open connection, as it is set up; the device goes on receiving its branch's
 * events until the connection ends by itself, or the broker asks for its password again.
 */
export type RevokeOutcome = 'ended' | 'not_possible'

/**
 * What the server needs of a broker. Everything particular to one product of that kind stays in its adapter; who may do
 * what is decided once, in policy.ts.
 */
export interface Broker {
  /** For logs, /readyz and tests: `embedded`, `mosquitto` or `emqx`. */
  readonly name: 'embedded' | 'mosquitto' | 'emqx'
  /**
   * Begins to connect and returns at once; a broker that is away is tried again until `close` (full jitter, at most 2 s).
   * Called after the server listens: EMQX asks it about the backend's own connection too.
   */
  start(): void
  readonly connected: boolean
  /** Calls back at each change of `connected`. Returns the way to stop. */
  onConnection(listener: (connected: boolean) => void): () => void
  /**
   * Publishes with QoS 1, not retained. Resolves when the broker has acknowledged, rejects when it is not connected or the
   * connection is lost before. Calls made one after another without waiting reach the broker in that order; nothing is
   * sent again by itself.
   */
  publish(topic: string, payload: string): Promise<void>
  /** Where a browser finds the broker; `requestOrigin` is the origin it used for REST, e.g. `https://192.168.1.5:8080`. */
  endpoint(requestOrigin: string): BrokerEndpoint
  /** Makes the broker accept this device. Called whenever a device presents its password over REST, or gets one; repeating it is cheap. */
  provision(device: DeviceCredentials): Promise<void>
  /** Refuses the device from now on and ends its connections. Rejects when the broker could not be told. */
  revoke(deviceId: string): Promise<RevokeOutcome>
  close(): Promise<void>
}
