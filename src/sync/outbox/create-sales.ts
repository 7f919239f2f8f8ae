/** The commands of src/sync/outbox/sales.ts over the sales database: each is one strict transaction, and then a hint to the sender. */
import { resolveConflictAnswerSchema } from '../../contract/batch-sync.ts'
import type { DeviceProfile } from '../../contract/device.ts'
import { PATHS } from '../../contract/rest.ts'
import { STAFF_TOKEN_HEADER } from '../../contract/staff-session.ts'
import type { ReferenceRequest } from '../../db/sales/draw-reference.ts'
import {
  commitOperation,
  commitVoid,
  inOneTransaction,
  type SoldCart,
  updateOperations,
} from '../../db/sales/operations.ts'
import { readUnsent } from '../../db/sales/read-operations.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import type { Decision, NewOperation, OperationRow } from '../../db/sales/sales-rows.ts'
import { markUnreadableExported, readUnreadable } from '../../db/sales/unreadable.ts'
import { isQuotaError } from '../../db/storage-error.ts'
import { isSameSale } from '../../domain/same-sale.ts'
import { HttpFailure } from '../errors.ts'
import type { FailureJournal, HttpLike } from '../ports.ts'
import { readAnswer } from '../read-answer.ts'
import { toResult } from './batch-request.pure.ts'
import { stepOperation } from './queue.pure.ts'
import { isoTime, localDay, proofOf, toSaleContent } from './sale-content.ts'
import type { Actor, NewSale, RecordOutcome, SaleOutcome, Sales } from './sales.ts'
import { givenBackBy, remainingAfterRefunds, takenBy } from './stock-deltas.pure.ts'
import { learnFrom } from './transaction-queue.ts'
import { importFile, type KeptFailure, toExportFile } from './unsent-file.ts'
import { planVoid } from './void-sale.pure.ts'

export interface SalesDeps {
  readonly salesDb: SalesDb
  readonly http: HttpLike
  /** Who this device is; null before enrolment. */
  readonly device: () => DeviceProfile | null
  readonly now: () => number
  /** UUID v4. */
  readonly newId: () => string
  /** Something was recorded; `force`: a person wants everything sent now. */
  readonly onRecorded: (options: { readonly force: boolean }) => void
  /** What the disk refused. */
  readonly journal: FailureJournal
  /** What the journal keeps, for the export file. */
  readonly keptFailures: () => Promise<readonly KeptFailure[]>
}

