import { randomBytes } from 'node:crypto'
import type { LightMyRequestResponse } from 'fastify'
import type { Database } from '../../../server/database.ts'
import { hashPin } from '../../../server/devices/pin-hash.ts'
import { findBranch } from '../../../server/sql/merchants.ts'
import { insertStaff } from '../../../server/sql/staff.ts'
import type { StaffRole } from '../../../src/contract/records/staff.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { STAFF_TOKEN_HEADER } from '../../../src/contract/staff-session.ts'
import { BRANCH, bearer, type TestApp } from './support.ts'

/** Puts somebody into the branch's staff as the demo does, and resolves to the id. */
export async function addStaffRow(
  db: Database,
  { name, role, pin, branchCode = BRANCH }: { name: string; role: StaffRole; pin: string; branchCode?: string },
): Promise<number> {
  const branch = await findBranch(db, branchCode)
  if (!branch) throw new Error(`no branch ${branchCode}`)
  const pinHash = await hashPin(pin, randomBytes(16), 1_000)
  return (await insertStaff(db, { branchId: branch.id, name, role, pinHash })).id
}

export interface OwnerClient {
  readonly deviceId: string
  readonly headers: Record<string, string>
  get(path: string): Promise<LightMyRequestResponse>
  send(method: 'POST' | 'PATCH', path: string, payload: object): Promise<LightMyRequestResponse>
}

/** Somebody who signs in with a PIN at a newly enrolled device. */
export async function signIn(test: TestApp, staffId: number, pin: string, branchCode = BRANCH): Promise<OwnerClient> {
  const { token, deviceId } = await test.enroll(branchCode)
  const payload = { staff_id: staffId, pin }
  const answer = await test.app.inject({ method: 'POST', url: PATHS.staffSession, headers: bearer(token), payload })
  const { data } = answer.json<{ data: { staff_token: string } }>()
  const headers = { ...bearer(token), [STAFF_TOKEN_HEADER]: data.staff_token }
  return {
    deviceId,
    headers,
    get: (path) => test.app.inject({ url: path, headers }),
    send: (method, path, body) => test.app.inject({ method, url: path, headers, payload: body }),
  }
}

/** Status and error kind of a refusal. */
export function refusal(answer: LightMyRequestResponse): [number, string] {
  return [answer.statusCode, answer.json<{ error: { kind: string } }>().error.kind]
}
