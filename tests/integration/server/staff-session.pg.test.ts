import { beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { OWNER_PATHS } from '../../../src/contract/owner.ts'
import { PATHS, STAFF_TOKEN_HEADER } from '../../../src/contract/rest.ts'
import { addStaffMember, signIn } from './staff-support.ts'
import { asAdminUser, bearer, OTHER_BRANCH, refusalOf, setUpTestApp, type TestApp } from './support.ts'

let db: Database
let test: TestApp
let device: { token: string; deviceId: string }
let owner: number

setUpTestApp(async (opened) => {
  test = opened
  db = opened.db
  owner = await addStaffMember(test, { name: 'Hartono', role: 'owner', pin: '9999' })
})
beforeEach(async () => {
  device = await test.enroll()
  await db.query('DELETE FROM pin_attempts')
})

const ownerPage = (headers: Record<string, string>) =>
  ({ method: 'GET', url: OWNER_PATHS.productExport, headers }) as const
const withStaff = (deviceToken: string, staffToken: string) => ({
  ...bearer(deviceToken),
  [STAFF_TOKEN_HEADER]: staffToken,
})
const attempt = (pin: string, { staffId = owner, token = device.token } = {}) => ({
  method: 'POST' as const,
  url: PATHS.staffSession,
  headers: bearer(token),
  payload: { staff_id: staffId, pin },
})

describe('the owner’s pages', () => {
  it('are shut to a device alone, to the admin token and to a made-up staff token', async () => {
    expect(await refusalOf(test.app, ownerPage(bearer(device.token)))).toEqual([403, 'staff_sign_in_needed'])
    expect(await refusalOf(test.app, ownerPage(withStaff(device.token, 'x'.repeat(43))))).toEqual([
      403,
      'staff_sign_in_needed',
    ])
    expect(await refusalOf(test.app, ownerPage(asAdminUser))).toEqual([401, 'unauthorized'])
  })

  it('open by the owner’s PIN; the token alone, without its device, is nothing', async () => {
    const token = await signIn(test, device.token, owner, '9999')
    expect((await test.app.inject(ownerPage(withStaff(device.token, token)))).statusCode).toBe(200)
    expect(await refusalOf(test.app, ownerPage({ [STAFF_TOKEN_HEADER]: token }))).toEqual([401, 'unauthorized'])
    const stored = await db.query<{ token_hash: string }>('SELECT token_hash FROM staff_sessions')
    expect(stored.map((row) => row.token_hash)).not.toContain(token)
  })

  it('are shut to a cashier who signed in with the right PIN', async () => {
    const cashier = await addStaffMember(test, { name: 'Sari', role: 'cashier', pin: '1111' })
    const token = await signIn(test, device.token, cashier, '1111')
    expect(await refusalOf(test.app, ownerPage(withStaff(device.token, token)))).toEqual([403, 'forbidden'])
  })

  it('[4] are shut to another device and to another branch', async () => {
    const token = await signIn(test, device.token, owner, '9999')
    const sameBranch = await test.enroll()
    const otherBranch = await test.enroll(OTHER_BRANCH)
    for (const { token: deviceToken } of [sameBranch, otherBranch]) {
      expect(await refusalOf(test.app, ownerPage(withStaff(deviceToken, token)))).toEqual([403, 'staff_sign_in_needed'])
    }
    expect(await refusalOf(test.app, attempt('9999', { token: otherBranch.token }))).toEqual([403, 'pin_wrong'])
  })
})

describe('a staff session', () => {
  it('ends half an hour after its last use, eight hours after its beginning', async () => {
    const token = await signIn(test, device.token, owner, '9999')
    const age = (minutes: number) =>
      db.query(`UPDATE staff_sessions SET expires_at = expires_at - make_interval(mins => $1)`, [minutes])
    await age(29)
    expect((await test.app.inject(ownerPage(withStaff(device.token, token)))).statusCode).toBe(200)
    // That use counts: without it the session would be over now.
    await age(29)
    expect((await test.app.inject(ownerPage(withStaff(device.token, token)))).statusCode).toBe(200)
    await age(31)
    expect(await refusalOf(test.app, ownerPage(withStaff(device.token, token)))).toEqual([403, 'staff_sign_in_needed'])

    const long = await signIn(test, device.token, owner, '9999')
    await db.query(
      `UPDATE staff_sessions SET started_at = now() - interval '7 hours 59 minutes', expires_at = now() + interval '1 minute'`,
    )
    await test.app.inject(ownerPage(withStaff(device.token, long)))
    const [row] = await db.query<{ over: boolean }>(
      `SELECT expires_at <= started_at + interval '8 hours' AS over FROM staff_sessions`,
    )
    expect(row).toEqual({ over: true })
  })

  it('ends at once when the PIN changes, the owner is deactivated, demoted, or signs out', async () => {
    const change = async (sql: string) => {
      const token = await signIn(test, device.token, owner, '9999')
      const [before] = await db.query<{ pin_hash: string }>('SELECT pin_hash FROM staff WHERE id = $1', [owner])
      await db.query(`UPDATE staff SET ${sql} WHERE id = $1`, [owner])
      const refused = await refusalOf(test.app, ownerPage(withStaff(device.token, token)))
      await db.query(`UPDATE staff SET active = true, role = 'owner', pin_hash = $2 WHERE id = $1`, [
        owner,
        before?.pin_hash,
      ])
      return refused
    }
    expect(await change(`pin_hash = pin_hash || 'x'`)).toEqual([403, 'staff_sign_in_needed'])
    expect(await change('active = false')).toEqual([403, 'staff_sign_in_needed'])
    expect(await change(`role = 'cashier'`)).toEqual([403, 'forbidden'])

    const token = await signIn(test, device.token, owner, '9999')
    const headers = withStaff(device.token, token)
    await test.app.inject({ method: 'POST', url: OWNER_PATHS.signOut, headers, payload: {} })
    expect(await refusalOf(test.app, ownerPage(headers))).toEqual([403, 'staff_sign_in_needed'])
  })
})

describe('wrong PINs', () => {
  it('wait after five, for this member of staff at every device, and then twice as long', async () => {
    for (let count = 0; count < 5; count++) {
      expect(await refusalOf(test.app, attempt('0000'))).toEqual([403, 'pin_wrong'])
    }
    const blocked = await test.app.inject(attempt('9999'))
    expect([blocked.statusCode, blocked.json()]).toMatchObject([429, { error: { kind: 'too_many_requests' } }])
    const first = Number(blocked.headers['retry-after'])
    expect(first).toBeGreaterThan(50)
    expect(first).toBeLessThanOrEqual(60)
    const elsewhere = await test.enroll()
    expect(await refusalOf(test.app, attempt('9999', { token: elsewhere.token }))).toEqual([429, 'too_many_requests'])

    await db.query('UPDATE pin_attempts SET blocked_until = now()')
    expect(await refusalOf(test.app, attempt('0000'))).toEqual([403, 'pin_wrong'])
    const longer = Number((await test.app.inject(attempt('9999'))).headers['retry-after'])
    expect(longer).toBeGreaterThan(60)
    expect(longer).toBeLessThanOrEqual(120)

    await db.query('UPDATE pin_attempts SET blocked_until = now()')
    await signIn(test, device.token, owner, '9999')
    expect(await refusalOf(test.app, attempt('0000'))).toEqual([403, 'pin_wrong'])
  })

  it('wait at the device that tries one name after the other', async () => {
    for (let count = 0; count < 5; count++) {
      expect(await refusalOf(test.app, attempt('0000', { staffId: 1000 + count }))).toEqual([403, 'pin_wrong'])
    }
    expect(await refusalOf(test.app, attempt('9999'))).toEqual([429, 'too_many_requests'])
    const elsewhere = await test.enroll()
    expect((await test.app.inject(attempt('9999', { token: elsewhere.token }))).statusCode).toBe(200)
  })

  it('are counted one by one when they come all at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.app.inject(attempt('0000'))))
    const looked = answers.filter(({ statusCode }) => statusCode === 403)
    expect(looked).toHaveLength(5)
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(15)
  })

  it('have four to eight digits, or are no PIN at all', async () => {
    for (const pin of ['', '123', '123456789', 'abcd', '12 4']) {
      expect(await refusalOf(test.app, attempt(pin))).toEqual([400, 'invalid_request'])
    }
  })
})
