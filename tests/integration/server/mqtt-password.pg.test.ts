/** A device's password at the broker, from the route that gives it out to the access control that every broker but Mosquitto asks. */
import { generateKeyPair, generateProof } from 'dpop'
import * as v from 'valibot'
import { beforeEach, describe, expect, it } from 'vitest'
import { type AccessControl, createAccessControl } from '../../../server/broker/access-control.ts'
import { createDeviceDirectory } from '../../../server/devices/device-directory.ts'
import { shutDeviceOut } from '../../../server/devices/revoke-device.ts'
import { enrollAnswerSchema, mqttPasswordAnswerSchema } from '../../../src/contract/device.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { bearer, OTHER_BRANCH, refusalOf, setUpTestApp, type TestApp } from './support.ts'

const ORIGIN = 'https://toko.example'

let test: TestApp
let access: AccessControl
const refused: string[] = []
setUpTestApp((opened) => {
  test = opened
  access = createAccessControl({
    env: 'dev',
    backend: null,
    devices: createDeviceDirectory(test.db, 'dev'),
    onRefused: (name) => refused.push(name),
  })
})
beforeEach(() => {
  test.broker.isAway = false
  test.broker.provisioned.splice(0)
  refused.splice(0)
})

const request = (token: string, held?: string) =>
  ({
    method: 'POST',
    url: PATHS.mqttPassword,
    headers: bearer(token),
    payload: held === undefined ? {} : { held },
  }) as const

async function ask(token: string, held?: string): Promise<string | null> {
  const answer = await test.app.inject(request(token, held))
  expect(answer.statusCode, answer.body).toBe(200)
  return v.parse(mqttPasswordAnswerSchema, answer.json()).data.mqtt_password
}

async function askNew(token: string, held?: string): Promise<string> {
  const password = await ask(token, held)
  expect(password).not.toBeNull()
  return password ?? ''
}

const isLetIn = async (deviceId: string, password: string, clientId = `${deviceId}-tab`) =>
  (await access.authenticate({ username: deviceId, password, clientId })).kind === 'device'

/** Takes the time back that the password before the newest is good. */
const letOverlapPass = (deviceId: string) =>
  test.db.query(`UPDATE devices SET mqtt_made_at = now() - interval '61 minutes' WHERE id = $1`, [deviceId])

