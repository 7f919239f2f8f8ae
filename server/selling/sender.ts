import type { Sale } from '../../src/contract/sales.ts'
import { Refusal } from './refusal.ts'

/** Who uploads: a device with its branch. What it uploads may be another device's of the branch (rule Q7). */
export interface Sender {
  readonly deviceId: string
  readonly branchId: number
  readonly branchCode: string
  /** Devices of other branches that the items name. */
  readonly foreignDevices: ReadonlySet<string>
  /** What is booked is the owner's decision: it counts in a shift whoever sends it. */
  readonly isOwnersDecision?: boolean
  /** Told of a proof that was made up, after the commit (tell-forged.ts). What is booked does not depend on it. */
  readonly noteForged?: (approval: { readonly deviceId: string; readonly staffId: number }) => void
}

/** Throws a Refusal `wrong_device` for a device that is known in another branch. */
export function checkDevice(sender: Sender, deviceId: string | null): void {
  if (deviceId !== null && sender.foreignDevices.has(deviceId)) {
    throw new Refusal('wrong_device', 'This was recorded by a device of another branch')
  }
}

/** Throws a Refusal `wrong_branch` for a record that belongs to another branch. */
export function checkBranch(sender: Sender, branchId: number): void {
  if (branchId !== sender.branchId) throw new Refusal('wrong_branch', 'This belongs to another branch')
}

/** `user_5`, as events and transactions name who did it. */
export function actorName(
  sender: Sender,
  { staff_id: staffId, device_id: deviceId }: Pick<Sale, 'staff_id'> & { readonly device_id: string | null },
): string {
  return staffId === null ? (deviceId ?? sender.deviceId) : `user_${staffId}`
}
