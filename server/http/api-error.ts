import type { ErrorKind } from '../../src/contract/rest.ts'

/**
 * A refusal that the client is told as it stands: HTTP status, the kind that clients decide by, and words for people.
 * Everything else that is thrown becomes `internal` without its message.
 */
export class ApiError extends Error {
  override readonly name = 'ApiError'
  readonly status: number
  readonly kind: ErrorKind
  readonly headers: Readonly<Record<string, string>>
  /** Further fields of `error`, for people: nothing that a client must decide by. */
  readonly details: Readonly<Record<string, unknown>>

  constructor(
    status: number,
    kind: ErrorKind,
    message: string,
    headers: Readonly<Record<string, string>> = {},
    details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.status = status
    this.kind = kind
    this.headers = headers
    this.details = details
  }
}

export function invalidRequest(message: string): ApiError {
  return new ApiError(400, 'invalid_request', message)
}

export function notFound(message: string): ApiError {
  return new ApiError(404, 'not_found', message)
}

export function conflict(message: string): ApiError {
  return new ApiError(409, 'conflict', message)
}
