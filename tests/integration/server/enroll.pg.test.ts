import { createHash } from 'node:crypto'
import * as v from 'valibot'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { enrollAnswerSchema, meAnswerSchema } from '../../../src/contract/device.ts'
import { one } from '../../pg/support.ts'
import {
  asAdminUser,
  BRANCH,
  bearer,
  createTestApp,
  OTHER_BRANCH,
  refusalOf,
  setUpDatabase,
  type TestApp,
} from './support.ts'

let db: Database
let test: TestApp

setUpDatabase((opened) => {
  db = opened
})
beforeEach(async () => {
  test = await createTestApp(db)
  return () => test.app.close()
})

const enrollment = (pairing_code: string, device_name = 'Kasir') =>
  ({ method: 'POST', url: '/api/v1/device/enroll', payload: { pairing_code, device_name } }) as const
const me = (token: string) => ({ method: 'GET', url: '/api/v1/device/me', headers: bearer(token) }) as const

describe('enrolment', () => {
  it('turns a code, however typed, into a device that knows its shop and broker', async () => {
    const code = await test.pairingCode()
    const answer = await test.app.inject(enrollment(`${code.slice(0, 4).toLowerCase()} - ${code.slice(4)}`))
    expect(answer.statusCode).toBe(200)
    const { data } = v.parse(enrollAnswerSchema, answer.json())
    expect(data).toMatchObject({
      merchant: { code: 'MCH-MST-001', name: 'Toko Sumber' },
      branch: { code: BRANCH, name: 'Satu' },
      env: 'dev',
      mqtt: { url: 'ws://localhost:80/mqtt', protocol_version: 4, username: data.device_id, keepalive: 60 },
    })
    expect(data.device_id).toMatch(/^DEV-[0-9A-F]{8}$/)
    expect(test.broker.provisioned).toEqual([
      {
        deviceId: data.device_id,
        password: data.device_secret_token,
        scope: { env: 'dev', merchantCode: 'MCH-MST-001', branchCode: BRANCH },
      },
    ])
  })

  it('stores the hash of the token only', async () => {
    const { token, deviceId } = await test.enroll()
    const row = await one<{ token_hash: string; dump: string }>(
      db,
      'SELECT token_hash, to_jsonb(d)::text AS dump FROM devices d WHERE id = $1',
      [deviceId],
    )
    expect(row.token_hash).toBe(createHash('sha256').update(token).digest('hex'))
    expect(row.dump).not.toContain(token)
  })

  it('gives one code to exactly one of twenty that come at once', async () => {
    const code = await test.pairingCode()
    const before = await one<{ count: number }>(db, 'SELECT count(*) AS count FROM devices')
    const answers = await Promise.all(Array.from({ length: 20 }, () => test.app.inject(enrollment(code))))
    const statuses = answers.map(({ statusCode }) => statusCode).sort()
    expect(statuses).toEqual([200, ...Array(19).fill(409)])
    const after = await one<{ count: number }>(db, 'SELECT count(*) AS count FROM devices')
    expect(after.count - before.count).toBe(1)
  })

  it('says of a code whether it is unknown, used or expired', async () => {
    const used = await test.pairingCode()
    await test.app.inject(enrollment(used))
    const expired = await test.pairingCode(BRANCH, -1)
    expect(await refusalOf(test.app, enrollment('ZZZZZZZZ'))).toEqual([404, 'pairing_code_unknown'])
    expect(await refusalOf(test.app, enrollment('??'))).toEqual([404, 'pairing_code_unknown'])
    expect(await refusalOf(test.app, enrollment(used))).toEqual([409, 'pairing_code_used'])
    expect(await refusalOf(test.app, enrollment(expired))).toEqual([410, 'pairing_code_expired'])
    const beforeSetBack = await test.pairingCode()
    await db.query(
      `UPDATE pairing_codes SET created_at = created_at + interval '2 hours', expires_at = expires_at + interval '2 hours'
        WHERE code = $1`,
      [beforeSetBack.replaceAll('-', '')],
    )
    expect(await refusalOf(test.app, enrollment(beforeSetBack))).toEqual([410, 'pairing_code_expired'])
  })

  it('refuses a body that is not one, and uses no code up', async () => {
    const code = await test.pairingCode()
    expect(await refusalOf(test.app, enrollment(code, '   '))).toEqual([400, 'invalid_request'])
    expect(await refusalOf(test.app, { ...enrollment(code), payload: { pairing_code: 5 } })).toEqual([
      400,
      'invalid_request',
    ])
    expect((await test.app.inject(enrollment(code))).statusCode).toBe(200)
  })

  it('slows down who guesses, not who enrols', async () => {
    for (let guess = 0; guess < 30; guess++) await test.app.inject(enrollment('ZZZZZZZZ'))
    const code = await test.pairingCode()
    await test.app.inject(enrollment('ZZZZZZZZ'))
    const answer = await test.app.inject(enrollment(code))
    expect(answer.statusCode).toBe(429)
    expect(answer.json()).toMatchObject({ code: 429, error: { kind: 'too_many_requests' } })
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    const elsewhere = await test.app.inject({ ...enrollment(code), remoteAddress: '192.168.1.77' })
    expect(elsewhere.statusCode).toBe(200)
  })

  it('succeeds while the broker is away; the next start makes the device known', async () => {
    test.broker.isAway = true
    const { token, deviceId } = await test.enroll()
    expect(test.broker.provisioned).toEqual([])
    test.broker.isAway = false
    expect((await test.app.inject(me(token))).statusCode).toBe(200)
    expect(test.broker.provisioned).toMatchObject([{ deviceId, password: token }])
  })
})

