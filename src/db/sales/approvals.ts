import type { SalesDb } from './sales-db.ts'
import type { ApprovalRow } from './sales-rows.ts'

/** Keeps a supervisor's permission that no operation will carry. */
export async function saveApproval(db: SalesDb, approval: Omit<ApprovalRow, 'key'>): Promise<void> {
  let runs = 0
  await db.transaction('rw', db.approvals, async () => {
    runs += 1
    // The second run after a lost connection (src/db/lasting-db.ts): the first may have kept it.
    if (runs > 1 && (await db.approvals.where('at').equals(approval.at).count()) > 0) return
    await db.approvals.add(approval)
  })
}

/** Forgets permissions of before this time, client ms. */
export async function trimApprovals(db: SalesDb, before: number): Promise<void> {
  await db.transaction('rw', db.approvals, async () => {
    await db.approvals.where('at').below(before).delete()
  })
}
