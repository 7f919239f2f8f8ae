/** What the device stores, as plain shapes: the pure decisions work on these and know nothing of IndexedDB. */
import type { Enrollment, PublicKey } from '../contract/device.ts'
import type { StaffRole } from '../contract/records/staff.ts'

/**
 * How a stored record came to be, beside its version.
 * `epoch` that the version belongs to; null from a backend without one (rule C6).
 * `unversioned`: the value came from an event without version, so any REST row replaces it (rule C2).
 * `eventAt`: `timestamp` of the last such event.
 * `partial`: an event told more of it than its row here holds, so it equals nothing of the server's before its row is fetched.
 */
export interface Provenance {
  epoch: string | null
  unversioned?: true
  partial?: true
  eventAt?: string
}

/** A browser's CryptoKeyPair, kept as it is: IndexedDB stores keys that no program can read out. */
export interface DeviceKey {
  readonly privateKey: unknown
  readonly publicKey: unknown
}

/** A record of any kind as it is stored: its kind's fields, and what orders them (src/contract/records/). */
export interface RecordRow {
  readonly id: number
  readonly version: number
  readonly provenance: Provenance
  /** Of listed kinds: grows when a field is written, so that lists read only what changed (rule V1). */
  readonly rev?: number
}

/** Catalogue fields of a product. Its stock is a record of its own. */
export interface ProductRow extends RecordRow {
  readonly name: string
  readonly sku: string | null
  readonly barcode: string | null
  readonly category: string | null
  /** Whole rupiah for one `unit`. */
  readonly price: number
  readonly unit: string
  readonly active: boolean
  readonly rev: number
}

/** What the branch has of the product with this id. */
export interface StockRow extends RecordRow {
  readonly quantity: number
}

export interface InventoryRow extends RecordRow {
  readonly product_id: number
  readonly place: string
  readonly quantity: number
}

/** A product with its stock, as screens show it. */
export interface StockedProduct extends ProductRow {
  readonly stock: number
  /** What the number comes from. */
  readonly stocked: StockRow
}

/** A member of staff, who may have left (`active` false). */
export interface StaffRow extends RecordRow {
  readonly name: string
  readonly role: StaffRole
  readonly pin_hash: string
  readonly active: boolean
}

/** The branch's settings: one row. */
export interface SettingsRow extends RecordRow {
  readonly values: Readonly<Record<string, unknown>>
  readonly updated_at: string
}

/** A sale of the branch (src/contract/records/transaction.ts). */
export interface BranchSaleRow extends RecordRow {
  /** When it was made, as far as that can be believed, ms. */
  readonly at: number
  readonly offline_id: string | null
  /** The server's row, JSON; null: not here yet. */
  readonly row: string | null
  /** `data` of an event that is newer than `row`, JSON. */
  readonly told: string | null
}

/**
 * The version of a record after one of this device's operations, as an event told it (rule D2).
 * `record`: as in `versions` of batch-sync, `stock:1386`.
 */
export interface LearnedVersion {
  offline_id: string
  record: string
  version: number
  epoch: string | null
  /** Client time, ms. */
  at: number
}

/** A removed record's last version: nothing older passes it until a complete refresh that started later (rule R3). */
export interface Tombstone {
  /** Name of the record's kind. */
  kind: string
  id: number
  version: number
  epoch: string | null
  /** Client time of the removal, ms. */
  at: number
  /** Of listed kinds. */
  rev?: number
}

/** A row of a resource that an event named but that is not here: fetched, remembered over a crash. */
export interface WantedRow {
  resource: string
  id: number
}

/** One applied change of a product's stock, for the product's history on this device. */
export interface StockChange {
  key?: number
  product_id: number
  /** Server time, ms since 1970 UTC. */
  at: number
  old_stock: number | null
  new_stock: number
  reason: string | null
  updated_by: string | null
}

/** Where the log has been applied to; `cursor` null: unknown, a forced refresh is needed (rules C3, C8, R4). */
export interface Position {
  epoch: string | null
  cursor: number | null
}

/** The refresh under way or the last one, kept page by page so that any context can go on with it (rules R2–R4). */
export interface RefreshState {
  phase: 'running' | 'complete'
  forced: boolean
  /** Client time, ms. */
  startedAt: number
  finishedAt: number | null
  resource: string
  /** Last id stored of `resource`. */
  lastId: number
  /** Rows stored so far. */
  loaded: number
  /** Rows of each resource, as far as the server has said. */
  total: Readonly<Record<string, number | null>>
  epoch: string | null
  /** Lowest position of all pages so far (rule R4). */
  lowestSeq: number | null
  /** ETag of the first page: it holds the lowest position (rule R2). */
  etag: string | null
  /** Some records kept their old value, because an operation on them has no verdict yet: it has to be done again (rule R5). */
  heldBack?: true
}

