import type { FastifyInstance } from 'fastify'
import {
  newStaffSchema,
  OWNER_STAFF_PATH,
  type OwnerStaff,
  staffChangeSchema,
} from '../../src/contract/owner-people.ts'
import { idParamsSchema } from '../../src/contract/queries.ts'
import type { Staff } from '../../src/contract/records/staff.ts'
import type { RouteDeps } from '../app-deps.ts'
import { parseRequest } from '../http/parse-request.ts'
import { listStaff } from '../sql/staff.ts'
import { addStaff, changeStaff } from '../staff/change-staff.ts'
import { noteRights } from '../staff/note-rights.ts'
import type { StaffGuard } from '../staff/staff-guard.ts'

/** Who works in the owner's branch. Counters hear of every change by `staff_changed`. Behind the staff guard. */
export function registerOwnerStaffRoutes(app: FastifyInstance, deps: RouteDeps, guard: StaffGuard): void {
  app.get(OWNER_STAFF_PATH, async (request) => {
    const staff = await listStaff(deps.db, guard.staffOf(request).device.branchId)
    return { code: 200, data: staff.map(withoutSecret) }
  })

  app.post(OWNER_STAFF_PATH, async (request) => {
    const body = parseRequest(newStaffSchema, request.body)
    const { device, staff: owner } = guard.staffOf(request)
    const added = await addStaff(deps, device.branchId, body)
    noteRights(deps.security, { request, branchId: device.branchId, deviceId: device.id }, null, added)
    deps.lines('info', { staff_id: added.id, role: added.role, by: owner.staffId }, 'staff added')
    return { code: 200, data: withoutSecret(added) }
  })

  app.patch(`${OWNER_STAFF_PATH}/:id`, async (request) => {
    const { id } = parseRequest(idParamsSchema, request.params)
    const body = parseRequest(staffChangeSchema, request.body)
    const { device, staff: owner } = guard.staffOf(request)
    const { before, written: changed } = await changeStaff(deps, device.branchId, id, body)
    noteRights(deps.security, { request, branchId: device.branchId, deviceId: device.id }, before, changed)
    deps.lines('info', { staff_id: id, fields: Object.keys(body), by: owner.staffId }, 'staff changed')
    return { code: 200, data: withoutSecret(changed) }
  })
}

function withoutSecret({ id, name, role, active, version }: Staff): OwnerStaff {
  return { id, name, role, active, version }
}
