/**
 * The transactions over the queue. Each reads what it decides upon inside itself, so two tabs and the service worker never
 * undo each other's steps. What a step means is decided by the function that is handed in.
 *
 * A transaction whose connection was lost runs a second time, and the first may have been committed all the same
 * (src/db/lasting-db.ts): each knows its own rows again then, and says what it would have said.
 */
import type { Enrollment } from '../../contract/device.ts'
import { stockRecord } from '../../contract/records/stock.ts'
import type { KnownVersion } from '../../domain/available-stock.ts'
import type { Cart } from '../../domain/cart.ts'
import { type CartPayment, readPayableCart } from './cart-payment.ts'
import type { SalesDb } from './sales-db.ts'
import { readSalesMeta, writeSalesMeta } from './sales-meta.ts'
import type { Decision, NewOperation, OperationRow, OperationState, StockEffect, VoidStep } from './sales-rows.ts'

/** Local day `YYYYMMDD` for which a receipt number is drawn (rule Q6). */
export interface ReferenceRequest {
  readonly day: string
  readonly deviceId: string
}

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

const REFERENCE_DAYS_KEPT = 400

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
  return await db.transaction('rw', [db.pendingTransactions, db.effects, db.carts, db.meta], async () => {
    const existing = await db.pendingTransactions.get(operation.offlineId)
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
  await db.transaction('rw', db.pendingTransactions, db.effects, db.meta, work)
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
  return await db.transaction('rw', [db.pendingTransactions, db.effects, db.meta], async () => {
    const existing = earlier && (await db.pendingTransactions.get(earlier.offline_id))
    if (existing && isOutcomeOf(earlier, existing)) return existing
    const [sale, about] = await Promise.all([
      db.pendingTransactions.get(saleId),
      db.pendingTransactions.where('about').equals(saleId).toArray(),
    ])
    const step = decide(sale, about)
    if (step.kind === 'refuse') return null
    await db.pendingTransactions.bulkPut([...step.rows])
    await deleteEffects(
      db,
      step.rows.filter(({ state }) => state === 'cancelled'),
    )
    earlier = step.kind === 'queue' ? await addOperation(db, step.operation, '') : (step.rows[0] ?? null)
    return earlier
  })
}

/** Those that wait for the server, oldest first. */
export async function readWaiting(db: SalesDb, branchCode: string, limit: number): Promise<OperationRow[]> {
  const rows = await Promise.all(
    (['queued', 'sending'] as const).map((state) =>
      // A tablet that came from another branch may hold any number of that one's.
      inState(db, state)
        .filter((row) => row.branch_code === branchCode)
        .limit(limit)
        .toArray(),
    ),
  )
  return rows.flat().toSorted((a, b) => a.place - b.place)
}

export async function readInState(db: SalesDb, state: OperationState): Promise<OperationRow[]> {
  return await inState(db, state).toArray()
}

/** Which of these operations are stored here (rule D2). */
export async function readOwnOperations(db: SalesDb, offlineIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.pendingTransactions.where('offline_id').anyOf(offlineIds).primaryKeys()
  return new Set(rows)
}

/** Everything that has no verdict, or those of it that are named; in the order of recording. */
export async function readUnsent(db: SalesDb, offlineIds?: readonly string[]): Promise<OperationRow[]> {
  const rows = await Promise.all(
    (['queued', 'sending', 'needs-decision'] as const).map((state) => inState(db, state).toArray()),
  )
  const wanted = offlineIds && new Set(offlineIds)
  return rows
    .flat()
    .filter(({ offline_id: id }) => !wanted || wanted.has(id))
    .toSorted((a, b) => a.place - b.place)
}

/** Stores operations of another device as this one's to send; what is here already is left alone. Returns how many are new. */
export async function addImported(
  db: SalesDb,
  operations: readonly Omit<ImportedOperation, 'kind'>[],
  decision: Decision,
): Promise<number> {
  const earlier = new Set<string>()
  return await db.transaction('rw', [db.pendingTransactions, db.effects, db.meta], async () => {
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
    await db.pendingTransactions.bulkAdd(rows)
    await db.effects.bulkAdd(rows.flatMap(toEffects))
    return alreadyAdded + rows.length
  })
}

/** A sale with everything that voids or refunds it. */
export async function readAbout(db: SalesDb, saleId: string): Promise<OperationRow[]> {
  const [sale, about] = await Promise.all([
    db.pendingTransactions.get(saleId),
    db.pendingTransactions.where('about').equals(saleId).toArray(),
  ])
  return sale ? [sale, ...about] : about
}

/** Those of these operations that are here, by their offline ids. */
export async function readOperations(
  db: SalesDb,
  offlineIds: readonly string[],
): Promise<ReadonlyMap<string, OperationRow>> {
  const rows = await db.pendingTransactions.bulkGet([...new Set(offlineIds)])
  return new Map(rows.flatMap((row) => (row ? [[row.offline_id, row]] : [])))
}

/** Which of these operations are not at their end. */
export async function readOpenOperations(db: SalesDb, offlineIds: readonly string[]): Promise<ReadonlySet<string>> {
  const rows = await db.pendingTransactions.bulkGet([...offlineIds])
  return new Set(
    rows.flatMap((row) => (row && row.state !== 'settled' && row.state !== 'cancelled' ? row.offline_id : [])),
  )
}

/**
 * Changes stored operations, each by what is stored at that moment; null leaves one as it is. Returns what was written.
 * `effects` changes what the written ones do to stock, in the same transaction.
 */
export async function updateOperations(
  db: SalesDb,
  offlineIds: readonly string[],
  decide: (row: OperationRow) => OperationRow | null,
  effects: (row: OperationRow, stored: readonly StockEffect[]) => readonly StockEffect[] | 'keep' = () => 'keep',
): Promise<OperationRow[]> {
  if (offlineIds.length === 0) return []
  const earlier = new Map<string, OperationRow>()
  return await db.transaction('rw', db.pendingTransactions, db.effects, async () => {
    const stored = await db.pendingTransactions.bulkGet([...offlineIds])
    const written = stored.flatMap((row) => {
      if (!row) return []
      const isDone = isSameRow(earlier.get(row.offline_id), row)
      return isDone ? row : (decide(row) ?? [])
    })
    for (const row of written) earlier.set(row.offline_id, row)
    await db.pendingTransactions.bulkPut(written)
    const before = groupEffects(await readEffectsOf(db, written))
    const gone: [string, number][] = []
    const put: StockEffect[] = []
    for (const row of written) {
      const own = before.get(row.offline_id) ?? []
      const next = effects(row, own)
      if (next === 'keep') continue
      const kept = new Set(next.map(({ product_id: id }) => id))
      gone.push(...own.filter(({ product_id: id }) => !kept.has(id)).map(effectKey))
      put.push(...next)
    }
    await Promise.all([gone.length > 0 && db.effects.bulkDelete(gone), put.length > 0 && db.effects.bulkPut(put)])
    return written
  })
}

/** What the operations of this counter do to these products, as far as the server's number may not hold it yet. */
export async function readEffectsOnProducts(db: SalesDb, productIds: readonly number[]): Promise<StockEffect[]> {
  return await db.effects.where('product_id').anyOf(productIds).toArray()
}

export async function readAllEffects(db: SalesDb): Promise<StockEffect[]> {
  return await db.effects.toArray()
}

/** Those of the branch that the device is enrolled in now. */
export function effectsAt(device: Enrollment | undefined, effects: readonly StockEffect[]): readonly StockEffect[] {
  return effects.filter(({ branch_code: code }) => code === device?.branch.code)
}

export async function readEffectsOf(db: SalesDb, operations: readonly OperationRow[]): Promise<StockEffect[]> {
  if (operations.length === 0) return []
  return await db.effects
    .where('[offline_id+product_id]')
    .inAnyRange(
      operations.map(({ offline_id: id }) => [
        [id, 0],
        [id, Number.MAX_SAFE_INTEGER],
      ]),
    )
    .toArray()
}

/**
 * Settled and cancelled operations of before this time go; what has no verdict never does, nor the opening of a shift that is
 * still open. Returns how many.
 */
export async function trimOperations(db: SalesDb, before: number): Promise<number> {
  return await db.transaction('rw', db.pendingTransactions, async () => {
    const old = await db.pendingTransactions
      .where('created_at')
      .below(before)
      .filter(({ state, settled_at: at }) => (state === 'settled' || state === 'cancelled') && (at ?? before) < before)
      .toArray()
    const ids = old.map(({ offline_id: id }) => id)
    const closings = await db.pendingTransactions
      .where('about')
      .anyOf(ids)
      .filter(({ kind }) => kind === 'shift')
      .toArray()
    const closed = new Set(closings.map(({ about }) => about))
    const gone = old.filter(({ kind, about, offline_id: id }) => kind !== 'shift' || about !== '' || closed.has(id))
    await db.pendingTransactions.bulkDelete(gone.map(({ offline_id: id }) => id))
    return gone.length
  })
}

/** What the operation does to stock, with what its verdict told. */
export function toEffects({ offline_id: offlineId, branch_code: branch, deltas, result }: OperationRow): StockEffect[] {
  return deltas.map(([productId, delta]) => {
    const version = result?.versions[stockRecord(productId)] ?? 0
    const learned = result ? [{ epoch: result.epoch, version }] : []
    return { offline_id: offlineId, branch_code: branch, product_id: productId, delta, learned }
  })
}

/** A server that is restored again and again before a refresh completes leaves the stored stock that many lives behind. */
const LIVES_KEPT = 8

export function withLearned(effect: StockEffect, learned: KnownVersion): StockEffect {
  const others = effect.learned.filter(({ epoch }) => epoch !== learned.epoch)
  return { ...effect, learned: [...others, learned].slice(-LIVES_KEPT) }
}

function inState(db: SalesDb, state: OperationState) {
  return db.pendingTransactions.where('[state+place]').between(...rangeOf(state))
}

/** Of the index `[state+place]`. `unreadable`: src/db/sales/unreadable.ts. */
export function rangeOf(state: OperationState | 'unreadable'): [[string, number], [string, number]] {
  return [
    [state, 0],
    [state, Number.MAX_SAFE_INTEGER],
  ]
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
  await db.pendingTransactions.add(row)
  const effects = toEffects(row)
  if (effects.length > 0) await db.effects.bulkAdd(effects)
  return row
}

/** The last one given out. Where it was lost, that of the last row. */
export async function readPlace(db: SalesDb): Promise<number> {
  const kept = (await readSalesMeta(db, 'place'))?.value
  if (kept !== undefined) return kept
  return (await db.pendingTransactions.where('place').between(0, Number.MAX_SAFE_INTEGER).last())?.place ?? 0
}

async function deleteEffects(db: SalesDb, operations: readonly OperationRow[]): Promise<void> {
  const effects = await readEffectsOf(db, operations)
  await db.effects.bulkDelete(effects.map(effectKey))
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

function groupEffects(effects: readonly StockEffect[]): Map<string, StockEffect[]> {
  const groups = new Map<string, StockEffect[]>()
  for (const effect of effects) groups.set(effect.offline_id, [...(groups.get(effect.offline_id) ?? []), effect])
  return groups
}

function effectKey({ offline_id: offlineId, product_id: productId }: StockEffect): [string, number] {
  return [offlineId, productId]
}

/** `DEVICE_ID-YYYYMMDD-SEQ`, never the same twice (rule Q6). */
async function drawReference(db: SalesDb, { day, deviceId }: ReferenceRequest): Promise<string> {
  const days = (await readSalesMeta(db, 'reference'))?.days ?? (await readDrawn(db, `${deviceId}-${day}-`, day))
  const sequence = (days[day] ?? 0) + 1
  const kept = Object.entries({ ...days, [day]: sequence })
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .slice(-REFERENCE_DAYS_KEPT)
  await writeSalesMeta(db, 'reference', { days: Object.fromEntries(kept) })
  return `${deviceId}-${day}-${String(sequence).padStart(4, '0')}`
}

/** The day's last number as the records here show it: on a new device none, or where the count was lost. */
async function readDrawn(db: SalesDb, beginning: string, day: string): Promise<Record<string, number>> {
  let last = 0
  await db.pendingTransactions.each(({ content }) => {
    // Settled rows are not mended: any of them may be garbled.
    const reference: unknown =
      content?.type === 'sale'
        ? content.sale?.offline_reference
        : content?.type === 'refund'
          ? content.refund?.offline_reference
          : ''
    const isOfDay = typeof reference === 'string' && reference.startsWith(beginning)
    const sequence = isOfDay ? Number(reference.slice(beginning.length)) : 0
    if (Number.isSafeInteger(sequence)) last = Math.max(last, sequence)
  })
  return last === 0 ? {} : { [day]: last }
}
