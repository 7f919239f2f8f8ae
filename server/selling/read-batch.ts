/**
 * A request's arrays as steps in the order in which they are booked: shift openings, sales with their payments, other
 * payments, voids and refunds, cash movements, shift closings. Each item is parsed by itself: a malformed one refuses itself.
 */
import * as v from 'valibot'
import { APPROVAL_PROOF_MAX } from '../../src/contract/approval.ts'
import type { BatchSyncRequest, OperationType } from '../../src/contract/batch-sync.ts'
import {
  type Payment,
  paymentSchema,
  type Refund,
  refundSchema,
  type Sale,
  saleSchema,
  type Void,
  voidSchema,
} from '../../src/contract/sales.ts'
import { type CashMovement, cashMovementSchema, type ShiftEntry, shiftSchema } from '../../src/contract/shifts.ts'
import { describeIssue } from '../http/describe-issue.ts'
import { storedContent } from './comparable-content.ts'
import { RefusedItem } from './read-upload.ts'

/** A readable item: its values, and what is stored and compared. */
export interface Sent<T> {
  /** Place in the answer's `results`. */
  readonly place: number
  /** In lower case, as the database writes it. */
  readonly offlineId: string
  readonly value: T
  readonly content: unknown
}

export interface SentSale extends Sent<Sale> {
  /** False: `discount_total` beyond the lines' own discounts is one on the cart, as a body of the specification has it. */
  readonly tellsCartDiscount: boolean
}

export type Step =
  | { readonly type: 'transaction'; readonly sent: SentSale; readonly payments: readonly Sent<Payment>[] }
  | { readonly type: 'payment'; readonly sent: Sent<Payment> }
  | { readonly type: 'void'; readonly sent: Sent<Void> }
  | { readonly type: 'refund'; readonly sent: Sent<Refund> }
  | { readonly type: 'shift'; readonly sent: Sent<ShiftEntry> }
  | { readonly type: 'cash_movement'; readonly sent: Sent<CashMovement> }

/** One for each item of the request, in the order of `results`. `offlineId` as it was sent, null when it is no text. */
export interface ItemName {
  readonly type: OperationType
  readonly offlineId: string | null
}

export interface UnreadableItem {
  readonly place: number
  readonly message: string
}

export interface Batch {
  readonly names: readonly ItemName[]
  readonly steps: readonly Step[]
  readonly unreadable: readonly UnreadableItem[]
}

const MAX_ID_LENGTH = 64

export function readBatch(request: BatchSyncRequest): Batch {
  const reading = readItems(request)
  let next = reading.next()
  while (!next.done) next = reading.next()
  return next.value
}

/** The same with pauses between the items, in which others are served. */
export async function readBatchGently(request: BatchSyncRequest, pause: () => Promise<void>): Promise<Batch> {
  const reading = readItems(request)
  let next = reading.next()
  for (; !next.done; next = reading.next()) await pause()
  return next.value
}

function* readItems(request: BatchSyncRequest): Generator<void, Batch> {
  const names: ItemName[] = []
  const unreadable: UnreadableItem[] = []

  function* readAll<S extends v.GenericSchema<unknown, { offline_id: string }>>(
    type: OperationType,
    items: readonly unknown[],
    schema: S,
  ): Generator<void, (Sent<v.InferOutput<S>> & { readonly raw: unknown })[]> {
    const read: (Sent<v.InferOutput<S>> & { readonly raw: unknown })[] = []
    for (const item of items) {
      yield
      const raw = withBoundedProof(item)
      const place = names.push({ type, offlineId: textField(raw, 'offline_id') }) - 1
      if (raw instanceof RefusedItem) {
        unreadable.push({ place, message: raw.reason })
        continue
      }
      const parsed = v.safeParse(schema, raw, { abortEarly: true })
      if (!parsed.success) {
        unreadable.push({ place, message: describeIssue(parsed.issues[0]) })
        continue
      }
      const value = parsed.output
      read.push({ place, raw, value, offlineId: value.offline_id.toLowerCase(), content: storedContent(raw, value) })
    }
    return read
  }

  const sales = yield* readAll('transaction', request.transactions, saleSchema)
  const payments = yield* readAll('payment', request.payments, paymentSchema)
  const voids = yield* readAll('void', request.voids, voidSchema)
  const refunds = yield* readAll('refund', request.refunds, refundSchema)
  const shifts = yield* readAll('shift', request.shifts, shiftSchema)
  const movements = yield* readAll('cash_movement', request.cash_movements, cashMovementSchema)

  const grouped = new Set<number>()
  const saleSteps = sales.flatMap((sale): Step[] => {
    const own = firstOfEach(
      payments.filter(
        ({ place, value }) => !grouped.has(place) && isSame(value.transaction_offline_id, sale.offlineId),
      ),
    )
    for (const { place } of own) grouped.add(place)
    // Without it the sale would be booked as paid by something else.
    if (request.payments.some((raw) => isUnreadablePaymentOf(raw, sale.offlineId))) {
      unreadable.push({ place: sale.place, message: 'One of its payments can not be read' })
      unreadable.push(...own.map(({ place }) => ({ place, message: 'Another payment of this sale can not be read' })))
      return []
    }
    const sent = { ...bare(sale), tellsCartDiscount: hasField(sale.raw, 'cart_discount') }
    return [{ type: 'transaction', sent, payments: own.map(bare) }]
  })

  const shiftSteps = (action: ShiftEntry['action']): Step[] =>
    shifts.filter(({ value }) => value.action === action).map((sent) => ({ type: 'shift', sent: bare(sent) }))
  return {
    names,
    unreadable,
    steps: [
      ...shiftSteps('open'),
      ...saleSteps,
      ...payments
        .filter(({ place }) => !grouped.has(place))
        .map((sent): Step => ({ type: 'payment', sent: bare(sent) })),
      ...inOrderOfRecording(
        voids.map((sent) => ({ type: 'void', sent: bare(sent) })),
        refunds.map((sent) => ({ type: 'refund', sent: bare(sent) })),
      ),
      ...movements.map((sent): Step => ({ type: 'cash_movement', sent: bare(sent) })),
      ...shiftSteps('close'),
    ],
  }
}

