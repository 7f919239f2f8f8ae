/** Makes of a stored row what the queue can work with (rules Q3, Q7). Nothing here knows IndexedDB. */
import * as v from 'valibot'
import type {
  Decision,
  OperationContent,
  OperationError,
  OperationResult,
  OperationRow,
} from '../../db/sales/sales-rows.ts'
import { isOfItsContent, OPERATION_FIELDS, saidBy } from './unsent-file.ts'

const { device_id, deltas, ever_sent, voided_by, created_at } = OPERATION_FIELDS
const finiteSchema = v.pipe(v.number(), v.finite())
/** As many as the contract knows: more make no number of a stock. */
const unitsSchema = v.pipe(v.number(), v.minValue(-1e9), v.maxValue(1e9))
const timeTextSchema = v.pipe(
  v.string(),
  v.check((text) => Number.isFinite(Date.parse(text))),
)
const shiftSchema = v.nullish(v.string())
const common = { offline_id: v.string(), created_at_device: timeTextSchema }

/**
 * What screens and sums need of a content. It is not the contract: what the server refused as invalid is readable, and stays where a
 * person decides and where its money is counted.
 */
const shapeSchema = v.variant('type', [
  v.object({
    type: v.literal('sale'),
    sale: v.object({
      ...common,
      offline_reference: v.string(),
      branch_code: v.string(),
      payment_method: v.string(),
      subtotal: finiteSchema,
      grand_total: finiteSchema,
      shift_offline_id: shiftSchema,
      items: v.array(v.object({ product_id: finiteSchema, quantity: unitsSchema, price: finiteSchema })),
    }),
    payments: v.array(
      v.object({
        offline_id: v.string(),
        transaction_offline_id: v.string(),
        payment_method: v.string(),
        amount: finiteSchema,
      }),
    ),
  }),
  v.object({
    type: v.literal('void'),
    void: v.object({
      ...common,
      transaction_offline_id: v.string(),
      reason: v.string(),
      shift_offline_id: shiftSchema,
    }),
  }),
  v.object({
    type: v.literal('refund'),
    refund: v.object({
      ...common,
      offline_reference: v.string(),
      transaction_offline_id: v.string(),
      payment_method: v.string(),
      reason: v.string(),
      refund_total: finiteSchema,
      shift_offline_id: shiftSchema,
      items: v.array(v.object({ product_id: finiteSchema, quantity: unitsSchema, amount: finiteSchema })),
    }),
  }),
  v.object({
    type: v.literal('shift'),
    shift: v.variant('action', [
      v.object({ ...common, action: v.literal('open'), shift_offline_id: v.string(), opening_cash: finiteSchema }),
      v.object({
        ...common,
        action: v.literal('close'),
        shift_offline_id: v.string(),
        counted_cash: finiteSchema,
        expected_cash: finiteSchema,
        totals: v.array(v.object({ payment_method: v.string(), sales: finiteSchema, refunds: finiteSchema })),
      }),
    ]),
  }),
  v.object({
    type: v.literal('cash_movement'),
    movement: v.object({
      ...common,
      shift_offline_id: v.string(),
      direction: v.picklist(['in', 'out']),
      amount: finiteSchema,
      reason: v.string(),
    }),
  }),
])

/** Without these nobody knows what happened, or whose it is. */
const factSchema = v.looseObject({
  offline_id: v.string(),
  branch_code: v.string(),
  content: v.custom<OperationContent>((content) => v.is(shapeSchema, content)),
})

const timeSchema = v.fallback(v.nullable(finiteSchema), null)
const errorSchema = v.custom<OperationError>((error) =>
  v.is(v.object({ kind: v.string(), message: v.string(), at: finiteSchema }), error),
)
const resultSchema = v.custom<OperationResult>((result) =>
  v.is(
    v.object({
      server_id: v.nullable(v.number()),
      transaction_code: v.nullable(v.string()),
      epoch: v.nullable(v.string()),
      versions: v.record(v.string(), v.number()),
    }),
    result,
  ),
)
const decisionSchema = v.custom<Decision>((decision) =>
  v.is(v.object({ what: v.string(), reason: v.string(), at: finiteSchema }), decision),
)

