import 'fake-indexeddb/auto'
import { randomUUID } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, SignJWT } from 'jose'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { resolveConflict } from '../../../server/selling/resolve-conflict.ts'
import { listApprovals } from '../../../server/sql/reports.ts'
import type { Enrollment } from '../../../src/contract/device.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { parseShopSettings } from '../../../src/contract/settings.ts'
import { readApprovalKey } from '../../../src/db/approval-keys.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { saveEnrollment } from '../../../src/db/device.ts'
import { readMeta } from '../../../src/db/meta.ts'
import { addCart, readCart } from '../../../src/db/sales/carts.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import type { ApprovalFacts } from '../../../src/domain/approval.ts'
import { newCart } from '../../../src/domain/cart.ts'
import { approveDiscount, discountFacts, discountProof, setCartDiscount } from '../../../src/domain/cart-discount.ts'
import { addProduct as addToCart } from '../../../src/domain/change-cart.ts'
import { startPayment, tender } from '../../../src/domain/payment.ts'
import { shopDay } from '../../../src/domain/shop-day.ts'
import { cashRuleOf, newSale } from '../../../src/features/pay/new-sale.ts'
import { type KnownFacts, prepareApprovalKey, proveApproval } from '../../../src/features/shared/people/approval-key.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import { createSales } from '../../../src/sync/outbox/create-sales.ts'
import type { HttpLike } from '../../../src/sync/ports.ts'
import { AT, cashMovement, opening, refundOf, SHIFT, sale, type Upload, voidOf } from '../../pg/selling-support.ts'
import { addProduct } from '../../pg/support.ts'
import { addStaffRow } from './owner-client.ts'
import { BRANCH, bearer, OTHER_BRANCH, setUpTestApp, type TestApp } from './support.ts'

const PIN = '6492'

let test: TestApp
let db: Database
let rice: number
let dewi: number
let sari: number
let till: { token: string; deviceId: string }

setUpTestApp(async (opened) => {
  test = opened
  db = opened.db
  rice = await addProduct(db, { stock: 1_000 })
  sari = await addStaffRow(db, { name: 'Sari', role: 'cashier', pin: '3816' })
})
beforeEach(async () => {
  till = await test.enroll()
  dewi = await addStaffRow(db, { name: 'Dewi', role: 'supervisor', pin: PIN })
})

interface Signer {
  readonly key: CryptoKeyPair
  readonly jwk: object
  readonly kid: string
}
async function makeSigner(): Promise<Signer> {
  const key = await generateKeyPair('ES256')
  const jwk = await exportJWK(key.publicKey)
  return { key, jwk, kid: await calculateJwkThumbprint(jwk) }
}
let signer: Signer
beforeAll(async () => {
  signer = await makeSigner()
})

/** Shows a key with a PIN, as a device does; what is answered of it. */
async function show(jwk: unknown, { staffId = dewi, pin = PIN, token = till.token, newPin = '' } = {}) {
  const payload = { staff_id: staffId, pin, approval_key: jwk, ...(newPin === '' ? {} : { new_pin: newPin }) }
  const answer = await test.app.inject({ method: 'POST', url: PATHS.staffSession, headers: bearer(token), payload })
  return { status: answer.statusCode, taken: answer.json().data?.approval_key }
}

interface Signed {
  by?: Signer
  staffId?: number
  deviceId?: string
}
const proofOf = (facts: ApprovalFacts, { by = signer, staffId = dewi, deviceId = till.deviceId }: Signed = {}) => {
  const { record: jti, ...rest } = facts
  const claims = { iss: deviceId, sub: String(staffId), jti, ...rest, iat: Math.floor(Date.now() / 1000) }
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'approval+jws', kid: by.kid })
    .sign(by.key.privateKey)
}

/** Everything is booked, whatever the proof is. */
async function upload(body: Upload, { token, deviceId } = till): Promise<void> {
  const payload = { device_id: deviceId, ...body }
  const answer = await test.app.inject({ method: 'POST', url: PATHS.batchSync, headers: bearer(token), payload })
  expect(answer.json().data, answer.body.slice(0, 500)).toMatchObject({ success: true })
}
const ofTill = () => ({ device_id: till.deviceId, staff_id: sari, approved_by: dewi })
const gift = (discount: number, fields = {}) =>
  sale([{ product_id: rice, quantity: 1, discount }], { ...ofTill(), ...fields })
