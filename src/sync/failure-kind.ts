import type { FailureKind } from '../db/journal/failure-row.ts'
import { isConnectionLost, isQuotaError } from '../db/storage-error.ts'
import { HttpFailure, UnusableAnswer } from './errors.ts'

/** What an error happened to. `otherwise`: where it came up, when the error itself does not tell. */
export function failureKind(error: unknown, otherwise: FailureKind): FailureKind {
  if (error instanceof UnusableAnswer) return 'input'
  if (error instanceof HttpFailure) return error.class === 'transient' ? 'network' : 'refused'
  return isQuotaError(error) || isConnectionLost(error) ? 'storage' : otherwise
}
