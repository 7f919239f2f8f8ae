/** Who is signed in at the counter, for screens. Signing in and locking: features/sign-in. */
import type { StaffRole } from '../../../contract/records/staff.ts'
import { useSession } from '../../../db/sales/session.ts'
import { useStaff } from '../../../db/use-staff.ts'
import type { Actor } from '../../../sync/outbox/sales.ts'
import { useServices } from '../services.ts'
import { useCurrentShift } from './current-shift.ts'

export interface SignedIn {
  readonly staffId: number
  readonly name: string
  readonly role: StaffRole
  /** True after too long without input: a PIN is needed to go on. The screen below stays mounted. */
  readonly isLocked: boolean
}

/** Undefined while loading; null: nobody, or somebody who does not work here any more. */
export function useSignedIn(): SignedIn | null | undefined {
  const { db, salesDb } = useServices()
  const session = useSession(salesDb)
  const staff = useStaff(db)
  if (session === null) return null
  if (session === undefined || staff === undefined) return undefined
  const member = staff.find(({ id, active }) => id === session.staff_id && active)
  if (!member) return null
  return { staffId: member.id, name: member.name, role: member.role, isLocked: session.locked }
}

/** Who acts now, in the shift that is open. Undefined while loading; null: nobody is signed in. */
export function useActor(): Actor | null | undefined {
  const signedIn = useSignedIn()
  const shift = useCurrentShift()
  if (signedIn === null) return null
  if (signedIn === undefined || shift === undefined) return undefined
  return { staffId: signedIn.staffId, staffName: signedIn.name, shiftId: shift?.shiftId ?? null, approvedBy: null }
}
