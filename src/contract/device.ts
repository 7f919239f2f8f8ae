/** How a device becomes one of a branch, and what it is told of itself: enrolment, its key, its broker and the password there. */
import * as v from 'valibot'
import { answerSchema } from './rest.ts'
import { codeSchema, namedCodeSchema } from './values.ts'

export const PAIRING_CODE_LENGTH = 8

/** As a browser exports it; what else stands in it is passed over. */
export const publicKeySchema = v.object({ kty: v.string(), crv: v.string(), x: v.string(), y: v.string() })

export type PublicKey = v.InferOutput<typeof publicKeySchema>

/** A device that was enrolled without a key shows one. */
export const deviceKeyRequestSchema = v.object({ public_key: publicKeySchema })

export const enrollRequestSchema = v.object({
  pairing_code: v.pipe(v.string(), v.maxLength(32)),
  device_name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)),
  /** The key that the token is bound to from the beginning (RFC 9449): a public key on P-256 as a JWK. */
  public_key: v.optional(publicKeySchema),
})
export type EnrollRequest = v.InferOutput<typeof enrollRequestSchema>

/** `held`: the password that the broker has refused. */
export const mqttPasswordRequestSchema = v.object({ held: v.optional(v.pipe(v.string(), v.maxLength(512))) })

/** A new password for the broker; null: the one that is held is right, and the broker has been told so. */
export const mqttPasswordAnswerSchema = answerSchema(
  v.object({ mqtt_password: v.nullable(v.pipe(v.string(), v.minLength(16))) }),
)

/**
 * Who this device is and where its broker is. `protocol_version` 4 is MQTT 3.1.1, 5 is MQTT v5; `keepalive` in seconds;
 * `own_password`: the broker's password is asked for (`PATHS.mqttPassword`). Absent: it is the token.
 */
export const deviceProfileSchema = v.object({
  device_id: v.string(),
  device_name: v.optional(v.string()),
  merchant: namedCodeSchema,
  branch: namedCodeSchema,
  env: codeSchema,
  mqtt: v.object({
    url: v.string(),
    protocol_version: v.picklist([4, 5]),
    username: v.string(),
    keepalive: v.pipe(v.number(), v.integer(), v.minValue(5)),
    own_password: v.optional(v.boolean()),
  }),
})
export type DeviceProfile = v.InferOutput<typeof deviceProfileSchema>

export const enrollAnswerSchema = answerSchema(
  v.object({ ...deviceProfileSchema.entries, device_secret_token: v.pipe(v.string(), v.minLength(16)) }),
)
export type Enrollment = v.InferOutput<typeof enrollAnswerSchema>['data']

/** `key_bound`: the token is good only together with the device's key. Absent: that backend knows of no keys. */
export const meAnswerSchema = answerSchema(
  v.object({ ...deviceProfileSchema.entries, key_bound: v.optional(v.boolean()) }),
)
