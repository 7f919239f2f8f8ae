/**
 * The owner's changes of a branch's staff. Two rules stand over all of them: somebody active stays owner, and no two have the
 * same PIN. A PIN is checked against each stored hash, which takes long on purpose; so that is done outside of the
 * transaction, and done again when the staff changed meanwhile.
 */
import type { Staff, StaffRole } from '../../src/contract/records.ts'
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
}

/** Throws ApiError `pin_taken` (409). */
export async function addStaff(
  deps: StaffDeps,
  branchId: number,
  { name, role, pin }: { name: string; role: StaffRole; pin: string },
): Promise<Staff> {
  return withFreePin(deps, { branchId, pin, except: null }, (tx, _staff, pinHash) =>
    insertStaff(tx, { branchId, name, role, pinHash }),
  )
}

/** Throws ApiError `pin_taken` or `last_owner` (409), or a 404 for somebody of another branch. */
export async function changeStaff(deps: StaffDeps, branchId: number, id: number, edit: StaffEdit): Promise<Staff> {
  if (edit.pin !== undefined) {
    return withFreePin(deps, { branchId, pin: edit.pin, except: id }, (tx, staff, pinHash) =>
      writeStaff(tx, { branchId, id, staff }, { ...edit, pinHash }),
    )
  }
  return deps.db.transaction(async (tx) => {
    await lockBranchStaff(tx, branchId)
    return writeStaff(tx, { branchId, id, staff: await listStaff(tx, branchId) }, edit)
  })
}

/** Calls `write` with the locked staff and the PIN's hash, once it is certain that nobody else has this PIN. */
async function withFreePin(
  { db, randomBytes, pinIterations }: StaffDeps,
  { branchId, pin, except }: { branchId: number; pin: string; except: number | null },
  write: (tx: Queryable, staff: readonly Staff[], pinHash: string) => Promise<Staff>,
): Promise<Staff> {
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
  { name, role, active, pinHash }: StaffEdit & { pinHash?: string },
): Promise<Staff> {
  const before = staff.find((member) => member.id === id)
  if (!before) throw notFound('This branch has nobody with this id')
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
  const written = await updateStaff(tx, branchId, after)
  if (!written) throw new Error('A locked member of staff vanished')
  return written
}
