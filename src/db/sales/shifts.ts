/** Shifts of this device, read from its operations. */
import { Dexie } from 'dexie'
import { useLiveQuery } from 'dexie-react-hooks'
import type { SalesDb } from './sales-db.ts'

export interface OpenShift {
  /** `offline_id` of the opening. */
  readonly shiftId: string
  /** Client time, ms. */
  readonly openedAt: number
  /** Rupiah. */
  readonly openingCash: number
  /** Who opened it. */
  readonly staffName: string
}

/** The last shift that was opened here, unless it is closed; null: none is open. */
export async function readOpenShift(db: SalesDb): Promise<OpenShift | null> {
  const last = await db.pendingTransactions
    .where('[kind+place]')
    .between(['shift', Dexie.minKey], ['shift', Dexie.maxKey])
    .last()
  if (last?.content.type !== 'shift' || last.content.shift.action !== 'open') return null
  const { shift } = last.content
  return {
    shiftId: shift.shift_offline_id,
    openedAt: last.created_at,
    openingCash: shift.opening_cash,
    staffName: shift.staff_name ?? '',
  }
}

/** Live, in every tab. Undefined while loading, null: none is open. */
export function useOpenShift(db: SalesDb): OpenShift | null | undefined {
  return useLiveQuery(() => readOpenShift(db), [db])
}
