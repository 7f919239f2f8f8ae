import type { ErrorKind } from '../contract/rest.ts'
import { classifyFailure, type FailureClass } from './classify-failure.pure.ts'

/** A request that brought no usable answer. `status` null: none came at all. */
export class HttpFailure extends Error {
  readonly status: number | null
  readonly kind: ErrorKind | null
  readonly retryAfterMs: number | null

  constructor(
    message: string,
    status: number | null,
    kind: ErrorKind | null = null,
    retryAfterMs: number | null = null,
  ) {
    super(message)
    this.name = 'HttpFailure'
    this.status = status
    this.kind = kind
    this.retryAfterMs = retryAfterMs
  }

  get class(): FailureClass {
    return classifyFailure(this.status, this.kind)
  }
}

/** The answer has a shape that our server never sends. Treat it as if none had come (rule C1). */
export class UnusableAnswer extends HttpFailure {
  constructor(message: string) {
    super(message, null)
    this.name = 'UnusableAnswer'
  }
}
