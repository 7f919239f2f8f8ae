/** What this server asks of EMQX's management API: the clients that it knows, and the end of one. */
import * as v from 'valibot'
import { BrokerError } from './errors.ts'

/** EMQX_API_URL (e.g. `http://emqx:18083`), EMQX_API_KEY, EMQX_API_SECRET. */
export interface EmqxApi {
  readonly url: string
  readonly key: string
  readonly secret: string
}

const clientSchema = v.object({
  clientid: v.string(),
  username: v.nullish(v.string()),
  /** False: a session that is kept without a connection. */
  connected: v.optional(v.boolean(), true),
  /** ISO 8601 with an offset, or absent. */
  connected_at: v.nullish(v.string()),
  disconnected_at: v.nullish(v.string()),
})
const clientsSchema = v.object({ data: v.array(clientSchema) })

export type EmqxClient = v.InferOutput<typeof clientSchema>

export const PAGE_SIZE = 100
const API_TIMEOUT_MS = 5_000

/** One page of the clients, connected or kept, counted from 1; of one user, or of all. Rejects with BrokerError. */
export async function listClients(
  api: EmqxApi,
  page: number,
  username: string | null = null,
): Promise<readonly EmqxClient[]> {
  const query = new URLSearchParams({
    ...(username === null ? {} : { username }),
    page: String(page),
    limit: String(PAGE_SIZE),
  })
  const response = await call(api, 'GET', `clients?${query}`)
  if (response.status !== 200) throw unexpected('GET clients', response.status)
  const body = v.safeParse(clientsSchema, await response.json().catch(() => null))
  if (!body.success) throw new BrokerError('refused', 'emqx answered GET clients with an unknown body')
  return body.output.data
}

/** Ends the client's connection and its session. Rejects with BrokerError. */
export async function kickClient(api: EmqxApi, clientId: string): Promise<void> {
  const { status } = await call(api, 'DELETE', `clients/${encodeURIComponent(clientId)}`)
  // 404: gone by itself in the meantime.
  if (status !== 204 && status !== 200 && status !== 404) throw unexpected('DELETE clients', status)
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
