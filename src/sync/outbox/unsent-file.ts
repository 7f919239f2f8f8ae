/** Everything without a verdict as a file, and back (rule Q7). Whoever imports it sends it: the server books it once. */
import * as v from 'valibot'
import type { DeviceProfile } from '../../contract/device.ts'
import { paymentSchema, refundSchema, saleSchema, voidSchema } from '../../contract/sales.ts'
import { cashMovementSchema, shiftSchema } from '../../contract/shifts.ts'
import { codeSchema, idSchema, offlineIdSchema } from '../../contract/values.ts'
import type { FailureRow } from '../../db/journal/failure-row.ts'
import { addImported } from '../../db/sales/operations.ts'
import type { SalesDb } from '../../db/sales/sales-db.ts'
import type { Decision, OperationContent } from '../../db/sales/sales-rows.ts'
import type { ImportOutcome } from './sales.ts'
import { givenBackBy, takenBy } from './stock-deltas.pure.ts'

const FORMAT = 'mstore-unsent-1'
/** Of a file that is read at all, bytes: about a month of a busy counter without a network. */
export const IMPORT_BYTES_MAX = 64 * 1024 * 1024
/** Of a file that is built at all: arrays, objects and what stands in them. A full file of ours has half of it; each costs some 50 bytes. */
const IMPORT_VALUES_MAX = 4_000_000
/** Operations of a file, and as many that were unreadable where it was written: more than its bytes have room for in ours. */
const IMPORT_ROWS_MAX = 100_000
/** Units that one operation takes or gives back of a product: what quantities of the contract can add up to. */
const DELTA_MAX = 1e12
/** The last moment that a Date knows, ms since 1970. */
const LAST_MOMENT = 8.64e15

const contentSchema = v.variant('type', [
  v.object({ type: v.literal('sale'), sale: saleSchema, payments: v.array(paymentSchema) }),
  v.object({ type: v.literal('void'), void: voidSchema }),
  v.object({ type: v.literal('refund'), refund: refundSchema }),
  v.object({ type: v.literal('shift'), shift: shiftSchema }),
  v.object({ type: v.literal('cash_movement'), movement: cashMovementSchema }),
])

const deltaSchema = v.tuple([idSchema, v.pipe(v.number(), v.minValue(-DELTA_MAX), v.maxValue(DELTA_MAX))])

/** What a file says of an operation; of a stored row the rest is this device's own and stays here. */
export const OPERATION_FIELDS = {
  offline_id: offlineIdSchema,
  branch_code: codeSchema,
  device_id: v.pipe(v.string(), v.maxLength(64)),
  deltas: v.pipe(
    v.array(deltaSchema),
    v.check((deltas) => new Set(deltas.map(([id]) => id)).size === deltas.length, 'a product twice'),
  ),
  about: v.string(),
  shift: v.string(),
  ever_sent: v.boolean(),
  voided_by: v.string(),
  created_at: v.pipe(v.number(), v.minValue(0), v.maxValue(LAST_MOMENT)),
}

/** A content of this device's own making: whoever sends it sends it as it was recorded (rule Q2), not as a schema would trim it. */
const storedContentSchema = v.custom<OperationContent>((content) => v.is(contentSchema, content))

/** Both are believed only when they say of themselves what their content says. */
const storedSchema = v.pipe(
  v.object({ ...OPERATION_FIELDS, content: storedContentSchema }),
  v.check((operation) => isOfItsContent(operation)),
)
const exportedSchema = v.pipe(
  v.object({ ...OPERATION_FIELDS, content: contentSchema }),
  v.check((operation) => isOfItsContent(operation)),
)
export type ExportedOperation = v.InferOutput<typeof storedSchema>

/** Counted before any of them is looked at. */
const rowsSchema = v.pipe(v.array(v.unknown()), v.maxLength(IMPORT_ROWS_MAX))

const fileSchema = v.object({
  format: v.literal(FORMAT),
  branch_code: codeSchema,
  device_id: v.string(),
  exported_at: v.string(),
  operations: v.pipe(rowsSchema, v.array(exportedSchema)),
  unknown: v.optional(rowsSchema, []),
})

/** A failure of the journal, for support; importing leaves it out. */
export type KeptFailure = Omit<FailureRow, 'key'>

/**
 * One file for the queue and for support: what is unsent, and what went wrong on this device. A row that this version can't read
 * keeps no other from its way.
 */
export function toExportFile(
  rows: readonly unknown[],
  device: DeviceProfile | null,
  now: number,
  failures: readonly KeptFailure[],
  unreadable: readonly unknown[] = [],
) {
  const { operations, unknown } = readStored([...rows, ...unreadable])
  const file = toFile(operations, device, now, { unknown, failures: failures.map(toReadable) })
  return { ...file, count: operations.length + unknown.length, unknown: unknown.length }
}

/** Stored rows as they go into a file, in their order; `unknown` wait there for support, or a version that reads them. */
export function readStored(rows: readonly unknown[]): { operations: ExportedOperation[]; unknown: unknown[] } {
  const operations: ExportedOperation[] = []
  const unknown: unknown[] = []
  for (const row of rows) {
    const operation = v.safeParse(storedSchema, row)
    const json = toJson(row)
    if (operation.success && json.isWhole) operations.push(operation.output)
    else unknown.push(json.value)
  }
  return { operations, unknown }
}

