import 'fake-indexeddb/auto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { OWNER_PATHS } from '../../../src/contract/owner.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { STAFF_TOKEN_HEADER } from '../../../src/contract/staff-session.ts'
import { CacheDb } from '../../../src/db/cache-db.ts'
import { dropSecretHashes } from '../../../src/db/people.ts'
import type { StaffRow } from '../../../src/db/rows.ts'
import { SalesDb } from '../../../src/db/sales/sales-db.ts'
import { checkPin, type PinVerdict } from '../../../src/features/shared/people/check-pin.ts'
import { HttpFailure } from '../../../src/sync/errors.ts'
import type { HttpRequest } from '../../../src/sync/ports.ts'

const NOON = Date.UTC(2026, 10, 22, 5, 0)
const RIGHT = '70418326'
const HARTONO: StaffRow = {
  id: 4,
  name: 'Hartono',
  role: 'owner',
  pin_hash: '',
  active: true,
  version: 3,
  provenance: { epoch: 'life-1' },
}

let db: CacheDb
let salesDb: SalesDb
let sent: HttpRequest[]
/** What the server answers to a PIN: the version of the record, or a refusal. */
let server: (pin: string) => number

beforeEach(() => {
  db = new CacheDb(`owner-pin-${Math.random()}`)
  salesDb = new SalesDb(`owner-pin-sales-${Math.random()}`)
  sent = []
  server = (pin) => {
    if (pin !== RIGHT) throw new HttpFailure('no', 403, 'pin_wrong')
    return 3
  }
})
afterEach(async () => {
  await Promise.all([db.delete(), salesDb.delete()])
})

const offline = () => {
  server = () => {
    throw new HttpFailure('no network', null)
  }
}
const type = (pin: string, staff = HARTONO, now = NOON): Promise<PinVerdict> =>
  checkPin(
    {
      db,
      salesDb,
      async http(request) {
        sent.push(request)
        if (request.path !== PATHS.staffSession) return { status: 200, body: {}, etag: null, retryAfterMs: null }
        const { pin: typed } = request.body as { pin: string }
        const version = server(typed)
        const who = { id: 4, name: 'Hartono', role: 'owner', version }
        const data = { staff_token: 'a-token-of-a-good-length', expires_at: 'x', staff: who }
        return { status: 200, body: { code: 200, data }, etag: null, retryAfterMs: null }
      },
    },
    staff,
    pin,
    { wall: now, steady: now, life: 1 },
  )

describe('an owner at a counter', () => {
  it('is checked by the server at first, which keeps no session; then by the device, offline', async () => {
    expect(await type(RIGHT)).toBe('right')
    expect(sent.map(({ path }) => path)).toEqual([PATHS.staffSession, OWNER_PATHS.signOut])
    expect(sent[1]?.headers).toEqual({ [STAFF_TOKEN_HEADER]: 'a-token-of-a-good-length' })
    offline()
    expect(await type(RIGHT)).toBe('right')
    expect(await type('70418327')).toEqual({ triesLeft: 4 })
    expect(sent).toHaveLength(2)
    // What lies on the device is a hash of its own, slow to try.
    const stored = JSON.stringify(await db.meta.toArray())
    expect(stored).toContain('pbkdf2-sha256$600000$')
    expect(stored).not.toContain(RIGHT)
  })

  it('is told what is possible when the server was never asked and is away; nothing is counted', async () => {
    offline()
    for (let count = 0; count < 8; count++) expect(await type(RIGHT)).toBe('needs-server')
  })

  it('hears of a wrong PIN, of a wait and of a PIN that has to change from the server', async () => {
    expect(await type('11112222')).toBe('wrong')
    server = () => {
      throw new HttpFailure('wait', 429, 'too_many_requests', 42_000)
    }
    expect(await type(RIGHT)).toEqual({ waitMs: 42_000 })
    server = () => {
      throw new HttpFailure('change', 403, 'pin_change_needed')
    }
    expect(await type('1234')).toBe('change-needed')
    offline()
    expect(await type(RIGHT)).toBe('needs-server')
  })

  it('has to go through the server again after every change of the record, and in another life of the log', async () => {
    expect(await type(RIGHT)).toBe('right')
    offline()
    expect(await type(RIGHT, { ...HARTONO, version: 4 })).toBe('needs-server')
    expect(await type(RIGHT, { ...HARTONO, provenance: { epoch: 'life-2' } })).toBe('needs-server')
    // A record that is behind only waits for its event.
    expect(await type(RIGHT, { ...HARTONO, version: 2 })).toBe('right')
  })

  it('is remembered by the record’s own version when an older server does not tell it', async () => {
    server = () => undefined as unknown as number
    expect(await type(RIGHT)).toBe('right')
    offline()
    expect(await type(RIGHT)).toBe('right')
    expect(await type(RIGHT, { ...HARTONO, version: HARTONO.version + 1 })).toBe('needs-server')
  })
})

describe('hashes that an earlier version stored', () => {
  it('of owners and leavers are dropped, those of the counter stay', async () => {
    const row = (id: number, role: StaffRow['role'], active: boolean): StaffRow => ({
      ...HARTONO,
      id,
      role,
      active,
      pin_hash: 'h',
    })
    await db.staff.bulkPut([row(1, 'owner', true), row(2, 'cashier', false), row(3, 'cashier', true)])
    await dropSecretHashes(db)
    expect((await db.staff.orderBy('id').toArray()).map(({ pin_hash }) => pin_hash)).toEqual(['', '', 'h'])
  })
})
