/** What a payment, a void and a refund share: whether their sale allows them, who allowed them, what is left of it. */
import type { Refund, Void } from '../../src/contract/sales.ts'
import type { Queryable } from '../database.ts'
import { isBeingBrought } from '../sql/log-lives.ts'
import { insertApproval } from '../sql/operations.ts'
import type { BookedSale, SoldProduct } from '../sql/sales.ts'
import { type DoneVoid, findDoneVoid } from '../sql/voids.ts'
import { type CheckedApproval, checkApproval } from './check-approval.ts'
import { judge } from './judge.ts'
import { notHere } from './not-here.ts'
import type { Sent } from './read-batch.ts'
import { Refusal } from './refusal.ts'
import { checkBranch, type Sender } from './sender.ts'

/** Of a void or a refund: nobody may do these alone. `alters` as in `judge`. */
export function judgeLater(tx: Queryable, sender: Sender, value: Void | Refund, alters: readonly string[]) {
  return judge(tx, sender, {
    deviceId: value.device_id ?? sender.deviceId,
    at: value.created_at_device,
    staffId: value.staff_id,
    approvedBy: value.approved_by,
    needsApproval: true,
    alters,
  })
}

/** Null: nobody is said to have allowed it, which is marked by itself. */
export async function checkLater(
  tx: Queryable,
  sender: Sender,
  { value, offlineId: record }: Sent<Void | Refund>,
  {
    deviceId,
    countedAt,
    ...facts
  }: { what: 'void' | 'refund'; amount: number | null; deviceId: string; countedAt: string },
): Promise<CheckedApproval | null> {
  if (value.approved_by === null) return null
  return await checkApproval(tx, sender, {
    deviceId,
    countedAt,
    approvedBy: value.approved_by,
    proof: value.approval_proof,
    facts: { ...facts, record, sale: value.transaction_offline_id, base: null },
  })
}

/** The sale if something can still happen to it. `at`: when that was recorded, by the device. Throws a Refusal. */
export async function openSale(
  tx: Queryable,
  sender: Sender,
  sale: BookedSale | undefined,
  at: string,
): Promise<BookedSale> {
  const known = await knownSale(tx, sender, sale, at)
  if (known.status === 'void') throw alreadyVoid()
  return known
}

/** The same of a sale that may be void. Throws a Refusal. */
export async function knownSale(
  tx: Queryable,
  sender: Sender,
  sale: BookedSale | undefined,
  at: string,
): Promise<BookedSale> {
  if (!sale) throw await notHere(tx, 'unknown_transaction', at)
  checkBranch(sender, sale.branchId)
  if (sale.op === 'refund') throw new Refusal('invalid', 'This is a refund, not a sale')
  return sale
}

/**
 * The void of a sale that may have overtaken what was recorded `at`, by the device: it came before the sale itself, or both are of before
 * a restore. Undefined: the sale is not void, or nothing of it comes in another order than it happened.
 */
export async function findOvertakingVoid(tx: Queryable, saleId: string, at: string): Promise<DoneVoid | undefined> {
  const found = await findDoneVoid(tx, saleId)
  if (!found || found.waited) return found
  const { createdAtDevice } = found
  const areBrought =
    createdAtDevice !== null && (await isBeingBrought(tx, createdAtDevice)) && (await isBeingBrought(tx, at))
  return areBrought ? found : undefined
}

export function alreadyVoid(): Refusal {
  return new Refusal('already_void', 'This sale is void already')
}

/** Thousandths of each product that were sold and have not come back. */
export function leftOf(products: readonly SoldProduct[]): Map<number, number> {
  return new Map(products.map(({ productId, sold, returned }) => [productId, sold - returned]))
}

export async function recordApproval(
  tx: Queryable,
  sender: Sender,
  what: 'void' | 'refund',
  { offlineId, value }: Sent<Void | Refund>,
  at: string,
  approval: CheckedApproval | null,
): Promise<void> {
  if (value.approved_by === null || approval === null) return
  await insertApproval(tx, {
    branch_id: sender.branchId,
    what,
    offline_id: offlineId,
    approved_by: value.approved_by,
    staff_id: value.staff_id,
    reason: value.reason,
    device_id: value.device_id ?? sender.deviceId,
    occurred_at: at,
    proof: approval.proof,
  })
}
