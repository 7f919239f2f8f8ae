/**
 * The transactions over the queue. Each reads what it decides upon inside itself, so two tabs and the service worker never
 * undo each other's steps. What a step means is decided by the function that is handed in.
 *
 * A transaction whose connection was lost runs a second time, and the first may have been committed all the same
 * (src/db/lasting-db.ts): each knows its own rows again then, and says what it would have said.
 */
import type { Cart } from '../../domain/cart.ts'
import { type CartPayment, readPayableCart } from './cart-payment.ts'
import { drawReference, type ReferenceRequest } from './draw-reference.ts'
import { type ChangeOfEffects, changeEffects, deleteEffects, toEffects } from './effects.ts'
import { readOwnOperations, readPlace } from './read-operations.ts'
import type { SalesDb } from './sales-db.ts'
import { writeSalesMeta } from './sales-meta.ts'
import type { Decision, NewOperation, OperationRow, VoidStep } from './sales-rows.ts'

export type ImportedOperation = Pick<
  OperationRow,
  | 'offline_id'
  | 'content'
  | 'kind'
  | 'branch_code'
  | 'device_id'
  | 'deltas'
  | 'about'
  | 'shift'
  | 'ever_sent'
  | 'voided_by'
  | 'created_at'
>

/** An operation before its first attempt. */
const UNSENT = {
  state: 'queued',
  attempts: 0,
  next_attempt_at: 0,
  error: null,
  result: null,
  settled_at: null,
  exported_at: null,
  conflict_id: null,
} as const

/** The cart that an operation sells and takes away. `isSold`: what is stored of it and of its payment is what the operation says. */
export interface SoldCart {
  readonly cartId: string
  readonly isSold: (stored: Cart, payment: CartPayment) => boolean
}

/**
 * Stores an operation, once: when its id is taken, what stands there is returned and nothing is written. Null when its cart is
 * another one by now: then nothing is written either. A cart that is gone or can't be read sells as it was seen: the money is
 * taken. Rejects when the disk refuses the write; then nothing is stored.
 */
export async function commitOperation(
  db: SalesDb,
  operation: NewOperation,
  options: { readonly reference?: ReferenceRequest; readonly cart?: SoldCart } = {},
): Promise<{ readonly row: OperationRow; readonly isNew: boolean } | null> {
  let earlier: OperationRow | null = null
  return await db.transaction('rw', [db.operations, db.effects, db.carts, db.meta], async () => {
    const existing = await db.operations.get(operation.offlineId)
    if (existing) return { row: existing, isNew: isOutcomeOf(earlier, existing) }
    const stored = options.cart && (await readPayableCart(db, options.cart.cartId))
    if (stored && !options.cart?.isSold(stored.cart, stored.payment)) return null
    const reference = options.reference ? await drawReference(db, options.reference) : ''
    const row = await addOperation(db, operation, reference)
    earlier = row
    if (options.cart) await db.carts.delete(options.cart.cartId)
    return { row, isNew: true }
  })
}

/** Several of these steps as one: all of them are stored, or none. */
export async function inOneTransaction(db: SalesDb, work: () => Promise<void>): Promise<void> {
  await db.transaction('rw', db.operations, db.effects, db.meta, work)
}

/**
 * Voids a sale in one transaction (rule Q3). `decide` gets the sale, if it is of this device, with everything about it, and
 * says what is written: rows that change (a cancelled one loses its effect on stock), and the void to send, if any.
 */
export async function commitVoid(
  db: SalesDb,
  saleId: string,
  decide: (sale: OperationRow | undefined, about: readonly OperationRow[]) => VoidStep,
): Promise<OperationRow | null> {
  let earlier: OperationRow | null = null
  return await db.transaction('rw', [db.operations, db.effects, db.meta], async () => {
    const existing = earlier && (await db.operations.get(earlier.offline_id))
    if (existing && isOutcomeOf(earlier, existing)) return existing
    const [sale, about] = await Promise.all([
      db.operations.get(saleId),
      db.operations.where('about').equals(saleId).toArray(),
    ])
    const step = decide(sale, about)
    if (step.kind === 'refuse') return null
    await db.operations.bulkPut([...step.rows])
    await deleteEffects(
      db,
      step.rows.filter(({ state }) => state === 'cancelled'),
    )
    earlier = step.kind === 'queue' ? await addOperation(db, step.operation, '') : (step.rows[0] ?? null)
    return earlier
  })
}

