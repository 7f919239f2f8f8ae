import { randomUUID } from 'node:crypto'
import * as v from 'valibot'
import type { Database, Queryable } from '../../server/database.ts'
import { syncBatch } from '../../server/selling/batch-sync.ts'
import {
  type BatchSyncOutcome,
  batchSyncAnswerSchema,
  batchSyncRequestSchema,
  type SyncResult,
} from '../../src/contract/batch-sync.ts'

export const BRANCH = 'BRN-MST-OSK00001'
export const OTHER_BRANCH = 'BRN-MST-OSK00002'
/** A minute ago: a time that can be believed. */
export const AT = new Date(Date.now() - 60_000).toISOString()
export const SHIFT = '5f0a3a5e-6d8f-4e2f-9a46-0e5d3b0d7c11'

type Json = Record<string, unknown>

export interface Upload {
  transactions?: unknown[]
  payments?: unknown[]
  voids?: unknown[]
  refunds?: unknown[]
  shifts?: unknown[]
  cash_movements?: unknown[]
}

/** What a device of branch 1, or another, is answered; checked against the contract. */
export async function upload(
  db: Database,
  body: Upload,
  { deviceId = 'DEV-A', branchId = 1, branchCode = BRANCH, now = Date.now() } = {},
): Promise<BatchSyncOutcome> {
  // As it travels: what JSON can't say never reaches the server.
  const request = v.parse(batchSyncRequestSchema, JSON.parse(JSON.stringify({ device_id: deviceId, ...body })))
  const device = { deviceId, branchId, branchCode }
  const data = await syncBatch({ db, clock: () => now, lines: () => undefined }, device, request)
  return v.parse(batchSyncAnswerSchema, JSON.parse(JSON.stringify({ code: 200, data }))).data
}

/** The verdict on an upload of one item. */
export async function uploadOne(db: Database, body: Upload, sender = {}): Promise<SyncResult> {
  const { results } = await upload(db, body, sender)
  const [result] = results
  if (!result || results.length !== 1) throw new Error(`${results.length} results`)
  return result
}

export interface Line {
  product_id: number
  quantity: number
  price?: number
  discount?: number
  [field: string]: unknown
}

/** A paid sale of these lines, whose totals are right unless fields say otherwise. */
export function sale(lines: readonly Line[], fields: Json = {}): Json & { offline_id: string; grand_total: number } {
  const items = lines.map((line) => ({ price: 15_000, discount: 0, ...line }))
  const subtotal = items.reduce((sum, { quantity, price }) => sum + Math.round(quantity * price), 0)
  const discounts = items.reduce((sum, { discount }) => sum + discount, 0)
  return {
    offline_id: randomUUID(),
    offline_reference: 'DEV-A-20261122-1',
    device_id: 'DEV-A',
    created_at_device: AT,
    branch_code: BRANCH,
    payment_method: 'CASH',
    subtotal,
    discount_total: discounts,
    tax_total: 0,
    grand_total: subtotal - discounts,
    status: 'paid',
    payment_status: 'paid',
    cart_discount: 0,
    items,
    ...fields,
  }
}

export function payment(saleId: string, amount: number, fields: Json = {}): Json & { offline_id: string } {
  const common = { payment_method: 'QRIS', reference: null, created_at_device: AT }
  return { offline_id: randomUUID(), transaction_offline_id: saleId, amount, ...common, ...fields }
}

export function voidOf(saleId: string, fields: Json = {}): Json & { offline_id: string } {
  return {
    offline_id: randomUUID(),
    transaction_offline_id: saleId,
    reason: 'salah input',
    approved_by: 2,
    created_at_device: AT,
    ...fields,
  }
}

export function refundOf(
  saleId: string,
  items: readonly { product_id: number; quantity: number; amount: number }[],
  fields: Json = {},
): Json & { offline_id: string } {
  return {
    offline_id: randomUUID(),
    offline_reference: 'DEV-A-20261122-2',
    transaction_offline_id: saleId,
    items,
    refund_total: items.reduce((sum, { amount }) => sum + amount, 0),
    payment_method: 'CASH',
    reason: 'rusak',
    approved_by: 2,
    created_at_device: AT,
    ...fields,
  }
}

export function opening(fields: Json = {}): Json & { offline_id: string } {
  return {
    action: 'open',
    offline_id: SHIFT,
    shift_offline_id: SHIFT,
    staff_id: 1,
    staff_name: 'Sari',
    created_at_device: AT,
    opening_cash: 200_000,
    ...fields,
  }
}

export function closing(fields: Json = {}): Json & { offline_id: string } {
  return {
    action: 'close',
    offline_id: randomUUID(),
    shift_offline_id: SHIFT,
    staff_id: 1,
    created_at_device: AT,
    counted_cash: 260_000,
    expected_cash: 250_000,
    totals: [{ payment_method: 'CASH', count: 1, sales: 50_000, refunds: 0 }],
    unsent_count: 1,
    ...fields,
  }
}

export function cashMovement(fields: Json = {}): Json & { offline_id: string } {
  return {
    offline_id: randomUUID(),
    shift_offline_id: SHIFT,
    direction: 'out',
    amount: 25_000,
    reason: 'es batu',
    staff_id: 1,
    created_at_device: AT,
    ...fields,
  }
}

export async function addDevice(db: Queryable, id: string, branchId = 1): Promise<void> {
  await db.query('INSERT INTO devices (id, branch_id, name, token_hash) VALUES ($1, $2, $1, $1)', [id, branchId])
}

/** Stock of a product and the quantities of its places by id. */
export async function stockOf(db: Queryable, productId: number): Promise<{ stock: number; places: number[] }> {
  const [row] = await db.query<{ stock: number; places: number[] }>(
    `SELECT stock, (SELECT coalesce(jsonb_agg(trim_scale(quantity) ORDER BY id), '[]') FROM inventory WHERE product_id = p.id) AS places
       FROM products p WHERE id = $1`,
    [productId],
  )
  if (!row) throw new Error('no product')
  return row
}
