/** What is known about an operation before it is booked, and the marks that it gets (docs/selling.md). */

import { parseShopSettings } from '../../src/contract/settings.ts'
import type { Queryable } from '../database.ts'
import { insertMarks, type MarkContext, type MarkRow, readEvidence } from '../sql/sale-marks.ts'
import { type Named, personMarks, timeMarks } from './check-person.ts'
import type { SumSettings } from './check-sums.ts'
import type { Sender } from './sender.ts'

export interface Judged {
  /** Every version of the settings that the device may have had, one or more. */
  readonly held: readonly SumSettings[]
  /** The time that counts, ISO 8601. */
  readonly countedAt: string
  readonly marks: readonly MarkRow[]
}

interface Told extends Named {
  readonly deviceId: string
  /** By the device's clock, ISO 8601. */
  readonly at: string
  /** When that happened whose figures change with it, ISO 8601. */
  readonly alters?: readonly string[]
}

/** Time, people and device. Sums are the caller's. */
export async function judge(tx: Queryable, sender: Sender, told: Told): Promise<Judged> {
  const staffIds = [told.staffId, told.approvedBy].filter((id) => id !== null)
  const { deviceId, at } = told
  const { settings, staff, countedAt, arrivedAt } = await readEvidence(tx, {
    branchId: sender.branchId,
    deviceId,
    sentBy: sender.deviceId,
    at,
    staffIds,
  })
  const marks = [
    ...personMarks(told, staff),
    ...timeMarks({ claimedAt: at, countedAt, arrivedAt, alters: told.alters ?? [] }),
  ]
  return {
    held: settings.map(parseShopSettings),
    countedAt,
    marks: [
      ...marks.map((mark) => ({ ...mark, claimed: null, computed: null })),
      ...(deviceId === sender.deviceId ? [] : [markOf('other_device')]),
    ],
  }
}

export function markOf(
  kind: MarkRow['kind'],
  sums: { readonly claimed: number | null; readonly computed: number | null } = { claimed: null, computed: null },
): MarkRow {
  return { kind, ...sums, claimed_at: null, named_staff_id: null, occurred_at: null }
}

/** One mark of a kind, the first. */
export async function writeMarks(
  tx: Queryable,
  sender: Sender,
  operation: Omit<MarkContext, 'branch_id' | 'occurred_at'>,
  { countedAt: occurred_at }: Judged,
  marks: readonly MarkRow[],
): Promise<void> {
  const kinds = new Map(marks.toReversed().map((mark) => [mark.kind, mark]))
  await insertMarks(tx, { ...operation, branch_id: sender.branchId, occurred_at }, [...kinds.values()])
}
