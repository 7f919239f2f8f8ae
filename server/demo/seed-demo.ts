import type { StaffRole } from '../../src/contract/records/staff.ts'
import type { Database } from '../database.ts'
import { hashPin } from '../devices/pin-hash.ts'
import { hasMerchants, insertBranch, insertMerchant } from '../sql/merchants.ts'
import { continueIdsAfterSeed, insertSeedProducts, lockSeed } from '../sql/seed.ts'
import { writeSettings } from '../sql/settings.ts'
import { insertStaff } from '../sql/staff.ts'
import { makeDemoSettings } from './demo-settings.ts'
import { makeFirstBranchProducts, makeSecondBranchProducts } from './make-demo-products.ts'

const MERCHANT = { code: 'MCH-MST-001', name: 'Toko Sumber Rejeki' }
const BRANCHES = [
  {
    code: 'BRN-MST-OSK00001',
    name: 'Sumber Rejeki Kebayoran',
    address: 'Jl. Kebayoran Lama No. 27, Jakarta Selatan 12220',
    products: makeFirstBranchProducts,
  },
  {
    code: 'BRN-MST-OSK00002',
    name: 'Sumber Rejeki Tebet',
    address: 'Jl. Tebet Raya No. 8, Jakarta Selatan 12810',
    products: makeSecondBranchProducts,
  },
] as const

const STAFF: readonly { readonly name: string; readonly role: StaffRole; readonly pin: string }[] = [
  { name: 'Sari', role: 'cashier', pin: '3816' },
  { name: 'Budi', role: 'cashier', pin: '5274' },
  { name: 'Dewi', role: 'supervisor', pin: '6492' },
  { name: 'Hartono', role: 'owner', pin: '70418326' },
]

const SALT_BYTES = 16

/**
 * Fills a database that has no merchant with the demo shop, in one transaction: two servers that start together make one.
 * True when it was filled now.
 */
export async function seedDemo(
  db: Database,
  options: { randomBytes: (size: number) => Uint8Array; pinIterations: number },
): Promise<boolean> {
  if (await hasMerchants(db)) return false
  const pinHashes = await Promise.all(
    STAFF.map(({ pin }) => hashPin(pin, options.randomBytes(SALT_BYTES), options.pinIterations)),
  )
  return db.transaction(async (tx) => {
    await lockSeed(tx)
    if (await hasMerchants(tx)) return false
    const merchantId = await insertMerchant(tx, MERCHANT)
    if (merchantId === null) return false
    for (const { code, name, address, products } of BRANCHES) {
      const branchId = await insertBranch(tx, { merchantId, code, name })
      if (branchId === null) throw new Error(`The branch ${code} exists without its merchant`)
      for (const [index, { name, role }] of STAFF.entries()) {
        await insertStaff(tx, { branchId, name, role, pinHash: pinHashes[index] ?? '' })
      }
      await insertSeedProducts(tx, branchId, products())
      const values = makeDemoSettings({ name, address })
      // The oldest time there is: whatever an owner saves is newer.
      await writeSettings(tx, branchId, { values, updatedAt: new Date(0).toISOString() })
    }
    await continueIdsAfterSeed(tx)
    return true
  })
}
