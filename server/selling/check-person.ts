/**
 * Who is said to have done and allowed something, and when. All of it is the device's word: what can not be true is marked,
 * never refused, because the goods and the money moved all the same.
 */
import type { Staff } from '../../src/contract/records/staff.ts'
import type { MarkKind } from '../../src/contract/review-reports.ts'
import { shopDay } from '../../src/domain/shop-day.ts'

const HOUR_MS = 3_600_000
/** A month is closed so long after its end: what was sold on its last evening may come on the next day. */
const MONTH_CLOSES_MS = 24 * HOUR_MS
/** Clocks of devices differ by less. */
const CLOCK_MS = HOUR_MS

/** `named_staff_id` and `claimed_at` (ISO 8601) tell what does not fit. */
export interface PersonMark {
  readonly kind: MarkKind
  readonly named_staff_id: number | null
  readonly claimed_at: string | null
  /** Where it is to be read, when that is not the operation's own time. ISO 8601. */
  readonly occurred_at: string | null
}

export interface Named {
  readonly staffId: number | null
  readonly approvedBy: number | null
  /** Nobody may do this alone. */
  readonly needsApproval: boolean
}

/** `staff`: those of the branch among the named ones. */
export function personMarks(
  { staffId, approvedBy, needsApproval }: Named,
  staff: readonly Pick<Staff, 'id' | 'role' | 'active'>[],
): PersonMark[] {
  const known = new Map(staff.map((person) => [person.id, person]))
  const approver = approvedBy === null ? undefined : known.get(approvedBy)
  const marks: PersonMark[] = []
  if (staffId !== null && !known.has(staffId)) marks.push(about('staff_unknown', staffId))
  if (approvedBy === null) {
    if (needsApproval) marks.push(about('approval_missing', null))
  } else if (!approver) {
    marks.push(about('approver_unknown', approvedBy))
  } else if (approver.role === 'cashier' || !approver.active) {
    marks.push(about('approver_without_right', approvedBy))
  }
  return marks
}

/**
 * Times in ISO 8601: by the device, as it counts, and of its arrival. `alters`: when that happened whose figures change with it, the
 * sale that is voided or paid, the closed shift; a late mark is to be read in the earliest month that changes.
 */
export function timeMarks({
  claimedAt,
  countedAt,
  arrivedAt,
  alters = [],
}: {
  readonly claimedAt: string
  readonly countedAt: string
  readonly arrivedAt: string
  readonly alters?: readonly string[]
}): PersonMark[] {
  const counted = Date.parse(countedAt)
  const isBelieved = Math.abs(Date.parse(claimedAt) - counted) <= CLOCK_MS
  const first = Math.min(counted, ...alters.map(Date.parse))
  const isLate = monthOf(first) < monthOf(Date.parse(arrivedAt) - MONTH_CLOSES_MS)
  return [
    ...(isBelieved ? [] : [{ ...about('time', null), claimed_at: claimedAt }]),
    ...(isLate ? [{ ...about('late', null), claimed_at: claimedAt, occurred_at: new Date(first).toISOString() }] : []),
  ]
}

/** `2026-11` of the shop's calendar. */
function monthOf(at: number): string {
  return shopDay(at).slice(0, 7)
}

function about(kind: MarkKind, named_staff_id: number | null): PersonMark {
  return { kind, named_staff_id, claimed_at: null, occurred_at: null }
}
