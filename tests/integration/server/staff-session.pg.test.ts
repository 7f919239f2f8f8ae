import { randomBytes } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { hashPin } from '../../../server/devices/pin-hash.ts'
import { OWNER_PATHS } from '../../../src/contract/owner.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { STAFF_TOKEN_HEADER } from '../../../src/contract/staff-session.ts'
import { addStaffRow } from './owner-client.ts'
import { addStaffMember, signIn } from './staff-support.ts'
import { asAdminUser, bearer, OTHER_BRANCH, refusalOf, setUpTestApp, type TestApp } from './support.ts'

const OWNER_PIN = '70418326'

let db: Database
let test: TestApp
let device: { token: string; deviceId: string }
let owner: number

setUpTestApp(async (opened) => {
  test = opened
  db = opened.db
  owner = await addStaffMember(test, { name: 'Hartono', role: 'owner', pin: OWNER_PIN })
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
    const token = await signIn(test, device.token, owner, OWNER_PIN)
    expect((await test.app.inject(ownerPage(withStaff(device.token, token)))).statusCode).toBe(200)
    expect(await refusalOf(test.app, ownerPage({ [STAFF_TOKEN_HEADER]: token }))).toEqual([401, 'unauthorized'])
    const stored = await db.query<{ token_hash: string }>('SELECT token_hash FROM staff_sessions')
    expect(stored.map((row) => row.token_hash)).not.toContain(token)
  })

  it('are shut to a cashier who signed in with the right PIN', async () => {
    const cashier = await addStaffMember(test, { name: 'Sari', role: 'cashier', pin: '3816' })
    const token = await signIn(test, device.token, cashier, '3816')
    expect(await refusalOf(test.app, ownerPage(withStaff(device.token, token)))).toEqual([403, 'forbidden'])
  })

  it('[4] are shut to another device and to another branch', async () => {
    const token = await signIn(test, device.token, owner, OWNER_PIN)
    const sameBranch = await test.enroll()
    const otherBranch = await test.enroll(OTHER_BRANCH)
    for (const { token: deviceToken } of [sameBranch, otherBranch]) {
      expect(await refusalOf(test.app, ownerPage(withStaff(deviceToken, token)))).toEqual([403, 'staff_sign_in_needed'])
    }
    expect(await refusalOf(test.app, attempt(OWNER_PIN, { token: otherBranch.token }))).toEqual([403, 'pin_wrong'])
  })
})

