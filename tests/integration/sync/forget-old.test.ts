import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { saveApproval } from '../../../src/db/sales/approvals.ts'
import { addCart, readCarts } from '../../../src/db/sales/carts.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import type { OperationRow, OperationState } from '../../../src/db/sales/sales-rows.ts'
import { newCart } from '../../../src/domain/cart.ts'
import { forgetOld, HISTORY_KEPT_DAYS } from '../../../src/sync/device/forget-old.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const NOW = Date.UTC(2026, 10, 22)
const OLD = NOW - (HISTORY_KEPT_DAYS + 1) * DAY_MS

let cache: CacheDb
let sales: SalesDb
let place: number

beforeEach(() => {
  cache = new CacheDb(`old-cache-${Math.random()}`)
  sales = new SalesDb(`old-sales-${Math.random()}`)
  place = 0
})
afterEach(async () => {
  await Promise.all([cache.delete(), sales.delete()])
})

function operation(id: string, state: OperationState, change: Partial<OperationRow> = {}): OperationRow {
  place += 1
  const content = { type: 'void', void: { offline_id: id, transaction_offline_id: id } } as const
  return {
    offline_id: id,
    place,
    content: JSON.parse(JSON.stringify(content)),
    kind: 'sale',
    deltas: [],
    branch_code: 'BRN',
    device_id: 'DEV-1',
    state,
    ever_sent: true,
    attempts: 0,
    next_attempt_at: 0,
    error: null,
    result: null,
    about: '',
    shift: '',
    voided_by: '',
    created_at: OLD,
    settled_at: state === 'settled' || state === 'cancelled' ? OLD : null,
    exported_at: null,
    conflict_id: null,
    decisions: [],
    ...change,
  }
}

it('[C8, Q7] forgets what the server has had for longer than the retention, and never what it has not', async () => {
  await sales.operations.bulkAdd([
    operation('old-settled', 'settled'),
    operation('old-cancelled', 'cancelled'),
    operation('old-queued', 'queued'),
    operation('old-sending', 'sending'),
    operation('old-queued-again', 'queued', { settled_at: OLD }),
    operation('old-refused', 'needs-decision'),
    operation('old-accepted', 'accepted'),
    // Sold long ago, sent only now: its settling is what counts.
    operation('old-settled-late', 'settled', { settled_at: NOW - DAY_MS }),
    operation('settled-within-c8', 'settled', { created_at: NOW - 31 * DAY_MS, settled_at: NOW - 31 * DAY_MS }),
    operation('open-shift', 'settled', { kind: 'shift' }),
    operation('closed-shift', 'settled', { kind: 'shift' }),
    operation('closing', 'settled', { kind: 'shift', about: 'closed-shift' }),
  ])
  await forgetOld({ cache, sales }, NOW)
  const left = await sales.operations.toCollection().primaryKeys()
  expect(left.toSorted()).toEqual([
    'old-accepted',
    'old-queued',
    'old-queued-again',
    'old-refused',
    'old-sending',
    'old-settled-late',
    'open-shift',
    'settled-within-c8',
  ])
})

it('forgets carts that nobody has touched since, and permissions after a year', async () => {
  const cart = (cartId: string) => newCart({ cartId, saleId: crypto.randomUUID(), createdAt: OLD })
  await addCart(sales, { cart: cart('forgotten'), place: 1, state: 'held', updatedAt: OLD })
  await addCart(sales, { cart: cart('held'), place: 2, state: 'held', updatedAt: NOW - 40 * DAY_MS })
  for (const at of [NOW - 401 * DAY_MS, OLD]) {
    await saveApproval(sales, { at, what: 'delete-cart', details: '', staff_id: 1, approved_by: 3 })
  }
  await forgetOld({ cache, sales }, NOW)
  expect((await readCarts(sales)).map(({ cart: { cartId } }) => cartId)).toEqual(['held'])
  expect((await sales.approvals.toArray()).map(({ at }) => at)).toEqual([OLD])
})

it('[R6] forgets sales of which only an event told, and those that no server keeps', async () => {
  const row = (id: number, days: number, text: string | null) => ({
    ...{ id, version: 1, at: NOW - days * DAY_MS, offline_id: null, row: text, told: '{}' },
    provenance: { epoch: null },
  })
  await cache.branchSales.bulkPut([row(1, 50, null), row(2, 44, null), row(3, 130, '{}'), row(4, 140, '{}')])
  await forgetOld({ cache, sales }, NOW)
  expect(await cache.branchSales.orderBy(':id').primaryKeys()).toEqual([2, 3])
})