/** Server time (ms) up to which everything stored is known to be complete (rule D3). */
export interface Freshness {
  asOf: number
}

/** Where the log stood here when a comparison first left what is missing to it (rule R2). `since`: client ms. */
export interface Standing {
  readonly epoch: string | null
  readonly cursor: number
  readonly since: number
}

/** `text` is opaque; `seq` is what it is about. */
export interface LogMark {
  readonly epoch: string
  readonly seq: number
  readonly text: string
}

/** By which this device checks a PIN that the server alone has (src/db/pin-verifiers.ts). */
export interface PinVerifier {
  /** In the form of a staff record's `pin_hash`. */
  readonly hash: string
  /** Of the staff record that was checked, and the epoch in which it was. */
  readonly version: number
  readonly epoch: string | null
}

/** The key that one person's PIN opens here, to prove approvals (docs/security.md). The private half is stored in no other form. */
export interface WrappedKey {
  readonly publicKey: PublicKey
  /** Of the public half (RFC 7638): the key's name. */
  readonly thumbprint: string
  /** PBKDF2's and AES-GCM's. */
  readonly salt: Uint8Array<ArrayBuffer>
  readonly iterations: number
  readonly iv: Uint8Array<ArrayBuffer>
  readonly wrapped: Uint8Array<ArrayBuffer>
  /** Of the staff record whose PIN the server checked when it took the key; null: it has not said so. */
  readonly taken: { readonly version: number; readonly epoch: string | null } | null
}

/** The device's password at the broker; `at`: when it was given out, client ms. */
export interface KeptPassword {
  readonly password: string
  readonly at: number
}

/** What the lists of products begin with, by name. */
export interface KeptFront {
  readonly ids: readonly number[]
  /** Of products that are sold, by name. */
  readonly categories: readonly string[]
  readonly hasInactive: boolean
}

export interface MetaValues {
  device: Enrollment
  /** What the token is bound to: the browser signs with it and hands it to nobody, this app included. */
  key: DeviceKey
  /** Absent: the token is the password. */
  mqtt_password: KeptPassword
  position: Position
  refresh: RefreshState
  freshness: Freshness
  /** Server clock minus this device's, ms, as last measured. */
  clock: { skewMs: number }
  /** ETag that the last completed refresh may present (rule R2). */
  etag: { value: string }
  /**
   * The device was removed, client ms: by a person here, or because the owner revoked it (rule Q12). What is empty without this was
   * emptied by the browser. Without `by`, as 0.1.0 wrote it: by a person.
   */
  removed: { at: number; by?: 'person' | 'owner' | undefined }
  leftToLog: Standing
  /** The history (rule R6) was whole when the server had this ETag for it. */
  history: { etag: string | null }
  /** The server's last word on how far its log has come, shown to it when changes are asked for (rule S6). */
  mark: LogMark
  /** By staff id. */
  pin_verifiers: Readonly<Record<number, PinVerifier>>
  /** By staff id. */
  approval_keys: Readonly<Record<number, WrappedKey>>
  /** An HMAC key that the browser hands to nobody: a copy of what is stored opens no approval key elsewhere. */
  approval_secret: { readonly key: unknown }
  /** Highest `rev` given out. */
  rev: { value: number }
  front: KeptFront
}
export type MetaKey = keyof MetaValues

/** The records that a decision touches, as stored, read in the transaction that writes its outcome. */
export interface StoredRows {
  /** By kind, then by id. */
  readonly records: ReadonlyMap<string, ReadonlyMap<number, RecordRow>>
  /** By `recordKey`. */
  readonly tombstones: ReadonlyMap<string, Tombstone>
  /** Keys of rows that are none, as another version left them or half written. */
  readonly unreadable?: readonly (readonly [kind: string, key: unknown])[]
}

export interface RowWrites {
  /** By kind. */
  readonly put: ReadonlyMap<string, readonly RecordRow[]>
  readonly removed: ReadonlyMap<string, readonly number[]>
  readonly tombstones: readonly Tombstone[]
  /** Tombstones of records that live again. */
  readonly revived: readonly (readonly [kind: string, id: number])[]
  readonly wanted: readonly WantedRow[]
  readonly stockChanges: readonly StockChange[]
  readonly learned: readonly LearnedVersion[]
  /** Highest `rev` given out after this batch. */
  readonly rev: number
}

/** The ids after `after`, up to `upTo`; null: to the end. */
export interface IdRange {
  readonly after: number
  readonly upTo: number | null
}

export const EVERYTHING: IdRange = { after: 0, upTo: null }

/** A record among those of all kinds. */
export function recordKey(kind: string, id: number): string {
  return `${kind}:${id}`
}