describe('a staff session', () => {
  it('ends half an hour after its last use, eight hours after its beginning', async () => {
    const token = await signIn(test, device.token, owner, OWNER_PIN)
    const age = (minutes: number) =>
      db.query(`UPDATE staff_sessions SET expires_at = expires_at - make_interval(mins => $1)`, [minutes])
    await age(29)
    expect((await test.app.inject(ownerPage(withStaff(device.token, token)))).statusCode).toBe(200)
    // That use counts: without it the session would be over now.
    await age(29)
    expect((await test.app.inject(ownerPage(withStaff(device.token, token)))).statusCode).toBe(200)
    await age(31)
    expect(await refusalOf(test.app, ownerPage(withStaff(device.token, token)))).toEqual([403, 'staff_sign_in_needed'])

    const long = await signIn(test, device.token, owner, OWNER_PIN)
    await db.query(
      `UPDATE staff_sessions SET started_at = now() - interval '7 hours 59 minutes', expires_at = now() + interval '1 minute'`,
    )
    await test.app.inject(ownerPage(withStaff(device.token, long)))
    const [row] = await db.query<{ over: boolean }>(
      `SELECT expires_at <= started_at + interval '8 hours' AS over FROM staff_sessions`,
    )
    expect(row).toEqual({ over: true })
  })

  it('end no later when the clock is set back: what lies ahead of any end has passed', async () => {
    const setBack = (by: string) =>
      db.query(
        `UPDATE staff_sessions SET started_at = started_at + $1::interval, expires_at = expires_at + $1::interval`,
        [by],
      )
    const token = await signIn(test, device.token, owner, OWNER_PIN)
    await setBack('2 minutes')
    expect((await test.app.inject(ownerPage(withStaff(device.token, token)))).statusCode).toBe(200)
    await setBack('2 hours')
    expect(await refusalOf(test.app, ownerPage(withStaff(device.token, token)))).toEqual([403, 'staff_sign_in_needed'])
    await signIn(test, device.token, owner, OWNER_PIN)
    const [left] = await db.query(`SELECT count(*)::int AS n FROM staff_sessions`)
    expect(left).toEqual({ n: 1 })
  })

  it('ends at once when the PIN changes, the owner is deactivated, demoted, or signs out', async () => {
    const change = async (sql: string) => {
      const token = await signIn(test, device.token, owner, OWNER_PIN)
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

    const token = await signIn(test, device.token, owner, OWNER_PIN)
    const headers = withStaff(device.token, token)
    await test.app.inject({ method: 'POST', url: OWNER_PATHS.signOut, headers, payload: {} })
    expect(await refusalOf(test.app, ownerPage(headers))).toEqual([403, 'staff_sign_in_needed'])
  })
})

describe('wrong PINs', () => {
  it('wait after five, at this device, and then twice as long', async () => {
    for (let count = 0; count < 5; count++) {
      expect(await refusalOf(test.app, attempt('0000'))).toEqual([403, 'pin_wrong'])
    }
    const blocked = await test.app.inject(attempt(OWNER_PIN))
    expect([blocked.statusCode, blocked.json()]).toMatchObject([429, { error: { kind: 'too_many_requests' } }])
    const first = Number(blocked.headers['retry-after'])
    expect(first).toBeGreaterThan(50)
    expect(first).toBeLessThanOrEqual(60)

    await db.query('UPDATE pin_attempts SET blocked_until = now()')
    expect(await refusalOf(test.app, attempt('0000'))).toEqual([403, 'pin_wrong'])
    const longer = Number((await test.app.inject(attempt(OWNER_PIN))).headers['retry-after'])
    expect(longer).toBeGreaterThan(60)
    expect(longer).toBeLessThanOrEqual(120)

    await db.query('UPDATE pin_attempts SET blocked_until = now()')
    await signIn(test, device.token, owner, OWNER_PIN)
    expect(await refusalOf(test.app, attempt('0000'))).toEqual([403, 'pin_wrong'])
  })

  it('make nobody wait longer than the longest wait when the clock is set back', async () => {
    for (let count = 0; count < 6; count++) await test.app.inject(attempt('0000'))
    await db.query(
      `UPDATE pin_attempts SET last_at = last_at + interval '30 days', blocked_until = blocked_until + interval '30 days'`,
    )
    expect((await test.app.inject(attempt(OWNER_PIN))).statusCode).toBe(200)

    const others = await Promise.all([test.enroll(), test.enroll(), test.enroll(), test.enroll(), test.enroll()])
    for (let count = 0; count < 5; count++) {
      for (const { token } of others) await test.app.inject(attempt('0000', { token }))
    }
    await db.query(`UPDATE pin_attempts SET last_at = last_at + interval '30 days'`)
    for (let count = 0; count < 5; count++) {
      expect(await refusalOf(test.app, attempt('0000'))).toEqual([403, 'pin_wrong'])
    }
  })

  it('at other devices keep nobody out, of this branch or another; there are only fewer free ones', async () => {
    const thieves = await Promise.all([test.enroll(), test.enroll(), test.enroll(), test.enroll()])
    const foreign = await test.enroll(OTHER_BRANCH)
    for (let count = 0; count < 8; count++) {
      for (const { token } of [...thieves, foreign]) await test.app.inject(attempt('0000', { token }))
    }
    expect((await test.app.inject(attempt(OWNER_PIN))).statusCode).toBe(200)
    // One slip of the finger is still free, the second waits: the others tried twenty times.
    expect(await refusalOf(test.app, attempt('0000'))).toEqual([403, 'pin_wrong'])
    expect((await test.app.inject(attempt(OWNER_PIN))).statusCode).toBe(200)
    expect(await refusalOf(test.app, attempt('0000'))).toEqual([403, 'pin_wrong'])
    expect(await refusalOf(test.app, attempt('0000'))).toEqual([403, 'pin_wrong'])
    expect(await refusalOf(test.app, attempt(OWNER_PIN))).toEqual([429, 'too_many_requests'])
  })

  it('of somebody who is not in this branch count against nobody', async () => {
    const elsewhere = await addStaffMember(test, {
      name: 'Lain',
      role: 'owner',
      pin: '52907134',
      branchCode: OTHER_BRANCH,
    })
    for (const staffId of [elsewhere, 987_654]) {
      for (let count = 0; count < 8; count++) {
        expect(await refusalOf(test.app, attempt('0000', { staffId }))).toEqual([403, 'pin_wrong'])
      }
    }
    expect(await db.query('SELECT * FROM pin_attempts')).toEqual([])
    expect((await test.app.inject(attempt(OWNER_PIN))).statusCode).toBe(200)
    const own = await test.enroll(OTHER_BRANCH)
    expect((await test.app.inject(attempt('52907134', { staffId: elsewhere, token: own.token }))).statusCode).toBe(200)
  })

  it('are counted one by one when they come all at once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.app.inject(attempt('0000'))))
    const looked = answers.filter(({ statusCode }) => statusCode === 403)
    expect(looked).toHaveLength(5)
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(15)
  })

  it('that one device tries in a row keep no other waiting: it has one thread at a time', async () => {
    const slow = await hashPin('3816', randomBytes(16), 300_000)
    const addSlow = async (name: string) => {
      const id = await addStaffMember(test, { name, role: 'cashier', pin: '3816' })
      await db.query('UPDATE staff SET pin_hash = $2 WHERE id = $1', [id, slow])
      return id
    }
    const cashiers = [await addSlow('Budi'), await addSlow('Citra'), await addSlow('Dewi')]
    const other = { staffId: await addSlow('Eka'), token: (await test.enroll()).token }
    const done: string[] = []
    const signInAs = (who: string, as: { staffId: number; token?: string }) =>
      test.app.inject(attempt('3816', as)).then(({ statusCode }) => {
        done.push(`${who} ${statusCode}`)
      })
    const busy = cashiers.flatMap((staffId) => [1, 2, 3, 4].map(() => signInAs('busy', { staffId })))
    await Promise.all([...busy, signInAs('other', other)])
    expect(done.filter((who) => who === 'busy 200')).toHaveLength(12)
    expect(done.indexOf('other 200')).toBeGreaterThanOrEqual(0)
    expect(done.indexOf('other 200')).toBeLessThan(6)
  })

  it('have four to twelve digits, or are no PIN at all', async () => {
    for (const pin of ['', '123', '1234567890123', 'abcd', '12 4']) {
      expect(await refusalOf(test.app, attempt(pin))).toEqual([400, 'invalid_request'])
    }
  })
})

