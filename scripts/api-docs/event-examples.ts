/**
 * Events as they are published, for readers: of each type the specification's own sample where it has one, exactly as shown there, and
 * one with what this server adds. A test reads each by the product's own parser.
 */
import type { EventType } from '../../src/contract/events.ts'

export interface EventExample {
  readonly name: string
  readonly summary: string
  readonly payload: { readonly event_type: string; readonly data?: object; readonly [field: string]: unknown }
}

const SPECIFICATION = 'The specification’s sample: every MStore backend sends it so'
const SERVER = 'As this server sends it'
const AT = '2025-10-14T21:30:00Z'
const EPOCH = '04c86582-9b1c-4b3e-9f0e-5f4f6b1f2a10'
const logged = (seq: number) => ({ timestamp: '2026-11-22T17:53:18.604Z', seq, epoch: EPOCH })
const SALE = '56752b9f-3cb4-4b29-8512-ce3e0112c527'
const CHICKEN = { product_id: 1386, product_name: 'Chicken Breast sadia 2 kg' }
const BY_SALE = { reason: 'transaction', transaction_id: 12345, updated_by: 'user_5' }

const PRODUCT = {
  id: 1386,
  name: 'Chicken Breast sadia 2 kg',
  sku: 'AYM-001',
  barcode: null,
  category: 'Beku',
  price: 15000,
  unit: 'pcs',
  active: true,
  version: 3,
  stock: 99,
  stock_version: 8,
}
const ITEMS = [{ product_id: 1386, quantity: 1, price: 15000 }]

const own = (seq: number, event_type: EventType, data: object): EventExample => ({
  name: event_type,
  summary: SERVER,
  payload: { event_type, ...logged(seq), data },
})

const STOCK = { ...CHICKEN, old_stock: 100, new_stock: 99, delta: -1, ...BY_SALE }
const PLACE = { inventory_id: 6486, ...CHICKEN, old_quantity: 100, new_quantity: 99, delta: -1, ...BY_SALE }
const CREATED = {
  transaction_id: 12345,
  transaction_code: 'TRX-20251014-001',
  offline_id: SALE,
  status: 'paid',
  grand_total: 16800,
  created_by: 'user_5',
  device_id: 'DEV-DBBA60CF',
  items: ITEMS,
}
const sample = (event_type: EventType, data: object): EventExample => ({
  name: 'specification',
  summary: SPECIFICATION,
  payload: { event_type, timestamp: AT, data },
})

export const EVENT_EXAMPLES: Readonly<Record<EventType, readonly EventExample[]>> = {
  stock_updated: [
    sample('stock_updated', STOCK),
    {
      name: 'bare',
      summary: 'Nothing but what is needed: no time, no version',
      payload: { event_type: 'stock_updated', data: { product_id: 1386, new_stock: 99 } },
    },
    own(1649, 'stock_updated', { ...STOCK, version: 8, offline_id: SALE, op: 'sale' }),
  ],
  product_changed: [own(1652, 'product_changed', { ...PRODUCT, reason: 'owner', updated_by: 'user_4' })],
  product_removed: [own(1653, 'product_removed', { product_id: 1386, version: 4, stock_version: 9 })],
  quantity_updated: [
    sample('quantity_updated', PLACE),
    own(1650, 'quantity_updated', { ...PLACE, version: 4, offline_id: SALE, op: 'sale' }),
  ],
  inventory_changed: [
    own(1654, 'inventory_changed', { id: 6486, product_id: 1386, place: 'Gudang', quantity: 99, version: 4 }),
  ],
  inventory_removed: [own(1655, 'inventory_removed', { inventory_id: 6486, product_id: 1386, version: 5 })],
  transaction_created: [
    sample('transaction_created', CREATED),
    own(1651, 'transaction_created', {
      ...CREATED,
      transaction_offline_id: SALE,
      op: 'sale',
      versions: { 'stock:1386': 8, 'inventory:6486': 4 },
      version: 1,
    }),
  ],
  transaction_updated: [
    own(1660, 'transaction_updated', {
      ...CREATED,
      offline_id: '0d6a0d35-4c2e-4f6a-9d3a-0d7f5f3e7a11',
      transaction_offline_id: SALE,
      status: 'void',
      op: 'void',
      versions: { 'stock:1386': 9, 'inventory:6486': 5 },
      version: 2,
    }),
  ],
  settings_changed: [
    own(1656, 'settings_changed', {
      values: { shop_name: 'Sumber Rejeki', tax_rate_bp: 1100 },
      updated_at: '2026-11-22T17:53:18.604Z',
      version: 12,
    }),
  ],
  staff_changed: [
    own(1657, 'staff_changed', { id: 4, name: 'Hartono', role: 'owner', pin_hash: '', active: true, version: 2 }),
  ],
}

export const BOOKED_EXAMPLE: EventExample = {
  name: 'operation_booked',
  summary: SERVER,
  payload: { event_type: 'operation_booked', ...logged(1658), data: { offline_id: SALE, type: 'shift' } },
}

export const HEARTBEAT_EXAMPLE: EventExample = {
  name: 'heartbeat',
  summary: SERVER,
  payload: { event_type: 'heartbeat', ...logged(1660), mark: '1660.1795370000.Vb1Y0c1X4t8' },
}
