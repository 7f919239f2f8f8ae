/** REST over fetch, for page and service worker alike. Knows no endpoint and no policy. */
import * as v from 'valibot'
import { errorAnswerSchema } from '../contract/rest.ts'
import { HttpFailure } from './errors.ts'
import type { HttpAnswer, HttpLike, HttpRequest, PossessionLike } from './ports.ts'

/** Give a request up once nothing has come for this long, ms. A slow answer is waited for as long as parts of it keep coming. */
const SILENCE_MS = 15_000
const NONCE_HEADER = 'dpop-nonce'

interface HttpOptions {
  readonly origin: string
  /** The device's secret token, or null before enrolment. */
  readonly token: string | null
  readonly fetch: typeof fetch
  /** Proves with each request that this is the device that the token was given to; absent before enrolment. */
  readonly possession?: PossessionLike
  /** Called with each part of an answer. */
  readonly onProgress?: () => void
}

/** @returns a function that rejects with HttpFailure unless the status is 2xx or 304 */
export function createHttp(options: HttpOptions): HttpLike {
  return async (request) => {
    const line = watchLine(request.timeoutMs ?? SILENCE_MS)
    try {
      return await exchange(options, request, line)
    } finally {
      line.stop()
    }
  }
}

interface Line {
  /** Aborted once the line has been silent for too long. */
  readonly signal: AbortSignal
  /** A part of the answer has come: the silence is counted anew. */
  heard(): void
  stop(): void
}

function watchLine(silenceMs: number): Line {
  const controller = new AbortController()
  const giveUp = () => controller.abort(new DOMException(`nothing came for ${silenceMs} ms`, 'TimeoutError'))
  let timer = setTimeout(giveUp, silenceMs)
  return {
    signal: controller.signal,
    heard() {
      clearTimeout(timer)
      timer = setTimeout(giveUp, silenceMs)
    },
    stop: () => clearTimeout(timer),
  }
}

async function exchange(options: HttpOptions, request: HttpRequest, line: Line): Promise<HttpAnswer> {
  const response = await sendProven(options, request, line.signal)
  const onBytes = () => {
    line.heard()
    options.onProgress?.()
  }
  onBytes()
  if (response.status === 304) return toAnswer(response, null)
  const text = await readText(response, onBytes)
  if (response.ok) return toAnswer(response, request.as === 'text' ? text : parseJson(text, true))
  const body = parseJson(text, false)
  const error = v.safeParse(errorAnswerSchema, body)
  const kind = error.success ? error.output.error.kind : null
  const message = error.success ? error.output.error.message : `HTTP ${response.status}`
  throw new HttpFailure(message, response.status, kind, retryAfterMs(response))
}

/**
 * Sends a request with its proof. A server that refuses the proof says which nonce it wants; then the request is sent once more with it.
 */
async function sendProven(options: HttpOptions, request: HttpRequest, signal: AbortSignal): Promise<Response> {
  const { possession } = options
  if (!possession) return await send(options, request, signal, null)
  const noncePath = await possession.noncePath().catch(unreadableKey)
  // Ask for the nonce first. A refusal would bring it too, but browsers log refused requests as errors.
  if (noncePath !== null) {
    const { headers, body } = await send({ ...options, token: null }, { path: noncePath }, signal, null)
    possession.learn(headers.get(NONCE_HEADER) ?? '')
    await body?.cancel()
  }
  for (let attempt = 1; ; attempt += 1) {
    const url = new URL(request.path, options.origin).href
    const proof = await possession.prove(request.method ?? 'GET', url).catch(unreadableKey)
    const response = await send(options, request, signal, proof)
    const nonce = response.headers.get(NONCE_HEADER)
    if (nonce !== null) possession.learn(nonce)
    if (response.status !== 401 || nonce === null || attempt === 2) return response
    await response.body?.cancel()
  }
}

/** The database with the key does not answer now. Treat it as a lost line: the next attempt may succeed. */
function unreadableKey(error: unknown): never {
  throw new HttpFailure(error instanceof Error ? error.message : 'the key cannot be read', null)
}

async function send(
  { origin, token, fetch }: HttpOptions,
  { method = 'GET', path, body, etag, headers: further }: HttpRequest,
  signal: AbortSignal,
  proof: string | null,
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json', ...further }
  if (proof !== null) headers.dpop = proof
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
      signal,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  } catch (error) {
    throw new HttpFailure(error instanceof Error ? error.message : 'no answer', null)
  }
}

/** Rejects when the answer breaks off. A refusal that breaks off is used as far as it came. */
async function readText(response: Response, onBytes: () => void): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  try {
    const reader = response.body?.getReader()
    for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) {
      onBytes()
      text += decoder.decode(chunk.value, { stream: true })
    }
  } catch (error) {
    if (response.ok) throw new HttpFailure(error instanceof Error ? error.message : 'unreadable answer', null)
  }
  return text + decoder.decode()
}

function parseJson(text: string, isNeeded: boolean): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!isNeeded) return null
    // A captive portal's page, not an answer of our server.
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
