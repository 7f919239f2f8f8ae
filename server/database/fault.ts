/** Whose fault an error of the database is. Pure. */
import { errorCode } from './retry.ts'

const UNIQUE = '23505'
const CHECK = '23514'
/** Nothing is wrong with a value for which a sequence has no number left. */
const SEQUENCE_AT_ITS_END = '2200H'
/** What the database itself makes unique: ids, and places in the log. A value that is there already came from a sequence that was set back. */
const MADE_BY_DATABASE = /_pkey$|^changes_position$|^transactions_code$/

/**
 * True when the value itself can't be stored (SQLSTATE class 22), now or ever. A constraint that stands in the way (class 23) says
 * nothing of the kind: a lost counter, a sequence that is behind or a rule of the owner's own refuses every good sale.
 */
export function isFaultOfValue(error: unknown): boolean {
  const code = errorCode(error) ?? ''
  return code.length === 5 && code.startsWith('22') && code !== SEQUENCE_AT_ITS_END
}

/** True when somebody else's record has this value, which its writer chose. */
export function isTaken(error: unknown): boolean {
  return errorCode(error) === UNIQUE && !MADE_BY_DATABASE.test(constraintOf(error))
}

/** True when a rule of the table refuses this row whenever it comes: a person has to change the row, or the rule. */
export function isRefusedRow(error: unknown): boolean {
  return isFaultOfValue(error) || isTaken(error) || errorCode(error) === CHECK
}

/** True for every other constraint and for a sequence at its end: the set-up's fault, so the same may go through another time. */
export function isFaultOfSetUp(error: unknown): boolean {
  const code = errorCode(error) ?? ''
  return code === SEQUENCE_AT_ITS_END || (/^23...$/.test(code) && !isTaken(error))
}

function constraintOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('constraint' in error)) return ''
  return typeof error.constraint === 'string' ? error.constraint : ''
}
