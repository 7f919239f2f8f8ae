/**
 * EMQX 5. Who may do what it asks of this server over HTTP (server/routes/mqtt-hooks.ts), so a device needs no provisioning and a
 * revoked one is refused from that moment; this adapter publishes, and by the management API ends the revoked device's connections and
 * what a device has too many of.
 */
import type { BaseLogger } from 'pino'
import type { Broker } from './broker.ts'
import { type EmqxApi, type EmqxClient, kickClient, listClients, PAGE_SIZE } from './emqx-api.ts'
import { findSurplus } from './emqx-surplus.ts'
import type { MqttConnectionOptions } from './mqtt-connection.ts'
import { createMqttLink } from './mqtt-link.ts'

export interface EmqxBrokerOptions {
  readonly connection: MqttConnectionOptions
  readonly wsUrl: string
  /** Null: a revoked device is refused at its next connection only, which comes when its sign-in runs out (mqtt-hooks.ts). */
  readonly api: EmqxApi | null
  readonly log: Pick<BaseLogger, 'info' | 'warn'>
  /** How long to wait before asking an API again that failed, in ms. */
  readonly retryMs?: number
  /** How often kept sessions and surplus connections are ended, in ms. */
  readonly tidyMs?: number
}

const RETRY_MS = 5_000
const TIDY_EVERY_MS = 30_000
/** Clients that are looked at in one go: a page has 100. */
const MAX_PAGES = 100

/** What every device's id begins with (server/devices). Other users of the broker are left alone. */
const DEVICE_PREFIX = 'DEV-'

export function createEmqxBroker(options: EmqxBrokerOptions): Broker {
  const { api, log } = options
  const { retryMs = RETRY_MS, tidyMs = TIDY_EVERY_MS } = options
  const link = createMqttLink({ connection: options.connection, log, reopensWhenRefused: true })
  /** Revoked devices whose connections could not be ended yet. */
  const pending = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | null = null
  let tidyTimer: ReturnType<typeof setTimeout> | null = null
  let isTidyFailing = false
  let isClosed = false

  /** One after another, however long EMQX takes. */
  function tidyLater(over: EmqxApi): void {
    if (isClosed) return
    tidyTimer = setTimeout(async () => {
      try {
        const ended = await endSurplus(over)
        isTidyFailing = false
        if (ended > 0) log.info({ ended }, 'ended sessions without a connection, or surplus connections of a device')
      } catch (error) {
        if (!isTidyFailing) log.warn({ err: error }, 'could not ask emqx for sessions that nobody needs')
        isTidyFailing = true
      }
      tidyLater(over)
    }, tidyMs)
  }

  /** Keeps trying until the device is off the broker: it is refused already, but would go on receiving. */
  function retryLater(over: EmqxApi): void {
    if (timer !== null || isClosed || pending.size === 0) return
    timer = setTimeout(async () => {
      for (const deviceId of [...pending]) {
        try {
          await kickOut(over, deviceId)
          pending.delete(deviceId)
          log.info({ device_id: deviceId }, 'ended the connections of a revoked device')
        } catch {
          break
        }
      }
      timer = null
      retryLater(over)
    }, retryMs)
  }

  return {
    name: 'emqx',
    start() {
      if (api === null) log.warn({}, 'EMQX_API_URL is not set: revoking a device does not end its connection at EMQX')
      else if (tidyTimer === null) tidyLater(api)
      link.start()
    },
    get connected() {
      return link.connected
    },
    onConnection: link.onConnection,
    publish: link.publish,
    endpoint: () => ({ url: options.wsUrl, protocolVersion: 5 }),
    provision: () => Promise.resolve(),
    async revoke(deviceId) {
      if (api === null) {
        log.warn({ device_id: deviceId }, 'EMQX_API_URL is not set: the connection of the revoked device stays open')
        return 'not_possible'
      }
      try {
        await kickOut(api, deviceId)
        pending.delete(deviceId)
        return 'ended'
      } catch (error) {
        pending.add(deviceId)
        retryLater(api)
        throw error
      }
    },
    async close() {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
      if (tidyTimer !== null) clearTimeout(tidyTimer)
      await link.close()
    },
  }
}

/**
 * Ends every connection of the user. Kicking takes a client off the list, so the first page is read again until it holds nobody new;
 * only then the next one is. Rejects with BrokerError.
 */
async function kickOut(api: EmqxApi, username: string): Promise<void> {
  const kicked = new Set<string>()
  let page = 1
  for (;;) {
    const listed = await listClients(api, page, username)
    // The filter is the API's; ending somebody else's connection on a misunderstanding is not.
    const fresh = listed.filter((client) => client.username === username && !kicked.has(client.clientid))
    if (fresh.length === 0) {
      if (listed.length < PAGE_SIZE) return
      page += 1
    }
    for (const { clientid } of fresh) {
      await kickClient(api, clientid)
      kicked.add(clientid)
    }
  }
}

/** Ends what findSurplus names. Rejects with BrokerError. Resolves to how many. */
async function endSurplus(api: EmqxApi): Promise<number> {
  const clients: EmqxClient[] = []
  for (let page = 1; page <= MAX_PAGES; page += 1) {
    const listed = await listClients(api, page)
    clients.push(...listed)
    if (listed.length < PAGE_SIZE) break
  }
  const surplus = findSurplus(clients, Date.now(), (username) => username.startsWith(DEVICE_PREFIX))
  for (const clientId of surplus) await kickClient(api, clientId)
  return surplus.length
}
