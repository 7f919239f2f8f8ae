import { Dexie } from 'dexie'

/** True when the browser has no room left for a write, wherever in Dexie's chain of errors it says so. */
export function isQuotaError(error: unknown): boolean {
  if (error instanceof Dexie.QuotaExceededError) return true
  return isInChain(error, (name) => name === 'QuotaExceededError')
}

/** What a transaction ends with when its connection is gone, told by name: browsers word their messages differently. */
const LOST: ReadonlySet<string> = new Set([
  // At the next transaction: "The database connection is closing."
  'InvalidStateError',
  // In the middle of one: "Connection to Indexed Database server lost." and what its abort looks like from inside.
  'UnknownError',
  'AbortError',
  'TransactionInactiveError',
  'PrematureCommitError',
  // Dexie, while it has no connection.
  'DatabaseClosedError',
  'OpenFailedError',
])

/** True when the connection to the database may be dead. A full disk aborts transactions too, and is something else. */
export function isConnectionLost(error: unknown): boolean {
  return !isQuotaError(error) && isInChain(error, (name) => LOST.has(name))
}

function isInChain(error: unknown, matches: (name: string) => boolean): boolean {
  if (!(error instanceof Error)) return false
  if (matches(error.name)) return true
  if (error instanceof Dexie.BulkError) return error.failures.some((failure) => isInChain(failure, matches))
  const inner: unknown = 'inner' in error ? error.inner : error.cause
  return inner !== undefined && inner !== error && isInChain(inner, matches)
}
