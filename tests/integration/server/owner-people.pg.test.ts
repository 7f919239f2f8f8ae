import { describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { listStaff } from '../../../server/sql/staff.ts'
import type { OwnerDevice, OwnerStaff } from '../../../src/contract/owner-people.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { addStaffRow, type OwnerClient, refusal, signIn } from './owner-client.ts'
import { asAdminUser, BRANCH, bearer, OTHER_BRANCH, refusalOf, setUpTestApp, type TestApp } from './support.ts'

const STAFF = '/api/v1/owner/staff'
const DEVICE = '/api/v1/owner/device'

let db: Database
let test: TestApp
let owner: OwnerClient
let ownerId: number

setUpTestApp(async (opened) => {
  test = opened
  db = opened.db
  ownerId = await addStaffRow(db, { name: 'Hartono', role: 'owner', pin: '70418326' })
  owner = await signIn(test, ownerId, '70418326')
})

const add = (name: string, pin: string, role = 'cashier') => owner.send('POST', STAFF, { name, pin, role })
async function added(name: string, pin: string, role?: string): Promise<OwnerStaff> {
  const answer = await add(name, pin, role)
  expect(answer.statusCode).toBe(200)
  return answer.json<{ data: OwnerStaff }>().data
}
const change = (id: number, edit: object) => owner.send('PATCH', `${STAFF}/${id}`, edit)

describe('the owner’s people and devices', () => {
  it('are for an owner alone: neither a device nor a cashier is enough', async () => {
    const cashierId = await addStaffRow(db, { name: 'Sari', role: 'cashier', pin: '3816' })
    const cashier = await signIn(test, cashierId, '3816')
    const { token } = await test.enroll()
    for (const url of [STAFF, DEVICE, '/api/v1/owner/report/takings?from=2026-11-22&to=2026-11-22']) {
      expect(await refusalOf(test.app, { url })).toEqual([401, 'unauthorized'])
      expect(await refusalOf(test.app, { url, headers: bearer(token) })).toEqual([403, 'staff_sign_in_needed'])
      expect(await refusalOf(test.app, { url, headers: cashier.headers })).toEqual([403, 'forbidden'])
    }
  })
})

describe('staff', () => {
  it('are added, tell nobody their PIN, and are heard of by the counters', async () => {
    const rina = await added('Rina', '4711', 'supervisor')
    expect(rina).toEqual({ id: rina.id, name: 'Rina', role: 'supervisor', active: true, version: 1 })
    const list = await owner.get(STAFF)
    expect(list.json<{ data: OwnerStaff[] }>().data).toContainEqual(rina)
    expect(list.body).not.toContain('pbkdf2')

    const { token } = await test.enroll()
    const changes = await test.app.inject({ url: `${PATHS.changes}?after=0`, headers: bearer(token) })
    const { events } = changes.json<{ data: { events: { event_type: string; data: { id: number } }[] } }>().data
    expect(events.filter((event) => event.event_type === 'staff_changed').map(({ data }) => data.id)).toContain(rina.id)
    // The PIN that was chosen opens a session.
    expect((await signIn(test, rina.id, '4711')).headers['x-staff-token']).toMatch(/.{16}/)
  })

  it('are changed field by field; a new PIN replaces the old one', async () => {
    const { id } = await added('Joko', '5001')
    const renamed = await change(id, { name: 'Joko S.', role: 'supervisor' })
    expect(renamed.json()).toMatchObject({
      data: { id, name: 'Joko S.', role: 'supervisor', active: true, version: 2 },
    })
    expect((await change(id, { pin: '5002' })).statusCode).toBe(200)
    const { token } = await test.enroll()
    const signInWith = (pin: string) => ({
      method: 'POST' as const,
      url: PATHS.staffSession,
      headers: bearer(token),
      payload: { staff_id: id, pin },
    })
    expect(await refusalOf(test.app, signInWith('5001'))).toEqual([403, 'pin_wrong'])
    expect((await test.app.inject(signInWith('5002'))).statusCode).toBe(200)
    expect(refusal(await change(id, {}))).toEqual([400, 'invalid_request'])
    expect(refusal(await change(id, { pin: '12' }))).toEqual([400, 'invalid_request'])
    expect(refusal(await change(id, { pin: 'abcd' }))).toEqual([400, 'invalid_request'])
  })

  it('never share a PIN, and nobody is told whose it is', async () => {
    const { id } = await added('Wati', '6001')
    await added('Agus', '6002')
    for (const answer of [await add('Baru', '6001'), await change(id, { pin: '6002' })]) {
      expect(refusal(answer)).toEqual([409, 'pin_taken'])
      expect(answer.body).not.toMatch(/Wati|Agus/)
    }
    // One's own PIN again is none of somebody else.
    expect((await change(id, { pin: '6001' })).statusCode).toBe(200)
    // Whoever left may come back with the PIN of then.
    expect((await change(id, { active: false })).statusCode).toBe(200)
    expect(refusal(await add('Baru', '6001'))).toEqual([409, 'pin_taken'])
    expect((await change(id, { active: true })).json()).toMatchObject({ data: { active: true } })
  })

  it('get no PIN that everybody tries first, and an owner a longer one', async () => {
    for (const [pin, role] of [
      ['1234', 'cashier'],
      ['7777', 'supervisor'],
      ['4711', 'owner'],
      ['12345678', 'owner'],
    ] as const) {
      expect(refusal(await add('Baru', pin, role))).toEqual([400, 'pin_weak'])
    }
    const payload = { branch_code: BRANCH, name: 'Baru', role: 'owner', pin: '4712' }
    expect(
      await refusalOf(test.app, { method: 'POST', url: '/api/v1/admin/staff', headers: asAdminUser, payload }),
    ).toEqual([400, 'pin_weak'])
    // Another kind of PIN belongs to another kind of person: the one at hand is too short, or would go to every device.
    const { id } = await added('Lina', '6203')
    expect(refusal(await change(id, { role: 'owner' }))).toEqual([400, 'pin_weak'])
    expect(refusal(await change(id, { role: 'owner', pin: '6204' }))).toEqual([400, 'pin_weak'])
    expect((await change(id, { role: 'owner', pin: '62049318' })).statusCode).toBe(200)
    expect(refusal(await change(id, { role: 'cashier' }))).toEqual([400, 'pin_weak'])
    expect((await change(id, { role: 'cashier', pin: '6205' })).statusCode).toBe(200)
  })

  it('of two who ask for one PIN at the same time, one gets it', async () => {
    const answers = await Promise.all(['Satu', 'Dua', 'Tiga'].map((name) => add(name, '7319')))
    expect(answers.map((answer) => answer.statusCode).toSorted()).toEqual([200, 409, 409])
  })

  it('keep one active owner: the last one can be neither demoted nor deactivated', async () => {
    expect(refusal(await change(ownerId, { role: 'cashier' }))).toEqual([409, 'last_owner'])
    expect(refusal(await change(ownerId, { active: false }))).toEqual([409, 'last_owner'])
    // Two owners who deactivate each other at the same time: one of them is too late, by the rule or signed out already.
    const second = await added('Maya', '80017264', 'owner')
    const other = await signIn(test, second.id, '80017264')
    const answers = await Promise.all([
      change(second.id, { active: false }),
      other.send('PATCH', `${STAFF}/${ownerId}`, { active: false }),
    ])
    expect(answers.filter((answer) => answer.statusCode === 200)).toHaveLength(1)
    const staff = await listStaff(db, 1)
    expect(staff.filter((member) => member.active && member.role === 'owner')).toHaveLength(1)
    await db.query('UPDATE staff SET active = true WHERE id = $1', [ownerId])
    owner = await signIn(test, ownerId, '70418326')
  })

  it('of another branch are as good as none', async () => {
    const stranger = await addStaffRow(db, { name: 'Lain', role: 'owner', pin: '6492', branchCode: OTHER_BRANCH })
    expect(refusal(await change(stranger, { name: 'X' }))).toEqual([404, 'not_found'])
    expect(refusal(await change(999_999, { name: 'X' }))).toEqual([404, 'not_found'])
    expect((await owner.get(STAFF)).body).not.toContain('Lain')
    // Their PIN is free here.
    expect((await add('Baru', '6492')).statusCode).toBe(200)
  })
})

describe('devices', () => {
  const devices = async () => (await owner.get(DEVICE)).json<{ data: OwnerDevice[] }>().data

  it('are listed with the one that asks, renamed, and paired by a link that ends', async () => {
    const { token, deviceId } = await test.enroll()
    const renamed = await owner.send('PATCH', `${DEVICE}/${deviceId}`, { device_name: 'Kasir depan' })
    expect(renamed.json()).toMatchObject({ data: { device_id: deviceId, device_name: 'Kasir depan', is_this: false } })
    expect((await devices()).find((device) => device.is_this)?.device_id).toBe(owner.deviceId)
    const me = await test.app.inject({ url: PATHS.me, headers: bearer(token) })
    expect(me.json()).toMatchObject({ data: { device_name: 'Kasir depan' } })

    const pairing = await owner.send('POST', '/api/v1/owner/pairing-code', {})
    const { data } = pairing.json<{ data: { pairing_code: string; link: string; expires_at: string } }>()
    expect(data.link).toBe(`http://localhost:8080/enrol#code=${data.pairing_code}`)
    expect(Math.abs(Date.parse(data.expires_at) - Date.now() - 60 * 60_000)).toBeLessThan(10_000)
    const payload = { pairing_code: data.pairing_code, device_name: 'Baru' }
    const enrolled = await test.app.inject({ method: 'POST', url: PATHS.enroll, payload })
    const { device_id: newId } = enrolled.json<{ data: { device_id: string } }>().data
    expect((await devices()).map((device) => device.device_id)).toContain(newId)
  })

  it('are shut out at once: REST refuses them and the broker ends their connection', async () => {
    const { token, deviceId } = await test.enroll()
    const revoke = () => owner.send('POST', `${DEVICE}/${deviceId}/revoke`, {})
    test.broker.isAway = true
    expect((await revoke()).json()).toMatchObject({ data: { device_id: deviceId, disconnected: false } })
    test.broker.isAway = false
    expect((await revoke()).json()).toMatchObject({ data: { disconnected: true } })
    expect(test.broker.revoked).toContain(deviceId)
    expect(await refusalOf(test.app, { url: PATHS.me, headers: bearer(token) })).toEqual([401, 'device_revoked'])
    expect((await devices()).find((device) => device.device_id === deviceId)?.revoked_at).toMatch(/Z$/)
  })

  it('do not revoke themselves, nor those of another branch', async () => {
    expect(refusal(await owner.send('POST', `${DEVICE}/${owner.deviceId}/revoke`, {}))).toEqual([409, 'conflict'])
    const { deviceId } = await test.enroll(OTHER_BRANCH)
    expect(refusal(await owner.send('POST', `${DEVICE}/${deviceId}/revoke`, {}))).toEqual([404, 'not_found'])
    expect(refusal(await owner.send('PATCH', `${DEVICE}/${deviceId}`, { device_name: 'X' }))).toEqual([
      404,
      'not_found',
    ])
    expect(test.broker.revoked).not.toContain(deviceId)
  })
})
