/** Shapes that have a name in both documents. Where one of these schemas stands inside another, the documents refer to it. */
import * as v from 'valibot'
import { recordVersionsSchema, syncConflictSchema, syncResultSchema } from '../../src/contract/batch-sync.ts'
import { publicKeySchema } from '../../src/contract/device.ts'
import { positiveRupiahSchema } from '../../src/contract/operation-fields.ts'
import { inventoryRemovedSchema, inventorySchema, quantityUpdatedSchema } from '../../src/contract/records/inventory.ts'
import { productRemovedSchema, productSchema } from '../../src/contract/records/product.ts'
import { settingsSchema } from '../../src/contract/records/settings.ts'
import { staffSchema } from '../../src/contract/records/staff.ts'
import { stockUpdatedSchema } from '../../src/contract/records/stock.ts'
import { transactionEventSchema } from '../../src/contract/records/transaction.ts'
import { errorAnswerSchema } from '../../src/contract/rest.ts'
import { paymentSchema, refundSchema, saleItemSchema, saleSchema, voidSchema } from '../../src/contract/sales.ts'
import { cashMovementSchema, shiftSchema } from '../../src/contract/shifts.ts'
import { transactionSchema } from '../../src/contract/transactions.ts'
import {
  codeSchema,
  epochSchema,
  idSchema,
  markSchema,
  offlineIdSchema,
  priceSchema,
  quantitySchema,
  rupiahSchema,
  seqSchema,
  timestampSchema,
  versionSchema,
} from '../../src/contract/values.ts'

type Named = Readonly<Record<string, readonly [schema: v.GenericSchema, description: string, example?: unknown]>>

/** As the server sends it. The app reads all but two of these fields, which other programs may want. */
export const sentTransactionSchema = v.object({
  ...transactionSchema.entries,
  cart_discount: v.nullish(rupiahSchema, 0),
  payments: v.array(
    v.object({ ...transactionSchema.entries.payments.item.entries, offline_id: v.nullish(offlineIdSchema) }),
  ),
})

/** Single values. */
const VALUES: Named = {
  Id: [idSchema, 'Of a record, within its kind.', 1386],
  Code: [codeSchema, 'Of a merchant, a branch or an environment: one level of an MQTT topic.', 'BRN-MST-OSK00001'],
  Quantity: [
    quantitySchema,
    'At most three decimals, for goods by weight. Below zero: more was sold than the books had.',
    99,
  ],
  Rupiah: [rupiahSchema, 'Whole rupiah.', 15_000],
  Price: [priceSchema, 'Whole rupiah for one unit.', 15_000],
  Amount: [positiveRupiahSchema, 'Whole rupiah, zero or more.', 15_000],
  Version: [versionSchema, 'Counts the updates of one record; only grows.', 8],
  Seq: [seqSchema, "Position in a branch's log; 0 is before the first change.", 1649],
  Epoch: [
    epochSchema,
    'Names one life of the log: another one means that the log was taken back, by a restore for example.',
    '04c86582-9b1c-4b3e-9f0e-5f4f6b1f2a10',
  ],
  Mark: [
    markSchema,
    "The server's word that the log has come to a position. Opaque: kept, and shown again.",
    '1649.1795370000.Vb1Y0c1X4t8',
  ],
  Timestamp: [timestampSchema, 'ISO 8601 with time and zone.', '2025-10-14T21:30:00Z'],
  OfflineId: [
    offlineIdSchema,
    'A UUID that the sender makes: the same one again is the same thing.',
    '56752b9f-3cb4-4b29-8512-ce3e0112c527',
  ],
}

/** `data` of events, by their shape. */
const EVENT_DATA: Named = {
  StockUpdated: [stockUpdatedSchema, "A product's stock has changed. Only `product_id` and `new_stock` are needed."],
  QuantityUpdated: [
    quantityUpdatedSchema,
    'What a place holds has changed. Only `inventory_id` and `new_quantity` are needed.',
  ],
  ProductRemoved: [productRemovedSchema, 'The versions are those of its tombstone.'],
  InventoryRemoved: [inventoryRemovedSchema, 'The version is that of its tombstone.'],
  TransactionEvent: [transactionEventSchema, 'A sale, or what became of one. Only `transaction_id` is needed.'],
}

const RECORDS: Named = {
  Product: [
    productSchema,
    'Two records in one row: the catalogue fields have `version`, the stock has `stock_version`.',
  ],
  Inventory: [inventorySchema, 'What one place of the branch holds of one product.'],
  Staff: [
    staffSchema,
    '`pin_hash`: `pbkdf2-sha256$iterations$salt$hash`, so that a counter checks a PIN offline; empty for owners.',
  ],
  Settings: [settingsSchema, 'Last write wins by `updated_at`.'],
  Transaction: [sentTransactionSchema, 'A past sale with what was paid, voided and refunded of it.'],
}

const REST: Named = {
  Error: [errorAnswerSchema, '`code` repeats the HTTP status. A client decides by `kind`, never by `message`.'],
  PublicKey: [publicKeySchema, 'On P-256, as a JWK.'],
  Sale: [saleSchema, '`grand_total = subtotal − discount_total + (tax included ? 0 : tax_total) + rounding_total`.'],
  SaleItem: [saleItemSchema, '`price` of one unit as it was sold; `discount` off the whole line.'],
  Payment: [paymentSchema, '`amount` is what it pays of the sale; change is `tendered − amount`.'],
  Void: [voidSchema, 'The whole sale is undone, once.'],
  Refund: [refundSchema, 'Goods come back, money goes out.'],
  Shift: [shiftSchema, 'An opening with the cash in the drawer, or a closing with the cash counted.'],
  CashMovement: [cashMovementSchema, 'Cash put into the drawer or taken out of it, beside sales.'],
  RecordVersions: [recordVersionsSchema, 'Each record\'s version after the operation, as `{"stock:1386": 8}`.'],
  SyncResult: [syncResultSchema, 'The verdict on one item of an upload.'],
  SyncConflict: [syncConflictSchema, 'Two contents under one id.'],
}

/** Of the events. */
export const EVENT_COMPONENTS: Named = {
  ...VALUES,
  ...RECORDS,
  ...EVENT_DATA,
  RecordVersions: REST.RecordVersions as Named[string],
}
/** Of REST. */
export const REST_COMPONENTS: Named = { ...VALUES, ...RECORDS, ...REST }
