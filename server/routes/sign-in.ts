import type { FastifyInstance } from 'fastify'
import { COUNTER_SIGN_INS_PATH, signInNotesRequestSchema } from '../../src/contract/counter-sign-ins.ts'
import type { AppDeps } from '../app-deps.ts'
import { ApiError } from '../http/api-error.ts'
import type { DeviceGuard } from '../http/authenticate.ts'
import { parseRequest } from '../http/parse-request.ts'
import { writeCounterSignIns } from '../sql/counter-sign-ins.ts'

/** In ten minutes and device; a counter that comes back after days has two to send. */
const MAX_REPORTS = 20

/** What a counter tells of the sign-ins that it checked itself. It is about that device alone, whatever a body says. */
export function registerSignInRoute(app: FastifyInstance, { db }: AppDeps, guard: DeviceGuard): void {
  const countReports = app.createRateLimit({
    max: MAX_REPORTS,
    timeWindow: '10 minutes',
    keyGenerator: (request) => guard.deviceOf(request).id,
  })

  app.post(COUNTER_SIGN_INS_PATH, { bodyLimit: 64 * 1024 }, async (request) => {
    const { id: deviceId, branchId } = guard.deviceOf(request)
    const { notes } = parseRequest(signInNotesRequestSchema, request.body)
    const limit = await countReports(request)
    if (!limit.isAllowed && limit.isExceeded) {
      const headers = { 'retry-after': String(limit.ttlInSeconds) }
      throw new ApiError(429, 'too_many_requests', 'Too many reports; try again later', headers)
    }
    await db.transaction((tx) => writeCounterSignIns(tx, { branchId, deviceId, notes }))
    return { code: 200, data: null }
  })
}
