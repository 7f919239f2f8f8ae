import { Dexie } from 'dexie'

/** True when the browser has no room left for a write, wherever in Dexie's chain of errors it says so. */
export function isQuotaError(error: unknown): boolean {
  if (error instanceof Dexie.QuotaExceededError) return true
  if (!(error instanceof Error)) return false
  const inner: unknown = 'inner' in error ? error.inner : error.cause
  return error.name === 'QuotaExceededError' || (inner !== undefined && inner !== error && isQuotaError(inner))
}
