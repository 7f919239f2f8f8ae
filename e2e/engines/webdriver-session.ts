import * as v from 'valibot'

/** A session of the W3C WebDriver protocol (https://www.w3.org/TR/webdriver2/). */
export interface WebDriverSession {
  readonly browserVersion: string
  get(path: string): Promise<unknown>
  /** Resolves to the command's value; rejects with the protocol's error and message. */
  post(path: string, body: object): Promise<unknown>
  delete(path: string): Promise<unknown>
}

const COMMAND_DEADLINE_MS = 60_000
const createdSchema = v.object({
  sessionId: v.string(),
  capabilities: v.looseObject({ browserVersion: v.string() }),
})
const errorSchema = v.object({ value: v.object({ error: v.string(), message: v.string() }) })

export async function createSession(origin: string, capabilities: object): Promise<WebDriverSession> {
  const body = { capabilities: { alwaysMatch: capabilities } }
  const created = v.parse(createdSchema, await call(`${origin}/session`, 'POST', body))
  const base = `${origin}/session/${created.sessionId}`
  return {
    browserVersion: created.capabilities.browserVersion,
    get: (path) => call(`${base}/${path}`, 'GET'),
    post: (path, given) => call(`${base}/${path}`, 'POST', given),
    delete: (path) => call(`${base}/${path}`, 'DELETE'),
  }
}

async function call(url: string, method: 'GET' | 'POST' | 'DELETE', body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(COMMAND_DEADLINE_MS),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  })
  const answer: unknown = await response.json()
  if (v.is(errorSchema, answer)) throw new Error(`${answer.value.error}: ${answer.value.message} (${url})`)
  return v.parse(v.object({ value: v.unknown() }), answer).value
}
