import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose'
import { beforeAll, describe, expect, it } from 'vitest'
import { keyNamedBy, verifyApproval } from '../../../server/selling/verify-approval.ts'
import type { ApprovalKey } from '../../../server/sql/approval-keys.ts'
import type { ApprovalFacts } from '../../../src/domain/approval.ts'

const RECORD = '0b6f5c1e-2f0a-4c53-9c0e-3a1d52f7a001'
const SALE = '0b6f5c1e-2f0a-4c53-9c0e-3a1d52f7a002'
const facts: ApprovalFacts = { what: 'refund', record: RECORD, sale: SALE, amount: 5_000, base: null }
const claims = {
  iss: 'DEV-A',
  sub: '2',
  jti: RECORD,
  what: 'refund',
  sale: SALE,
  amount: 5_000,
  base: null,
  iat: 1_764_000_000,
}
const COUNTED = '2026-11-29T05:00:00.000Z'

let signer: CryptoKeyPair
let key: ApprovalKey
let kid: string

beforeAll(async () => {
  signer = await generateKeyPair('ES256')
  const { x = '', y = '' } = await exportJWK(signer.publicKey)
  key = {
    deviceId: 'DEV-A',
    staffId: 2,
    x,
    y,
    createdAt: '2026-11-20T05:00:00.000Z',
    endedAt: null,
    lapsedAt: null,
    revivedAt: null,
  }
  kid = await calculateJwkThumbprint(await exportJWK(signer.publicKey))
})

const sign = (
  payload: Record<string, unknown> = {},
  { header = {}, by = signer.privateKey }: { header?: object; by?: CryptoKey | Uint8Array } = {},
) =>
  new SignJWT({ ...claims, ...payload })
    .setProtectedHeader({ alg: 'ES256', typ: 'approval+jws', kid, ...header })
    .sign(by)
const judge = async (
  proof: string,
  { known = key, done = facts }: { known?: ApprovalKey | null; done?: ApprovalFacts } = {},
) =>
  (await verifyApproval({ proof, staffId: 2, deviceId: 'DEV-A', facts: done, slack: 0, countedAt: COUNTED }, known))
    .proof

describe('a proof of an approval', () => {
  it('is one when its key signed what was recorded', async () => {
    const proof = await sign()
    expect(proof.length).toBeLessThan(800)
    expect(keyNamedBy(proof)).toBe(kid)
    expect(await judge(proof)).toBe('proven')
  })

  it.each<[string, Record<string, unknown>]>([
    ['device', { iss: 'DEV-B' }],
    ['member of staff', { sub: '3' }],
    ['member of staff, as a number', { sub: 2 }],
    ['record', { jti: SALE }],
    ['sale', { sale: RECORD }],
    ['amount', { amount: 500_000 }],
    ['amount, as a text', { amount: '5000' }],
    ['act', { what: 'void' }],
    ['act that there is not', { what: 'anything' }],
    ['time, missing', { iat: undefined }],
    ['form, nested', { amount: { amount: 5_000 } }],
  ])('is none for another %s', async (_what, other) => {
    expect(await judge(await sign(other))).toBe('forged')
  })

  it('is none by another key under the same name, nor by one that the proof brings along', async () => {
    const other = await generateKeyPair('ES256')
    const jwk = await exportJWK(other.publicKey)
    expect(await judge(await sign({}, { by: other.privateKey, header: { jwk } }))).toBe('forged')
    const proof = await sign()
    for (const theirs of [{ deviceId: 'DEV-B' }, { staffId: 3 }]) {
      expect(await judge(proof, { known: { ...key, ...theirs } })).toBe('forged')
    }
  })

  it('is none without a signature, or with one by the public key as a shared secret', async () => {
    const unsigned = new UnsecuredJWT(claims).encode()
    expect(keyNamedBy(unsigned)).toBeNull()
    const [, body] = unsigned.split('.')
    const header = Buffer.from(JSON.stringify({ alg: 'none', typ: 'approval+jws', kid })).toString('base64url')
    for (const bare of [`${header}.${body}.`, `${header}.${body}.AAAA`]) expect(await judge(bare)).toBe('forged')
    for (const secret of [key.x, `${key.x}${key.y}`, JSON.stringify(key)]) {
      const shared = await sign({}, { by: Buffer.from(secret.padEnd(32, '.')), header: { alg: 'HS256' } })
      expect(await judge(shared)).toBe('forged')
    }
  })

  it('is none of another type, or with a header that has to be understood', async () => {
    expect(await judge(await sign({}, { header: { typ: 'dpop+jwt' } }))).toBe('forged')
    expect(await judge(await sign({}, { header: { typ: 'JWT' } }))).toBe('forged')
    const [header = '', ...rest] = (await sign()).split('.')
    const read = JSON.parse(Buffer.from(header, 'base64url').toString())
    const critical = Buffer.from(JSON.stringify({ ...read, crit: ['b64'], b64: false })).toString('base64url')
    expect(await judge([critical, ...rest].join('.'))).toBe('forged')
  })

  it.each(['', '-', 'a.b.c', '...', '{}', 'x'.repeat(1_501), `${'a'.repeat(700)}.b.c`])(
    'is no rubbish: %j',
    (rubbish) => {
      expect(keyNamedBy(rubbish)).toBeNull()
    },
  )

  it('proves nothing by a key that is not known here, or had ended by then; before that it does', async () => {
    const proof = await sign()
    expect(await judge(proof, { known: null })).toBe('unproven')
    expect(await judge(proof, { known: { ...key, endedAt: COUNTED } })).toBe('unproven')
    expect(await judge(proof, { known: { ...key, endedAt: '2026-11-29T05:00:00.001Z' } })).toBe('proven')
    // The same of one that nobody had shown by then, but for a day and an hour.
    expect(await judge(proof, { known: { ...key, createdAt: '2026-11-30T06:00:00.000Z' } })).toBe('proven')
    expect(await judge(proof, { known: { ...key, createdAt: '2026-11-30T06:00:00.001Z' } })).toBe('unproven')
    expect(await judge(await sign({ amount: 1 }), { known: { ...key, createdAt: '2026-12-30T06:00:00.000Z' } })).toBe(
      'forged',
    )
    // An ended key makes no made-up claim better.
    expect(await judge(await sign({ amount: 1 }), { known: { ...key, endedAt: COUNTED } })).toBe('forged')
  })
})
