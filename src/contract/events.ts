/**
 * Events on the change log and on MQTT (specification section 1, architecture: Events), and the one parser at the edge
 * (rule C1). The specification's samples carry none of this product's extra fields, so everything but the new value is
 * optional; unknown fields are dropped.
 */
import * as v from 'valibot'
import { inventoryRemovedSchema, inventorySchema, quantityUpdatedSchema } from './records/inventory.ts'
import { productRemovedSchema, productSchema } from './records/product.ts'
import { settingsSchema } from './records/settings.ts'
import { staffSchema } from './records/staff.ts'
import { stockUpdatedSchema } from './records/stock.ts'
import { transactionEventSchema } from './records/transaction.ts'
import { epochSchema, markSchema, seqSchema, timestampSchema } from './values.ts'

/** Larger messages are refused unread: no event of ours comes near it. */
export const MAX_EVENT_BYTES = 256 * 1024

/** `data` of each known event type. */
export const eventDataSchemas = {
  stock_updated: stockUpdatedSchema,
  product_changed: productSchema,
  product_removed: productRemovedSchema,
  quantity_updated: quantityUpdatedSchema,
  inventory_changed: inventorySchema,
  inventory_removed: inventoryRemovedSchema,
  transaction_created: transactionEventSchema,
  transaction_updated: transactionEventSchema,
  settings_changed: settingsSchema,
  staff_changed: staffSchema,
} as const

export type EventType = keyof typeof eventDataSchemas
export type EventData<T extends EventType> = v.InferOutput<(typeof eventDataSchemas)[T]>

/** Where an event stands in the branch's log, and when the server wrote it. Absent from other MStore backends (rule C6). */
export const eventPositionSchema = v.object({
  seq: v.optional(seqSchema),
  epoch: v.optional(epochSchema),
  timestamp: v.optional(timestampSchema),
})
export type EventPosition = v.InferOutput<typeof eventPositionSchema>

const envelopeSchema = v.object({
  event_type: v.pipe(v.string(), v.minLength(1), v.maxLength(100)),
  ...eventPositionSchema.entries,
  data: v.optional(v.unknown()),
})

/** Last acknowledged position, every 4 s (rule S8). */
export const heartbeatSchema = v.object({
  event_type: v.literal('heartbeat'),
  seq: seqSchema,
  epoch: epochSchema,
  timestamp: v.optional(timestampSchema),
  mark: v.optional(markSchema),
})

export type KnownEvent = { [T in EventType]: EventPosition & { type: T; data: EventData<T> } }[EventType]
export interface HeartbeatEvent {
  type: 'heartbeat'
  seq: number
  epoch: string
  timestamp?: string | undefined
  mark?: string | undefined
}
/** A well-formed event of a type that this version does not know: harmless, its position still counts. */
export type UnknownEvent = EventPosition & { type: 'unknown'; eventType: string }
/** Not usable. From MQTT it is treated as lost, from `/changes` the position is passed over (rule C1). */
export type InvalidEvent = EventPosition & { type: 'invalid'; reason: string }
export type ParsedEvent = KnownEvent | HeartbeatEvent | UnknownEvent | InvalidEvent

/** By event type. */
export type EventSchemas = ReadonlyMap<string, { readonly schema: v.GenericSchema }>

const SCHEMAS: EventSchemas = new Map(Object.entries(eventDataSchemas).map(([type, schema]) => [type, { schema }]))

/**
 * Parses one decoded event. Never throws.
 * @param schemas of the types that are known
 */
export function parseEvent(input: unknown, schemas: EventSchemas = SCHEMAS): ParsedEvent {
  const envelope = v.safeParse(envelopeSchema, input)
  if (!envelope.success) return { type: 'invalid', ...positionOf(input), reason: describeIssues(envelope.issues) }
  const { event_type: eventType, data, ...position } = envelope.output
  if (eventType === 'heartbeat') {
    const heartbeat = v.safeParse(heartbeatSchema, input)
    if (!heartbeat.success) return { type: 'invalid', reason: describeIssues(heartbeat.issues) }
    const { seq, epoch, timestamp, mark } = heartbeat.output
    return { type: 'heartbeat', seq, epoch, timestamp, mark }
  }
  const known = schemas.get(eventType)
  if (!known) return { type: 'unknown', eventType, ...position }
  const parsed = v.safeParse(known.schema, data)
  if (!parsed.success) return { type: 'invalid', ...position, reason: describeIssues(parsed.issues) }
  // The schema was chosen by the type, so the pair is one of the union; TypeScript can't correlate the two.
  return { type: eventType, data: parsed.output, ...position } as KnownEvent
}

/** Parses the payload of an MQTT message. Never throws; too large, not UTF-8 JSON and wrong shapes are `invalid`. */
export function parseEventPayload(payload: Uint8Array | string, schemas?: EventSchemas): ParsedEvent {
  if (payload.length > MAX_EVENT_BYTES) return { type: 'invalid', reason: `payload of ${payload.length} bytes` }
  let input: unknown
  try {
    input = JSON.parse(typeof payload === 'string' ? payload : decodeUtf8(payload))
  } catch {
    return { type: 'invalid', reason: 'not JSON' }
  }
  return parseEvent(input, schemas)
}

/** The position of an event whose other fields are unusable, so that the cursor can move over it (rule C1). */
function positionOf(input: unknown): EventPosition {
  const position = v.safeParse(eventPositionSchema, input)
  return position.success ? position.output : {}
}

function describeIssues(issues: readonly v.BaseIssue<unknown>[]): string {
  const [first] = issues
  if (!first) return 'not valid'
  const path = v.getDotPath(first)
  return (path ? `${path}: ` : '') + first.message
}

declare const TextDecoder: new (label: string, options: { fatal: boolean }) => { decode(bytes: Uint8Array): string }

function decodeUtf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
}
