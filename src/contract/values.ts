/** The scalar values that events and REST bodies share. Quantities and money are plain JSON numbers on the wire. */
import * as v from 'valibot'
import { isTopicLevel } from './topics.ts'

/** numeric(12,3): nine digits before the point. */
const MAX_QUANTITY = 999_999_999.999
const MAX_RUPIAH = 1_000_000_000_000

/** A stock or quantity: at most three decimals (goods by weight), negative allowed (oversold). */
export const quantitySchema = v.pipe(
  v.number(),
  v.finite(),
  v.minValue(-MAX_QUANTITY),
  v.maxValue(MAX_QUANTITY),
  v.check(hasAtMostThreeDecimals, 'more than three decimals'),
)

/** Whole rupiah. */
export const rupiahSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(-MAX_RUPIAH), v.maxValue(MAX_RUPIAH))

/** A price in whole rupiah: never negative. */
export const priceSchema = v.pipe(rupiahSchema, v.minValue(0))

export const idSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(1))

/** Counts the updates of one record (rule S3). */
export const versionSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** Position in a branch's change log (rule S2); 0 is "before the first change". */
export const seqSchema = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** Names the life of a change log (rule S6). */
export const epochSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(64))

/** The server's word that a log has reached a position (rule S6). Opaque to devices. */
export const markSchema = v.pipe(v.string(), v.minLength(1), v.maxLength(100))

/** ISO 8601 with time and zone, as `2025-10-14T21:30:00Z`. */
export const timestampSchema = v.pipe(v.string(), v.isoTimestamp())

export const textOrNull = v.nullable(v.string())

export const nameSchema = v.pipe(v.string(), v.maxLength(500))

/** A merchant, branch or environment code: one level of an MQTT topic. */
export const codeSchema = v.pipe(
  v.string(),
  v.check(isTopicLevel, 'a code must not be empty, longer than 64, or contain + # / or control characters'),
)

/** A merchant or branch. */
export const namedCodeSchema = v.object({ code: codeSchema, name: nameSchema })

export const offlineIdSchema = v.pipe(v.string(), v.uuid())

function hasAtMostThreeDecimals(value: number): boolean {
  return Number(value.toFixed(3)) === value
}