const giftFacts = (sold: { offline_id: string }, amount: number, base = 15_000): ApprovalFacts => ({
  what: 'discount',
  record: sold.offline_id,
  sale: null,
  amount,
  base,
})

/** What is thought of the approval of one operation. */
async function thoughtOf({ offline_id }: { offline_id: string }): Promise<[string | undefined, string[]]> {
  const marks = await db.query<{ kind: string }>('SELECT kind FROM sale_marks WHERE offline_id = $1 ORDER BY kind', [
    offline_id,
  ])
  const [approval] = await db.query<{ proof: string }>('SELECT proof FROM approvals WHERE offline_id = $1', [
    offline_id,
  ])
  return [approval?.proof, marks.map(({ kind }) => kind).filter((kind) => kind.startsWith('appr'))]
}
const PROVEN = ['proven', []]
const UNPROVEN = ['unproven', ['approval_unproven']]
const FORGED = ['forged', ['approval_forged']]

/** A fresh key for this test's supervisor at this test's till. */
async function ready(): Promise<void> {
  signer = await makeSigner()
  expect(await show(signer.jwk)).toEqual({ status: 200, taken: signer.kid })
}

describe('a key for approvals', () => {
  it('is taken with the right PIN of somebody who may allow, and from nobody else', async () => {
    const { jwk, kid } = await makeSigner()
    const nobody = async () =>
      expect(await db.query('SELECT FROM approval_keys WHERE thumbprint = $1', [kid])).toEqual([])
    expect(await show(jwk, { pin: '6493' })).toMatchObject({ status: 403, taken: undefined })
    expect(await show(jwk, { staffId: sari, pin: '3816' })).toEqual({ status: 200, taken: undefined })
    const elsewhere = await test.enroll(OTHER_BRANCH)
    expect(await show(jwk, { token: elsewhere.token })).toMatchObject({ status: 403, taken: undefined })
    await nobody()
    for (const jwk2 of [
      { ...jwk, crv: 'P-384' },
      { ...jwk, x: 'short' },
    ]) {
      expect(await show(jwk2)).toEqual({ status: 200, taken: undefined })
    }
    expect((await show({ kty: 'EC' })).status).toBe(400)
    expect(await show(jwk)).toEqual({ status: 200, taken: kid })
    // The answer was lost: it is shown again.
    expect(await show(jwk)).toEqual({ status: 200, taken: kid })
    // Nor does it become somebody else's.
    const other = await test.enroll()
    expect(await show(jwk, { token: other.token })).toEqual({ status: 200, taken: undefined })
  })

  it('that is somebody else’s is not taken, and ends none that is theirs', async () => {
    const other = await test.enroll()
    const theirs = await makeSigner()
    expect(await show(theirs.jwk, { token: other.token })).toEqual({ status: 200, taken: theirs.kid })
    await ready()
    expect(await show(theirs.jwk)).toEqual({ status: 200, taken: undefined })
    const active = await db.query('SELECT thumbprint FROM approval_keys WHERE device_id = $1 AND ended_at IS NULL', [
      till.deviceId,
    ])
    expect(active).toEqual([{ thumbprint: signer.kid }])
  })

  it('is one for each person and device; twenty are remembered', async () => {
    for (let count = 0; count < 23; count++) await show((await makeSigner()).jwk)
    expect(
      await db.query(
        `SELECT count(*)::int AS kept, (count(*) FILTER (WHERE ended_at IS NULL))::int AS active
           FROM approval_keys WHERE staff_id = $1`,
        [dewi],
      ),
    ).toEqual([{ kept: 20, active: 1 }])
  })

  it.each([
    ['another PIN', `UPDATE staff SET pin_hash = pin_hash || '0' WHERE id = $1`],
    ['another role', `UPDATE staff SET role = 'cashier' WHERE id = $1`],
    ['leaving', 'UPDATE staff SET active = false WHERE id = $1'],
    ['a device that is revoked', 'UPDATE devices SET revoked_at = now() WHERE id = $1'],
  ])('ends with %s', async (what, statement) => {
    await ready()
    await db.query(`UPDATE staff SET name = 'Dewi S.' WHERE id = $1`, [dewi])
    const isActive = async () =>
      (await db.query('SELECT FROM approval_keys WHERE thumbprint = $1 AND ended_at IS NULL', [signer.kid])).length ===
      1
    expect(await isActive()).toBe(true)
    await db.query(statement, [what.includes('device') ? till.deviceId : dewi])
    expect(await isActive()).toBe(false)
  })
})

