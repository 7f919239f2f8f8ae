/**
 * EMQX 5. Who may do what it asks of this server over HTTP (server/routes/mqtt-hooks.ts), so a device needs no provisioning and a
 * revoked one is refused from that moment; this adapter publishes, and ends the revoked device's connections by the management API.
 */
import type { BaseLogger } from 'pino'
import * as v from 'valibot'
import type { Broker } from './broker.ts'
import { BrokerError } from './errors.ts'
import type { MqttConnectionOptions } from './mqtt-connection.ts'
import { createMqttLink } from './mqtt-link.ts'

/** EMQX_API_URL (e.g. `http://emqx:18083`), EMQX_API_KEY, EMQX_API_SECRET. */
export interface EmqxApi {
  readonly url: string
  readonly key: string
  readonly secret: string
}

export interface EmqxBrokerOptions {
  readonly connection: MqttConnectionOptions
  readonly wsUrl: string
  /** Null: a revoked device is refused at its next connection only. */
  readonly api: EmqxApi | null
  readonly log: Pick<BaseLogger, 'info' | 'warn'>
  /** How long to wait before asking an API again that failed, in ms. */
  readonly retryMs?: number
}

/** A device has one connection for each open tab. */
const PAGE_SIZE = 100
const API_TIMEOUT_MS = 5_000
const RETRY_MS = 5_000

const clientsSchema = v.object({
  data: v.array(v.object({ clientid: v.string(), username: v.nullish(v.string()) })),
})

export function createEmqxBroker(options: EmqxBrokerOptions): Broker {
  const { api, log } = options
  const { retryMs = RETRY_MS } = options
  const link = createMqttLink({ connection: options.connection, log, reopensWhenRefused: true })
  /** Revoked devices whose connections could not be ended yet. */
  const pending = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | null = null
  let isClosed = false

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
    start: link.start,
    get connected() {
      return link.connected
    },
    onConnection: link.onConnection,
    publish: link.publish,
    endpoint: () => ({ url: options.wsUrl, protocolVersion: 5 }),
    provision: () => Promise.resolve(),
    async revoke(deviceId) {
      if (api === null) {
        log.warn(
          { device_id: deviceId },
          'EMQX_API_URL is not set: the revoked device stays connected until it reconnects',
        )
        return
      }
      try {
        await kickOut(api, deviceId)
        pending.delete(deviceId)
      } catch (error) {
        pending.add(deviceId)
        retryLater(api)
        throw error
      }
    },
    async close() {
      isClosed = true
      if (timer !== null) clearTimeout(timer)
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
    const query = new URLSearchParams({ username, page: String(page), limit: String(PAGE_SIZE) })
    const response = await call(api, 'GET', `clients?${query}`)
    if (response.status !== 200) throw unexpected('GET clients', response.status)
    const body = v.safeParse(clientsSchema, await response.json().catch(() => null))
    if (!body.success) throw new BrokerError('refused', 'emqx answered GET clients with an unknown body')
    const listed = body.output.data
    // The filter is the API's; ending somebody else's connection on a misunderstanding is not.
    const fresh = listed.filter((client) => client.username === username && !kicked.has(client.clientid))
    if (fresh.length === 0) {
      if (listed.length < PAGE_SIZE) return
      page += 1
    }
    for (const { clientid } of fresh) {
      const { status } = await call(api, 'DELETE', `clients/${encodeURIComponent(clientid)}`)
      // 404: gone by itself in the meantime.
      if (status !== 204 && status !== 200 && status !== 404) throw unexpected('DELETE clients', status)
      kicked.add(clientid)
    }
  }
}

async function call(api: EmqxApi, method: 'GET' | 'DELETE', path: string): Promise<Response> {
  const base = api.url.endsWith('/') ? api.url : `${api.url}/`
  try {
    return await fetch(new URL(`api/v5/${path}`, base), {
      method,
      headers: {
        accept: 'application/json',
        authorization: `Basic ${Buffer.from(`${api.key}:${api.secret}`).toString('base64')}`,
      },
      signal: AbortSignal.timeout(API_TIMEOUT_MS),
    })
  } catch (error) {
    throw new BrokerError('unavailable', 'the management API of emqx does not answer', { cause: error })
  }
}

function unexpected(what: string, status: number): BrokerError {
  return new BrokerError('refused', `emqx answered ${what} with ${status}`)
}
