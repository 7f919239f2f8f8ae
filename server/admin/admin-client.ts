import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import { rootCertificates } from 'node:tls'
import * as v from 'valibot'
import { errorAnswerSchema } from '../../src/contract/rest.ts'
import { AdminError } from './admin-error.ts'

/** What the server refused, with what it says beside the message (the bad lines of a file). */
export class RefusedError extends AdminError {
  readonly status: number
  readonly body: unknown

  constructor(status: number, message: string, body: unknown) {
    super(message)
    this.status = status
    this.body = body
  }
}

export interface AdminClient {
  /** Calls the admin REST and resolves to `data`, checked by the schema. Throws AdminError with words for a person. */
  call<T extends v.GenericSchema>(
    schema: T,
    method: 'GET' | 'POST' | 'PATCH',
    path: string,
    body?: AdminBody,
  ): Promise<v.InferOutput<T>>
  /** A file of the admin REST. Throws AdminError with words for a person. */
  download(path: string): Promise<Uint8Array>
  close(): void
}

export type AdminBody = { readonly json: unknown } | { readonly csv: Uint8Array }

const TIMEOUT_MS = 60_000
/** No JSON begins with it. */
const GZIP_START = 0x1f

/** `ca` is the local CA of TLS=auto, trusted beside the public ones. Connections are kept and used again. */
export function createAdminClient(options: {
  readonly baseUrl: URL
  readonly token: string
  readonly ca: string | null
  readonly connections: number
}): AdminClient {
  const { baseUrl, token, ca, connections } = options
  const secure = baseUrl.protocol === 'https:'
  const keep = { keepAlive: true, maxSockets: connections }
  const agent = secure
    ? new HttpsAgent({ ...keep, ...(ca === null ? {} : { ca: [...rootCertificates, ca] }) })
    : new HttpAgent(keep)

  function send(method: string, path: string, body: AdminBody | undefined): Promise<{ status: number; bytes: Buffer }> {
    const content = body === undefined ? null : 'csv' in body ? body.csv : JSON.stringify(body.json)
    const type = body !== undefined && 'csv' in body ? 'text/csv' : 'application/json'
    const headers = {
      authorization: `Bearer ${token}`,
      accept: 'application/json',
      ...(content === null ? {} : { 'content-type': type, 'content-length': Buffer.byteLength(content) }),
    }
    return new Promise((resolve, reject) => {
      const start = secure ? httpsRequest : httpRequest
      const request = start(new URL(path, baseUrl), { method, headers, agent, timeout: TIMEOUT_MS }, (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, bytes: Buffer.concat(chunks) })
        })
      })
      request.on('timeout', () => request.destroy(new Error(`no answer within ${TIMEOUT_MS / 1000} s`)))
      request.on('error', reject)
      request.end(content ?? undefined)
    })
  }

  /** `answer` null: not JSON. Throws what the server refuses. */
  async function ask(method: string, path: string, body: AdminBody | undefined) {
    const { status, bytes } = await send(method, path, body).catch((error: unknown) => {
      throw new AdminError(describeConnection(error, baseUrl), { cause: error })
    })
    const answer = status === 200 && bytes[0] === GZIP_START ? null : parseJson(bytes.toString('utf8'))
    const refusal = v.safeParse(errorAnswerSchema, answer)
    if (refusal.success) throw new RefusedError(status, refusal.output.error.message, answer)
    return { status, answer, bytes }
  }

  return {
    async call(schema, method, path, body) {
      const { status, answer } = await ask(method, path, body)
      const parsed = v.safeParse(v.object({ data: schema }), answer)
      if (status !== 200 || !parsed.success) {
        throw new AdminError(`${baseUrl.origin} answered ${status} with something else than MStore Counter does`)
      }
      return parsed.output.data
    },
    async download(path) {
      const { status, bytes } = await ask('GET', path, undefined)
      if (status !== 200) throw new AdminError(`${baseUrl.origin} answered ${status} instead of a file`)
      return bytes
    },
    close: () => agent.destroy(),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

function describeConnection(error: unknown, { origin }: URL): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'ECONNREFUSED')
    return `No server answers at ${origin}. Is it running? Set MSTORE_URL if it is elsewhere.`
  if (/CERT|SELF_SIGNED|ALTNAME/.test(code)) {
    return `The certificate of ${origin} is not trusted (${code}). Set MSTORE_URL to a name in it, or DATA_DIR to the server's.`
  }
  return `${origin} cannot be reached: ${error instanceof Error ? error.message : String(error)}`
}
