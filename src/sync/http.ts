/** REST over fetch, for page and service worker alike. Knows no endpoint and no policy. */
import * as v from 'valibot'
import { errorAnswerSchema } from '../contract/rest.ts'
import { HttpFailure } from './errors.ts'
import type { HttpAnswer, HttpLike, HttpRequest } from './ports.ts'

const TIMEOUT_MS = 15_000

/**
 * @param token the device's secret token, or null before enrolment
 * @returns a function that rejects with HttpFailure unless the status is 2xx or 304
 */
export function createHttp(options: {
  readonly origin: string
  readonly token: string | null
  readonly fetch: typeof fetch
}): HttpLike {
  return async (request) => {
    const response = await send(options, request)
    if (response.status === 304) return toAnswer(response, null)
    const body = request.as === 'text' && response.ok ? await readText(response) : await readJson(response)
    if (response.ok) return toAnswer(response, body)
    const error = v.safeParse(errorAnswerSchema, body)
    const kind = error.success ? error.output.error.kind : null
    const message = error.success ? error.output.error.message : `HTTP ${response.status}`
    throw new HttpFailure(message, response.status, kind, retryAfterMs(response))
  }
}

async function send(
  { origin, token, fetch }: { origin: string; token: string | null; fetch: typeof globalThis.fetch },
  { method = 'GET', path, body, etag, timeoutMs = TIMEOUT_MS, headers: further }: HttpRequest,
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...further }
  if (token !== null) headers.authorization = `Bearer ${token}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (etag) headers['if-none-match'] = etag
  try {
    return await fetch(new URL(path, origin), {
      method,
      headers,
      // The ETag is ours: the HTTP cache must not answer in the server's place.
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(timeoutMs),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    throw new HttpFailure(error instanceof Error ? error.message : 'no answer', null)
  }
}

async function readText(response: Response): Promise<string> {
  try {
    return await response.text()
  } catch (error) {
    throw new HttpFailure(error instanceof Error ? error.message : 'unreadable answer', null)
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (error) {
    if (!response.ok) return null
    // A cut in the middle of the body, or a captive portal's page: no answer of ours.
    throw new HttpFailure(error instanceof Error ? error.message : 'unreadable answer', null)
  }
}

function toAnswer(response: Response, body: unknown): HttpAnswer {
  return {
    status: response.status,
    body,
    etag: response.headers.get('etag'),
    retryAfterMs: retryAfterMs(response),
    serverTime: serverTime(response),
  }
}

function serverTime(response: Response): number | null {
  const time = Date.parse(response.headers.get('date') ?? '')
  return Number.isFinite(time) ? time : null
}

function retryAfterMs(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null
}
