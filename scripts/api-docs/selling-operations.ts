/** What a counter uploads, and what a person decides about it. */
import * as v from 'valibot'
import { adjustmentRequestSchema, settingsRequestSchema } from '../../src/contract/admin.ts'
import {
  batchSyncAnswerSchema,
  batchSyncRequestSchema,
  resolveConflictAnswerSchema,
  resolveConflictRequestSchema,
} from '../../src/contract/batch-sync.ts'
import { OWNER_PATHS } from '../../src/contract/owner.ts'
import { settingsAnswerSchema } from '../../src/contract/pages.ts'
import { branchNamedQuerySchema } from '../../src/contract/queries.ts'
import { inventorySchema } from '../../src/contract/records/inventory.ts'
import { answerSchema, PATHS } from '../../src/contract/rest.ts'
import { paymentSchema, refundSchema, saleSchema, voidSchema } from '../../src/contract/sales.ts'
import { cashMovementSchema, shiftSchema } from '../../src/contract/shifts.ts'
import { staffSessionAnswerSchema, staffSessionRequestSchema } from '../../src/contract/staff-session.ts'
import type { Operation } from './operation.ts'

const items = <T extends v.GenericSchema>(item: T) => v.optional(v.array(item), [])

/** With what its items are: the server reads each by itself, so that one that is malformed refuses only itself. */
const batchSyncSchema = v.object({
  ...batchSyncRequestSchema.entries,
  transactions: items(saleSchema),
  payments: items(paymentSchema),
  voids: items(voidSchema),
  refunds: items(refundSchema),
  shifts: items(shiftSchema),
  cash_movements: items(cashMovementSchema),
})

const SALE = '56752b9f-3cb4-4b29-8512-ce3e0112c527'
const AT = '2025-10-14T21:30:00Z'
/** A sale of one chicken in cash. */
const BATCH_EXAMPLE = {
  device_id: 'DEV-DBBA60CF',
  synced_at: AT,
  transactions: [
    {
      offline_id: SALE,
      offline_reference: 'DEV-DBBA60CF-20251014-001',
      device_id: 'DEV-DBBA60CF',
      created_at_device: AT,
      branch_code: 'BRN-MST-OSK00001',
      payment_method: 'CASH',
      id_user_apps: 5,
      type_transaction: 1,
      subtotal: 15_000,
      discount_total: 0,
      tax_total: 0,
      grand_total: 15_000,
      status: 'paid',
      payment_status: 'paid',
      sync_status: 'pending',
      items: [{ product_id: 1386, quantity: 1, price: 15_000 }],
    },
  ],
  payments: [
    {
      offline_id: '0d6a0d35-4c2e-4f6a-9d3a-0d7f5f3e7a11',
      transaction_offline_id: SALE,
      payment_method: 'CASH',
      amount: 15_000,
      tendered: 20_000,
      created_at_device: AT,
    },
  ],
  voids: [],
}

export const SELLING_OPERATIONS: readonly Operation[] = [
  {
    id: 'batchSync',
    method: 'POST',
    path: PATHS.batchSync,
    caller: 'device',
    tag: 'Selling',
    summary: 'Upload what was sold, paid, voided and refunded',
    description:
      'Each item succeeds or fails by itself, so the answer is 200 also when all were refused: `results` has a verdict on each. The same `offline_id` again is booked once and answered as the first time. At most 500 items in all arrays. `error_kind` says what to do: `unavailable` is sent again as it is, every other one waits for a person.',
    body: batchSyncSchema,
    bodyExample: BATCH_EXAMPLE,
    answer: batchSyncAnswerSchema,
  },
  {
    id: 'resolveConflict',
    method: 'POST',
    path: PATHS.resolveConflict,
    caller: 'owner',
    tag: 'Selling',
    summary: 'Decide between two contents of one sale',
    body: resolveConflictRequestSchema,
    answer: resolveConflictAnswerSchema,
    refusals: [
      [404, 'not_found'],
      [409, 'conflict'],
    ],
  },
  {
    id: 'adjustInventory',
    method: 'POST',
    path: PATHS.adjustment,
    caller: 'owner',
    tag: 'Selling',
    summary: 'Set or change what a place holds',
    body: adjustmentRequestSchema,
    answer: answerSchema(inventorySchema),
    refusals: [[404, 'not_found']],
  },
  {
    id: 'writeSettings',
    method: 'PUT',
    path: PATHS.settings,
    caller: 'owner-or-admin',
    tag: 'Records',
    summary: "Write the shop's settings",
    description:
      'The last write by `updated_at` wins; the answer is what holds. Up to 160 KiB. The admin names the branch; an owner writes their own.',
    query: v.partial(branchNamedQuerySchema),
    body: settingsRequestSchema,
    answer: settingsAnswerSchema,
    refusals: [[404, 'not_found']],
  },
  {
    id: 'signIn',
    method: 'POST',
    path: PATHS.staffSession,
    caller: 'device',
    tag: 'Staff',
    summary: 'Sign in with a PIN',
    description:
      'Gives the token for `X-Staff-Token`. 403 `pin_wrong`; 429 after five wrong ones at this device; 403 `pin_change_needed`: the PIN is right, and opens nothing but the same request with a `new_pin`.',
    body: staffSessionRequestSchema,
    answer: staffSessionAnswerSchema,
    refusals: [
      [400, 'pin_weak'],
      [403, 'pin_wrong'],
      [403, 'pin_change_needed'],
      [409, 'pin_taken'],
      [409, 'conflict'],
    ],
  },
  {
    id: 'signOut',
    method: 'POST',
    path: OWNER_PATHS.signOut,
    caller: 'device',
    tag: 'Staff',
    summary: 'Sign out',
    description:
      'Ends the session of the `X-Staff-Token` that comes with it. Whoever is out already is told so all the same.',
    body: v.object({}),
    answer: answerSchema(v.object({})),
  },
]
