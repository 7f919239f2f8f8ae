import { PATHS } from '../../../src/contract/rest.ts'
import { STAFF_TOKEN_HEADER } from '../../../src/contract/staff-session.ts'
import { asAdminUser, BRANCH, bearer, type TestApp } from './support.ts'

/** Adds a member of staff and resolves to the id. */
export async function addStaffMember(
  { app }: TestApp,
  staff: { name: string; role: 'cashier' | 'supervisor' | 'owner'; pin: string; branchCode?: string },
): Promise<number> {
  const { branchCode = BRANCH, ...member } = staff
  const payload = { branch_code: branchCode, ...member }
  const answer = await app.inject({ method: 'POST', url: '/api/v1/admin/staff', headers: asAdminUser, payload })
  return answer.json<{ data: { id: number } }>().data.id
}

/** Signs in with a PIN and resolves to the staff token. */
export async function signIn({ app }: TestApp, deviceToken: string, staffId: number, pin: string): Promise<string> {
  const answer = await app.inject({
    method: 'POST',
    url: PATHS.staffSession,
    headers: bearer(deviceToken),
    payload: { staff_id: staffId, pin },
  })
  if (answer.statusCode !== 200) throw new Error(`not signed in: ${answer.body}`)
  return answer.json<{ data: { staff_token: string } }>().data.staff_token
}

/** An enrolled device with an owner of its branch signed in: the headers of what it sends. */
export async function signInOwner(test: TestApp, branchCode = BRANCH): Promise<Record<string, string>> {
  const { token } = await test.enroll(branchCode)
  const staffId = await addStaffMember(test, { name: 'Hartono', role: 'owner', pin: '70418326', branchCode })
  return { ...bearer(token), [STAFF_TOKEN_HEADER]: await signIn(test, token, staffId, '70418326') }
}
