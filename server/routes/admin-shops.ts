import type { FastifyInstance } from 'fastify'
import { branchRequestSchema, merchantRequestSchema, pairingCodeRequestSchema } from '../../src/contract/admin.ts'
import type { AppDeps } from '../app-deps.ts'
import { createPairingCode } from '../devices/create-pairing-code.ts'
import { conflict, notFound } from '../http/api-error.ts'
import { clientAddress } from '../http/client-address.ts'
import { parseRequest } from '../http/parse-request.ts'
import { findMerchant, insertBranch, insertMerchant, listBranches } from '../sql/merchants.ts'
import { branchNamed } from './branch-named.ts'

const MS_PER_MINUTE = 60_000

/** Merchants, branches and the codes that pair a tablet with a branch. */
export function registerAdminShopRoutes(app: FastifyInstance, deps: AppDeps): void {
  const { db } = deps

  app.post('/api/v1/admin/merchant', async (request) => {
    const merchant = parseRequest(merchantRequestSchema, request.body)
    const id = await insertMerchant(db, merchant)
    if (id === null) throw conflict('A merchant with this code exists already')
    return { code: 200, data: { id, ...merchant } }
  })

  app.post('/api/v1/admin/branch', async (request) => {
    const { merchant_code: merchantCode, code, name } = parseRequest(branchRequestSchema, request.body)
    const merchant = await findMerchant(db, merchantCode)
    if (!merchant) throw notFound('There is no merchant with this code')
    const id = await insertBranch(db, { merchantId: merchant.id, code, name })
    if (id === null)
      throw conflict('A branch with this code exists already; branch codes are unique over all merchants')
    return { code: 200, data: { id, merchant_code: merchantCode, code, name } }
  })

  app.get('/api/v1/admin/branch', async () => {
    const branches = await listBranches(db)
    return {
      code: 200,
      data: branches.map(({ id, code, name, merchantCode, merchantName }) => ({
        id,
        code,
        name,
        merchant_code: merchantCode,
        merchant_name: merchantName,
      })),
    }
  })

  app.post('/api/v1/admin/pairing-code', async (request) => {
    const { branch_code: branchCode, minutes } = parseRequest(pairingCodeRequestSchema, request.body)
    const branch = await branchNamed(db, branchCode)
    const { code, link, expiresAt } = await createPairingCode(deps, branch.id, minutes * MS_PER_MINUTE)
    deps.security.note({ kind: 'pairing_code_made', branchId: branch.id, address: clientAddress(request) })
    return { code: 200, data: { pairing_code: code, link, expires_at: expiresAt } }
  })
}
