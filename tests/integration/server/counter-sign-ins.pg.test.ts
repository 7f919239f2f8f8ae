import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { COUNTER_SIGN_INS_PATH, NOTES_AT_ONCE, type SignInNote } from '../../../src/contract/counter-sign-ins.ts'
import { OWNER_SECURITY_PATH, type SecurityEvent } from '../../../src/contract/owner-security.ts'
import { addStaffRow, type OwnerClient, signIn } from './owner-client.ts'
import { bearer, OTHER_BRANCH, setUpTestApp, type TestApp } from './support.ts'

type Till = Awaited<ReturnType<TestApp['enroll']>>

let test: TestApp
let db: Database
let owner: OwnerClient
let sari: number
let stranger: number
let till: Till

setUpTestApp(async (opened) => {
  test = opened
  db = opened.db
  sari = await addStaffRow(db, { name: 'Sari', role: 'cashier', pin: '3816' })
  stranger = await addStaffRow(db, { name: 'Lain', role: 'cashier', pin: '9274', branchCode: OTHER_BRANCH })
  const ownerId = await addStaffRow(db, { name: 'Hartono', role: 'owner', pin: '70418326' })
  owner = await signIn(test, ownerId, '70418326')
})
beforeEach(async () => {
  till = await test.enroll()
})

const HOUR_AGO = Date.now() - 3_600_000
const note = (fields: Partial<SignInNote> = {}): SignInNote => ({
  id: randomUUID(),
  kind: 'counter_signed_in',
  staff_id: sari,
  count: 1,
  first_at: HOUR_AGO,
  last_at: HOUR_AGO,
  ...fields,
})
async function report(notes: unknown, { token } = till): Promise<number> {
  const request = { method: 'POST' as const, url: COUNTER_SIGN_INS_PATH, headers: bearer(token), payload: { notes } }
  return (await test.app.inject(request)).statusCode
}
const listed = async () => (await owner.get(OWNER_SECURITY_PATH)).json<{ data: SecurityEvent[] }>().data
const toldBy = async ({ deviceId } = till) =>
  (await listed()).filter((event) => event.device_id === deviceId && (event.reported_at ?? null) !== null)

describe('what a counter tells of its own sign-ins', () => {
  it('is shown to the owner as that device’s word: who, when by its clock, and when it was told', async () => {
    const wrong = note({ kind: 'counter_pin_wrong', count: 3, last_at: HOUR_AGO + 5_000 })
    expect(await report([note(), wrong])).toBe(200)
    const told = await toldBy()
    expect(told.map(({ kind, count, staff_name }) => [kind, count, staff_name]).toSorted()).toEqual([
      ['counter_pin_wrong', 3, 'Sari'],
      ['counter_signed_in', 1, 'Sari'],
    ])
    const [found] = told.filter(({ kind }) => kind === 'counter_pin_wrong')
    expect([found?.first_at, found?.last_at]).toEqual([
      new Date(HOUR_AGO).toISOString(),
      new Date(HOUR_AGO + 5_000).toISOString(),
    ])
    expect(Date.now() - Date.parse(found?.reported_at ?? '')).toBeLessThan(600_000)
  })

  it('[Q2] counts once however often it comes, and grows with what was counted to it meanwhile', async () => {
    const wrong = note({ kind: 'counter_pin_wrong', count: 2 })
    for (const count of [2, 2, 5, 3]) expect(await report([{ ...wrong, count, last_at: HOUR_AGO + count }])).toBe(200)
    expect((await toldBy()).map(({ count, last_at }) => [count, last_at])).toEqual([
      [5, new Date(HOUR_AGO + 5).toISOString()],
    ])
    // The same id by another device is another note.
    const other = await test.enroll()
    expect(await report([wrong], other)).toBe(200)
    expect((await toldBy(other)).map(({ count }) => count)).toEqual([2])
  })

  it('is never dated ahead of the server, and a note about nobody of the branch is left out', async () => {
    const ahead = note({ first_at: HOUR_AGO, last_at: Date.now() + 86_400_000 })
    expect(
      await report([ahead, note({ staff_id: stranger }), note({ staff_id: 999_999 }), note({ staff_id: null })]),
    ).toBe(200)
    const told = await toldBy()
    expect(told.map(({ first_at }) => first_at)).toEqual([new Date(HOUR_AGO).toISOString()])
    expect(told[0]?.last_at).toBe(told[0]?.reported_at)
  })

  it('tells what the device had no room for as a number, of nobody in particular', async () => {
    const beyond = note({ kind: 'counter_not_kept', staff_id: null, count: 40 })
    expect(await report([beyond, note({ kind: 'counter_not_kept', count: 7 })])).toBe(200)
    expect((await toldBy()).map(({ kind, count, staff_name }) => [kind, count, staff_name])).toEqual([
      ['counter_not_kept', 40, null],
    ])
  })

  it.each<[string, unknown]>([
    ['nothing', []],
    ['no list', 'x'],
    ['too many', Array.from({ length: NOTES_AT_ONCE + 1 }, () => note())],
    ['a kind that only the server tells', [note({ kind: 'signed_in' as 'counter_signed_in' })]],
    [
      'the same id twice',
      [note({ id: '0b6f5c1e-2f0a-4c53-9c0e-3a1d52f7a001' }), note({ id: '0b6f5c1e-2f0a-4c53-9c0e-3a1d52f7a001' })],
    ],
    ['no id', [{ ...note(), id: 'x' }]],
    ['a count of nothing', [note({ count: 0 })]],
    ['a count without end', [note({ count: 1e12 })]],
    ['a time without end', [note({ last_at: 1e17 })]],
    ['a time that is none', [{ ...note(), first_at: '2026-02-31T00:00:00Z' }]],
  ])('is refused whole when it is %s', async (_what, notes) => {
    expect(await report(notes)).toBe(400)
    expect(await toldBy()).toEqual([])
  })

  it('takes no room from what the server saw itself, nor from other devices; reports are limited', async () => {
    const quiet = await test.enroll()
    expect(await report([note()], quiet)).toBe(200)
    const before = (await listed()).filter(({ reported_at }) => (reported_at ?? null) === null)
    const statuses: number[] = []
    for (let count = 0; count < 22; count++) {
      const notes = Array.from({ length: NOTES_AT_ONCE }, (_, at) => note({ first_at: HOUR_AGO + at }))
      statuses.push(await report(notes))
    }
    expect(statuses.filter((status) => status === 200)).toHaveLength(20)
    expect(statuses.slice(20)).toEqual([429, 429])
    expect(await toldBy()).toHaveLength(20)
    expect(await toldBy(quiet)).toHaveLength(1)
    expect((await listed()).filter(({ reported_at }) => (reported_at ?? null) === null)).toEqual(before)
    const [kept] = await db.query<{ rows: number }>(
      'SELECT count(*)::int AS rows FROM counter_sign_ins WHERE device_id = $1',
      [till.deviceId],
    )
    expect(kept).toEqual({ rows: 200 })
  })
})
