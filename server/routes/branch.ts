import type { FastifyInstance } from 'fastify'
import { adjustmentRequestSchema } from '../../src/contract/admin.ts'
import { changesQuerySchema, ownBranchQuerySchema, transactionsQuerySchema } from '../../src/contract/queries.ts'
import { PATHS } from '../../src/contract/rest.ts'
import type { AppDeps, RouteDeps } from '../app-deps.ts'
import { ApiError, notFound } from '../http/api-error.ts'
import type { DeviceGuard } from '../http/authenticate.ts'
import { parseRequest } from '../http/parse-request.ts'
import { createSharedWork } from '../http/share-in-flight.ts'
import { chooseEncoding, createSharedPages } from '../http/shared-pages.ts'
import { withoutUndefined } from '../http/without-undefined.ts'
import { heedMarks } from '../selling/heed-marks.ts'
import { type ChangesPage, readChanges } from '../sql/changes.ts'
import { adjustInventory } from '../sql/inventory.ts'
import { readSettings } from '../sql/settings.ts'
import { listTransactions } from '../sql/transactions.ts'
import type { StaffGuard } from '../staff/staff-guard.ts'

/** What a device asks of its branch beside master data: the log, past sales, settings. */
export function registerBranchRoutes(app: FastifyInstance, deps: RouteDeps, guard: DeviceGuard): void {
  const { db, lines } = deps
  const pages = createSharedPages<ChangesPage | 'expired'>(
    (page) => (page !== 'expired' && page.has_more ? { code: 200, data: page } : null),
    () => performance.now(),
  )
  let life = ''
  // After a flood each counter of a branch shows the same marks with each page that it asks for.
  const heedOnce = createSharedWork<string | null>()

  app.get(PATHS.changes, async (request, reply) => {
    const { after, limit, seen, branch_code: branchCode } = parseRequest(changesQuerySchema, request.query)
    const device = guard.deviceOf(request)
    const branchId = guard.ownBranchId(request, branchCode)
    if (seen !== undefined) {
      const shown = { branchId, deviceId: device.id, seen, lines }
      const epoch = await heedOnce(`${branchId} ${seen}`, () => heedMarks(db, shown))
      // Pages of the life before are not handed out any more.
      if (epoch !== null) life = epoch
    }
    const scope = { env: deps.appEnv, merchantCode: device.merchantCode, branchCode: device.branchCode }
    const read = await pages.read(`${life} ${branchId} ${after} ${limit}`, () =>
      readChanges(db, { branchId, after, limit, scope }),
    )
    if ('shared' in read) {
      const encoding = chooseEncoding(request.headers['accept-encoding'])
      reply.header('content-type', 'application/json; charset=utf-8').header('vary', 'accept-encoding')
      if (encoding !== 'identity') reply.header('content-encoding', encoding)
      return await read.shared.encoded(encoding)
    }
    const changes = read.page
    if (changes === 'expired') throw new ApiError(410, 'log_expired', 'The log does not reach back that far; load anew')
    return { code: 200, data: changes }
  })

  app.get(PATHS.transactions, async (request) => {
    const { branch_code: branchCode, ...query } = parseRequest(transactionsQuerySchema, request.query)
    const branchId = guard.ownBranchId(request, branchCode)
    return { code: 200, data: await listTransactions(db, { branchId, ...withoutUndefined(query) }) }
  })

  app.get(PATHS.settings, async (request) => {
    const { branch_code: branchCode } = parseRequest(ownBranchQuerySchema, request.query)
    return { code: 200, data: await settingsOf(guard.ownBranchId(request, branchCode)) }
  })

  /** A branch that never wrote any has settings of version 0, older than everything. */
  async function settingsOf(branchId: number) {
    return (await readSettings(db, branchId)) ?? { values: {}, updated_at: new Date(0).toISOString(), version: 0 }
  }
}

/** A counted stock, or a difference. Behind the staff guard: a device alone has no say about stock. */
export function registerAdjustmentRoute(app: FastifyInstance, { db }: AppDeps, guard: StaffGuard): void {
  app.post(PATHS.adjustment, async (request) => {
    const body = parseRequest(adjustmentRequestSchema, request.body)
    const { device, updatedBy } = guard.staffOf(request)
    const inventory = await db.transaction((tx) =>
      adjustInventory(tx, {
        branchId: device.branchId,
        inventoryId: body.inventory_id,
        ...(body.quantity === undefined ? {} : { quantity: body.quantity }),
        ...(body.delta === undefined ? {} : { delta: body.delta }),
        reason: body.reason,
        updatedBy,
      }),
    )
    if (!inventory) throw notFound('This branch has no such inventory')
    return { code: 200, data: inventory }
  })
}