describe('an approval with a proof', () => {
  it('is proven for each kind of record, and stays so when the record comes again', async () => {
    await ready()
    const sold = gift(15_000)
    const given = { ...sold, approval_proof: await proofOf(giftFacts(sold, 15_000)) }
    const bought = sale([{ product_id: rice, quantity: 2 }], { device_id: till.deviceId })
    const again = sale([{ product_id: rice, quantity: 1 }], { device_id: till.deviceId })
    await upload({ shifts: [opening({ ...ofTill(), offline_id: SHIFT })], transactions: [given, bought, again] })
    const undone = voidOf(again.offline_id, ofTill())
    const back = refundOf(bought.offline_id, [{ product_id: rice, quantity: 1, amount: 15_000 }], ofTill())
    const cash = cashMovement({ ...ofTill(), amount: 900_000 })
    const sign = async <T extends { offline_id: string }>(
      row: T,
      what: ApprovalFacts['what'],
      amount: number,
      of = '',
    ) => ({
      ...row,
      approval_proof: await proofOf({ what, record: row.offline_id, sale: of || null, amount, base: null }),
    })
    const body = {
      voids: [await sign(undone, 'void', 15_000, again.offline_id)],
      refunds: [await sign(back, 'refund', 15_000, bought.offline_id)],
      cash_movements: [await sign(cash, 'cash_out', 900_000)],
    }
    await upload(body)
    await upload({ ...body, transactions: [given] })
    for (const row of [given, undone, back, cash]) expect(await thoughtOf(row)).toEqual(PROVEN)
  })

  it('is not proven without one, also where the server never heard of a key: booked, and told', async () => {
    const [none, empty, unknown] = [gift(15_000), gift(15_000), gift(15_000)]
    const stranger = await makeSigner()
    await upload({
      transactions: [
        none,
        { ...empty, approval_proof: null },
        { ...unknown, approval_proof: await proofOf(giftFacts(unknown, 15_000), { by: stranger }) },
      ],
    })
    for (const row of [none, empty, unknown]) expect(await thoughtOf(row)).toEqual(UNPROVEN)
  })

  it('is made up when it was signed for another sum, share, record, sale, person or device', async () => {
    await ready()
    const other = await test.enroll()
    const budi = await addStaffRow(db, { name: 'Budi', role: 'supervisor', pin: '7351' })
    const [theirs, colleague] = [await makeSigner(), await makeSigner()]
    await show(theirs.jwk, { token: other.token })
    await show(colleague.jwk, { staffId: budi, pin: '7351' })
    const small = gift(5_000)
    const smallProof = await proofOf(giftFacts(small, 5_000))
    const cases: [string, ReturnType<typeof gift>, string][] = []
    const tried = async (what: string, facts: Partial<ApprovalFacts>, signed: Signed = {}) => {
      const sold = gift(15_000)
      cases.push([what, sold, await proofOf({ ...giftFacts(sold, 15_000), ...facts }, signed)])
    }
    await tried('sum', { amount: 5_000 })
    await tried('share', { base: 500_000 })
    await tried('record', { record: randomUUID() })
    await tried('kind', { what: 'void' })
    await tried('device’s key', {}, { by: theirs })
    await tried('colleague’s key', {}, { by: colleague })
    await tried('device in the claims', {}, { deviceId: other.deviceId })
    await tried('person in the claims', {}, { staffId: budi })
    cases.push(['reused', gift(5_000), smallProof])
    const hidden = gift(15_000, { discount_total: 5_000 })
    cases.push(['discount that the total hides', hidden, await proofOf(giftFacts(hidden, 5_000))])
    await upload({
      transactions: [
        { ...small, approval_proof: smallProof },
        ...cases.map(([, sold, approval_proof]) => ({ ...sold, approval_proof })),
      ],
    })
    expect(await thoughtOf(small)).toEqual(PROVEN)
    for (const [what, sold] of cases) expect(await thoughtOf(sold), what).toEqual(FORGED)
    await expect
      .poll(() =>
        db.query(`SELECT staff_id FROM security_events WHERE kind = 'approval_forged' AND device_id = $1`, [
          till.deviceId,
        ]),
      )
      .toEqual([{ staff_id: dewi }])
  })

  it.each([
    ['a number', 5],
    ['an object', { a: { b: {} } }],
    ['a list', ['a.b.c']],
    ['an empty text', ''],
    ['a text of a megabyte', 'a'.repeat(1_000_000)],
    ['one of 1,501 characters', 'a'.repeat(1_501)],
    ['a text with a zero byte', 'a\u0000b'],
    ['a text with half a character', 'a\ud800b'],
  ])('is made up when it is %s; the sale is booked, and no more of it is kept', async (_what, approval_proof) => {
    const sold = { ...gift(15_000), approval_proof }
    await upload({ transactions: [sold] })
    await upload({ transactions: [sold] })
    expect(await thoughtOf(sold)).toEqual(FORGED)
    const [kept] = await db.query<{ size: number }>(
      'SELECT octet_length(content::text) AS size FROM operations WHERE offline_id = $1',
      [sold.offline_id],
    )
    expect(kept?.size).toBeLessThan(2_000)
  })

  it('is no proof for ids of other merchants and of people without the right; a missing one is missing', async () => {
    await ready()
    const foreign = await addStaffRow(db, { name: 'Lain', role: 'owner', pin: '52907134', branchCode: OTHER_BRANCH })
    const [stranger, cashier, alone] = [
      gift(15_000, { approved_by: foreign }),
      gift(15_000, { approved_by: sari }),
      gift(15_000, { approved_by: null }),
    ]
    await upload({
      transactions: [
        { ...stranger, approval_proof: await proofOf(giftFacts(stranger, 15_000), { staffId: foreign }) },
        cashier,
        alone,
      ],
    })
    expect(await thoughtOf(stranger)).toEqual(['forged', ['approval_forged', 'approver_unknown']])
    expect(await thoughtOf(cashier)).toEqual(['unproven', ['approval_unproven', 'approver_without_right']])
    expect(await thoughtOf(alone)).toEqual([undefined, ['approval_missing']])
    const today = shopDay(Date.now())
    const rows = await listApprovals(db, { branchId: 1, from: shopDay(Date.parse(AT)), to: today, limit: null })
    expect(rows).toContainEqual(
      expect.objectContaining({ kind: 'discount', amount: 15_000, approved_by: null, proof: 'missing' }),
    )
  })

  it('that was signed before a PIN was changed is proven; after it, not', async () => {
    await ready()
    const [before, after] = [gift(15_000), gift(15_000, { created_at_device: new Date(Date.now() - 10).toISOString() })]
    const rows = await Promise.all(
      [before, after].map(async (sold) => ({ ...sold, approval_proof: await proofOf(giftFacts(sold, 15_000)) })),
    )
    await db.query(`UPDATE approval_keys SET ended_at = now() - interval '30 seconds' WHERE thumbprint = $1`, [
      signer.kid,
    ])
    await upload({ transactions: rows })
    expect(await thoughtOf(before)).toEqual(PROVEN)
    expect(await thoughtOf(after)).toEqual(UNPROVEN)
  })

  it('dated long before its key was first shown is not proven, but booked; within a day it is', async () => {
    await ready()
    // A tablet that nobody heard of for a month: it may date what it brings anywhere in it.
    const monthAgo = `now() - interval '30 days'`
    await db.query(`UPDATE devices SET created_at = ${monthAgo} WHERE id = $1`, [till.deviceId])
    await db.query('DELETE FROM device_contacts WHERE device_id = $1', [till.deviceId])
    const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000).toISOString()
    const rows = await Promise.all(
      [26, 24].map(async (hours) => {
        const created_at_device = hoursAgo(hours)
        const sold = gift(15_000, { created_at_device })
        return { ...sold, created_at_device, approval_proof: await proofOf(giftFacts(sold, 15_000)) }
      }),
    )
    await upload({ transactions: rows })
    expect(await Promise.all(rows.map(thoughtOf))).toEqual([UNPROVEN, PROVEN])
    const dated = await db.query<{ occurred_at: string }>(
      'SELECT occurred_at FROM transactions WHERE offline_id = ANY($1::uuid[]) ORDER BY occurred_at',
      [rows.map(({ offline_id }) => offline_id)],
    )
    expect(dated.map(({ occurred_at }) => new Date(occurred_at).toISOString())).toEqual(
      rows.map(({ created_at_device }) => created_at_device),
    )
  })

  it('with a key that had ended and is shown again is not proven for the time between', async () => {
    await ready()
    const role = (name: string) => db.query('UPDATE staff SET role = $2 WHERE id = $1', [dewi, name])
    const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString()
    const rows = await Promise.all(
      [10, 7, 4].map(async (minutes) => {
        const sold = gift(15_000, { created_at_device: minutesAgo(minutes) })
        return { ...sold, approval_proof: await proofOf(giftFacts(sold, 15_000)) }
      }),
    )
    const end = async (minutes: number) => {
      await role('cashier')
      await role('supervisor')
      await db.query('UPDATE approval_keys SET ended_at = $2 WHERE thumbprint = $1', [signer.kid, minutesAgo(minutes)])
      expect(await show(signer.jwk)).toEqual({ status: 200, taken: signer.kid })
    }
    await end(8)
    await db.query('UPDATE approval_keys SET revived_at = $2 WHERE thumbprint = $1', [signer.kid, minutesAgo(5)])
    await upload({ transactions: rows })
    expect(await Promise.all(rows.map(thoughtOf))).toEqual([PROVEN, UNPROVEN, PROVEN])
    // Once more: from the first end on, all of it.
    await end(3)
    const again = await Promise.all(
      [9, 7, 2].map(async (minutes) => {
        const sold = gift(15_000, { created_at_device: minutesAgo(minutes) })
        return { ...sold, approval_proof: await proofOf(giftFacts(sold, 15_000)) }
      }),
    )
    await upload({ transactions: again })
    expect(await Promise.all(again.map(thoughtOf))).toEqual([PROVEN, UNPROVEN, UNPROVEN])
    const fresh = gift(15_000, { created_at_device: new Date().toISOString() })
    await upload({ transactions: [{ ...fresh, approval_proof: await proofOf(giftFacts(fresh, 15_000)) }] })
    expect(await thoughtOf(fresh)).toEqual(PROVEN)
  })

  it('[Q7] counts from a file on another device by the device that recorded it, revoked since or not', async () => {
    await ready()
    const sold = gift(15_000)
    const row = { ...sold, approval_proof: await proofOf(giftFacts(sold, 15_000)) }
    await db.query('UPDATE devices SET revoked_at = now() WHERE id = $1', [till.deviceId])
    await upload({ transactions: [row] }, await test.enroll())
    expect((await thoughtOf(sold))[0]).toBe('proven')
  })

  it('[Q2] is judged by the content that a decision keeps; what the owner decides needs no other', async () => {
    await ready()
    const booked = gift(5_000)
    const kept = { ...gift(15_000), offline_id: booked.offline_id }
    const send = async (sold: typeof booked, amount: number) => {
      const approval_proof = await proofOf(giftFacts(sold, amount))
      const transactions = [{ ...sold, approval_proof }]
      const headers = bearer(till.token)
      const payload = { device_id: till.deviceId, transactions }
      const answer = await test.app.inject({ method: 'POST', url: PATHS.batchSync, headers, payload })
      return answer.json().data
    }
    await send(booked, 5_000)
    const { conflicts } = await send(kept, 15_000)
    const decision = {
      conflictId: conflicts[0].conflict_id,
      resolution: 'keep_local',
      reason: 'r',
      approvedBy: 1,
    } as const
    const device = { deviceId: till.deviceId, branchId: 1, branchCode: BRANCH }
    const { result } = await resolveConflict({ db, clock: Date.now }, device, decision)
    const approvals = await db.query(
      `SELECT what, proof FROM approvals WHERE offline_id IN (
         SELECT offline_id FROM transactions WHERE id = $1 OR offline_id = $2
         UNION SELECT offline_id FROM voids WHERE transaction_offline_id = $2) ORDER BY what, id`,
      [result.server_id, booked.offline_id],
    )
    expect(approvals).toEqual([
      { what: 'conflict', proof: 'proven' },
      { what: 'discount', proof: 'proven' },
      { what: 'discount', proof: 'proven' },
      { what: 'void', proof: 'proven' },
    ])
  })

  it('[Q2] is told when it was made up for the content that a decision keeps, as for any other', async () => {
    const owner = await addStaffRow(db, { name: 'Ibu', role: 'owner', pin: '52907134' })
    const [booked, unsent] = [gift(5_000, { approved_by: null }), gift(15_000)]
    const kept = { ...unsent, offline_id: booked.offline_id, approval_proof: 'rubbish' }
    await upload({ transactions: [booked] })
    const post = async (url: string, payload: object, headers = {}) => {
      const answer = await test.app.inject({
        method: 'POST',
        url,
        payload,
        headers: { ...bearer(till.token), ...headers },
      })
      return answer.json().data
    }
    const { conflicts } = await post(PATHS.batchSync, { device_id: till.deviceId, transactions: [kept] })
    const told = () =>
      db.query(`SELECT staff_id, device_id FROM security_events WHERE kind = 'approval_forged' AND device_id = $1`, [
        till.deviceId,
      ])
    expect(await told()).toEqual([])
    const session = await post(PATHS.staffSession, { staff_id: owner, pin: '52907134' })
    await post(
      PATHS.resolveConflict,
      { conflict_id: conflicts[0].conflict_id, resolution: 'keep_local', reason: 'r', approved_by: owner },
      { 'x-staff-token': session.staff_token },
    )
    await expect.poll(told).toEqual([{ staff_id: dewi, device_id: till.deviceId }])
  })

  it('[S6] is not proven, and no forgery, after a restore took the key; booked as before', async () => {
    await ready()
    const sold = gift(15_000)
    const row = { ...sold, approval_proof: await proofOf(giftFacts(sold, 15_000)) }
    await db.query('DELETE FROM approval_keys WHERE thumbprint = $1', [signer.kid])
    await upload({ transactions: [row] })
    expect(await thoughtOf(sold)).toEqual(UNPROVEN)
    // The counter shows it again; what is booked stays as it was judged.
    await show(signer.jwk)
    await upload({ transactions: [row] })
    expect(await thoughtOf(sold)).toEqual(UNPROVEN)
  })

  it('[S6] of another counter’s void, here before its sale, is looked for again when its key is shown', async () => {
    await ready()
    const seller = await test.enroll()
    const sold = sale([{ product_id: rice, quantity: 1 }], { device_id: seller.deviceId })
    const bring = async (amount: number) => {
      const undone = voidOf(sold.offline_id, ofTill())
      const about = { record: undone.offline_id, sale: sold.offline_id, amount, base: null }
      const facts: ApprovalFacts = { what: 'void', ...about }
      return { ...undone, approval_proof: await proofOf(facts) }
    }
    const stock = async () =>
      (await db.query<{ stock: number }>('SELECT stock FROM products WHERE id = $1', [rice]))[0]?.stock
    const before = await stock()
    const undone = await bring(15_000)
    await db.query('DELETE FROM approval_keys WHERE thumbprint = $1', [signer.kid])
    await upload({ voids: [undone] })
    await upload({ transactions: [sold] }, seller)
    const status = () => db.query('SELECT status FROM transactions WHERE offline_id = $1', [sold.offline_id])
    expect(await status()).toEqual([{ status: 'paid' }])
    expect(await thoughtOf(undone)).toEqual(UNPROVEN)
    expect((await show(signer.jwk, { pin: '1111' })).status).toBe(403)
    expect(await status()).toEqual([{ status: 'paid' }])
    await show(signer.jwk)
    expect(await status()).toEqual([{ status: 'void' }])
    expect(await thoughtOf(undone)).toEqual(PROVEN)
    expect(await stock()).toBe(before)
    expect(await db.query('SELECT kind FROM sale_marks WHERE offline_id = $1', [sold.offline_id])).toEqual([])
  })

  it('[Q3] of a void before its sale waits for the sum of that sale', async () => {
    await ready()
    const bring = async (amount: number) => {
      const sold = sale([{ product_id: rice, quantity: 1 }], { device_id: till.deviceId })
      const undone = voidOf(sold.offline_id, ofTill())
      const facts: ApprovalFacts = {
        what: 'void',
        record: undone.offline_id,
        sale: sold.offline_id,
        amount,
        base: null,
      }
      await upload({ voids: [{ ...undone, approval_proof: await proofOf(facts) }] })
      expect(await thoughtOf(undone)).toEqual(PROVEN)
      await upload({ transactions: [sold] })
      return await thoughtOf(undone)
    }
    expect(await bring(15_000)).toEqual(PROVEN)
    expect(await bring(5_000)).toEqual(FORGED)
  })
})

