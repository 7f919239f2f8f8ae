import type { FastifyInstance } from 'fastify'
import { OWNER_SECURITY_PATH, type SecurityEvent } from '../../src/contract/owner-security.ts'
import type { AppDeps } from '../app-deps.ts'
import { listCounterSignIns } from '../sql/counter-sign-ins.ts'
import { listSecurityEvents } from '../sql/security-events.ts'
import type { StaffGuard } from '../staff/staff-guard.ts'

/** Of what the server saw itself, and of what counters told: neither takes the other's room. */
const SHOWN = 200

/** Who signed in where, what was refused and what was set up in the owner's branch. Behind the staff guard. */
export function registerOwnerSecurityRoutes(app: FastifyInstance, { db, security }: AppDeps, guard: StaffGuard): void {
  app.get(OWNER_SECURITY_PATH, async (request) => {
    // What was only counted so far belongs to what the owner came to see.
    await security.flush()
    const { branchId } = guard.staffOf(request).device
    const seen = await listSecurityEvents(db, branchId, SHOWN)
    const told = await listCounterSignIns(db, branchId, SHOWN)
    return { code: 200, data: [...seen, ...told].toSorted((a, b) => listedAt(b).localeCompare(listedAt(a))) }
  })
}

const listedAt = ({ reported_at: reportedAt, last_at: lastAt }: SecurityEvent) => reportedAt ?? lastAt
