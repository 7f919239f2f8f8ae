import type { FastifyInstance, FastifyRequest } from 'fastify'
import { batchSyncRequestSchema, resolveConflictRequestSchema } from '../../src/contract/batch-sync.ts'
import { PATHS } from '../../src/contract/rest.ts'
import type { AppDeps, RouteDeps } from '../app-deps.ts'
import { notFound } from '../http/api-error.ts'
import type { DeviceGuard } from '../http/authenticate.ts'
import { createBreather } from '../http/breather.ts'
import { clientAddress } from '../http/client-address.ts'
import { parseRequest } from '../http/parse-request.ts'
import { syncBatch } from '../selling/batch-sync.ts'
import { heedMarks } from '../selling/heed-marks.ts'
import { readUpload } from '../selling/read-upload.ts'
import { resolveConflict } from '../selling/resolve-conflict.ts'
import type { Sender } from '../selling/sender.ts'
import type { DeviceRow } from '../sql/devices.ts'
import type { StaffGuard } from '../staff/staff-guard.ts'

/** 50 sales of 200 lines with long names and notes; the server's usual limit would refuse them. */
const BATCH_BODY_LIMIT = 16 * 1024 * 1024

/** What a counter uploads. Behind the device guard. */
export function registerSellingRoutes(app: FastifyInstance, deps: RouteDeps, guard: DeviceGuard): void {
  app.register(async (uploads) => {
    uploads.removeContentTypeParser('application/json')
    uploads.addContentTypeParser<Buffer>(
      'application/json',
      { parseAs: 'buffer' },
      (_request: FastifyRequest, body: Buffer) => readUpload(body, createBreather()),
    )
    uploads.post(PATHS.batchSync, { bodyLimit: BATCH_BODY_LIMIT }, async (request) => {
      const body = parseRequest(batchSyncRequestSchema, request.body)
      const { id: deviceId, branchId, branchCode } = guard.deviceOf(request)
      const { db, clock, lines } = deps
      if (body.seen != null) await heedMarks(db, { branchId, deviceId, seen: body.seen, lines })
      return {
        code: 200,
        data: await syncBatch(
          { db, clock, lines },
          {
            deviceId,
            branchId,
            branchCode,
            noteForged: forgedNoter(deps, guard.deviceOf(request), request),
          },
          body,
        ),
      }
    })
  })
}

/**
 * The owner's decision about what was uploaded twice, made at the counter that has it. Behind the staff guard: who decides is who
 * signed in, whatever `approved_by` says.
 */
export function registerConflictRoute(app: FastifyInstance, deps: RouteDeps, guard: StaffGuard): void {
  app.post(PATHS.resolveConflict, async (request) => {
    const body = parseRequest(resolveConflictRequestSchema, request.body)
    const { device, staff } = guard.staffOf(request)
    const { id: deviceId, branchId, branchCode } = device
    const conflictId = Number(body.conflict_id)
    if (!Number.isSafeInteger(conflictId) || conflictId < 1) throw notFound('This branch has no such conflict')
    const { resolution, result } = await resolveConflict(
      deps,
      { deviceId, branchId, branchCode, noteForged: forgedNoter(deps, device, request) },
      { conflictId, resolution: body.resolution, reason: body.reason, approvedBy: staff.staffId },
    )
    deps.lines('info', { conflict_id: conflictId, resolution, by: staff.staffId }, 'conflict decided by the owner')
    return { code: 200, data: { conflict_id: body.conflict_id, resolution, result } }
  })
}

/** Under the device that sends it, whichever it says that it was recorded by. */
function forgedNoter(
  { security }: AppDeps,
  { id: deviceId, branchId }: Pick<DeviceRow, 'id' | 'branchId'>,
  request: FastifyRequest,
): NonNullable<Sender['noteForged']> {
  return ({ staffId }) =>
    security.note({ kind: 'approval_forged', branchId, deviceId, staffId, address: clientAddress(request) })
}