describe('an owner’s PIN of before the rules', () => {
  const change = (id: number, pin: string, newPin: string) => {
    const request = attempt(pin, { staffId: id })
    return { ...request, payload: { ...request.payload, new_pin: newPin } }
  }

  it('opens nothing but a new one, once, and wrong ones count as ever', async () => {
    const old = await addStaffRow(db, { name: 'Lama', role: 'owner', pin: '1234' })
    expect(await refusalOf(test.app, attempt('1234', { staffId: old }))).toEqual([403, 'pin_change_needed'])
    expect(await refusalOf(test.app, change(old, '1234', '1111'))).toEqual([400, 'pin_weak'])
    expect(await refusalOf(test.app, change(old, '1234', '12345678'))).toEqual([400, 'pin_weak'])
    expect(await refusalOf(test.app, change(old, '1234', OWNER_PIN))).toEqual([409, 'pin_taken'])
    expect(await db.query('SELECT 1 FROM staff_sessions WHERE staff_id = $1', [old])).toEqual([])

    const both = await Promise.all(['61930472', '83017265'].map((pin) => test.app.inject(change(old, '1234', pin))))
    // The other one came while the first was at work, or after it.
    const [refused, ...more] = both.filter(({ statusCode }) => statusCode !== 200)
    expect(more).toEqual([])
    expect(['conflict', 'pin_wrong']).toContain(refused?.json<{ error: { kind: string } }>().error.kind)
    const opened = both.find(({ statusCode }) => statusCode === 200)
    const token = opened?.json<{ data: { staff_token: string } }>().data.staff_token ?? ''
    expect((await test.app.inject(ownerPage(withStaff(device.token, token)))).statusCode).toBe(200)
    expect(await refusalOf(test.app, change(old, '1234', '29405718'))).toEqual([403, 'pin_wrong'])
  })

  it('is refused after five wrong ones too: the way to a new one is no way around the wait', async () => {
    const old = await addStaffRow(db, { name: 'Lama', role: 'owner', pin: '4321' })
    for (let count = 0; count < 5; count++) {
      expect(await refusalOf(test.app, change(old, '0000', '61930475'))).toEqual([403, 'pin_wrong'])
    }
    expect(await refusalOf(test.app, change(old, '4321', '61930475'))).toEqual([429, 'too_many_requests'])
  })
})
