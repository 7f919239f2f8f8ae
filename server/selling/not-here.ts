import type { Queryable } from '../database.ts'
import { isBeingBrought } from '../sql/log-lives.ts'
import { Refusal } from './refusal.ts'

const WORDS = { unknown_transaction: 'sale', unknown_shift: 'shift' }

/**
 * The refusal of an operation whose sale or shift the server does not have. After a restore that may be another counter's to send
 * again: what was recorded before (`at`, by the device) is then only postponed, and comes again by itself (rule Q5).
 */
export async function notHere(tx: Queryable, kind: keyof typeof WORDS, at: string): Promise<Refusal> {
  return (await isBeingBrought(tx, at))
    ? new Refusal('unavailable', `After a restore the server waits for this ${WORDS[kind]}; send it again`)
    : new Refusal(kind, `The server does not know this ${WORDS[kind]}`)
}