describe('device/me', () => {
  it('tells the same without the token', async () => {
    const { token, deviceId } = await test.enroll(OTHER_BRANCH)
    const answer = await test.app.inject(me(token))
    expect(v.parse(meAnswerSchema, answer.json()).data).toMatchObject({
      device_id: deviceId,
      branch: { code: OTHER_BRANCH },
    })
    expect(answer.body).not.toContain(token)
    expect(answer.headers['cache-control']).toBe('no-store')
  })

  it('names the broker by the origin that the browser used, or by PUBLIC_URL behind a proxy', async () => {
    const proxied = await createTestApp(db, { publicUrl: 'https://pos.example.com' })
    const { token } = await proxied.enroll()
    const urlFor = async (host: string): Promise<unknown> => {
      const answer = await proxied.app.inject({ ...me(token), headers: { ...bearer(token), host } })
      return v.parse(meAnswerSchema, answer.json()).data.mqtt.url
    }
    expect(await urlFor('192.168.1.5:8080')).toBe('ws://192.168.1.5:8080/mqtt')
    expect(await urlFor('pos.example.com')).toBe('wss://pos.example.com/mqtt')
    expect(await urlFor('evil/path?')).toBe('wss://pos.example.com/mqtt')
    await proxied.app.close()
  })

  it('refuses no token, another scheme, and an unknown token', async () => {
    expect(await refusalOf(test.app, { url: '/api/v1/device/me' })).toEqual([401, 'unauthorized'])
    expect(await refusalOf(test.app, me('unknown'))).toEqual([401, 'unauthorized'])
    const basic = { url: '/api/v1/device/me', headers: { authorization: 'Basic YTpi' } }
    expect(await refusalOf(test.app, basic)).toEqual([401, 'unauthorized'])
  })

  it('notes when the device was seen, at most once a minute', async () => {
    const { token, deviceId } = await test.enroll()
    const seen = () => one<{ at: string }>(db, 'SELECT last_seen_at AS at FROM devices WHERE id = $1', [deviceId])
    const first = await seen()
    await test.app.inject(me(token))
    expect(await seen()).toEqual(first)
    await db.query(`UPDATE devices SET last_seen_at = now() - interval '2 minutes' WHERE id = $1`, [deviceId])
    await test.app.inject(me(token))
    expect(Date.parse((await seen()).at)).toBeGreaterThanOrEqual(Date.parse(first.at))
    // The clock was set back since.
    await db.query(`UPDATE devices SET last_seen_at = now() + interval '2 hours' WHERE id = $1`, [deviceId])
    await test.app.inject(me(token))
    expect(Date.parse((await seen()).at)).toBeLessThan(Date.now() + 60_000)
  })
})

describe('a revoked device', () => {
  const revoke = (id: string) =>
    ({ method: 'POST', url: `/api/v1/admin/device/${id}/revoke`, headers: asAdminUser }) as const

  it('is refused at once, by its own kind of error, and by the broker', async () => {
    const { token, deviceId } = await test.enroll()
    expect((await test.app.inject(revoke(deviceId))).json()).toMatchObject({
      data: { disconnected: true, broker: 'ended' },
    })
    expect(test.broker.revoked).toEqual([deviceId])
    expect(await refusalOf(test.app, me(token))).toEqual([401, 'device_revoked'])
    expect(test.broker.provisioned).toHaveLength(1)
  })

  it('is refused over REST also while the broker is away, and the answer says so', async () => {
    const { token, deviceId } = await test.enroll()
    test.broker.isAway = true
    expect((await test.app.inject(revoke(deviceId))).json()).toMatchObject({
      code: 200,
      data: { disconnected: false, broker: 'not_told' },
    })
    expect(await refusalOf(test.app, me(token))).toEqual([401, 'device_revoked'])
  })

  it('is never said to be disconnected where the broker cannot end a connection', async () => {
    const { token, deviceId } = await test.enroll()
    test.broker.revokes = 'not_possible'
    expect((await test.app.inject(revoke(deviceId))).json()).toMatchObject({
      code: 200,
      data: { disconnected: false, broker: 'not_possible' },
    })
    expect(await refusalOf(test.app, me(token))).toEqual([401, 'device_revoked'])
  })

  it('must exist', async () => {
    expect(await refusalOf(test.app, revoke('DEV-NOBODY'))).toEqual([404, 'not_found'])
  })
})
