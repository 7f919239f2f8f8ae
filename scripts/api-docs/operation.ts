import type { GenericSchema } from 'valibot'
import type { ErrorKind } from '../../src/contract/rest.ts'

/**
 * `open`: everybody. `device`: an enrolled device. `owner`: a device with its owner's session. `owner-or-admin`, `admin`: the admin
 * token. A test holds that the server gives just these rights.
 */
export type Caller = 'open' | 'device' | 'owner' | 'owner-or-admin' | 'admin'

export type Refusal = readonly [status: number, kind: ErrorKind]

/** One request that the server answers: what the OpenAPI document says of it. */
export interface Operation {
  readonly id: string
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH'
  /** As routes are registered: `/product/:id`. */
  readonly path: string
  readonly caller: Caller
  readonly tag: string
  readonly summary: string
  /** Markdown. */
  readonly description?: string
  readonly params?: GenericSchema
  readonly query?: GenericSchema
  readonly body?: GenericSchema
  readonly bodyExample?: object
  /** The body is this file instead. */
  readonly bodyFile?: string
  readonly answer?: GenericSchema
  /** The answer is, or by the query can be, this file. */
  readonly answerFile?: string
  /** Beside those that `caller`, `query`, `params` and `body` bring. */
  readonly refusals?: readonly Refusal[]
  /** Answers with an ETag, and with 304 to one that still holds. */
  readonly hasEtag?: boolean
  /** Takes an Idempotency-Key. */
  readonly takesKey?: boolean
}

const OWN_TOKEN: readonly Refusal[] = [
  [401, 'unauthorized'],
  [401, 'device_revoked'],
  [401, 'proof_needed'],
]
const OWNER_SESSION: readonly Refusal[] = [...OWN_TOKEN, [403, 'staff_sign_in_needed'], [403, 'forbidden']]
const ADMIN_TOKEN: readonly Refusal[] = [
  [401, 'unauthorized'],
  [429, 'too_many_requests'],
]
const OF_CALLER: Readonly<Record<Caller, readonly Refusal[]>> = {
  open: [],
  device: OWN_TOKEN,
  owner: OWNER_SESSION,
  'owner-or-admin': [...OWNER_SESSION, ...ADMIN_TOKEN],
  admin: ADMIN_TOKEN,
}
/** A body that is too large, or of a kind that is not taken. */
const OF_BODY: readonly Refusal[] = [
  [400, 'invalid_request'],
  [413, 'too_large'],
  [415, 'invalid_request'],
]
/** Too many at the same time, the database is away, or the server failed. */
const OF_ALL: readonly Refusal[] = [
  [429, 'too_many_requests'],
  [500, 'internal'],
  [503, 'unavailable'],
]

/** Every way in which it can be refused: kinds by status. */
export function refusalsOf(operation: Operation): ReadonlyMap<number, readonly ErrorKind[]> {
  const { caller, query, params, body, bodyFile, refusals = [] } = operation
  const hasBody = body !== undefined || bodyFile !== undefined
  const isBadRequest: readonly Refusal[] = query || params ? [[400, 'invalid_request']] : []
  const byStatus = new Map<number, Set<ErrorKind>>()
  for (const [status, kind] of [
    ...isBadRequest,
    ...(hasBody ? OF_BODY : []),
    ...OF_CALLER[caller],
    ...refusals,
    ...OF_ALL,
  ]) {
    byStatus.set(status, (byStatus.get(status) ?? new Set()).add(kind))
  }
  return new Map([...byStatus].sort(([a], [b]) => a - b).map(([status, kinds]) => [status, [...kinds]]))
}
