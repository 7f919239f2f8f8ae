import type { FastifyInstance, FastifyRequest } from 'fastify'
import { settingsRequestSchema } from '../../src/contract/admin.ts'
import { branchNamedQuerySchema } from '../../src/contract/queries.ts'
import { PATHS } from '../../src/contract/rest.ts'
import { parseShopSettings, type ShopSettingKey, shopSettingsSchema } from '../../src/contract/settings.ts'
import type { AppDeps } from '../app-deps.ts'
import type { AdminGate } from '../http/admin-gate.ts'
import { ApiError, invalidRequest } from '../http/api-error.ts'
import { createDeviceGuard } from '../http/authenticate.ts'
import { parseRequest } from '../http/parse-request.ts'
import { readSettings, writeSettings } from '../sql/settings.ts'
import { createStaffGuard } from '../staff/staff-guard.ts'
import { branchNamed } from './branch-named.ts'

/** Two pictures and some text. Whatever is written travels in one event, which has to stay below MAX_EVENT_BYTES. */
const MAX_SETTINGS_BYTES = 160 * 1024

/** What each key takes, for whoever wrote something else. */
const TAKES: Readonly<Record<ShopSettingKey, string>> = {
  shop_name: 'a text of at most 100 characters',
  address: 'a text of at most 300 characters',
  tax_number: 'a text of at most 50 characters',
  receipt_header: 'a text of at most 300 characters',
  receipt_footer: 'a text of at most 300 characters',
  receipt_logo: 'null or a PNG, JPEG or WebP picture as a data: URL of at most 60000 characters',
  tax_rate_bp: 'a whole number of basis points from 0 to 10000 (1100 is 11 %)',
  tax_included: 'true or false',
  cash_rounding: '1, 50, 100, 500 or 1000',
  cash_rounding_mode: 'nearest, down or up',
  payment_methods: 'a list of at least one known payment method',
  qris_picture: 'null or a PNG, JPEG or WebP picture as a data: URL of at most 60000 characters',
  discount_limit_bp: 'a whole number of basis points from 0 to 10000',
  lock_after_s: 'a whole number of seconds from 0 to 86400',
  low_stock: 'a whole number from 0 to 1000000',
}

/** Writing the shop's settings: by an owner at a device of the branch, or by the admin for the branch that the query names. */
export function registerSettingsWriteRoute(app: FastifyInstance, deps: AppDeps, gate: AdminGate): void {
  const { db } = deps
  const devices = createDeviceGuard(deps)
  const owners = createStaffGuard(deps, devices)

  const admins = new WeakSet<FastifyRequest>()

  app.addHook('onRequest', async (request, reply) => {
    const verdict = gate.verdictOf(request)
    if (verdict === 'admin') {
      admins.add(request)
      return
    }
    await devices.hook(request, reply).catch((error: unknown) => {
      const kind = error instanceof ApiError ? error.kind : null
      const isUnknown = kind === 'unauthorized'
      // What these answer is a device's token, and no guess at the admin's.
      if (verdict === 'wrong' && (kind === 'proof_needed' || kind === 'device_revoked')) gate.takeBack(request)
      throw isUnknown ? gate.refusalOf(request, verdict) : error
    })
    // A device's own token was no guess at the admin's.
    if (verdict === 'wrong') gate.takeBack(request)
    await owners.hook(request)
  })

  app.put(PATHS.settings, async (request) => {
    const { values, updated_at: updatedAt } = parseRequest(settingsRequestSchema, request.body)
    refuseUnreadable(values)
    if (Buffer.byteLength(JSON.stringify(values)) > MAX_SETTINGS_BYTES) {
      throw new ApiError(413, 'too_large', `Settings are limited to ${MAX_SETTINGS_BYTES / 1024} KiB`)
    }
    const branchId = await branchOf(request)
    await db.transaction((tx) => writeSettings(tx, branchId, { values, updatedAt }))
    const stored = await readSettings(db, branchId)
    return { code: 200, data: stored }
  })

  async function branchOf(request: FastifyRequest): Promise<number> {
    if (!admins.has(request)) return owners.staffOf(request).device.branchId
    const { branch_code: branchCode } = parseRequest(branchNamedQuerySchema, request.query)
    return (await branchNamed(db, branchCode)).id
  }
}

/** Counters read a bad value as if it were not there; whoever writes it is told instead. Unknown keys are kept as they are. */
function refuseUnreadable(values: Readonly<Record<string, unknown>>): void {
  const read: Readonly<Record<string, unknown>> = parseShopSettings(values)
  for (const key of Object.keys(shopSettingsSchema.entries) as ShopSettingKey[]) {
    if (!Object.hasOwn(values, key)) continue
    if (JSON.stringify(values[key]) !== JSON.stringify(read[key])) throw invalidRequest(`${key} takes ${TAKES[key]}`)
  }
}
