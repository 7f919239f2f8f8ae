import * as v from 'valibot'
import { idSchema, nameSchema, versionSchema } from '../values.ts'
import { declareRecord, isFlag, isText, onEvent } from './record-kind.ts'

export const staffRoleSchema = v.picklist(['cashier', 'supervisor', 'owner'])
export type StaffRole = v.InferOutput<typeof staffRoleSchema>

/**
 * A member of staff. `pin_hash` is `pbkdf2-sha256$iterations$salt$hash` (base64), so that a counter can check a PIN offline. It is
 * empty for an owner and for somebody who left: their PIN is checked by the server alone.
 */
export const staffSchema = v.object({
  id: idSchema,
  name: nameSchema,
  role: staffRoleSchema,
  pin_hash: v.nullish(v.string(), ''),
  active: v.boolean(),
  version: versionSchema,
})
export type Staff = v.InferOutput<typeof staffSchema>

const ROLES: ReadonlySet<unknown> = new Set(staffRoleSchema.options)

/** People who work in the branch, those who left included: their names stand on past sales. */
export const STAFF = declareRecord({
  name: 'staff',
  table: 'staff',
  indexes: [],
  since: 2,
  fields: { name: isText, role: (value) => ROLES.has(value), pin_hash: isText, active: isFlag },
  resource: 'staff',
  row: staffSchema,
  fromRow: wholeStaff,
  events: [onEvent('staff_changed', staffSchema, { news: wholeStaff })],
})

function wholeStaff({ id, version, name, role, pin_hash, active }: Staff) {
  // Whatever server sends it: an owner's hash, or a leaver's, is not kept on a device.
  const isShared = active && role !== 'owner'
  return { id, version, whole: { name, role, pin_hash: isShared ? (pin_hash ?? '') : '', active } }
}
