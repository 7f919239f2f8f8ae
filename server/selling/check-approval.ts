/** What an approval is worth: proven, not proven, or made up. Whatever it is, the record is booked (docs/selling.md). */
import type { ApprovalFacts } from '../../src/domain/approval.ts'
import type { Queryable } from '../database.ts'
import { findApprovalKey } from '../sql/approval-keys.ts'
import type { MarkRow } from '../sql/sale-marks.ts'
import { markOf } from './judge.ts'
import type { Sender } from './sender.ts'
import { keyNamedBy, verifyApproval } from './verify-approval.ts'

export interface CheckedApproval {
  readonly proof: 'proven' | 'unproven' | 'forged'
  /** Rupiah that were signed; null: not proven. */
  readonly provedAmount: number | null
  readonly marks: readonly MarkRow[]
}

interface ToldApproval {
  readonly deviceId: string
  readonly approvedBy: number
  readonly proof: string | null | undefined
  readonly facts: ApprovalFacts
  readonly slack?: number
  /** The time that counts, ISO 8601. */
  readonly countedAt: string
}

/** The owner decided it here, with a session that the server opened by the PIN itself. */
export const DECIDED_BY_OWNER: CheckedApproval = { proof: 'proven', provedAmount: null, marks: [] }

export async function checkApproval(tx: Queryable, sender: Sender, told: ToldApproval): Promise<CheckedApproval> {
  const { deviceId, approvedBy: staffId, proof, facts, slack = 0, countedAt } = told
  if (proof === null || proof === undefined) return unproven('unproven')
  const named = keyNamedBy(proof)
  const verdict =
    named === null
      ? ({ proof: 'forged' } as const)
      : await verifyApproval({ proof, staffId, deviceId, facts, slack, countedAt }, await findApprovalKey(tx, named))
  if (verdict.proof === 'proven') return { proof: 'proven', provedAmount: verdict.amount, marks: [] }
  if (verdict.proof === 'forged') sender.noteForged?.({ deviceId, staffId })
  return unproven(verdict.proof)
}

export function unproven(proof: 'unproven' | 'forged'): CheckedApproval {
  return { proof, provedAmount: null, marks: [markOf(`approval_${proof}`)] }
}
