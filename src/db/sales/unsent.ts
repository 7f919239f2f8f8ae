/** What the server has not confirmed: the queue as a person looks at it. Live for as long as a screen looks. */
import { useLiveQuery } from '../use-live-query.ts'
import { rangeOf } from './read-operations.ts'
import type { SalesDb } from './sales-db.ts'
import { readSalesMeta } from './sales-meta.ts'
import type { OperationRow, OperationState, SalesMetaValues } from './sales-rows.ts'
import { readUnreadable } from './unreadable.ts'

/** Ids in the order of recording. */
export interface UnsentIds {
  /** On their way, or waiting for it. */
  readonly waiting: readonly string[]
  /** Refused by the server: a person decides. */
  readonly undecided: readonly string[]
}

/** Ids alone: with a thousand entries each change reads keys, and only the rows in sight are read (rule V1). Undefined while loading. */
export function useUnsentIds(db: SalesDb): UnsentIds | undefined {
  return useLiveQuery(db, () => readUnsentIds(db), [db])
}

/** What useUnsentIds shows, once. */
export async function readUnsentIds(db: SalesDb): Promise<UnsentIds> {
  return await db.transaction('r', db.operations, async () => {
    const [sending, queued, undecided] = await Promise.all([
      idsIn(db, 'sending'),
      idsIn(db, 'queued'),
      idsIn(db, 'needs-decision'),
    ])
    return { waiting: [...sending, ...queued], undecided }
  })
}

/** One operation, live. Undefined while loading, null when it is not here. */
export function useOperation(db: SalesDb, offlineId: string): OperationRow | null | undefined {
  return useLiveQuery(db, async () => (await db.operations.get(offlineId)) ?? null, [db, offlineId])
}

/** Why nothing is sent at all; null while the sender works. Undefined while loading. */
export function useSenderPause(db: SalesDb): SalesMetaValues['sender_paused'] | undefined {
  return useLiveQuery(db, async () => (await readSalesMeta(db, 'sender_paused')) ?? null, [db])
}

/** How many operations have no verdict that ends them, and how many of those stand in no export file. Undefined while loading. */
export function useUnsentTotals(db: SalesDb): { readonly unsent: number; readonly notExported: number } | undefined {
  return useLiveQuery(db, () => readUnsentTotals(db), [db])
}

/** What useUnsentTotals shows, once. */
export async function readUnsentTotals(db: SalesDb): Promise<{ unsent: number; notExported: number }> {
  const rows = await db.operations
    .where('[state+place]')
    .between(...rangeOf('queued'))
    .or('[state+place]')
    .between(...rangeOf('sending'))
    .or('[state+place]')
    .between(...rangeOf('needs-decision'))
    .or('[state+place]')
    .between(...rangeOf('unreadable'))
    .toArray()
  return { unsent: rows.length, notExported: rows.filter(({ exported_at: at }) => at === null).length }
}

async function idsIn(db: SalesDb, state: OperationState): Promise<string[]> {
  return await db.operations
    .where('[state+place]')
    .between(...rangeOf(state))
    .primaryKeys()
}

/** How many are put aside, live. Undefined while loading. */
export function useUnreadableCount(db: SalesDb): number | undefined {
  return useLiveQuery(db, async () => (await readUnreadable(db)).length, [db])
}
