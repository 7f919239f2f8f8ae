/**
 * The owner's changes of a branch's staff. Two rules stand over all of them: somebody active stays owner, and no two have the
 * same PIN. A PIN is checked against each stored hash, which takes long on purpose; so that is done outside of the
 * transaction, and done again when the staff changed meanwhile.
 */
import type { Staff, StaffRole } from '../../src/contract/records/staff.ts'
import { pinProblem } from '../../src/domain/pin-rules.ts'
import type { Database, Queryable } from '../database.ts'
import { hashPin, isPin } from '../devices/pin-hash.ts'
import { ApiError, conflict, notFound } from '../http/api-error.ts'
import { insertStaff, listStaff, lockBranchStaff, updateStaff } from '../sql/staff.ts'

const SALT_BYTES = 16
const MAX_ROUNDS = 5

export interface StaffDeps {
  readonly db: Database
  readonly randomBytes: (size: number) => Uint8Array
  /** PBKDF2 rounds of a new PIN. */
  readonly pinIterations: number
}

export interface StaffEdit {
  readonly name?: string | undefined
  readonly role?: StaffRole | undefined
  readonly pin?: string | undefined
  readonly active?: boolean | undefined
  /** Of the PIN that has to be the one there is. */
  readonly fromHash?: string | undefined
}

export interface ChangedStaff {
  readonly before: Staff
  readonly written: Staff
}

/** Throws ApiError `pin_weak` (400): too short for the role, or one of the common ones. */
export function requireGoodPin(pin: string, role: StaffRole): void {
  const problem = pinProblem(pin, role)
  if (problem === null) return
  const words =
    problem === 'common' ? 'is one that everybody tries first' : `is too short or too long for the role ${role}`
  throw new ApiError(400, 'pin_weak', `This PIN ${words}; choose another one`, {}, { reason: problem })
}

/** Throws ApiError `pin_weak` (400) or `pin_taken` (409). */
export async function addStaff(
  deps: StaffDeps,
  branchId: number,
  { name, role, pin }: { name: string; role: StaffRole; pin: string },
): Promise<Staff> {
  requireGoodPin(pin, role)
  return withFreePin(deps, { branchId, pin, except: null }, (tx, _staff, pinHash) =>
    insertStaff(tx, { branchId, name, role, pinHash }),
  )
}

/** Throws ApiError `pin_weak` (400), `pin_taken` or `last_owner` (409), or a 404 for somebody of another branch. */
export async function changeStaff(
  deps: StaffDeps,
  branchId: number,
  id: number,
  edit: StaffEdit,
): Promise<ChangedStaff> {
  if (edit.pin !== undefined) {
    // Hashing is slow on purpose: nothing is hashed that nobody could have.
    requireGoodPin(edit.pin, edit.role ?? (await roleOf(deps.db, branchId, id)))
    return withFreePin(deps, { branchId, pin: edit.pin, except: id }, (tx, staff, pinHash) =>
      writeStaff(tx, { branchId, id, staff }, { ...edit, pinHash }),
    )
  }
  return deps.db.transaction(async (tx) => {
    await lockBranchStaff(tx, branchId)
    return writeStaff(tx, { branchId, id, staff: await listStaff(tx, branchId) }, edit)
  })
}

async function roleOf(db: Queryable, branchId: number, id: number): Promise<StaffRole> {
  const member = (await listStaff(db, branchId)).find((each) => each.id === id)
  if (!member) throw notFound('This branch has nobody with this id')
  return member.role
}

/** Calls `write` with the locked staff and the PIN's hash, once it is certain that nobody else has this PIN. */
async function withFreePin<T>(
  { db, randomBytes, pinIterations }: StaffDeps,
  { branchId, pin, except }: { branchId: number; pin: string; except: number | null },
  write: (tx: Queryable, staff: readonly Staff[], pinHash: string) => Promise<T>,
): Promise<T> {
  const pinHash = await hashPin(pin, randomBytes(SALT_BYTES), pinIterations)
  const checked = new Set<string>()
  for (let round = 0; round < MAX_ROUNDS; round++) {
    // Those who left count too: they may come back with the PIN that they had.
    const others = (await listStaff(db, branchId)).filter(({ id }) => id !== except)
    for (const { pin_hash: stored } of others) {
      if (checked.has(stored)) continue
      // Never told whose it is: that would be one half of signing in as somebody else.
      if (await isPin(pin, stored)) throw new ApiError(409, 'pin_taken', 'This PIN cannot be used; choose another one')
      checked.add(stored)
    }
    const written = await db.transaction(async (tx) => {
      await lockBranchStaff(tx, branchId)
      const staff = await listStaff(tx, branchId)
      const isChecked = staff.every(({ id, pin_hash: stored }) => id === except || checked.has(stored))
      return isChecked ? write(tx, staff, pinHash) : null
    })
    if (written) return written
  }
  throw conflict('The staff is being changed by somebody else; try again')
}

async function writeStaff(
  tx: Queryable,
  { branchId, id, staff }: { branchId: number; id: number; staff: readonly Staff[] },
  { name, role, active, pin, fromHash, pinHash }: StaffEdit & { pinHash?: string },
): Promise<ChangedStaff> {
  const before = staff.find((member) => member.id === id)
  if (!before) throw notFound('This branch has nobody with this id')
  if (fromHash !== undefined && before.pin_hash !== fromHash) throw conflict('The PIN was changed meanwhile')
  const after: Staff = {
    ...before,
    name: name ?? before.name,
    role: role ?? before.role,
    active: active ?? before.active,
    pin_hash: pinHash ?? before.pin_hash,
  }
  const isOwner = (member: Staff) => member.active && member.role === 'owner'
  if (isOwner(before) && !isOwner(after) && staff.filter(isOwner).length === 1) {
    throw new ApiError(409, 'last_owner', 'The last active owner cannot be changed to something else')
  }
  // Also when the role was changed since the PIN was looked at.
  if (pin !== undefined) requireGoodPin(pin, after.role)
  else if ((before.role === 'owner') !== (after.role === 'owner')) {
    throw new ApiError(
      400,
      'pin_weak',
      'Whoever becomes owner, or stops being one, needs a new PIN',
      {},
      { reason: 'role' },
    )
  }
  const written = await updateStaff(tx, branchId, after)
  if (!written) throw new Error('A locked member of staff vanished')
  return { before, written }
}
