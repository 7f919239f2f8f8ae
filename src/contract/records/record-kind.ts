/**
 * What a kind of record is, said once (docs/architecture.md, Records). The device's store, what events and pages do to it, the refresh,
 * the comparison, and the server's pages and checksums go by these declarations and name no kind.
 */
import type * as v from 'valibot'

/** Tells whether a stored value is what the declaration says: lists read 50,000 rows, so no schema is run over them. */
export type FieldCheck = (value: unknown) => boolean

export type Fields = Readonly<Record<string, unknown>>

/** What an event or a row says of one record. `version` is undefined from a backend without versions (rule C6). */
export type RecordNews =
  /** All of it: replaces what is stored, and is stored where there is nothing. */
  | { readonly id: number; readonly version: number | undefined; readonly whole: Fields }
  /**
   * Some fields of a record that is already there; where it is not, its row is fetched. `rest`: with these fields it is stored all the
   * same, and in any case its row is fetched.
   */
  | { readonly id: number; readonly version: number | undefined; readonly part: Fields; readonly rest?: Fields }
  /** It is gone, and was of this version at last (rule S3). */
  | { readonly id: number; readonly version: number; readonly removed: true }

/** The versions that one operation of a counter left, by record, `{"stock:1386": 8}` (rule D2). */
export interface OperationVersions {
  readonly offline_id: string
  readonly versions: Readonly<Record<string, number>>
}

/** A change of a record for the device's own history; `at` and the like are the event's. */
export interface HistoryEntry {
  readonly product_id: number
  readonly old_stock: number | null
  readonly new_stock: number
  readonly reason: string | null
  readonly updated_by: string | null
}

/** What one event type says of records of one kind; the type's `data` is parsed by `schema` before. */
export interface EventReading {
  readonly type: string
  readonly schema: v.GenericSchema
  /**
   * Absent, or null: the event is about no record.
   * @param at when it happened by the server's clock, or when it came where the event does not say, ms
   */
  readonly news?: (data: unknown, at: number) => RecordNews | null
  readonly operation?: (data: unknown) => OperationVersions | null
  /** Ids of the products that the event is about, for the log of applied updates (specification section 7). */
  readonly products?: (data: unknown) => readonly number[]
  /** @param before the fields as they were stored */
  readonly history?: (data: unknown, before: Fields) => HistoryEntry
}

/** Pairs a schema with what is read from its output. */
export function onEvent<S extends v.GenericSchema>(
  type: string,
  schema: S,
  read: {
    news?: (data: v.InferOutput<S>, at: number) => RecordNews | null
    operation?: (data: v.InferOutput<S>) => OperationVersions | null
    products?: (data: v.InferOutput<S>) => readonly number[]
    history?: (data: v.InferOutput<S>, before: Fields) => HistoryEntry
  },
): EventReading {
  // Whoever calls these has parsed the data by this schema.
  return { type, schema, ...read } as EventReading
}

/** A record as the device stores it: its id beside the kind's fields. */
export type StoredFields = Fields & { readonly id: number }

export interface RecordKind {
  readonly name: string
  /** Table of the device's cache, by `id`, with its further indexes in Dexie's spelling. */
  readonly table: string
  readonly indexes: readonly string[]
  /** Version of the device's cache that has the table first (rule U3). */
  readonly since: number
  /** What is stored beside `id`, `version` and where they come from. */
  readonly fields: Readonly<Record<string, FieldCheck>>
  /** The REST resource whose rows hold it; a row may hold records of several kinds. */
  readonly resource: string
  readonly fromRow: (row: unknown) => RecordNews & { readonly whole: Fields }
  readonly events: readonly EventReading[]
  /** Ids of the products that a stored record is about, for the log of applied updates. */
  readonly products?: (record: StoredFields) => readonly number[]
  /** When the server changed it last, ms since 1970 UTC, where a stored record says so; null: it does not. */
  readonly changedAt?: (record: StoredFields) => number | null
  /** Lists of these read only what changed since they last looked: each write of a field gets the next `rev` (rule V1). */
  readonly isListed: boolean
}

/** @param kind `row`: the schema of a row of its resource */
export function declareRecord<S extends v.GenericSchema>(
  kind: Omit<RecordKind, 'fromRow' | 'isListed'> & {
    readonly row: S
    readonly fromRow: (row: v.InferOutput<S>) => RecordNews & { readonly whole: Fields }
    readonly isListed?: boolean
  },
): RecordKind {
  const { row: _, isListed = false, ...rest } = kind
  // The resource's answer is parsed by this schema before.
  return { ...rest, isListed } as RecordKind
}

/** Rupiah or units; no price or stock of the contract is larger. */
const AMOUNT_MAX = 1e12

export const isText: FieldCheck = (value) => typeof value === 'string'
export const isTextOrNull: FieldCheck = (value) => value === null || typeof value === 'string'
export const isFlag: FieldCheck = (value) => typeof value === 'boolean'
export const isStoredId: FieldCheck = (value) => Number.isSafeInteger(value) && (value as number) > 0
/** What can be counted with. */
export const isAmount: FieldCheck = (value) => Number.isFinite(value) && Math.abs(value as number) <= AMOUNT_MAX
/** ms since 1970 UTC, as far as a Date goes. */
export const isTime: FieldCheck = (value) => Number.isFinite(value) && Math.abs(value as number) <= 8.64e15
export const isObject: FieldCheck = (value) => typeof value === 'object' && value !== null && !Array.isArray(value)

/** ms since 1970 UTC of an ISO 8601 text; null where it is none. */
export function timeOf(text: unknown): number | null {
  const time = typeof text === 'string' ? Date.parse(text) : Number.NaN
  return Number.isFinite(time) ? time : null
}