describe('the password for the broker', () => {
  it('is as long as the token, another one each time, and stored as a hash', async () => {
    const { token, deviceId } = await test.enroll()
    const [first, second] = [await askNew(token), await askNew(token)]
    expect(first).toMatch(/^[\w-]{43}$/)
    expect(new Set([token, first, second]).size).toBe(3)
    const rows = await test.db.query<{ dump: string }>(
      'SELECT to_jsonb(d)::text AS dump FROM devices d WHERE id = $1',
      [deviceId],
    )
    expect(rows[0]?.dump).not.toMatch(new RegExp(`${first}|${second}|${token}`))
  })

  it('takes the token’s place at the broker, also of a device without a key', async () => {
    const { token, deviceId } = await test.enroll()
    expect(await isLetIn(deviceId, token)).toBe(true)
    const password = await askNew(token)
    expect(await isLetIn(deviceId, token)).toBe(false)
    expect(refused).toEqual([deviceId])
    expect(await isLetIn(deviceId, password)).toBe(true)
  })

  it('is needed as soon as the token is bound to a key; the broker is never told the token', async () => {
    const key = await generateKeyPair('ES256')
    const publicKey = await crypto.subtle.exportKey('jwk', key.publicKey)
    const payload = { pairing_code: await test.pairingCode(), device_name: 'Kasir', public_key: publicKey }
    const enrolled = await test.app.inject({ method: 'POST', url: PATHS.enroll, payload })
    const { device_secret_token: token, device_id: id } = v.parse(enrollAnswerSchema, enrolled.json()).data
    expect(await isLetIn(id, token)).toBe(false)

    const nonce = (await test.app.inject({ url: PATHS.proofNonce })).headers['dpop-nonce']
    const prove = async (method: string, path: string) =>
      await generateProof(key, `${ORIGIN}${path}`, method, String(nonce), token)
    const me = { ...bearer(token), dpop: await prove('GET', PATHS.me) }
    expect((await test.app.inject({ url: PATHS.me, headers: me })).statusCode).toBe(200)
    expect(test.broker.provisioned).toEqual([])

    expect(await refusalOf(test.app, request(token))).toEqual([401, 'unauthorized'])
    const headers = { ...bearer(token), dpop: await prove('POST', PATHS.mqttPassword) }
    const answer = await test.app.inject({ ...request(token), headers })
    const { mqtt_password: password } = v.parse(mqttPasswordAnswerSchema, answer.json()).data
    expect(await isLetIn(id, password ?? '')).toBe(true)
    expect(test.broker.provisioned).toMatchObject([{ deviceId: id, password }])
  })

  it('is one device’s: no use to another one, to its client id, or in another branch', async () => {
    const [own, neighbour, elsewhere] = [await test.enroll(), await test.enroll(), await test.enroll(OTHER_BRANCH)]
    const password = await askNew(own.token)
    for (const { deviceId } of [neighbour, elsewhere]) {
      expect(await isLetIn(deviceId, password)).toBe(false)
      expect(await isLetIn(own.deviceId, password, `${deviceId}-tab`)).toBe(false)
    }
    // Shown by another device it is as good as rubbish, and stays what it is.
    expect(await ask(elsewhere.token, password)).not.toBeNull()
    expect(await isLetIn(own.deviceId, password)).toBe(true)
  })

  it('the one before works until the new one is used: an answer may be lost, several times', async () => {
    const { token, deviceId } = await test.enroll()
    const kept = await askNew(token)
    expect(await isLetIn(deviceId, kept)).toBe(true)
    const lost = [await askNew(token), await askNew(token)]
    expect(await isLetIn(deviceId, kept)).toBe(true)
    const arrived = await askNew(token)
    for (const password of lost) expect(await isLetIn(deviceId, password)).toBe(false)
    expect(await isLetIn(deviceId, arrived)).toBe(true)
    expect(await isLetIn(deviceId, kept)).toBe(false)
  })

  it('is told to the broker at its first use, once, also where the token was the one before', async () => {
    const { token, deviceId } = await test.enroll()
    const isNew = async (password: string) => {
      const found = await access.authenticate({ username: deviceId, password, clientId: `${deviceId}-tab` })
      return found.kind === 'device' && found.isPasswordNew === true
    }
    expect(await isNew(token)).toBe(false)
    for (const turn of ['first', 'second']) {
      const password = await askNew(token)
      expect(await isNew(password), turn).toBe(true)
      expect(await isNew(password), turn).toBe(false)
    }
    const before = await askNew(token)
    await letOverlapPass(deviceId)
    expect(await isNew(before)).toBe(true)
  })

  it('the one before works for an hour and no longer, and comes back by no later question', async () => {
    const { token, deviceId } = await test.enroll()
    const [old, unused] = [await askNew(token), await askNew(token)]
    expect(await isLetIn(deviceId, old)).toBe(true)
    await letOverlapPass(deviceId)
    expect(await isLetIn(deviceId, old)).toBe(false)
    const newest = await askNew(token)
    expect(await isLetIn(deviceId, old)).toBe(false)
    expect(await isLetIn(deviceId, unused)).toBe(true)
    expect(await isLetIn(deviceId, newest)).toBe(true)
  })

  it('the one before is not good for longer when the clock is set back', async () => {
    const { token, deviceId } = await test.enroll()
    const old = await askNew(token)
    expect(await isLetIn(deviceId, old)).toBe(true)
    const unused = await askNew(token)
    await test.db.query(`UPDATE devices SET mqtt_made_at = now() + interval '90 minutes' WHERE id = $1`, [deviceId])
    expect(await isLetIn(deviceId, old)).toBe(false)
    expect(await isLetIn(deviceId, unused)).toBe(true)
  })

  it('of questions at the same time each is answered, and what any of them left can be put right', async () => {
    const { token, deviceId } = await test.enroll()
    const before = await askNew(token)
    expect(await isLetIn(deviceId, before)).toBe(true)
    const answers = await Promise.all(Array.from({ length: 5 }, () => askNew(token)))
    expect(await isLetIn(deviceId, before)).toBe(true)
    const good: string[] = []
    for (const answer of answers) if (await isLetIn(deviceId, answer)) good.push(answer)
    expect(good).toHaveLength(1)
    const [wrong = ''] = answers.filter((answer) => !good.includes(answer))
    expect(await isLetIn(deviceId, await askNew(token, wrong))).toBe(true)
  })
})

