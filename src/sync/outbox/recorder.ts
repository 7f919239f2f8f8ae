/**
 * Records one operation of this counter: a strict transaction (rule Q1), then a hint to the sender. None rejects: what the disk refused is
 * an outcome.
 */
import type { DeviceProfile } from '../../contract/device.ts'
import type { ReferenceRequest } from '../../db/sales/draw-reference.ts'
import { commitOperation, type SoldCart } from '../../db/sales/operations.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import type { Decision, NewOperation, OperationRow } from '../../db/sales/sales-rows.ts'
import { isQuotaError } from '../../db/storage-error.ts'
import type { FailureJournal } from '../ports.ts'
import { localDay } from './sale-content.ts'
import type { Actor, RecordOutcome, SaleOutcome } from './sales.ts'

export interface RecorderDeps {
  readonly salesDb: SalesDb
  /** Who this device is; null before enrolment. */
  readonly device: () => DeviceProfile | null
  readonly now: () => number
  /** UUID v4. */
  readonly newId: () => string
  /** Something was recorded; `force`: a person wants everything sent now. */
  readonly onRecorded: (options: { readonly force: boolean }) => void
  /** What the disk refused. */
  readonly journal: FailureJournal
}

/** What is recorded, by this device at this client time, ms. */
export type Build = (device: DeviceProfile, at: number) => NewOperation

export interface Recorder {
  record(build: Build, options?: { readonly reference: boolean }): Promise<RecordOutcome>
  /** `cart`: what is sold and taken away in the same transaction. */
  record(build: Build, options: { readonly reference: boolean; readonly cart: SoldCart }): Promise<SaleOutcome>
  /** The outcome of a write that failed; it is noted. */
  refuse(error: unknown): Extract<RecordOutcome, { operation: null }>
}

export function createRecorder(deps: RecorderDeps): Recorder {
  const { salesDb, now } = deps

  async function record(build: Build, options?: { readonly reference: boolean }): Promise<RecordOutcome>
  async function record(
    build: Build,
    options: { readonly reference: boolean; readonly cart: SoldCart },
  ): Promise<SaleOutcome>
  async function record(
    build: Build,
    options: { readonly reference?: boolean; readonly cart?: SoldCart } = {},
  ): Promise<SaleOutcome> {
    const device = deps.device()
    if (!device) return { ok: false, reason: 'not-enrolled', operation: null }
    const at = now()
    const reference: ReferenceRequest = { day: localDay(at), deviceId: device.device_id }
    try {
      const { cart } = options
      const committed = await commitOperation(salesDb, build(device, at), {
        ...(options.reference ? { reference } : {}),
        ...(cart ? { cart } : {}),
      })
      if (!committed) return { ok: false, reason: 'cart-changed', operation: null }
      const { row, isNew } = committed
      if (!isNew) return { ok: false, reason: 'already-done', operation: row }
      deps.onRecorded({ force: false })
      return { ok: true, operation: row }
    } catch (error) {
      return refuse(error)
    }
  }

  function refuse(error: unknown): Extract<RecordOutcome, { operation: null }> {
    deps.journal.note('storage', 'Recording', error)
    return { ok: false, reason: isQuotaError(error) ? 'storage-full' : 'storage', operation: null }
  }

  return { record, refuse }
}

/** The fields of every operation that say where, when and in which shift it was recorded. */
export function commonFields(device: DeviceProfile, at: number, actor: Actor) {
  return {
    branchCode: device.branch.code,
    deviceId: device.device_id,
    shift: actor.shiftId ?? '',
    now: at,
  }
}

/** A person's decision as the record keeps it. */
export function toDecision(what: Decision['what'], reason: string, actor: Actor, at: number): Decision {
  return { what, reason, staff_id: actor.staffId, approved_by: actor.approvedBy, at, shift: actor.shiftId ?? '' }
}

/** The row with this decision; null stays null. */
export function decided(row: OperationRow | null, decision: Decision): OperationRow | null {
  return row && { ...row, decisions: [...row.decisions, decision] }
}