/** `support`: what went wrong, and rows that this version can't read; an import takes those of them that it can. */
export function toFile(
  operations: readonly ExportedOperation[],
  device: DeviceProfile | null,
  now: number,
  support: { readonly unknown?: readonly unknown[]; readonly failures?: readonly unknown[] } = {},
) {
  const exportedAt = new Date(now).toISOString()
  const deviceId = device?.device_id ?? operations[0]?.device_id ?? ''
  const file = {
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
  if (text.length > IMPORT_BYTES_MAX || isTooFull(text)) return { ok: false, reason: 'too-large' }
  const input = parseJson(text)
  if (!v.is(v.object({ format: v.literal(FORMAT) }), input)) return { ok: false, reason: 'not-a-file-of-ours' }
  // The first thing that is wrong says enough: a list of all of them has no bound.
  const file = v.safeParse(fileSchema, input, { abortEarly: true })
  if (!file.success) return { ok: false, reason: 'damaged' }
  const { readable, left } = withUnknown(file.output)
  // A device that was moved holds records of both branches: each finds its way from the same file.
  const operations = readable.filter(({ branch_code: code }) => code === device.branch.code)
  const skipped = readable.length - operations.length
  if (skipped > 0 && operations.length === 0 && left === 0) return { ok: false, reason: 'other-branch' }
  const added = await addImported(db, toImported(operations), decision(now))
  return { ok: true, added, known: operations.length - added, skipped, left }
}

/** Whether a text would come to more values than `IMPORT_VALUES_MAX`; what stands in strings is counted with them. */
function isTooFull(text: string): boolean {
  let values = 0
  for (let at = 0; at < text.length; at += 1) {
    const sign = text[at]
    if (sign === ',' || sign === '[' || sign === '{') values += 1
  }
  return values > IMPORT_VALUES_MAX
}

/** With what the version that wrote the file could not read, as far as this one can; `left`: how many it can't. */
function withUnknown({ operations, unknown }: v.InferOutput<typeof fileSchema>): {
  readonly readable: readonly ExportedOperation[]
  readonly left: number
} {
  const read = unknown.flatMap((row) => {
    const operation = v.safeParse(exportedSchema, row)
    return operation.success ? operation.output : []
  })
  const left = unknown.length - read.length
  if (read.length === 0) return { readable: operations, left }
  // Their places are told by the clock alone.
  return { readable: [...operations, ...read].toSorted((a, b) => a.created_at - b.created_at), left }
}

/**
 * As they are stored here. Two files in one may hold an operation twice: the first counts. Where the content says it too, the
 * content is believed: it is what the server books, and the rest of the file moves nothing here that it will not move there.
 */
function toImported(operations: readonly ExportedOperation[]): ExportedOperation[] {
  const first = new Map<string, ExportedOperation>()
  for (const operation of operations) {
    if (!first.has(operation.offline_id)) first.set(operation.offline_id, operation)
  }
  const isVoidOf = (voidId: string, saleId: string): boolean => {
    const content = first.get(voidId)?.content
    return content?.type === 'void' && content.void.transaction_offline_id === saleId
  }
  return [...first.values()].map((operation) => ({
    ...operation,
    ...saidBy(operation),
    voided_by: isVoidOf(operation.voided_by, operation.offline_id) ? operation.voided_by : '',
  }))
}

/** What a void gives back is told by the sale, which another counter may have: there the file is believed. */
export function saidBy({
  content,
  deltas,
}: Pick<ExportedOperation, 'content' | 'deltas'>): Pick<ExportedOperation, 'about' | 'shift' | 'deltas'> {
  switch (content.type) {
    case 'sale': {
      const { items, shift_offline_id: shift } = content.sale
      return { about: '', shift: shift ?? '', deltas: [...takenBy(items)] }
    }
    case 'void': {
      const { transaction_offline_id: about, shift_offline_id: shift } = content.void
      return { about, shift: shift ?? '', deltas }
    }
    case 'refund': {
      const { transaction_offline_id: about, shift_offline_id: shift, items } = content.refund
      return { about, shift: shift ?? '', deltas: [...givenBackBy(items)] }
    }
    case 'shift': {
      const { action, shift_offline_id: shift } = content.shift
      return { about: action === 'open' ? '' : shift, shift, deltas: [] }
    }
    case 'cash_movement': {
      const { offline_id: id, shift_offline_id: shift } = content.movement
      return { about: shift === id ? '' : shift, shift: shift === id ? '' : shift, deltas: [] }
    }
  }
}

/** The server's verdict comes under the content's id, and to the content's branch. Ids are made in small letters. */
export function isOfItsContent(operation: {
  readonly offline_id: string
  readonly branch_code: string
  readonly content: OperationContent
}): boolean {
  const { offline_id: id, content } = operation
  if (id !== id.toLowerCase()) return false
  switch (content.type) {
    case 'sale': {
      const { sale, payments } = content
      const isPaidItself = payments.every(({ transaction_offline_id: saleId }) => saleId === id)
      return sale.offline_id === id && sale.branch_code === operation.branch_code && isPaidItself
    }
    case 'void':
      return content.void.offline_id === id
    case 'refund':
      return content.refund.offline_id === id
    case 'shift':
      return content.shift.offline_id === id
    case 'cash_movement':
      return content.movement.offline_id === id
  }
}

function toReadable({ at, last_at: lastAt, times, kind, text }: KeptFailure) {
  return { first: new Date(at).toISOString(), last: new Date(lastAt).toISOString(), times, kind, text }
}

/** What no JSON can hold must not keep the rest of a file from being written. */
function toJson(row: unknown): { readonly value: unknown; readonly isWhole: boolean } {
  try {
    const text: string | undefined = JSON.stringify(row)
    return { value: text === undefined ? null : JSON.parse(text), isWhole: true }
  } catch {
    return { value: { unreadable: String(Object(row)?.offline_id) }, isWhole: false }
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
