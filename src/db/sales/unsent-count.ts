import { useLiveQuery } from '../use-live-query.ts'
import type { SalesDb } from './sales-db.ts'
import type { OperationState } from './sales-rows.ts'

export interface UnsentCount {
  /** Sales without the server's verdict, those that it refused included. */
  readonly sales: number
  /** Operations of every kind that the server refused: a person must act. */
  readonly needDecision: number
}

/** States in which the server does not have an operation. */
const UNSENT: readonly OperationState[] = ['queued', 'sending', 'needs-decision']

export async function readUnsentCount(db: SalesDb): Promise<UnsentCount> {
  const { operations } = db
  const [sales, needDecision] = await Promise.all([
    operations
      .where('[kind+state]')
      .anyOf(UNSENT.map((state) => ['sale', state]))
      .count(),
    operations.where('[state+place]').between(['needs-decision'], ['needs-decision', []]).count(),
  ])
  return { sales, needDecision }
}

/** Live, in every tab; undefined while loading. */
export function useUnsentCount(db: SalesDb): UnsentCount | undefined {
  return useLiveQuery(db, () => readUnsentCount(db), [db])
}
