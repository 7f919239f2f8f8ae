/** Three branches of two merchants with everything that somebody else could be after, and everybody who could be after it. */
import { hashToken } from '../../../server/broker/policy.ts'
import type { Database } from '../../../server/database.ts'
import { HOOK_SECRET_HEADER } from '../../../server/routes/mqtt-hooks.ts'
import { insertProduct } from '../../../server/sql/products.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { STAFF_TOKEN_HEADER } from '../../../src/contract/staff-session.ts'
import { sale } from '../../pg/selling-support.ts'
import { addStaffRow } from './owner-client.ts'
import { signIn } from './staff-support.ts'
import { asAdminUser, BRANCH, bearer, OTHER_BRANCH, type TestApp } from './support.ts'

export const HOOK_SECRET = 'a-hook-secret-for-tests'
/** Stands in every record of the first branch: nobody else's answer may hold it. */
export const MARK = 'Rahasia'
const FOREIGN_BRANCH = 'BRN-LAIN-1'
const CASHIER_PIN = '3816'
const OWNER_PIN = '70418326'

export interface AccessWorld {
  /** Headers of everybody. */
  readonly as: Readonly<Record<Identity, Record<string, string>>>
  readonly deviceId: string
  readonly spareDeviceId: string
  readonly spareStaffToken: string
  readonly ownerId: number
  readonly cashierId: number
  readonly cashierPin: string
  readonly productId: number
  readonly inventoryId: number
  readonly saleId: string
  readonly conflictIds: readonly number[]
  pairingCode(): Promise<string>
  /** Everything of the first branch that a request could change, as text. */
  snapshot(): Promise<string>
}

export const IDENTITIES = [
  'nobody',
  'made-up token',
  'revoked device',
  'device',
  'cashier',
  'owner',
  // The owner's session on another device of the branch.
  'borrowed session',
  // An owner of the same merchant's other branch, and of another merchant.
  'other branch',
  'other merchant',
  'admin',
  'broker',
] as const
export type Identity = (typeof IDENTITIES)[number]

const TABLES = [
  'staff',
  'products',
  'inventory',
  'settings',
  'devices',
  'transactions',
  'voids',
  'offline_conflicts',
  'approval_keys',
  'catalogue_imports',
  'counter_sign_ins',
]

export async function createAccessWorld(test: TestApp, db: Database): Promise<AccessWorld> {
  await db.query(`INSERT INTO merchants (code, name) VALUES ('MCH-LAIN', 'Toko Lain')`)
  await db.query(
    `INSERT INTO branches (merchant_id, code, name) SELECT id, $1, 'Lain' FROM merchants WHERE code = 'MCH-LAIN'`,
    [FOREIGN_BRANCH],
  )
  const ownerId = await addStaffRow(db, { name: `${MARK} Hartono`, role: 'owner', pin: OWNER_PIN })
  const cashierId = await addStaffRow(db, { name: `${MARK} Sari`, role: 'cashier', pin: CASHIER_PIN })
  const [device, revoked, second, spare] = [
    await test.enroll(),
    await test.enroll(),
    await test.enroll(),
    await test.enroll(),
  ]
  await db.query('UPDATE devices SET name = $1 WHERE branch_id = 1', [`${MARK} Kasir`])
  await db.query('UPDATE devices SET revoked_at = now() WHERE id = $1', [revoked.deviceId])
  const fields = { branchId: 1, name: `${MARK} beras`, price: 15_000, stock: 100, updatedBy: 'test', reason: 'test' }
  const productId = (await db.transaction((tx) => insertProduct(tx, fields))).id
  const [place] = await db.query<{ id: number }>('SELECT id FROM inventory WHERE product_id = $1', [productId])

  const upload = (item: object) =>
    test.app.inject({
      method: 'POST',
      url: PATHS.batchSync,
      headers: bearer(device.token),
      payload: { device_id: device.deviceId, transactions: [item] },
    })
  const conflictIds: number[] = []
  let saleId = ''
  for (let count = 0; count < 2; count++) {
    const sold = sale([{ product_id: productId, quantity: 1 }], { device_id: device.deviceId, note: MARK })
    saleId = sold.offline_id
    await upload(sold)
    const answer = await upload({ ...sold, note: `${MARK} lain` })
    const { conflicts } = answer.json<{ data: { conflicts: { conflict_id: string }[] } }>().data
    conflictIds.push(Number(conflicts[0]?.conflict_id))
  }

  const ownerToken = await signIn(test, device.token, ownerId, OWNER_PIN)
  const foreignOwner = async (branchCode: string) => {
    const { token } = await test.enroll(branchCode)
    const id = await addStaffRow(db, { name: 'Lain', role: 'owner', pin: '52907134', branchCode })
    return { ...bearer(token), [STAFF_TOKEN_HEADER]: await signIn(test, token, id, '52907134') }
  }
  return {
    as: {
      nobody: {},
      'made-up token': bearer('made-up-token-of-a-good-length'),
      'revoked device': { ...bearer(revoked.token), [STAFF_TOKEN_HEADER]: ownerToken },
      device: bearer(device.token),
      cashier: {
        ...bearer(device.token),
        [STAFF_TOKEN_HEADER]: await signIn(test, device.token, cashierId, CASHIER_PIN),
      },
      owner: { ...bearer(device.token), [STAFF_TOKEN_HEADER]: ownerToken },
      'borrowed session': { ...bearer(second.token), [STAFF_TOKEN_HEADER]: ownerToken },
      'other branch': await foreignOwner(OTHER_BRANCH),
      'other merchant': await foreignOwner(FOREIGN_BRANCH),
      admin: asAdminUser,
      broker: { [HOOK_SECRET_HEADER]: HOOK_SECRET },
    },
    deviceId: device.deviceId,
    spareDeviceId: spare.deviceId,
    spareStaffToken: await signIn(test, device.token, cashierId, CASHIER_PIN),
    ownerId,
    cashierId,
    cashierPin: CASHIER_PIN,
    productId,
    inventoryId: place?.id ?? 0,
    saleId,
    conflictIds,
    pairingCode: () => test.pairingCode(BRANCH),
    async snapshot() {
      const parts: string[] = []
      for (const table of TABLES) {
        // When a device was last seen is not what anybody is after.
        const rows = await db.query<{ row: string }>(
          `SELECT (to_jsonb(t) - 'last_seen_at')::text AS row FROM ${table} t WHERE branch_id = 1 ORDER BY 1`,
        )
        parts.push(table, ...rows.map(({ row }) => row))
      }
      const sessions = await db.query<{ token_hash: string }>(
        `SELECT token_hash FROM staff_sessions WHERE token_hash = $1`,
        [hashToken(ownerToken)],
      )
      return [...parts, ...sessions.map(({ token_hash }) => token_hash)].join('\n')
    },
  }
}
