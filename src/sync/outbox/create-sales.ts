/** The commands of src/sync/outbox/sales.ts over the sales database: each is one strict transaction, and then a hint to the sender. */
import { commitVoid, type SoldCart } from '../../db/sales/operations.ts'
import { isSameSale } from '../../domain/same-sale.ts'
import { commonFields, createRecorder, toDecision } from './recorder.ts'
import { isoTime, proofOf, toSaleContent } from './sale-content.ts'
import type { NewSale, Sales } from './sales.ts'
import { createShiftCommands } from './shift-commands.ts'
import { givenBackBy, remainingAfterRefunds, takenBy } from './stock-deltas.pure.ts'
import { createUnsentCommands, type UnsentDeps } from './unsent-commands.ts'
import { planVoid } from './void-sale.pure.ts'

export function createSales(deps: UnsentDeps): Sales {
  const { salesDb, now, newId } = deps
  const recorder = createRecorder(deps)
  const { record, refuse } = recorder

  return {
    completeSale: (sale) =>
      record(
        (device, at) => ({
          ...commonFields(device, at, sale.actor),
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
              ...commonFields(device, at, actor),
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
            ...commonFields(device, at, actor),
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

    ...createShiftCommands(recorder, newId),
    ...createUnsentCommands(deps, recorder),
  }
}

function soldBy({ cart, partsVersion }: NewSale): SoldCart {
  return {
    cartId: cart.cartId,
    isSold: (stored, payment) => isSameSale(stored, cart) && payment.version === partsVersion,
  }
}