type VoidStep = Extract<Step, { type: 'void' }>
type RefundStep = Extract<Step, { type: 'refund' }>

/** Voids, then refunds; but a refund that was given before its sale was voided goes first: afterwards there is nothing to refund. */
function inOrderOfRecording(voids: readonly VoidStep[], refunds: readonly RefundStep[]): Step[] {
  const voidedAt = new Map<string, number>()
  for (const { sent } of voids) {
    const { transaction_offline_id: saleId, created_at_device: at } = sent.value
    const known = voidedAt.get(saleId.toLowerCase())
    voidedAt.set(saleId.toLowerCase(), Math.max(known ?? 0, Date.parse(at)))
  }
  const isBefore = ({ sent: { value } }: RefundStep) =>
    Date.parse(value.created_at_device) <=
    (voidedAt.get(value.transaction_offline_id.toLowerCase()) ?? Number.NEGATIVE_INFINITY)
  return [...refunds.filter(isBefore), ...voids, ...refunds.filter((refund) => !isBefore(refund))]
}

/** What else an operation stands or falls with: its sale, or its shift's opening. */
export function dependsOn(step: Step): string | null {
  switch (step.type) {
    case 'transaction':
      return null
    case 'payment':
    case 'void':
    case 'refund':
      return step.sent.value.transaction_offline_id.toLowerCase()
    case 'cash_movement':
      return step.sent.value.shift_offline_id.toLowerCase()
    case 'shift':
      return step.sent.value.action === 'close' ? step.sent.value.shift_offline_id.toLowerCase() : null
  }
}

/** The devices that the items name, for one look-up. */
export function namedDevices(steps: readonly Step[]): string[] {
  const names = steps.map((step) => (step.type === 'payment' ? null : step.sent.value.device_id))
  return [...new Set(names.filter((name) => name !== null))]
}

/** Stands for what can be no proof: the record is booked all the same, and that much of it is not kept. */
const NO_PROOF = '-'
/** A proof has no others, and the database can store not every one of them. */
const PROOF_CHARACTERS = /^[\x21-\x7e]*$/

function withBoundedProof(item: unknown): unknown {
  if (item instanceof RefusedItem || typeof item !== 'object' || item === null || !('approval_proof' in item))
    return item
  const { approval_proof: proof } = item
  const isBounded =
    proof === null || (typeof proof === 'string' && proof.length <= APPROVAL_PROOF_MAX && PROOF_CHARACTERS.test(proof))
  return isBounded ? item : { ...item, approval_proof: NO_PROOF }
}

function bare<T>({ place, offlineId, value, content }: Sent<T>): Sent<T> {
  return { place, offlineId, value, content }
}

/** A payment that stands twice in a request is booked once; the second is a retry of the first. */
function firstOfEach<T extends { readonly offlineId: string }>(sent: readonly T[]): T[] {
  return sent.filter(({ offlineId }, index) => sent.findIndex((each) => each.offlineId === offlineId) === index)
}

function isUnreadablePaymentOf(raw: unknown, saleId: string): boolean {
  const about = textField(raw, 'transaction_offline_id')
  return about !== null && isSame(about, saleId) && !v.is(paymentSchema, raw)
}

function isSame(sentId: string, offlineId: string): boolean {
  return sentId.toLowerCase() === offlineId
}

function hasField(raw: unknown, field: string): boolean {
  return typeof raw === 'object' && raw !== null && field in raw && Reflect.get(raw, field) !== null
}

function textField(raw: unknown, field: string): string | null {
  if (typeof raw !== 'object' || raw === null) return null
  const value: unknown = Reflect.get(raw, field)
  return typeof value === 'string' ? value.slice(0, MAX_ID_LENGTH) : null
}
