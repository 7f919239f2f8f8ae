import type { Database, Queryable } from '../database.ts'
import type { Sender } from './sender.ts'

type Forged = Parameters<NonNullable<Sender['noteForged']>>[0]

/** Books in one transaction, and tells of the proofs that were made up when it has committed: once, and of no record that is not there. */
export async function bookAndTell<T, S extends Pick<Sender, 'noteForged'>>(
  db: Database,
  sender: S,
  book: (tx: Queryable, sender: S) => Promise<T>,
): Promise<T> {
  const { booked, forged } = await db.transaction(async (tx) => {
    const found: Forged[] = []
    const result = await book(tx, { ...sender, noteForged: (approval) => found.push(approval) })
    return { booked: result, forged: found }
  })
  for (const approval of forged) sender.noteForged?.(approval)
  return booked
}
