/** The app's own requests (http.ts, device-key.ts, a fake IndexedDB) to the server's own routes. */
import 'fake-indexeddb/auto'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { PATHS } from '../../../src/contract/rest.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { saveEnrollment } from '../../../src/db/device.ts'
import { readMeta } from '../../../src/db/meta.ts'
import { bindToKey, createDeviceKey, createPossession } from '../../../src/sync/device/device-key.ts'
import { requestEnrollment, requestProfile } from '../../../src/sync/device/enrol.ts'
import { createHttp } from '../../../src/sync/http.ts'
import type { HttpLike } from '../../../src/sync/ports.ts'
import { fetchInto, setUpTestApp, type TestApp } from './support.ts'

const ORIGIN = 'https://toko.example'

let test: TestApp
let db: CacheDb
const requests = vi.fn<(status: number, path: string) => void>()

setUpTestApp((opened) => {
  test = opened
})
beforeEach(() => {
  requests.mockClear()
  db = new CacheDb(`possession-${Math.random()}`)
})
afterEach(() => db.delete())

/** Each request and its answer is noted. */
const fetchFromApp: typeof fetch = async (input, init) => {
  const answer = await fetchInto(test.app, input, init)
  requests(answer.status, new URL(String(input)).pathname)
  return answer
}
const paths = () => requests.mock.calls.map(([, path]) => path)
const statuses = () => requests.mock.calls.map(([status]) => status)

const stranger: HttpLike = createHttp({ origin: ORIGIN, token: null, fetch: fetchFromApp })
const deviceHttp = (token: string, store = db) =>
  createHttp({ origin: ORIGIN, token, fetch: fetchFromApp, possession: createPossession(store, token) })

async function enrol(isBound: boolean) {
  const made = isBound ? await createDeviceKey() : null
  const device = await requestEnrollment(stranger, await test.pairingCode(), 'Kasir', made?.publicKey ?? null)
  await saveEnrollment(db, device, made?.key ?? null)
  return device
}

it('a bound device asks for a nonce before its first request, and has one from then on', async () => {
  const device = await enrol(true)
  requests.mockClear()
  const http = deviceHttp(device.device_secret_token)
  expect(await requestProfile(http, device)).toMatchObject({ isKeyWanted: false })
  expect(statuses()).toEqual([200, 200])
  await http({ path: '/api/v1/master/product?limit=10&last_id=0' })
  await http({ path: '/api/v1/changes?after=0' })
  expect(statuses()).toEqual([200, 200, 200, 200])
  expect(paths()).toEqual([PATHS.proofNonce, PATHS.me, PATHS.products, PATHS.changes])
})

it('the key outlives the page, and no program reads its private half', async () => {
  const device = await enrol(true)
  db.close()
  await db.open()
  const key = await readMeta(db, 'key')
  expect(key?.privateKey).toMatchObject({ extractable: false })
  await expect(crypto.subtle.exportKey('jwk', key?.privateKey as CryptoKey)).rejects.toThrow()
  expect(await requestProfile(deviceHttp(device.device_secret_token), device)).toMatchObject({ isKeyWanted: false })
})

it('a token that was copied without the key is refused, and the device goes on', async () => {
  const device = await enrol(true)
  const thief = new CacheDb(`thief-${Math.random()}`)
  const { key } = await createDeviceKey()
  await saveEnrollment(thief, device, key)
  await expect(
    deviceHttp(device.device_secret_token, thief)({ path: '/api/v1/changes?after=0' }),
  ).rejects.toMatchObject({
    status: 401,
    kind: 'unauthorized',
  })
  const plain = createHttp({ origin: ORIGIN, token: device.device_secret_token, fetch: fetchFromApp })
  await expect(plain({ path: '/api/v1/changes?after=0' })).rejects.toMatchObject({ status: 401, kind: 'unauthorized' })
  await thief.delete()
  expect(await requestProfile(deviceHttp(device.device_secret_token), device)).toMatchObject({ isKeyWanted: false })
})

it('a device of an older version binds its token at its next look, also when the answer is lost', async () => {
  const device = await enrol(false)
  const token = device.device_secret_token
  expect(await requestProfile(deviceHttp(token), device)).toMatchObject({ isKeyWanted: true })
  const losing = createHttp({
    origin: ORIGIN,
    token,
    fetch: async (input, init) => {
      const answer = await fetchFromApp(input, init)
      if (String(input).endsWith(PATHS.deviceKey)) throw new TypeError('the line broke')
      return answer
    },
    possession: createPossession(db, token),
  })
  await expect(bindToKey(db, losing, token)).rejects.toMatchObject({ status: null })
  expect(await requestProfile(deviceHttp(token), device)).toMatchObject({ isKeyWanted: false })
})

it('a nonce that the server does not take any more is asked for anew, with the same request', async () => {
  const device = await enrol(true)
  const possession = createPossession(db, device.device_secret_token)
  possession.learn('h00000.of-last-year')
  requests.mockClear()
  const http = createHttp({ origin: ORIGIN, token: device.device_secret_token, fetch: fetchFromApp, possession })
  expect(await requestProfile(http, device)).toMatchObject({ isKeyWanted: false })
  expect(statuses()).toEqual([401, 200])
})

it('[Q5] a device whose key is gone pauses and says so: no further try would help', async () => {
  const device = await enrol(true)
  await db.meta.delete('key')
  const asking = requestProfile(deviceHttp(device.device_secret_token), device)
  await expect(asking).rejects.toMatchObject({ status: 401, class: 'unauthorized' })
})

it('[Q5] a server that takes no nonce for a while refuses no sale: the upload is tried again', async () => {
  const device = await enrol(true)
  const token = device.device_secret_token
  const possession = createPossession(db, token)
  const deaf = { ...possession, learn: () => possession.learn('h00000.of-last-year') }
  const http = createHttp({ origin: ORIGIN, token, fetch: fetchFromApp, possession: deaf })
  const upload = { method: 'POST', path: PATHS.batchSync, body: {} } as const
  await expect(http(upload)).rejects.toMatchObject({ status: 401, class: 'transient' })
})

it('a device that was enrolled anew meanwhile is not bound to a key of before', async () => {
  const device = await enrol(false)
  await saveEnrollment(db, { ...device, device_secret_token: 'a-newer-token-of-it' }, null)
  await bindToKey(db, deviceHttp(device.device_secret_token), device.device_secret_token)
  expect(await readMeta(db, 'key')).toBeUndefined()
  expect(await requestProfile(deviceHttp(device.device_secret_token), device)).toMatchObject({ isKeyWanted: true })
})
