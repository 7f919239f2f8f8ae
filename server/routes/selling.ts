import type { FastifyInstance } from 'fastify'
import { PATHS } from '../../src/contract/rest.ts'
import { batchSyncRequestSchema, resolveConflictRequestSchema } from '../../src/contract/sales.ts'
import type { AppDeps } from '../app-deps.ts'
import { notFound } from '../http/api-error.ts'
import type { DeviceGuard } from '../http/authenticate.ts'
import { parseRequest } from '../http/parse-request.ts'
import { syncBatch } from '../selling/batch-sync.ts'
import { heedMarks } from '../selling/heed-marks.ts'
import { resolveConflict } from '../selling/resolve-conflict.ts'

/** 50 sales of 200 lines with long names and notes; the server's usual limit would refuse them. */
const BATCH_BODY_LIMIT = 16 * 1024 * 1024

/** What a counter uploads, and a person's decision about what was uploaded twice. */
export function registerSellingRoutes(app: FastifyInstance, deps: AppDeps, guard: DeviceGuard): void {
  app.post(PATHS.batchSync, { bodyLimit: BATCH_BODY_LIMIT }, async (request) => {
    const body = parseRequest(batchSyncRequestSchema, request.body)
    const { id: deviceId, branchId, branchCode } = guard.deviceOf(request)
    const { db, clock } = deps
    if (body.seen != null) await heedMarks(db, { branchId, deviceId, seen: body.seen, log: request.log })
    return {
      code: 200,
      data: await syncBatch({ db, clock, log: request.log }, { deviceId, branchId, branchCode }, body),
    }
  })

  app.post(PATHS.resolveConflict, async (request) => {
    const body = parseRequest(resolveConflictRequestSchema, request.body)
    const { id: deviceId, branchId, branchCode } = guard.deviceOf(request)
    const conflictId = Number(body.conflict_id)
    if (!Number.isSafeInteger(conflictId) || conflictId < 1) throw notFound('This branch has no such conflict')
    const { resolution, result } = await resolveConflict(
      deps,
      { deviceId, branchId, branchCode },
      { conflictId, resolution: body.resolution, reason: body.reason, approvedBy: body.approved_by },
    )
    return { code: 200, data: { conflict_id: body.conflict_id, resolution, result } }
  })
}
