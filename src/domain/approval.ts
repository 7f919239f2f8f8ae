/**
 * What an approval is about, and whether one that was signed covers what was recorded. Counter and server decide by the same words.
 * Money in whole rupiah.
 */

/** Of cash, which way it goes is part of what was allowed. */
export type ApprovalWhat = 'discount' | 'void' | 'refund' | 'cash_in' | 'cash_out'

export interface ApprovalFacts {
  readonly what: ApprovalWhat
  /** `offline_id` of the very record that the approval allows: one approval, one record. */
  readonly record: string
  /** `offline_id` of the sale that is voided or refunded; null: there is none beside the record. */
  readonly sale: string | null
  /** The discounts, the voided total, what is handed back, the cash moved. Null: not known yet (a void before its sale). */
  readonly amount: number | null
  /** Discounts: the total that they are taken off. */
  readonly base: number | null
}

/**
 * True when the approval of `allowed` covers `done`: the same thing about the same record for the same money; of discounts also fewer
 * rupiah, if they are no larger share. `slack`: rupiah by which rounding may have moved a share, one a discount.
 */
export function covers(allowed: ApprovalFacts, done: ApprovalFacts, slack = 0): boolean {
  if (allowed.what !== done.what || !isSameId(allowed.record, done.record) || !isSameId(allowed.sale, done.sale))
    return false
  if (done.amount === null) return true
  if (allowed.amount === null) return false
  if (done.what !== 'discount') return allowed.amount === done.amount
  if (allowed.base === null || done.base === null) return false
  return done.amount <= allowed.amount && (done.amount - slack) * allowed.base <= allowed.amount * done.base
}

/** The database writes ids in lower case. */
function isSameId(one: string | null, other: string | null): boolean {
  return one?.toLowerCase() === other?.toLowerCase()
}
