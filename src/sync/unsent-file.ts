/** Everything without a verdict as a file, and back (rule Q7). Whoever imports it sends it: the server books it once. */
import * as v from 'valibot'
import type { DeviceProfile } from '../contract/rest.ts'
import {
  cashMovementSchema,
  paymentSchema,
  refundSchema,
  saleSchema,
  shiftSchema,
  voidSchema,
} from '../contract/sales.ts'
import { codeSchema, offlineIdSchema } from '../contract/values.ts'
import type { FailureRow } from '../db/journal/failure-row.ts'
import { addImported } from '../db/sales/operations.ts'
import type { SalesDb } from '../db/sales/sales-db.ts'
import type { Decision, OperationRow } from '../db/sales/sales-rows.ts'
import type { ImportOutcome } from './sales.ts'

const FORMAT = 'mstore-unsent-1'

const contentSchema = v.variant('type', [
  v.object({ type: v.literal('sale'), sale: saleSchema, payments: v.array(paymentSchema) }),
  v.object({ type: v.literal('void'), void: voidSchema }),
  v.object({ type: v.literal('refund'), refund: refundSchema }),
  v.object({ type: v.literal('shift'), shift: shiftSchema }),
  v.object({ type: v.literal('cash_movement'), movement: cashMovementSchema }),
])

/** Takes a stored row too: what else it holds is this device's own and stays here. */
export const exportedSchema = v.object({
  offline_id: offlineIdSchema,
  content: contentSchema,
  branch_code: codeSchema,
  device_id: v.string(),
  deltas: v.array(v.tuple([v.number(), v.number()])),
  about: v.string(),
  shift: v.string(),
  ever_sent: v.boolean(),
  voided_by: v.string(),
  created_at: v.number(),
})
export type ExportedOperation = v.InferOutput<typeof exportedSchema>

const fileSchema = v.object({
  format: v.literal(FORMAT),
  branch_code: codeSchema,
  device_id: v.string(),
  exported_at: v.string(),
  operations: v.array(exportedSchema),
})

/** A failure of the journal, for support; importing leaves it out. */
export type KeptFailure = Omit<FailureRow, 'key'>

/** One file for the queue and for support: what is unsent, and what went wrong on this device. */
export function toExportFile(
  rows: readonly OperationRow[],
  device: DeviceProfile | null,
  now: number,
  failures: readonly KeptFailure[],
) {
  return toFile(rows.map(toExported), device, now, { failures: failures.map(toReadable) })
}

/** `support`: what only support reads, as rows that this version can't; importing leaves it out. */
export function toFile(
  operations: readonly ExportedOperation[],
  device: DeviceProfile | null,
  now: number,
  support: { readonly unknown?: readonly unknown[]; readonly failures?: readonly unknown[] } = {},
) {
  const exportedAt = new Date(now).toISOString()
  const deviceId = device?.device_id ?? operations[0]?.device_id ?? ''
  const file: v.InferOutput<typeof fileSchema> = {
    format: FORMAT,
    branch_code: device?.branch.code ?? operations[0]?.branch_code ?? '',
    device_id: deviceId,
    exported_at: exportedAt,
    operations: [...operations],
  }
  const fileName = `mstore-unsent-${deviceId}-${exportedAt.slice(0, 19).replaceAll(/[-:T]/g, '')}.json`
  const told = Object.entries(support).filter(([, entries]) => entries.length > 0)
  const content = { ...file, ...Object.fromEntries(told) }
  return { fileName, text: JSON.stringify(content, null, 2), count: operations.length }
}

/** Adds what is not here yet, in the order of recording. Rejects when the disk refuses; then nothing is added. */
export async function importFile(
  db: SalesDb,
  text: string,
  device: DeviceProfile,
  decision: (at: number) => Decision,
  now: number,
): Promise<ImportOutcome> {
  const input = parseJson(text)
  if (!v.is(v.object({ format: v.literal(FORMAT) }), input)) return { ok: false, reason: 'not-a-file-of-ours' }
  const file = v.safeParse(fileSchema, input)
  if (!file.success) return { ok: false, reason: 'damaged' }
  // A device that was moved holds records of both branches: each finds its way from the same file.
  const operations = file.output.operations.filter(({ branch_code: code }) => code === device.branch.code)
  const skipped = file.output.operations.length - operations.length
  if (skipped > 0 && operations.length === 0) return { ok: false, reason: 'other-branch' }
  const added = await addImported(db, operations, decision(now))
  return { ok: true, added, known: operations.length - added, skipped }
}

function toReadable({ at, last_at: lastAt, times, kind, text }: KeptFailure) {
  return { first: new Date(at).toISOString(), last: new Date(lastAt).toISOString(), times, kind, text }
}

function toExported(row: OperationRow): ExportedOperation {
  return {
    offline_id: row.offline_id,
    // The wire shapes are the rows' own: what is stored was made by the same schemas.
    content: JSON.parse(JSON.stringify(row.content)),
    branch_code: row.branch_code,
    device_id: row.device_id,
    deltas: row.deltas.map(([productId, delta]) => [productId, delta]),
    about: row.about,
    shift: row.shift,
    ever_sent: row.ever_sent,
    voided_by: row.voided_by,
    created_at: row.created_at,
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
