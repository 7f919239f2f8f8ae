import type { FastifyRequest } from 'fastify'
import type { SecurityKind } from '../../src/contract/owner-security.ts'
import type { Staff } from '../../src/contract/records/staff.ts'
import { clientAddress } from '../http/client-address.ts'
import type { SecurityLog } from '../security/security-log.ts'

type Rights = Pick<Staff, 'role' | 'active' | 'pin_hash'>

/** What a change means for who may do what; null: nothing. Pure. @param before null: somebody new */
export function rightsKind(before: Rights | null, after: Rights): SecurityKind | null {
  const isOwner = (member: Rights | null) => member?.role === 'owner' && member.active
  if (isOwner(after) && !isOwner(before)) return 'owner_added'
  if (before === null) return 'staff_added'
  if (isOwner(before) && isOwner(after)) return before.pin_hash === after.pin_hash ? null : 'owner_pin_set'
  const isSame = before.role === after.role && before.active === after.active && before.pin_hash === after.pin_hash
  return isSame ? null : 'staff_changed'
}

/** Tells the owner of it, under the name of whose rights they are. `deviceId`: where it was done; none: by the admin. */
export function noteRights(
  security: SecurityLog,
  { request, ...where }: { readonly request: FastifyRequest; readonly branchId: number; readonly deviceId?: string },
  before: Rights | null,
  after: Staff,
): void {
  const kind = rightsKind(before, after)
  if (kind !== null) security.note({ kind, ...where, staffId: after.id, address: clientAddress(request) })
}
