/** What the sales database holds, as plain shapes (rules Q1–Q7). The queue's decisions work on these and know no IndexedDB. */
import type { RecordVersions, RefusalKind } from '../../contract/batch-sync.ts'
import type { SignInNote } from '../../contract/counter-sign-ins.ts'
import type { Payment, Refund, Sale, Void } from '../../contract/sales.ts'
import type { CashMovement, ShiftEntry } from '../../contract/shifts.ts'
import type { KnownVersion } from '../../domain/available-stock.ts'
import type { PinAttempts } from '../../domain/pin-attempts.ts'

/**
 * `queued` → `sending` → `accepted` → `settled`; refused → `needs-decision`; never sent and voided → `cancelled`.
 * What each means and which steps there are: src/sync/outbox/queue.pure.ts.
 */
export type OperationState = 'queued' | 'sending' | 'accepted' | 'settled' | 'needs-decision' | 'cancelled'

/** What is uploaded, exactly as first stored: a retry must have the same content (rule Q2). */
export type OperationContent =
  | { readonly type: 'sale'; readonly sale: Sale; readonly payments: readonly Payment[] }
  | { readonly type: 'void'; readonly void: Void }
  | { readonly type: 'refund'; readonly refund: Refund }
  | { readonly type: 'shift'; readonly shift: ShiftEntry }
  | { readonly type: 'cash_movement'; readonly movement: CashMovement }

export type OperationKind = OperationContent['type']

/** Why an attempt failed. `kind` `offline`: no answer came; `http`: an answer that says to wait; else the server's refusal. */
export interface OperationError {
  readonly kind: RefusalKind | 'offline' | 'http'
  /** The server's words; shown as details, never alone. */
  readonly message: string
  /** Client time, ms. */
  readonly at: number
}

/** The server's recorded verdict. */
export interface OperationResult {
  readonly server_id: number | null
  readonly transaction_code: string | null
  readonly epoch: string | null
  readonly seq: number | null
  readonly versions: RecordVersions
  /** Client time, ms. */
  readonly at: number
}

export interface OperationRow {
  /** Made once, one for each operation (rule Q2). */
  readonly offline_id: string
  /** Order of recording on this device; operations are sent in it. */
  readonly place: number
  readonly content: OperationContent
  readonly kind: OperationKind
  /** Units by product that it takes from stock (below zero) or gives back, for as long as the operation is kept (rule C8). */
  readonly deltas: readonly (readonly [productId: number, delta: number])[]
  /** Branch that it belongs to, and the device that recorded it: another one after an import. */
  readonly branch_code: string
  readonly device_id: string
  readonly state: OperationState
  /** Never clears: a sale that may have reached the server can't be cancelled here any more (rule Q3). */
  readonly ever_sent: boolean
  readonly attempts: number
  /** Before this it is not sent again, ms of the steady clock of whoever tried it; 0: at once. */
  readonly next_attempt_at: number
  readonly error: OperationError | null
  readonly result: OperationResult | null
  /** `offline_id` of the sale that this voids or refunds; of the shift that a sale, refund, void or movement is part of: `shift`. */
  readonly about: string
  readonly shift: string
  /** For a sale: `offline_id` of its void; '' while there is none. */
  readonly voided_by: string
  /** Client time, ms since 1970 UTC. */
  readonly created_at: number
  /** When it became `settled` or `cancelled`; null before. */
  readonly settled_at: number | null
  /** When it was written to an export file, ms; null: never. */
  readonly exported_at: number | null
  /** For a server conflict on this operation. */
  readonly conflict_id: string | null
  /** Which member of staff decided what about it, kept as a record. */
  readonly decisions: readonly Decision[]
}

/** Something that a person decided about an operation, with whose permission. */
export interface Decision {
  readonly what: 'void' | 'send-again' | 'keep-server' | 'keep-local' | 'imported'
  readonly reason: string
  readonly staff_id: number | null
  readonly approved_by: number | null
  /** Client time, ms. */
  readonly at: number
  /** The shift that was open then; '': none. Missing: by an older version. */
  readonly shift?: string
}

/** An operation as it is handed over to be recorded. */
export interface NewOperation {
  readonly offlineId: string
  /** `reference` is a new receipt number when one was asked for, else ''. */
  readonly content: (reference: string) => OperationContent
  readonly branchCode: string
  readonly deviceId: string
  readonly about: string
  readonly shift: string
  /** Units by product that this takes from (below zero) or gives back to stock. */
  readonly deltas: ReadonlyMap<number, number>
  readonly now: number
}

/** What voiding a sale writes: rows that change, and the void to send, if any. */
export type VoidStep =
  | { readonly kind: 'cancel'; readonly rows: readonly OperationRow[] }
  | { readonly kind: 'queue'; readonly operation: NewOperation; readonly rows: readonly OperationRow[] }
  | { readonly kind: 'refuse' }

/**
 * What an operation does to one product's stock until the server's number holds it (rules D1, D2). `delta` in units, below
 * zero for a sale. `learned`: the record's version after the operation, as batch-sync told it in each epoch. `branch_code`: the
 * operation's; an id names another product at another branch's server.
 */
export interface StockEffect {
  readonly offline_id: string
  readonly branch_code: string
  readonly product_id: number
  readonly delta: number
  readonly learned: readonly KnownVersion[]
}

/** A cart that is not sold yet, kept over a reload. `cart` is of src/domain/cart.ts; the database does not look into it. */
export interface CartRow {
  readonly cart_id: string
  /** Order of the tabs. */
  readonly place: number
  /** `current` in at most one cart a tab; others are on hold. */
  readonly state: 'open' | 'held'
  readonly cart: unknown
  /** What was taken for it so far: src/db/sales/cart-payment.ts. Missing: nothing, or by an older version. */
  readonly payment?: unknown
  /** Client time, ms. */
  readonly updated_at: number
}

/** Supervisor's permissions that lead to no operation (a deleted cart, a price): kept so that the owner can read them. */
export interface ApprovalRow {
  key?: number
  readonly at: number
  readonly what: string
  readonly details: string
  readonly staff_id: number | null
  readonly approved_by: number
}

/** Small values of the sales database: who is signed in, receipt sequence, why the sender rests. */
export interface SalesMetaValues {
  /** Who is signed in at this device; null: nobody. `locked`: the PIN is asked before anything else is done. */
  session: { readonly staff_id: number; readonly since: number; readonly locked: boolean } | null
  /** For each member of staff, by id: wrong PINs in a row and until when no more are taken. */
  pin_attempts: { readonly [staffId: string]: PinAttempts }
  /** Last sequence given out on each day, `YYYYMMDD` local: a clock that is set back repeats none (rule Q6). */
  reference: { readonly days: Readonly<Record<string, number>> }
  place: { readonly value: number }
  /** The server's life in which every kept operation has been sent, or is queued to be (rule C8). */
  epoch: { readonly value: string }
  /** The server's last word on its log that came with a verdict (rule S6). */
  /** Of the log of the branch that this device belonged to then. */
  mark: { readonly device_id: string; readonly epoch: string; readonly seq: number; readonly text: string }
  /** The server refused this device (401/403): nothing is sent until it is enrolled anew or the server takes it again (rule Q5). */
  sender_paused: { readonly kind: 'revoked' | 'unauthorized'; readonly at: number } | null
  /** What is to be told of sign-ins here (src/db/sales/sign-in-notes.ts), by the device of this name; null: not known yet. */
  sign_ins: { readonly device_id: string | null; readonly notes: readonly SignInNote[] }
}
export type SalesMetaKey = keyof SalesMetaValues
