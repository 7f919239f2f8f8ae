/** What the database's thread and the server say to each other. */
import type { PgliteSource } from './pglite-session.ts'

/** Handed over when the thread starts. */
export type ThreadStart = PgliteSource

export type ThreadCall =
  | { readonly do: 'query'; readonly sql: string; readonly params: readonly unknown[] }
  | { readonly do: 'exec'; readonly sql: string }
  | { readonly do: 'protocol'; readonly message: Uint8Array<ArrayBuffer> }
  | { readonly do: 'dump'; readonly compression: 'gzip' | 'none' }
  | { readonly do: 'close' }

export type ThreadRequest = ThreadCall & { readonly id: number }

/** The id of what nobody has to ask for: that the database is open. */
export const OPENING = 0

export type ThreadMessage =
  | { readonly is: 'result'; readonly id: number; readonly value: unknown }
  | { readonly is: 'failure'; readonly id: number; readonly error: Error; readonly fields: ErrorFields }
  | { readonly is: 'notification'; readonly channel: string }

/** What an error of the database says beside its message: SQLSTATE, detail, constraint, … */
type ErrorFields = Readonly<Record<string, string | number>>

/** PGlite adds these: a log does not need them, and parameters are a shop's data. */
const NOT_SENT: readonly string[] = ['params', 'query', 'queryOptions', 'name', 'message', 'stack']

/** A copy of an error keeps class (of the built-in ones), message and stack, and loses its fields. */
export function packError(thrown: unknown): { error: Error; fields: ErrorFields } {
  if (!(thrown instanceof Error)) return { error: new Error(String(thrown)), fields: {} }
  const fields: Record<string, string | number> = {}
  for (const [name, value] of Object.entries(thrown)) {
    if ((typeof value === 'string' || typeof value === 'number') && !NOT_SENT.includes(name)) fields[name] = value
  }
  const Kind = thrown instanceof RangeError ? RangeError : thrown instanceof TypeError ? TypeError : Error
  const error = new Kind(thrown.message)
  if (thrown.stack !== undefined) error.stack = thrown.stack
  return { error, fields }
}

export function unpackError({ error, fields }: { error: Error; fields: ErrorFields }): Error {
  return Object.assign(error, fields)
}
