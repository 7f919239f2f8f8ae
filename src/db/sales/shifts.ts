/** Shifts of this device, read from its operations. */
import { Dexie } from 'dexie'
import type { ShiftEntry } from '../../contract/shifts.ts'
import { type ShiftSums, shiftSums } from '../../domain/shift.ts'
import { useLiveQuery } from '../use-live-query.ts'
import type { SalesDb } from './sales-db.ts'
import type { OperationRow } from './sales-rows.ts'
import { lateCancels, shiftEvents, unsentOf } from './shift-events.ts'

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

type Closing = Extract<ShiftEntry, { action: 'close' }>

/** A shift with what was written down when it was closed; `closing` null: it is open. */
export interface Shift extends OpenShift {
  readonly closing: (Closing & { readonly closedAt: number }) | null
}

export interface Movement {
  readonly offlineId: string
  readonly direction: 'in' | 'out'
  readonly amount: number
  readonly reason: string
  /** Client time, ms. */
  readonly at: number
}

export interface ShiftReport {
  readonly shift: Shift
  readonly sums: ShiftSums
  /** Oldest first. */
  readonly movements: readonly Movement[]
  /** Sales that the server has not confirmed now; `amount` in rupiah. */
  readonly unsent: { readonly count: number; readonly amount: number }
}

/** All that are kept, newest first. */
export async function readShifts(db: SalesDb): Promise<Shift[]> {
  const rows = await db.operations
    .where('[kind+place]')
    .between(['shift', Dexie.minKey], ['shift', Dexie.maxKey])
    .toArray()
  const shifts = new Map<string, Shift>()
  for (const row of rows) {
    // What was imported from another device's file is that device's drawer.
    if (row.content.type !== 'shift' || row.decisions.some(({ what }) => what === 'imported')) continue
    const { shift: entry } = row.content
    if (entry.action === 'open') {
      shifts.set(entry.shift_offline_id, {
        shiftId: entry.shift_offline_id,
        openedAt: row.created_at,
        openingCash: entry.opening_cash,
        staffName: entry.staff_name ?? '',
        closing: null,
      })
    } else {
      const opened = shifts.get(entry.shift_offline_id)
      if (opened) shifts.set(opened.shiftId, { ...opened, closing: { ...entry, closedAt: row.created_at } })
    }
  }
  return [...shifts.values()].reverse()
}

/** The newest that is not closed. */
export async function readOpenShift(db: SalesDb): Promise<OpenShift | null> {
  const shift = (await readShifts(db)).find(({ closing }) => closing === null)
  if (!shift) return null
  const { closing: _none, ...open } = shift
  return open
}

/** Its sums as they are now; null: it is not kept here. */
export async function readShiftReport(db: SalesDb, shiftId: string): Promise<ShiftReport | null> {
  const shift = (await readShifts(db)).find((candidate) => candidate.shiftId === shiftId)
  if (!shift) return null
  const { operations } = db
  const [own, cancelled] = await Promise.all([
    operations.where('shift').equals(shiftId).sortBy('place'),
    operations.where('[kind+state]').equals(['sale', 'cancelled']).toArray(),
  ])
  const related = own.flatMap(({ kind, about, voided_by: voidId }) =>
    kind === 'void' ? [about] : voidId ? [voidId] : [],
  )
  const others = new Map<string, OperationRow>()
  for (const row of await operations.bulkGet(related)) if (row) others.set(row.offline_id, row)
  const rows = {
    shiftId,
    openedAt: shift.openedAt,
    closedAt: shift.closing?.closedAt ?? Number.POSITIVE_INFINITY,
    own,
    cancelled,
    others,
  }
  const voided = [...others.keys(), ...lateCancels(rows).map(({ offline_id: id }) => id)]
  const about = await operations.where('about').anyOf(voided).toArray()
  const events = shiftEvents({ ...rows, refunds: about.filter(({ kind }) => kind === 'refund') })
  return {
    shift,
    sums: shiftSums(shift.openingCash, events),
    movements: own.flatMap(movementOf),
    unsent: unsentOf(own),
  }
}

function movementOf({ content, offline_id: offlineId, created_at: at }: OperationRow): Movement[] {
  if (content.type !== 'cash_movement') return []
  const { direction, amount, reason } = content.movement
  return [{ offlineId, direction, amount, reason, at }]
}

/** Live, in every tab. Undefined while loading, null: none is open. */
export function useOpenShift(db: SalesDb): OpenShift | null | undefined {
  return useLiveQuery(db, () => readOpenShift(db), [db])
}

export function useShifts(db: SalesDb): Shift[] | undefined {
  return useLiveQuery(db, () => readShifts(db), [db])
}

/** Undefined while loading, null: it is not kept here. */
export function useShiftReport(db: SalesDb, shiftId: string): ShiftReport | null | undefined {
  return useLiveQuery(db, () => readShiftReport(db, shiftId), [db, shiftId])
}
