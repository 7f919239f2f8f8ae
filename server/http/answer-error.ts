/** One shape for everything that goes wrong: `{code, error: {kind, message}}`, without a stack or SQL text. */
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import type { ErrorAnswer } from '../../src/contract/rest.ts'
import type { CausedLines } from '../caused-lines.ts'
import { isFaultOfSetUp, isFaultOfValue, isTaken } from '../database/fault.ts'
import { ApiError } from './api-error.ts'

const RETRY_AFTER_S = '2'

/** @param lines what is written for a fault, which a client may cause again and again: a database that is away must hide no other */
export function answerError(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  lines: CausedLines = (level, fields, message) => request.log[level](fields, message),
): FastifyReply {
  const refusal = toApiError(error)
  if (refusal.status >= 500) {
    const message = refusal.kind === 'unavailable' ? 'request not possible now' : 'request failed'
    lines('error', { err: error, method: request.method, url: request.url }, message)
  }
  const body = {
    code: refusal.status,
    error: { ...refusal.details, kind: refusal.kind, message: refusal.message },
  } satisfies ErrorAnswer
  return reply
    .code(refusal.status)
    .headers({ 'cache-control': 'no-store', ...refusal.headers })
    .type('application/json; charset=utf-8')
    .send(body)
}

/** What the client is told about a thrown value. Exported for tests. */
export function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error
  if (!(error instanceof Error)) return new ApiError(500, 'internal', 'The server failed at this request')
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (isDatabaseAway(error)) {
    return new ApiError(503, 'unavailable', 'The database is away; try again', { 'retry-after': RETRY_AFTER_S })
  }
  if (isSqlState(code)) return toDataError(error)
  if (isFastifyError(error)) return toRequestError(error)
  return new ApiError(500, 'internal', 'The server failed at this request')
}

/** Fastify's own refusals of a request: its messages speak of the request only. */
function toRequestError(error: FastifyError & { statusCode: number }): ApiError {
  switch (error.statusCode) {
    case 413:
      return new ApiError(413, 'too_large', 'The body is too large')
    case 429:
      return new ApiError(429, 'too_many_requests', 'Too many requests; try again later')
    case 415:
      return new ApiError(415, 'invalid_request', 'This content type is not accepted here')
    case 503:
      return new ApiError(503, 'unavailable', 'The server is stopping', { 'retry-after': RETRY_AFTER_S })
    default:
      return error.code === 'FST_ERR_CTP_INVALID_JSON_BODY' || error instanceof SyntaxError
        ? new ApiError(400, 'invalid_request', 'The body is not valid JSON')
        : new ApiError(error.statusCode, 'invalid_request', 'The request is not valid')
  }
}

function isFastifyError(error: Error): error is FastifyError & { statusCode: number } {
  return 'statusCode' in error && typeof error.statusCode === 'number' && error.statusCode >= 400
}

/**
 * Values that passed the contract but that the database refuses are the request's fault, said without naming a column. What the
 * set-up refuses is asked for again: a 4xx would be the last word on something that is good.
 */
function toDataError(error: Error): ApiError {
  if (isTaken(error)) return new ApiError(409, 'conflict', 'A record with this value exists already')
  if (isFaultOfValue(error)) return new ApiError(400, 'invalid_request', 'A value cannot be stored')
  if (isFaultOfSetUp(error)) {
    const headers = { 'retry-after': RETRY_AFTER_S }
    return new ApiError(503, 'unavailable', 'The database could not store this now; try again', headers)
  }
  return new ApiError(500, 'internal', 'The server failed at this request')
}

function isSqlState(code: string): boolean {
  return /^[0-9A-Z]{5}$/.test(code) && code !== 'EPIPE'
}

const NETWORK_ERRORS: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'EPIPE',
])

/**
 * True for SQLSTATE classes 08 (connection), 53 (out of resources) and 57P (shutting down), a refused socket, and
 * node-postgres' own errors, which carry no code. Only the database is reached over the network while a request waits.
 */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false
  if (error instanceof AggregateError && error.errors.some(isDatabaseAway)) return true
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (/^(08|53|57P)...?$/.test(code) || NETWORK_ERRORS.has(code)) return true
  return /^Connection terminated|timeout exceeded when trying to connect/.test(error.message)
}
