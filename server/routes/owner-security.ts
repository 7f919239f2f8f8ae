import type { FastifyInstance } from 'fastify'
import { OWNER_SECURITY_PATH } from '../../src/contract/owner-security.ts'
import type { AppDeps } from '../app-deps.ts'
import { listSecurityEvents } from '../sql/security-events.ts'
import type { StaffGuard } from '../staff/staff-guard.ts'

const SHOWN = 200

/** Who signed in where, what was refused and what was set up in the owner's branch. Behind the staff guard. */
export function registerOwnerSecurityRoutes(app: FastifyInstance, { db, security }: AppDeps, guard: StaffGuard): void {
  app.get(OWNER_SECURITY_PATH, async (request) => {
    // What was only counted so far belongs to what the owner came to see.
    await security.flush()
    return { code: 200, data: await listSecurityEvents(db, guard.staffOf(request).device.branchId, SHOWN) }
  })
}