describe('a password that the broker refused', () => {
  it('is told to the broker again when it is right, and stays', async () => {
    const { token, deviceId } = await test.enroll()
    const password = await askNew(token)
    test.broker.provisioned.splice(0)
    for (let turn = 0; turn < 30; turn += 1) expect(await ask(token, password)).toBeNull()
    expect(test.broker.provisioned).toHaveLength(30)
    expect(test.broker.provisioned[0]).toMatchObject({ deviceId, password })
    expect(await isLetIn(deviceId, password)).toBe(true)
  })

  it('is replaced when it is not the newest: also by a server that was restored', async () => {
    const { token, deviceId } = await test.enroll()
    await askNew(token)
    const backup = await test.db.query<Record<string, unknown>>('SELECT * FROM devices WHERE id = $1', [deviceId])
    const password = await askNew(token)
    expect(await isLetIn(deviceId, password)).toBe(true)
    await test.db.query('UPDATE devices SET mqtt_hash = $2, mqtt_previous_hash = NULL WHERE id = $1', [
      deviceId,
      backup[0]?.mqtt_hash,
    ])
    expect(await isLetIn(deviceId, password)).toBe(false)
    expect(await isLetIn(deviceId, await askNew(token, password))).toBe(true)
  })

  it.each(['', 'x', 'é'.repeat(512)])('%j is replaced as well', async (held) => {
    const { token, deviceId } = await test.enroll()
    expect(await isLetIn(deviceId, await askNew(token, held))).toBe(true)
  })

  it('is told nothing that would tell the token: a token that is held is replaced', async () => {
    const { token, deviceId } = await test.enroll()
    const password = await askNew(token, token)
    expect(password).not.toBe(token)
    expect(await isLetIn(deviceId, password)).toBe(true)
  })

  it('a broker that is away holds no answer up', async () => {
    const { token, deviceId } = await test.enroll()
    test.broker.provisioned.splice(0)
    test.broker.isAway = true
    const password = await askNew(token)
    test.broker.isAway = false
    expect(await ask(token, password)).toBeNull()
    expect(test.broker.provisioned).toMatchObject([{ deviceId, password }])
  })
})

describe('who gets no password', () => {
  it('a device that asks all the time: ten in ten minutes, others go on, and its last one works', async () => {
    const [busy, other] = [await test.enroll(), await test.enroll()]
    let last = ''
    for (let turn = 0; turn < 10; turn += 1) last = await askNew(busy.token)
    const answer = await test.app.inject(request(busy.token))
    expect(answer.statusCode).toBe(429)
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0)
    expect(await isLetIn(busy.deviceId, last)).toBe(true)
    expect(await ask(busy.token, last)).toBeNull()
    expect(await isLetIn(other.deviceId, await askNew(other.token))).toBe(true)
  })

  it('a revoked device: no new one, and none of its old ones is any use', async () => {
    const { token, deviceId } = await test.enroll()
    const [old, password] = [await askNew(token), await askNew(token)]
    const { db, broker } = test
    await shutDeviceOut(
      { db, broker, lines: () => undefined, security: { note: () => undefined, flush: async () => undefined } },
      deviceId,
    )
    expect(await refusalOf(test.app, request(token))).toEqual([401, 'device_revoked'])
    expect(await refusalOf(test.app, request(token, password))).toEqual([401, 'device_revoked'])
    for (const secret of [old, password, token]) expect(await isLetIn(deviceId, secret)).toBe(false)
  })

  it('a stranger, and a body that is none', async () => {
    expect(await refusalOf(test.app, request('x'.repeat(43)))).toEqual([401, 'unauthorized'])
    const { token } = await test.enroll()
    for (const payload of [{ held: 5 }, { held: 'x'.repeat(513) }, { held: null }]) {
      expect(await refusalOf(test.app, { ...request(token), payload })).toEqual([400, 'invalid_request'])
    }
  })
})
