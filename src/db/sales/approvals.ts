import type { SalesDb } from './sales-db.ts'
import type { ApprovalRow } from './sales-rows.ts'

/** Keeps a supervisor's permission that no operation will carry. */
export async function saveApproval(db: SalesDb, approval: Omit<ApprovalRow, 'key'>): Promise<void> {
  await db.approvals.add(approval)
}
