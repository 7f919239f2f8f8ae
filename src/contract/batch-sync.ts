/**
 * How a counter's operations go up (specification section 3: batch-sync): the request, the verdict on each of them, and a person's
 * decision where two contents stand under one id. What the operations hold stands in sales.ts and shifts.ts.
 *
 * The arrays of a request stay unparsed: each item is parsed by itself, so that one malformed item refuses only itself.
 */
import * as v from 'valibot'
import { deviceIdSchema, shortText, staffIdSchema } from './operation-fields.ts'
import { epochSchema, idSchema, markSchema, seqSchema, versionSchema } from './values.ts'

/** At most this many items in all arrays of one request; a counter sends 50 operations at a time (rule Q4). */
export const BATCH_ITEMS_MAX = 500
/** Operations that a counter puts in one request. */
export const BATCH_OPERATIONS = 50

export const operationTypeSchema = v.picklist(['transaction', 'payment', 'void', 'refund', 'shift', 'cash_movement'])
export type OperationType = v.InferOutput<typeof operationTypeSchema>

const itemsSchema = v.optional(v.array(v.unknown()), [])

export const batchSyncRequestSchema = v.pipe(
  v.object({
    device_id: deviceIdSchema,
    synced_at: v.nullish(v.string(), null),
    /** The `log.mark` of the last answer (rule S6). */
    seen: v.nullish(v.string()),
    transactions: itemsSchema,
    payments: itemsSchema,
    voids: itemsSchema,
    refunds: itemsSchema,
    shifts: itemsSchema,
    cash_movements: itemsSchema,
  }),
  v.check(
    (body) =>
      body.transactions.length +
        body.payments.length +
        body.voids.length +
        body.refunds.length +
        body.shifts.length +
        body.cash_movements.length <=
      BATCH_ITEMS_MAX,
    `at most ${BATCH_ITEMS_MAX} items in one request`,
  ),
)
export type BatchSyncRequest = v.InferOutput<typeof batchSyncRequestSchema>

/**
 * Why an item was refused. `unavailable` alone is worth sending again as it is; every other one waits for a person.
 * `invalid`: not readable. `totals_mismatch`: of servers before sums were marked. `wrong_branch`, `wrong_device`.
 * `data_mismatch`: the id is known with other content. `unknown_transaction`, `already_void`, `quantity_exceeded`,
 * `amount_exceeded`: a void, refund or payment that its sale does not allow. `unknown_shift`, `shift_closed`.
 */
export const refusalKindSchema = v.picklist([
  'unavailable',
  'invalid',
  'totals_mismatch',
  'wrong_branch',
  'wrong_device',
  'data_mismatch',
  'unknown_transaction',
  'already_void',
  'quantity_exceeded',
  'amount_exceeded',
  'unknown_shift',
  'shift_closed',
])
export type RefusalKind = v.InferOutput<typeof refusalKindSchema>

/** `{"stock:1386": 8, "inventory:6486": 4}`: each record's version after the operation (rule S10). */
export const recordVersionsSchema = v.record(v.string(), versionSchema)
export type RecordVersions = v.InferOutput<typeof recordVersionsSchema>

export const syncResultSchema = v.object({
  offline_id: v.nullable(v.string()),
  type: operationTypeSchema,
  success: v.boolean(),
  server_id: v.nullish(idSchema, null),
  transaction_code: v.nullish(v.string(), null),
  /** In words, for a person. */
  error: v.nullish(v.string(), null),
  error_kind: v.fallback(v.nullish(refusalKindSchema, null), 'invalid'),
  conflict_detected: v.optional(v.boolean(), false),
  epoch: v.nullish(epochSchema, null),
  seq: v.nullish(seqSchema, null),
  versions: v.nullish(recordVersionsSchema, null),
})
export type SyncResult = v.InferOutput<typeof syncResultSchema>

export const syncConflictSchema = v.object({
  conflict_id: v.union([idSchema, v.string()]),
  offline_id: v.nullable(v.string()),
  conflict_type: v.picklist(['duplicate', 'data_mismatch', 'constraint_violation']),
  resolution_strategy: v.picklist(['keep_server', 'keep_local', 'merge']),
})
export type SyncConflict = v.InferOutput<typeof syncConflictSchema>

export const batchSyncAnswerSchema = v.object({
  code: v.number(),
  data: v.object({
    success: v.boolean(),
    total_items: v.number(),
    success_count: v.number(),
    failed_count: v.number(),
    results: v.array(syncResultSchema),
    conflicts: v.optional(v.array(syncConflictSchema), []),
    synced_at: v.string(),
    epoch: v.nullish(epochSchema, null),
    /** The server's word on how far the log had come by then, the results included (rule S6). */
    log: v.optional(v.object({ epoch: epochSchema, seq: seqSchema, mark: markSchema })),
  }),
})
export type BatchSyncOutcome = v.InferOutput<typeof batchSyncAnswerSchema>['data']

/** `POST …/resolve-conflict`: a person's decision. `approved_by`: the member of staff who made it. */
export const resolveConflictRequestSchema = v.object({
  conflict_id: v.union([idSchema, v.pipe(v.string(), v.minLength(1), v.maxLength(64))]),
  resolution: v.picklist(['keep_server', 'keep_local']),
  reason: v.nullish(shortText, null),
  approved_by: staffIdSchema,
})
export type ResolveConflictRequest = v.InferOutput<typeof resolveConflictRequestSchema>

export const resolveConflictAnswerSchema = v.object({
  code: v.number(),
  data: v.object({
    conflict_id: v.union([idSchema, v.string()]),
    resolution: v.picklist(['keep_server', 'keep_local']),
    /** The verdict on what the counter holds: what it stores as the operation's result. */
    result: syncResultSchema,
  }),
})
