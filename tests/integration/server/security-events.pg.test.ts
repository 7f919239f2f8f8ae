import { pino } from 'pino'
import { afterAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { createMetrics } from '../../../server/metrics.ts'
import { createSecurityLog } from '../../../server/security/security-log.ts'
import { OWNER_SECURITY_PATH, type SecurityEvent } from '../../../src/contract/owner-security.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { addStaffRow, type OwnerClient, signIn } from './owner-client.ts'
import {
  asAdminUser,
  BRANCH,
  bearer,
  createLogRecorder,
  createTestApp,
  OTHER_BRANCH,
  setUpDatabase,
  type TestApp,
} from './support.ts'

const OWNER_PIN = '70418326'

let db: Database
let test: TestApp
let owner: OwnerClient
let ownerId: number
const { log: recorded, lines } = createLogRecorder()

setUpDatabase(async (opened) => {
  db = opened
  test = await createTestApp(db, { log: recorded })
  ownerId = await addStaffRow(db, { name: 'Hartono', role: 'owner', pin: OWNER_PIN })
  owner = await signIn(test, ownerId, OWNER_PIN)
})
afterAll(async () => {
  await test.app.close()
})

const seen = async (client = owner) => (await client.get(OWNER_SECURITY_PATH)).json<{ data: SecurityEvent[] }>().data
const told = () => lines.filter((line) => line.includes('security event'))

describe('what concerns the safety of a branch', () => {
  it('is shown to its owner: sign-ins, wrong and locked PINs, new and revoked devices; not to another’s', async () => {
    const tablet = await test.enroll()
    const guess = { method: 'POST' as const, url: PATHS.staffSession, headers: bearer(tablet.token) }
    for (let count = 0; count < 8; count++) {
      await test.app.inject({ ...guess, payload: { staff_id: ownerId, pin: '00000000' } })
    }
    await owner.send('POST', `/api/v1/owner/device/${tablet.deviceId}/revoke`, {})
    await test.app.inject({ url: PATHS.me, headers: bearer(tablet.token) })
    const events = await seen()
    const ofTablet = events.filter((event) => event.device_id === tablet.deviceId)
    expect(ofTablet.map(({ kind, count, staff_name }) => [kind, count, staff_name]).toSorted()).toEqual([
      ['device_enrolled', 1, null],
      ['device_revoked', 1, null],
      ['pin_locked', 3, 'Hartono'],
      ['pin_wrong', 5, 'Hartono'],
      ['token_revoked', 1, null],
    ])
    expect(events.map(({ kind }) => kind)).toContain('signed_in')

    const otherId = await addStaffRow(db, { name: 'Lain', role: 'owner', pin: '52907134', branchCode: OTHER_BRANCH })
    const other = await signIn(test, otherId, '52907134', OTHER_BRANCH)
    expect(JSON.stringify(await seen(other))).not.toContain(tablet.deviceId)
  })

  it('is a few lines and rows, and a true number, when somebody tries thousands of tokens', async () => {
    const before = told().length
    for (let count = 0; count < 1_000; count++) {
      await test.app.inject({ url: PATHS.me, headers: bearer(`a-made-up-token-${count}`), remoteAddress: '10.1.1.1' })
    }
    await seen()
    expect(told().length - before).toBeLessThan(100)
    const counts = await db.query<{ rows: number; count: number }>(
      `SELECT count(*)::int AS rows, sum(count)::int AS count FROM security_events WHERE kind = 'token_unknown'`,
    )
    expect(counts).toEqual([{ rows: 1, count: 1_000 }])
    const metrics = await test.metrics.registry.metrics()
    expect(metrics).toContain('mstore_security_events_total{kind="token_unknown"} 1000')
  })

  it('fills no log when a device asks again and again while the broker is away', async () => {
    const { token } = await test.enroll()
    test.broker.isAway = true
    const before = lines.length
    for (let count = 0; count < 200; count += 1) await test.app.inject({ url: PATHS.me, headers: bearer(token) })
    test.broker.isAway = false
    const caused = lines.slice(before).filter((line) => line.includes('not made known to the broker'))
    expect(caused.length).toBeGreaterThan(0)
    expect(caused.length).toBeLessThan(100)
  })

  it('stays bounded: names are cut, strangers’ ids are no row of a branch, old events make room', async () => {
    const before = told().length
    const log = createSecurityLog({ db, log: pino({ level: 'silent' }), metrics: createMetrics() })
    log.note({ kind: 'broker_refused', deviceId: 'x'.repeat(100_000), name: 'x'.repeat(100_000) })
    for (let count = 0; count < 700; count++) {
      log.note({ kind: 'pin_wrong', branchId: 2, staffId: 1_000 + count })
      log.note({ kind: 'token_unknown', address: `10.2.${count >> 8}.${count & 255}` })
    }
    await log.flush()
    const rows = await db.query<{ staff_id: number | null; device_id: string | null }>(
      `SELECT staff_id, device_id FROM security_events WHERE branch_id = 2 AND kind = 'pin_wrong'`,
    )
    expect(rows).toEqual([{ staff_id: null, device_id: null }])
    expect(told().length).toBe(before)

    await db.query(
      `INSERT INTO security_events (branch_id, kind, count) SELECT 1, 'signed_in', 1 FROM generate_series(1, 900)`,
    )
    log.note({ kind: 'device_enrolled', branchId: 1 })
    await log.flush()
    const [kept] = await db.query<{ rows: number }>(
      'SELECT count(*)::int AS rows FROM security_events WHERE branch_id = 1',
    )
    expect(kept).toEqual({ rows: 500 })
  })
  it('is seen by the owner whatever strangers and other devices do at the same time', async () => {
    const { log: written, lines: told } = createLogRecorder()
    const log = createSecurityLog({ db, log: written, metrics: createMetrics() })
    const [noisy, tablet] = [(await test.enroll()).deviceId, (await test.enroll()).deviceId]
    for (let count = 0; count < 2_000; count++) {
      const address = `10.${3 + (count % 2)}.${count >> 8}.${count & 255}`
      log.note({ kind: 'broker_refused', deviceId: `made-up-${count}`, name: `made-up-${count}` })
      log.note({ kind: 'token_unknown', address })
      log.note({ kind: 'pin_wrong', branchId: 1, deviceId: noisy, staffId: 5_000 + count, address })
    }
    log.note({ kind: 'pin_wrong', branchId: 1, deviceId: tablet, staffId: ownerId, address: '10.9.9.9' })
    await log.flush()
    expect(told.filter((line) => line.includes(`"device_id":"${tablet}","staff_id":${ownerId}`))).toHaveLength(1)
    expect(told.length).toBeLessThan(100)
    const events = (await seen()).filter(({ kind }) => kind === 'pin_wrong')
    const ofTablet = events.filter(({ device_id }) => device_id === tablet)
    expect(ofTablet.map(({ staff_name, address, count }) => [staff_name, address, count])).toEqual([
      ['Hartono', '10.9.9.9', 1],
    ])
    const ofNoisy = events.filter(({ device_id }) => device_id === noisy)
    expect(ofNoisy.reduce((sum, { count }) => sum + count, 0)).toBe(2_000)
  })

  it('is not pushed out by a device that is refused for hours, from all addresses there are', async () => {
    const log = createSecurityLog({ db, log: pino({ level: 'silent' }), metrics: createMetrics() })
    const [noisy, tablet] = [(await test.enroll()).deviceId, (await test.enroll()).deviceId]
    for (let guess = 0; guess < 3; guess++) {
      log.note({ kind: 'pin_wrong', branchId: 1, deviceId: tablet, staffId: ownerId, address: `10.8.0.${guess}` })
    }
    await log.flush()
    // Twenty networks a window, and two windows of one network.
    for (let window = 0; window < 27; window++) {
      for (let count = 0; count < 20; count++) {
        log.note({ kind: 'key_wrong', branchId: 1, deviceId: noisy, address: `2001:db8:${window}:${count}::1` })
      }
      await log.flush()
    }
    const ofTablet = (await seen()).filter(({ device_id: id, kind }) => id === tablet && kind === 'pin_wrong')
    expect(ofTablet.map(({ staff_name: name, count }) => [name, count])).toEqual([
      ['Hartono', 1],
      ['Hartono', 1],
      ['Hartono', 1],
    ])
    const [kept] = await db.query<{ rows: number }>(
      'SELECT count(*)::int AS rows FROM security_events WHERE branch_id = 1',
    )
    expect(kept?.rows).toBeLessThanOrEqual(500)
  })

  it('is one event of one network, whichever of its addresses are used', async () => {
    const log = createSecurityLog({ db, log: pino({ level: 'silent' }), metrics: createMetrics() })
    const { deviceId } = await test.enroll()
    for (let window = 0; window < 5; window++) {
      for (let count = 0; count < 20; count++) {
        log.note({ kind: 'token_revoked', branchId: 1, deviceId, address: `2001:db8::${window}:${count}` })
      }
      await log.flush()
    }
    const ofDevice = (await seen()).filter(({ device_id: id, kind }) => id === deviceId && kind === 'token_revoked')
    expect(ofDevice.map(({ address, count }) => [address, count])).toEqual([['2001:db8::/64', 100]])
  })

  it('is every change of rights: somebody new, a new owner, another PIN, the admin’s too; a name is none', async () => {
    const kinds = async () => (await seen()).filter(({ staff_name: name }) => name?.startsWith('Uji'))
    const add = async (body: object) => {
      const answer = await owner.send('POST', '/api/v1/owner/staff', body)
      expect([answer.statusCode, answer.body.slice(0, 200)]).toEqual([200, expect.any(String)])
      return answer
    }
    const added = (await add({ name: 'Uji 1', role: 'cashier', pin: '3816' })).json<{ data: { id: number } }>().data
    const change = (body: object) => owner.send('PATCH', `/api/v1/owner/staff/${added.id}`, body)
    const toldAs = async () => (await kinds()).map(({ kind, count }) => [kind, count]).toSorted()
    expect(await toldAs()).toEqual([['staff_added', 1]])
    await change({ name: 'Uji 1b' })
    expect(await toldAs()).toEqual([['staff_added', 1]])
    await change({ pin: '5274' })
    await change({ active: false })
    expect(await toldAs()).toEqual([
      ['staff_added', 1],
      ['staff_changed', 2],
    ])
    await change({ active: true, role: 'owner', pin: '83051927' })
    await change({ pin: '60917358' })
    const admin = { branch_code: BRANCH, name: 'Uji 2', role: 'owner', pin: '59382614' }
    await test.app.inject({ method: 'POST', url: '/api/v1/admin/staff', headers: asAdminUser, payload: admin })
    expect(await toldAs()).toEqual([
      ['owner_added', 1],
      ['owner_added', 1],
      ['owner_pin_set', 1],
      ['staff_added', 1],
      ['staff_changed', 2],
    ])
  })
})
