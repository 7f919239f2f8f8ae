/** The owner's pages about staff and devices: bodies and answers. A PIN only ever travels to the server, never back. */
import * as v from 'valibot'
import { staffRoleSchema } from './records/staff.ts'
import { pinSchema } from './staff-session.ts'
import { idSchema, versionSchema } from './values.ts'

export const OWNER_STAFF_PATH = '/api/v1/owner/staff'
export const OWNER_DEVICES_PATH = '/api/v1/owner/device'
export const OWNER_PAIRING_PATH = '/api/v1/owner/pairing-code'

/** The owner's pairing codes are for a tablet in the same room. */
export const PAIRING_MINUTES = 60

const staffNameSchema = v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100))

/** One of the branch's staff without the PIN's hash. */
export const ownerStaffSchema = v.object({
  id: idSchema,
  name: v.string(),
  role: staffRoleSchema,
  active: v.boolean(),
  version: versionSchema,
})
export type OwnerStaff = v.InferOutput<typeof ownerStaffSchema>
export const ownerStaffListSchema = v.object({ code: v.number(), data: v.array(ownerStaffSchema) })
export const ownerStaffAnswerSchema = v.object({ code: v.number(), data: ownerStaffSchema })

export const newStaffSchema = v.object({ name: staffNameSchema, role: staffRoleSchema, pin: pinSchema })

/**
 * Any of them. 409 `pin_taken` when the PIN is somebody's, 409 `last_owner` when no active owner would be left, 400 `pin_weak` for
 * one that the role may not have. Whoever becomes owner, or stops being one, needs a new PIN.
 */
export const staffChangeSchema = v.pipe(
  v.object({
    name: v.optional(staffNameSchema),
    role: v.optional(staffRoleSchema),
    pin: v.optional(pinSchema),
    active: v.optional(v.boolean()),
  }),
  v.check((change) => Object.values(change).some((value) => value !== undefined), 'nothing to change'),
)

/** `last_seen_at`: ISO 8601 in UTC, to the minute. */
export const ownerDeviceSchema = v.object({
  device_id: v.string(),
  device_name: v.string(),
  created_at: v.string(),
  last_seen_at: v.nullable(v.string()),
  revoked_at: v.nullable(v.string()),
  /** The device that asks. */
  is_this: v.boolean(),
})
export type OwnerDevice = v.InferOutput<typeof ownerDeviceSchema>
export const ownerDeviceListSchema = v.object({ code: v.number(), data: v.array(ownerDeviceSchema) })

export const deviceNameSchema = v.object({
  device_name: v.pipe(v.string(), v.trim(), v.minLength(1), v.maxLength(100)),
})

/**
 * What became of a revoked device's open connection to the broker: it was ended; the broker could not be told, revoking once more tells
 * it; or the broker offers no way, so that the device hears of its branch until it has to sign in there again.
 */
export const brokerConnectionSchema = v.picklist(['ended', 'not_told', 'not_possible'])
export type BrokerConnection = v.InferOutput<typeof brokerConnectionSchema>

/** REST refuses the device whatever `broker` says. `disconnected` says the same in two states, for older apps. */
export const revokeAnswerSchema = v.object({
  code: v.number(),
  data: v.object({ device_id: v.string(), disconnected: v.boolean(), broker: v.optional(brokerConnectionSchema) }),
})