export function createSales(deps: SalesDeps): Sales {
  const { salesDb, now, newId } = deps

  type Build = (device: DeviceProfile, at: number) => NewOperation
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

  return {
    completeSale: (sale) =>
      record(
        (device, at) => ({
          ...common(device, at, sale.actor),
          offlineId: sale.saleId,
          content: (reference) => toSaleContent(sale, device, at, reference, newId),
          about: '',
          deltas: takenBy(sale.items),
        }),
        { reference: true, cart: soldBy(sale) },
      ),

    async voidSale(past, reason, actor) {
      const device = deps.device()
      if (!device) return { ok: false, reason: 'not-enrolled', operation: null }
      const at = now()
      const voidId = actor.proof?.recordId ?? newId()
      const entry = {
        offline_id: voidId,
        transaction_offline_id: past.offlineId,
        reason,
        approved_by: actor.approvedBy,
        ...proofOf(actor, device),
        created_at_device: isoTime(at),
        staff_id: actor.staffId,
        shift_offline_id: actor.shiftId,
        device_id: device.device_id,
      }
      try {
        const row = await commitVoid(salesDb, past.offlineId, (sale, about) =>
          planVoid(sale, about, {
            operation: (deltas) => ({
              ...common(device, at, actor),
              offlineId: voidId,
              content: () => ({ type: 'void', void: entry }),
              about: past.offlineId,
              deltas,
            }),
            deltas: remainingAfterRefunds(
              past.items,
              about.filter(({ kind }) => kind === 'refund'),
            ),
            decision: toDecision('void', reason, actor, at),
            now: at,
          }),
        )
        if (!row) return { ok: false, reason: 'already-done', operation: null }
        deps.onRecorded({ force: false })
        return { ok: true, operation: row }
      } catch (error) {
        return refuse(error)
      }
    },

    refundSale: (past, refund, actor) =>
      record(
        (device, at) => {
          const offlineId = actor.proof?.recordId ?? newId()
          return {
            ...common(device, at, actor),
            offlineId,
            content: (reference) => ({
              type: 'refund',
              refund: {
                offline_id: offlineId,
                offline_reference: reference,
                transaction_offline_id: past.offlineId,
                items: [...refund.lines],
                refund_total: refund.refundTotal,
                payment_method: refund.paymentMethod,
                reference: refund.reference,
                reason: refund.reason,
                approved_by: actor.approvedBy,
                ...proofOf(actor, device),
                staff_id: actor.staffId,
                shift_offline_id: actor.shiftId,
                device_id: device.device_id,
                created_at_device: isoTime(at),
              },
            }),
            about: past.offlineId,
            deltas: givenBackBy(refund.lines),
          }
        },
        { reference: true },
      ),

    openShift: (openingCash, actor) =>
      record((device, at) => {
        const offlineId = newId()
        return {
          ...common(device, at, actor),
          offlineId,
          shift: offlineId,
          content: () => ({
            type: 'shift',
            shift: {
              action: 'open',
              ...shiftFields(device, at, actor, offlineId, offlineId),
              opening_cash: openingCash,
            },
          }),
          about: '',
          deltas: new Map(),
        }
      }),

    closeShift: (closing, actor) =>
      record((device, at) => {
        const offlineId = newId()
        return {
          ...common(device, at, actor),
          offlineId,
          shift: closing.shiftId,
          content: () => ({
            type: 'shift',
            shift: {
              action: 'close',
              ...shiftFields(device, at, actor, offlineId, closing.shiftId),
              counted_cash: closing.countedCash,
              expected_cash: closing.expectedCash,
              totals: [...closing.totals],
              unsent_count: closing.unsentCount,
              note: closing.note,
            },
          }),
          about: closing.shiftId,
          deltas: new Map(),
        }
      }),

    moveCash: ({ movementId, ...movement }, actor) =>
      record((device, at) => ({
        ...common(device, at, actor),
        offlineId: movementId,
        content: () => ({
          type: 'cash_movement',
          movement: {
            offline_id: movementId,
            shift_offline_id: actor.shiftId ?? movementId,
            ...movement,
            staff_id: actor.staffId,
            approved_by: actor.approvedBy,
            device_id: device.device_id,
            created_at_device: isoTime(at),
          },
        }),
        about: actor.shiftId ?? '',
        deltas: new Map(),
      })),

    async sendAgain(offlineId, actor) {
      const at = now()
      await updateOperations(salesDb, [offlineId], (row) =>
        decided(stepOperation(row, { type: 'send-again' }), toDecision('send-again', '', actor, at)),
      )
      deps.onRecorded({ force: true })
    },

    async dropRefused(offlineId, reason, actor) {
      const at = now()
      let outcome: RecordOutcome = { ok: false, reason: 'already-done', operation: null }
      try {
        await inOneTransaction(salesDb, async () => {
          const [dropped] = await updateOperations(
            salesDb,
            [offlineId],
            (row) =>
              row.state === 'needs-decision' && row.kind !== 'sale'
                ? decided(stepOperation(row, { type: 'cancel', now: at }), toDecision('void', reason, actor, at))
                : null,
            () => [],
          )
          if (!dropped) return
          // A sale whose void is gone stands again, unless it was void on the server already.
          if (dropped.kind === 'void' && dropped.error?.kind !== 'already_void') {
            await updateOperations(salesDb, [dropped.about], (sale) =>
              sale.voided_by === offlineId ? { ...sale, voided_by: '' } : null,
            )
          }
          outcome = { ok: true, operation: dropped }
        })
        return outcome
      } catch (error) {
        return refuse(error)
      }
    },

    sendNow: () => deps.onRecorded({ force: true }),

    async resolveConflict(offlineId, { resolution, reason, staffToken }, actor) {
      const [row] = await readUnsent(salesDb, [offlineId])
      if (!row?.conflict_id) return 'refused'
      try {
        const answer = await deps.http({
          method: 'POST',
          path: PATHS.resolveConflict,
          body: { conflict_id: row.conflict_id, resolution, reason, approved_by: actor.approvedBy },
          headers: { [STAFF_TOKEN_HEADER]: staffToken },
        })
        const { result } = readAnswer(resolveConflictAnswerSchema, answer).data
        const kept = toResult(result, {}, now())
        const what = resolution === 'keep_server' ? 'keep-server' : 'keep-local'
        await updateOperations(
          salesDb,
          [offlineId],
          (current) =>
            decided(stepOperation(current, { type: 'keep', result: kept }), toDecision(what, reason, actor, now())),
          // What the server keeps is not what this counter did: its own effect ends with the decision.
          (_, effects) => (resolution === 'keep_server' ? [] : learnFrom(kept, effects)),
        )
        return 'done'
      } catch (error) {
        if (!(error instanceof HttpFailure)) throw error
        return error.class === 'rejected' || error.class === 'unsupported' ? 'refused' : 'offline'
      }
    },

    async exportUnsent() {
      const at = now()
      const rows = await readUnsent(salesDb)
      // Without them rather than not at all.
      const failures = await deps.keptFailures().catch(() => [])
      const unreadable = await readUnreadable(salesDb)
      const file = toExportFile(
        rows,
        deps.device(),
        at,
        failures,
        unreadable.map(({ stored }) => stored),
      )
      try {
        await markUnreadableExported(salesDb, unreadable, at)
        await updateOperations(
          salesDb,
          rows.map(({ offline_id: id }) => id),
          (row) => ({ ...row, exported_at: at }),
        )
      } catch (error) {
        // A full disk is when the file is needed most; what is not marked only goes on counting as not exported.
        deps.journal.note('storage', 'Marking as exported', error)
      }
      return file
    },

    async importUnsent(text, actor) {
      const device = deps.device()
      if (!device) return { ok: false, reason: 'not-a-file-of-ours' }
      try {
        const outcome = await importFile(salesDb, text, device, (at) => toDecision('imported', '', actor, at), now())
        if (outcome.ok) deps.onRecorded({ force: true })
        return outcome
      } catch (error) {
        deps.journal.note('storage', 'Import', error)
        return { ok: false, reason: isQuotaError(error) ? 'storage-full' : 'storage' }
      }
    },
  }
}

function soldBy({ cart, partsVersion }: NewSale): SoldCart {
  return {
    cartId: cart.cartId,
    isSold: (stored, payment) => isSameSale(stored, cart) && payment.version === partsVersion,
  }
}

function common(device: DeviceProfile, at: number, actor: Actor) {
  return {
    branchCode: device.branch.code,
    deviceId: device.device_id,
    shift: actor.shiftId ?? '',
    now: at,
  }
}

function shiftFields(device: DeviceProfile, at: number, actor: Actor, offlineId: string, shiftId: string) {
  return {
    offline_id: offlineId,
    shift_offline_id: shiftId,
    staff_id: actor.staffId,
    staff_name: actor.staffName,
    device_id: device.device_id,
    created_at_device: isoTime(at),
  }
}

function toDecision(what: Decision['what'], reason: string, actor: Actor, at: number): Decision {
  return { what, reason, staff_id: actor.staffId, approved_by: actor.approvedBy, at, shift: actor.shiftId ?? '' }
}

function decided(row: OperationRow | null, decision: Decision): OperationRow | null {
  return row && { ...row, decisions: [...row.decisions, decision] }
}
