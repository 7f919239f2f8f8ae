/**
 * What a counter records, as the screens call it. Each command resolves when its record is committed with strict durability
 * (rule Q1) and never waits for the network; sending is the queue's matter. None rejects: what the disk refused is an outcome.
 */
import type { Payment, Sale } from '../../contract/sales.ts'
import type { OperationRow } from '../../db/sales/sales-rows.ts'
import type { Cart } from '../../domain/cart.ts'

/** Who acts, who allowed it, and in which shift (`offline_id` of its opening). */
export interface Actor {
  readonly staffId: number
  readonly staffName: string
  readonly shiftId: string | null
  readonly approvedBy: number | null
  /** Of that approval. */
  readonly proof?: ApprovalProof | null
}

/** What shows the server that the approver's PIN was typed here (src/contract/approval.ts). It is good for one record alone. */
export interface ApprovalProof {
  /** `offline_id` of that record. */
  readonly recordId: string
  /** The device on which it was typed: no other one's record may carry it. */
  readonly deviceId: string
  readonly text: string
}

export type NewPayment = Pick<Payment, 'payment_method' | 'amount' | 'reference' | 'tendered'>

export interface NewSale
  extends Pick<
    Sale,
    | 'items'
    | 'subtotal'
    | 'discount_total'
    | 'tax_total'
    | 'grand_total'
    | 'cart_discount'
    | 'rounding_total'
    | 'tax'
    | 'note'
  > {
  /** `offline_id` of the sale, made when the cart was: the second tap and the second tab find it taken (rule Q2). */
  readonly saleId: string
  /** Cart that this sells, as it was on the screen; it goes in the same transaction, if it still is that one. */
  readonly cart: Cart
  /** Of what was taken for the cart before, as it was on the screen (src/db/sales/cart-payment.ts); 0: nothing. */
  readonly partsVersion: number
  /** Their amounts add up to `grand_total`. */
  readonly payments: readonly NewPayment[]
  readonly actor: Actor
}

/** `storage`: the disk refused the write, nothing is recorded. `already-done`: it was recorded before; `operation` is that. */
export type RecordOutcome =
  | { readonly ok: true; readonly operation: OperationRow }
  | { readonly ok: false; readonly reason: 'already-done'; readonly operation: OperationRow | null }
  | { readonly ok: false; readonly reason: 'storage-full' | 'storage' | 'not-enrolled'; readonly operation: null }

/** `cart-changed`: another tab has made another sale of the cart, or took a part of the money; nothing is recorded. */
export type SaleOutcome =
  | RecordOutcome
  | { readonly ok: false; readonly reason: 'cart-changed'; readonly operation: null }

/** The sale that is voided or refunded: one of this device, or one that the server listed. */
export interface PastSale {
  readonly offlineId: string
  readonly items: readonly { readonly product_id: number; readonly quantity: number }[]
}

export interface RefundLine {
  readonly product_id: number
  readonly quantity: number
  readonly amount: number
}

export interface Sales {
  completeSale(sale: NewSale): Promise<SaleOutcome>
  /** Never sent: cancelled here and kept. Else a void is queued beside it, in one transaction (rule Q3). */
  voidSale(past: PastSale, reason: string, actor: Actor): Promise<RecordOutcome>
  refundSale(
    past: PastSale,
    refund: {
      readonly lines: readonly RefundLine[]
      readonly refundTotal: number
      readonly paymentMethod: string
      readonly reference: string | null
      readonly reason: string
    },
    actor: Actor,
  ): Promise<RecordOutcome>
  openShift(openingCash: number, actor: Actor): Promise<RecordOutcome>
  closeShift(
    closing: {
      readonly shiftId: string
      readonly countedCash: number
      readonly expectedCash: number
      readonly totals: readonly { payment_method: string; count: number; sales: number; refunds: number }[]
      readonly unsentCount: number
      readonly note: string | null
    },
    actor: Actor,
  ): Promise<RecordOutcome>
  moveCash(
    movement: {
      /** `offline_id`, made when it was begun to be entered: the second tap finds it taken (rule Q2). */
      readonly movementId: string
      readonly direction: 'in' | 'out'
      readonly amount: number
      readonly reason: string
    },
    actor: Actor,
  ): Promise<RecordOutcome>
  /** Refused before: queued again as it is. */
  sendAgain(offlineId: string, actor: Actor): Promise<void>
  /** A refused void, refund, shift entry or cash movement ends here and is kept as a record; a sale is voided instead. */
  dropRefused(offlineId: string, reason: string, actor: Actor): Promise<RecordOutcome>
  /** Everything that waits is tried now, backoff or not. */
  sendNow(): void
  /** The owner's decision about a `data_mismatch`, by the token of their session; needs the network. */
  resolveConflict(
    offlineId: string,
    decision: {
      readonly resolution: 'keep_server' | 'keep_local'
      readonly reason: string
      readonly staffToken: string
    },
    actor: Actor,
  ): Promise<'done' | 'offline' | 'refused'>
  /**
   * Everything that has no verdict, as the text of a file (rule Q7); marks it as exported. `unknown`: how many of `count`
   * this version can't import, so that the file is for support.
   */
  exportUnsent(): Promise<{
    readonly fileName: string
    readonly text: string
    readonly count: number
    readonly unknown: number
  }>
  /** Reads such a file on another device of the same branch; what is here already is left alone. */
  importUnsent(text: string, actor: Actor): Promise<ImportOutcome>
}

export type ImportOutcome =
  /** `skipped`: of another branch, for a device of that branch. `left`: what this version can't take. */
  | {
      readonly ok: true
      readonly added: number
      readonly known: number
      readonly skipped: number
      readonly left: number
    }
  | {
      readonly ok: false
      readonly reason: 'not-a-file-of-ours' | 'too-large' | 'other-branch' | 'damaged' | 'storage-full' | 'storage'
    }