/** Stores operations of another device as this one's to send; what is here already is left alone. Returns how many are new. */
export async function addImported(
  db: SalesDb,
  operations: readonly Omit<ImportedOperation, 'kind'>[],
  decision: Decision,
): Promise<number> {
  const earlier = new Set<string>()
  return await db.transaction('rw', [db.operations, db.effects, db.meta], async () => {
    const known = await readOwnOperations(
      db,
      operations.map(({ offline_id: id }) => id),
    )
    const fresh = operations.filter(({ offline_id: id }) => !known.has(id))
    const alreadyAdded = [...known].filter((id) => earlier.has(id)).length
    for (const { offline_id: id } of fresh) earlier.add(id)
    let place = await readPlace(db)
    const rows = fresh.map((operation): OperationRow => {
      place += 1
      return { ...UNSENT, ...operation, kind: operation.content.type, place, decisions: [decision] }
    })
    await writeSalesMeta(db, 'place', { value: place })
    await db.operations.bulkAdd(rows)
    await db.effects.bulkAdd(rows.flatMap(toEffects))
    return alreadyAdded + rows.length
  })
}

/**
 * Changes stored operations, each by what is stored at that moment; null leaves one as it is. Returns what was written.
 * `effects` changes what the written ones do to stock, in the same transaction.
 */
export async function updateOperations(
  db: SalesDb,
  offlineIds: readonly string[],
  decide: (row: OperationRow) => OperationRow | null,
  effects: ChangeOfEffects = () => 'keep',
): Promise<OperationRow[]> {
  if (offlineIds.length === 0) return []
  const earlier = new Map<string, OperationRow>()
  return await db.transaction('rw', db.operations, db.effects, async () => {
    const stored = await db.operations.bulkGet([...offlineIds])
    const written = stored.flatMap((row) => {
      if (!row) return []
      const isDone = isSameRow(earlier.get(row.offline_id), row)
      return isDone ? row : (decide(row) ?? [])
    })
    for (const row of written) earlier.set(row.offline_id, row)
    await db.operations.bulkPut(written)
    await changeEffects(db, written, effects)
    return written
  })
}

/**
 * Settled and cancelled operations of before this time go; what has no verdict never does, nor the opening of a shift that is
 * still open. Returns how many.
 */
export async function trimOperations(db: SalesDb, before: number): Promise<number> {
  return await db.transaction('rw', db.operations, async () => {
    const old = await db.operations
      .where('created_at')
      .below(before)
      .filter(({ state, settled_at: at }) => (state === 'settled' || state === 'cancelled') && (at ?? before) < before)
      .toArray()
    const ids = old.map(({ offline_id: id }) => id)
    const closings = await db.operations
      .where('about')
      .anyOf(ids)
      .filter(({ kind }) => kind === 'shift')
      .toArray()
    const closed = new Set(closings.map(({ about }) => about))
    const gone = old.filter(({ kind, about, offline_id: id }) => kind !== 'shift' || about !== '' || closed.has(id))
    await db.operations.bulkDelete(gone.map(({ offline_id: id }) => id))
    return gone.length
  })
}

async function addOperation(db: SalesDb, operation: NewOperation, reference: string): Promise<OperationRow> {
  const place = (await readPlace(db)) + 1
  await writeSalesMeta(db, 'place', { value: place })
  const content = operation.content(reference)
  const row: OperationRow = {
    offline_id: operation.offlineId,
    place,
    content,
    kind: content.type,
    deltas: [...operation.deltas],
    branch_code: operation.branchCode,
    device_id: operation.deviceId,
    ...UNSENT,
    ever_sent: false,
    about: operation.about,
    shift: operation.shift,
    voided_by: '',
    created_at: operation.now,
    decisions: [],
  }
  await db.operations.add(row)
  const effects = toEffects(row)
  if (effects.length > 0) await db.effects.bulkAdd(effects)
  return row
}

/** True when what stands there is what the first run of a transaction recorded: a place is given once. */
function isOutcomeOf(earlier: OperationRow | null, stored: OperationRow): boolean {
  if (earlier === null || earlier.place !== stored.place || earlier.created_at !== stored.created_at) return false
  return earlier.state !== 'cancelled' || stored.state === 'cancelled'
}

/** Rows are plain data, and IndexedDB keeps the order of their fields. */
function isSameRow(a: OperationRow | undefined, b: OperationRow): boolean {
  return a !== undefined && JSON.stringify(a) === JSON.stringify(b)
}