/** Behind it there is always room for the next ones. */
const PLACE_MAX = 1e12

/** What has a value that loses nothing. */
const restSchema = v.object({
  device_id: v.fallback(device_id, ''),
  deltas: v.fallback(v.nullable(deltas), null),
  // Whoever was asked once may know it.
  ever_sent: v.fallback(ever_sent, true),
  voided_by: v.fallback(voided_by, ''),
  created_at: v.fallback(v.nullable(created_at), null),
  place: v.fallback(v.nullable(v.pipe(v.number(), v.safeInteger(), v.minValue(0), v.maxValue(PLACE_MAX))), null),
  state: v.fallback(
    v.nullable(v.picklist(['queued', 'sending', 'accepted', 'settled', 'needs-decision', 'cancelled'])),
    null,
  ),
  attempts: v.fallback(finiteSchema, 0),
  next_attempt_at: v.fallback(finiteSchema, 0),
  error: v.fallback(v.nullable(errorSchema), null),
  result: v.fallback(v.nullable(resultSchema), null),
  settled_at: timeSchema,
  exported_at: timeSchema,
  conflict_id: v.fallback(v.nullable(v.string()), null),
  decisions: v.fallback(v.array(decisionSchema), []),
})

/** The state of one that may be anything, void too: a person decides. */
const UNKNOWN_STATE = { kind: 'invalid', message: 'Its state can’t be read', at: 0 } as const

/**
 * The row that can be worked with, and whether it is another than the stored one; null when what it says happened can't be read.
 * `place`: for one that lost its own.
 */
export function mendOperation(stored: unknown, place: number): { row: OperationRow; isChanged: boolean } | null {
  const fact = v.safeParse(factSchema, stored)
  if (!fact.success || !isOfItsContent(fact.output)) return null
  const { offline_id: id, content: happened, branch_code: branch } = fact.output
  const rest = v.parse(restSchema, fact.output)
  const said = saidBy({ content: happened, deltas: rest.deltas ?? [] })
  const isUnknown = rest.state === null
  // Its verdict is lost with the result: asked for again it is the same (rule Q2).
  const isWithoutVerdict = (rest.state === 'accepted' || rest.state === 'settled') && rest.result === null
  const row: OperationRow = {
    ...fact.output,
    ...rest,
    offline_id: id,
    content: happened,
    branch_code: branch,
    kind: happened.type,
    about: said.about,
    shift: said.shift,
    deltas: rest.deltas ?? said.deltas,
    created_at: rest.created_at ?? timeOf(happened),
    place: rest.place ?? place,
    state: isWithoutVerdict ? 'queued' : (rest.state ?? 'needs-decision'),
    error: isUnknown ? UNKNOWN_STATE : rest.error,
  }
  try {
    return { row, isChanged: !isSame(stored, row) }
  } catch {
    // No JSON can hold it, so neither can a request.
    return null
  }
}

/** Throws on what no JSON can hold. */
function isSame(stored: unknown, row: OperationRow): boolean {
  const before: Record<string, unknown> = { ...Object(stored) }
  return Object.entries(row).every(([key, value]) => JSON.stringify(value) === JSON.stringify(before[key]))
}

/** Client time of recording, ms, as the content tells it. */
function timeOf(happened: OperationContent): number {
  switch (happened.type) {
    case 'sale':
      return Date.parse(happened.sale.created_at_device)
    case 'void':
      return Date.parse(happened.void.created_at_device)
    case 'refund':
      return Date.parse(happened.refund.created_at_device)
    case 'shift':
      return Date.parse(happened.shift.created_at_device)
    case 'cash_movement':
      return Date.parse(happened.movement.created_at_device)
  }
}
