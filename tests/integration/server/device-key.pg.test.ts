import { randomUUID } from 'node:crypto'
import { generateKeyPair, generateProof } from 'dpop'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { enrollAnswerSchema } from '../../../src/contract/device.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { bearer, OTHER_BRANCH, setUpTestApp, type TestApp } from './support.ts'

/** Behind a proxy the browser's name for the server is another one than the server's. */
const ORIGIN = 'https://toko.example'

let test: TestApp
setUpTestApp((opened) => {
  test = opened
})

const kindOf = (answer: { json(): { error: { kind: string } } }) => answer.json().error.kind
const publicKeyOf = async ({ publicKey }: CryptoKeyPair) => await crypto.subtle.exportKey('jwk', publicKey)

async function enrolWithKey() {
  const key = await generateKeyPair('ES256')
  const payload = {
    pairing_code: await test.pairingCode(),
    device_name: 'Kasir',
    public_key: await publicKeyOf(key),
  }
  const answer = await test.app.inject({ method: 'POST', url: PATHS.enroll, payload })
  const { device_secret_token: token, device_id: id } = v.parse(enrollAnswerSchema, answer.json()).data
  return { key, token, id }
}

interface Asked {
  readonly url?: string
  readonly method?: 'GET' | 'POST'
  readonly token: string
  readonly proof?: string | undefined
}
const ask = ({ url = PATHS.me, method = 'GET', token, proof }: Asked) =>
  test.app.inject({
    method,
    url,
    headers: { ...bearer(token), ...(proof === undefined ? {} : { dpop: proof }) },
    ...(method === 'POST' ? { payload: {} } : {}),
  })

/** As a device does: asks, is told a nonce, and proves with it. */
async function nonceFor(token: string): Promise<string> {
  const refused = await ask({ token })
  expect(refused.statusCode).toBe(401)
  expect(kindOf(refused)).toBe('unauthorized')
  expect(refused.headers['www-authenticate']).toBe('DPoP error="invalid_dpop_proof"')
  return String(refused.headers['dpop-nonce'])
}
const prove = (key: CryptoKeyPair, token: string, nonce?: string, url: string = PATHS.me, method = 'GET') =>
  generateProof(key, `${ORIGIN}${url}`, method, nonce, token)

describe('a token that is bound to a key', () => {
  it('is no use alone; with a proof of the nonce that it is told it is taken', async () => {
    const { key, token, id } = await enrolWithKey()
    const proof = await prove(key, token, await nonceFor(token))
    const answer = await ask({ token, proof })
    expect(answer.statusCode).toBe(200)
    expect(answer.json().data).toMatchObject({ device_id: id, key_bound: true })
    expect(answer.headers['dpop-nonce']).toMatch(/^[0-9a-z]+\./)
  })

  it('takes each proof once', async () => {
    const { key, token } = await enrolWithKey()
    const proof = await prove(key, token, await nonceFor(token))
    expect((await ask({ token, proof })).statusCode).toBe(200)
    const again = await ask({ token, proof })
    expect(again.statusCode).toBe(401)
    expect(kindOf(again)).toBe('unauthorized')
  })

  it('is refused with the key of another device, enrolled or not', async () => {
    const { token } = await enrolWithKey()
    const other = await enrolWithKey()
    const nonce = await nonceFor(token)
    for (const key of [other.key, await generateKeyPair('ES256')]) {
      const answer = await ask({ token, proof: await prove(key, token, nonce) })
      expect(answer.statusCode).toBe(401)
      expect(kindOf(answer)).toBe('unauthorized')
    }
  })

  const OTHERS: Record<string, Partial<Asked>> = {
    'another path': { url: '/api/v1/changes' },
    'another method': { method: 'POST' },
    'another token': { token: 'x'.repeat(43) },
  }
  it.each(Object.entries(OTHERS))('is refused with a proof that was made for %s', async (_what, made) => {
    const { key, token } = await enrolWithKey()
    const nonce = await nonceFor(token)
    const proof = await prove(key, made.token ?? token, nonce, made.url, made.method)
    expect((await ask({ token, proof })).statusCode).toBe(401)
  })

  it.each([
    ['none', undefined],
    ['an invented one', 'aaaa.bbbb'],
    ['one of last year', undefined],
  ])('asks for another proof when the nonce is %s', async (what, given) => {
    const { key, token } = await enrolWithKey()
    const nonce = what === 'one of last year' ? (await nonceFor(token)).replace(/^[0-9a-z]+/, 'h00000') : given
    const answer = await ask({ token, proof: await prove(key, token, nonce) })
    expect(answer.statusCode).toBe(401)
    expect(kindOf(answer)).toBe('proof_needed')
  })

  it.each(['', 'x', 'a.b.c', `${'a'.repeat(3_000)}.b.c`, '{}', 'null'])(
    'is refused with rubbish for a proof: %j',
    async (proof) => {
      const { token } = await enrolWithKey()
      const answer = await ask({ token, proof })
      expect(answer.statusCode).toBe(401)
    },
  )

  it('is asked on every route of a device, also by the right token of another branch', async () => {
    const { token } = await enrolWithKey()
    for (const url of [PATHS.products, PATHS.changes, PATHS.transactions, PATHS.staff, PATHS.settings]) {
      expect((await ask({ url, token })).statusCode, url).toBe(401)
    }
    const posted = await ask({ url: PATHS.batchSync, method: 'POST', token })
    expect(kindOf(posted)).toBe('unauthorized')
    const put = await test.app.inject({ method: 'PUT', url: PATHS.settings, headers: bearer(token), payload: {} })
    expect(kindOf(put)).toBe('unauthorized')
  })
})

describe('a device that was enrolled without a key', () => {
  it('works as before, and is told that a key is wanted', async () => {
    const { token } = await test.enroll(OTHER_BRANCH)
    const answer = await ask({ token })
    expect(answer.statusCode).toBe(200)
    expect(answer.json().data).toMatchObject({ key_bound: false })
  })

  it('shows one key, may repeat it, and no other one is taken then', async () => {
    const { token } = await test.enroll()
    const [key, other] = [await generateKeyPair('ES256'), await generateKeyPair('ES256')]
    const bind = async (pair: CryptoKeyPair, nonce?: string) =>
      test.app.inject({
        method: 'POST',
        url: PATHS.deviceKey,
        headers: {
          ...bearer(token),
          ...(nonce === undefined ? {} : { dpop: await prove(key, token, nonce, PATHS.deviceKey, 'POST') }),
        },
        payload: { public_key: await publicKeyOf(pair) },
      })
    expect((await bind(key)).statusCode).toBe(200)
    // The answer was lost: it comes again, and now has to prove itself.
    const nonce = await nonceFor(token)
    expect((await bind(key, nonce)).statusCode).toBe(200)
    expect((await bind(other, nonce)).statusCode).toBe(409)
    expect((await bind(other)).statusCode).toBe(401)
  })

  it.each([{}, null, { kty: 'RSA', n: 'a', e: 'AQAB' }, { kty: 'EC', crv: 'P-384', x: 'a', y: 'b' }])(
    'is refused with something else than a public key: %j',
    async (public_key) => {
      const { token } = await test.enroll()
      const headers = bearer(token)
      const bound = await test.app.inject({ method: 'POST', url: PATHS.deviceKey, headers, payload: { public_key } })
      expect(bound.statusCode).toBe(400)
      const payload = { pairing_code: await test.pairingCode(), device_name: randomUUID(), public_key }
      expect((await test.app.inject({ method: 'POST', url: PATHS.enroll, payload })).statusCode).toBe(400)
    },
  )
})