describe('a counter', () => {
  const person = (version = 1) => ({ id: dewi, role: 'supervisor' as const, version, provenance: { epoch: 'life-1' } })
  let cache: CacheDb
  let isOnline: boolean
  let asked: number
  /** Nothing here takes too long. */
  const after = () => () => undefined

  const http: HttpLike = async ({ method = 'GET', path, body, headers = {} }) => {
    if (!isOnline) throw new HttpFailure('no network', null)
    asked += 1
    const answer = await test.app.inject({
      method,
      url: path,
      headers: { ...bearer(till.token), ...headers },
      ...(body === undefined ? {} : { payload: body as object }),
    })
    if (answer.statusCode >= 400) throw new HttpFailure('refused', answer.statusCode, answer.json().error.kind)
    return { status: answer.statusCode, body: answer.json(), etag: null, retryAfterMs: null }
  }
  beforeEach(async () => {
    cache = new CacheDb(`approval-${randomUUID()}`)
    isOnline = true
    asked = 0
    const device: Enrollment = {
      device_id: till.deviceId,
      device_secret_token: till.token,
      merchant: { code: 'MCH', name: 'Toko' },
      branch: { code: BRANCH, name: 'Cabang' },
      env: 'test',
      mqtt: { url: 'ws://shop/mqtt', protocol_version: 5, username: till.deviceId, keepalive: 60 },
    }
    await saveEnrollment(cache, device, null)
  })

  const prove = (sold: { offline_id: string }, pin = PIN, version = 1) =>
    proveApproval({ db: cache, http, after }, person(version), pin, giftFacts(sold, 15_000) as KnownFacts, Date.now())

  it('signs offline with the key of its sign-in, and the server finds it proven after the upload', async () => {
    await prepareApprovalKey({ db: cache, http, after }, person(), PIN)
    expect(asked).toBeGreaterThan(0)
    isOnline = false
    const sold = gift(15_000)
    const proof = await prove(sold)
    expect(proof?.recordId).toBe(sold.offline_id)
    await upload({ transactions: [{ ...sold, approval_proof: proof?.text }] })
    expect(await thoughtOf(sold)).toEqual(PROVEN)
    // Neither the PIN nor a key that can be read lies there.
    const stored = await readApprovalKey(cache, dewi)
    expect(stored?.wrapped.length).toBeGreaterThan(100)
    const secret = (await readMeta(cache, 'approval_secret'))?.key
    expect(secret).toMatchObject({ extractable: false, usages: ['sign'] })
  })

  it('[Q2] records sale, void and refund offline with their proofs; all are proven once they are sent', async () => {
    await prepareApprovalKey({ db: cache, http, after }, person(), PIN)
    const [voided, refunded] = [0, 1].map(() => sale([{ product_id: rice, quantity: 1 }], { device_id: till.deviceId }))
    if (!voided || !refunded) throw new Error('no sales')
    await upload({ transactions: [voided, refunded] })
    isOnline = false
    const device = await readMeta(cache, 'device')
    const salesDb = new SalesDb(`approval-sales-${randomUUID()}`)
    const sales = createSales({
      salesDb,
      http,
      device: () => device ?? null,
      now: Date.now,
      newId: randomUUID,
      onRecorded: () => undefined,
      journal: { note: () => undefined },
      keptFailures: async () => [],
    })
    const actor = { staffId: sari, staffName: 'Sari', shiftId: null, approvedBy: null }
    const allow = async (facts: KnownFacts) => ({
      ...actor,
      approvedBy: dewi,
      proof: await proveApproval({ db: cache, http, after }, person(), PIN, facts, Date.now()),
    })
    const about = (what: 'void' | 'refund', { offline_id }: { offline_id: string }) =>
      allow({ what, record: randomUUID(), sale: offline_id, amount: 15_000, base: null })
    const lines = [{ product_id: rice, quantity: 1, amount: 15_000 }]
    await sales.voidSale({ offlineId: voided.offline_id, items: lines }, 'salah', await about('void', voided))
    const refund = { lines, refundTotal: 15_000, paymentMethod: 'CASH', reference: null, reason: 'rusak' }
    await sales.refundSale({ offlineId: refunded.offline_id, items: lines }, refund, await about('refund', refunded))

    const product = { id: rice, name: 'Beras', unit: 'pcs', price: 15_000 }
    const added = addToCart(newCart({ cartId: randomUUID(), saleId: randomUUID(), createdAt: 1 }), product, {
      quantity: 2,
      stockShown: null,
    })
    const half = added.ok ? setCartDiscount(added.cart, { kind: 'percent', basisPoints: 5_000 }) : added
    if (!half.ok) throw new Error('no cart')
    const facts = discountFacts(half.cart)
    const { proof } = await allow(facts)
    const cart = approveDiscount(half.cart, dewi, discountProof(proof, facts))
    // As it lies on the disk meanwhile.
    await addCart(salesDb, { cart, place: 1, state: 'open', updatedAt: 1 })
    const settings = parseShopSettings({})
    const paid = tender(startPayment(15_000), { method: 'QRIS', amount: 15_000, reference: null }, cashRuleOf(settings))
    const kept = await readCart(salesDb, cart.cartId)
    if (!paid.ok || kept === null) throw new Error('not paid')
    expect((await sales.completeSale(newSale(kept, paid.state, settings, actor, 0))).ok).toBe(true)

    const rows = (await salesDb.operations.toArray()).map(({ content }) => content)
    await upload({
      transactions: rows.flatMap((row) => (row.type === 'sale' ? [row.sale] : [])),
      payments: rows.flatMap((row) => (row.type === 'sale' ? row.payments : [])),
      voids: rows.flatMap((row) => (row.type === 'void' ? [row.void] : [])),
      refunds: rows.flatMap((row) => (row.type === 'refund' ? [row.refund] : [])),
    })
    const approvals = await db.query('SELECT what, proof FROM approvals WHERE device_id = $1 ORDER BY what', [
      till.deviceId,
    ])
    expect(approvals).toEqual(['discount', 'refund', 'void'].map((what) => ({ what, proof: 'proven' })))
    await salesDb.delete()
  })

  it('makes its key in the dialog when the server answers; offline without one nothing is proven', async () => {
    isOnline = false
    const early = gift(15_000)
    const unknown = await prove(early)
    await upload({ transactions: [{ ...early, approval_proof: unknown?.text }] })
    expect(await thoughtOf(early)).toEqual(UNPROVEN)
    isOnline = true
    const sold = gift(15_000)
    const proof = await prove(sold)
    await upload({ transactions: [{ ...sold, approval_proof: proof?.text }] })
    expect(await thoughtOf(sold)).toEqual(PROVEN)
    const before = asked
    await prove(gift(15_000))
    expect(asked).toBe(before)
  })

  it('shows the same key again after its record changed, and makes another one for another PIN', async () => {
    await prepareApprovalKey({ db: cache, http, after }, person(), PIN)
    const first = await readApprovalKey(cache, dewi)
    await db.query(`UPDATE staff SET name = 'Dewi S.' WHERE id = $1`, [dewi])
    await prepareApprovalKey({ db: cache, http, after }, person(2), PIN)
    const renamed = await readApprovalKey(cache, dewi)
    expect(renamed?.thumbprint).toBe(first?.thumbprint)
    expect(renamed?.taken?.version).toBe(2)
    isOnline = false
    await prove(gift(15_000), '8305', 3)
    expect((await readApprovalKey(cache, dewi))?.thumbprint).not.toBe(first?.thumbprint)
  })

  it('keeps no key for a cashier, and none on a device that was removed meanwhile', async () => {
    await prepareApprovalKey({ db: cache, http, after }, { ...person(), role: 'cashier' }, PIN)
    expect(asked).toBe(0)
    await cache.meta.delete('device')
    expect(await prove(gift(15_000))).toBeNull()
    expect(await cache.meta.count()).toBe(0)
  })
})
