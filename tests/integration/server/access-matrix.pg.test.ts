/**
 * Every route × everybody: who is refused and how, that a refused request changes nothing, and that the ids of one branch are worth
 * nothing to the owner of another. A route without its row fails.
 */
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { registerMqttHooks } from '../../../server/routes/mqtt-hooks.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { ACCESS_ROWS, type AccessRow, type Right } from './access-rows.ts'
import { type AccessWorld, createAccessWorld, HOOK_SECRET, IDENTITIES, type Identity, MARK } from './access-world.ts'
import { routesOf } from './routes-of.ts'
import { ADMIN_TOKEN, asAdminUser, BRANCH, bearer, createTestApp, setUpDatabase, type TestApp } from './support.ts'

type Refusal = readonly [status: number, kind: string]
const UNKNOWN: Refusal = [401, 'unauthorized']
const REVOKED: Refusal = [401, 'device_revoked']
const SIGN_IN: Refusal = [403, 'staff_sign_in_needed']
const ROLE: Refusal = [403, 'forbidden']

/** Who is refused, and how. Whoever is not named here gets through, with the own branch's things. */
const REFUSED: Record<Right, Partial<Record<Identity, Refusal>>> = {
  open: {},
  device: {
    nobody: UNKNOWN,
    'made-up token': UNKNOWN,
    'revoked device': REVOKED,
    admin: UNKNOWN,
    broker: UNKNOWN,
  },
  owner: {
    nobody: UNKNOWN,
    'made-up token': UNKNOWN,
    'revoked device': REVOKED,
    device: SIGN_IN,
    cashier: ROLE,
    'borrowed session': SIGN_IN,
    admin: UNKNOWN,
    broker: UNKNOWN,
  },
  'owner-or-admin': {
    nobody: UNKNOWN,
    'made-up token': UNKNOWN,
    'revoked device': REVOKED,
    device: SIGN_IN,
    cashier: ROLE,
    'borrowed session': SIGN_IN,
    broker: UNKNOWN,
  },
  admin: {
    nobody: UNKNOWN,
    'made-up token': UNKNOWN,
    'revoked device': UNKNOWN,
    device: UNKNOWN,
    cashier: UNKNOWN,
    owner: UNKNOWN,
    'borrowed session': UNKNOWN,
    'other branch': UNKNOWN,
    'other merchant': UNKNOWN,
    broker: UNKNOWN,
  },
  broker: {
    nobody: UNKNOWN,
    'made-up token': UNKNOWN,
    'revoked device': UNKNOWN,
    device: UNKNOWN,
    cashier: UNKNOWN,
    owner: UNKNOWN,
    'borrowed session': UNKNOWN,
    'other branch': UNKNOWN,
    'other merchant': UNKNOWN,
    admin: UNKNOWN,
  },
}

/** For whom the request is made: it has to work. */
const ALLOWED: Record<Right, readonly Identity[]> = {
  open: ['nobody', 'made-up token', 'revoked device'],
  device: ['device', 'cashier', 'owner', 'borrowed session'],
  owner: ['owner'],
  'owner-or-admin': ['owner', 'admin'],
  admin: ['admin'],
  broker: ['broker'],
}

let db: Database
let test: TestApp
let world: AccessWorld
let addresses = 0
let refusedHook: (address: string) => void = () => undefined

setUpDatabase(async (opened) => {
  db = opened
  const nobody = { kind: 'none' } as const
  const access = { authenticate: async () => nobody, identify: async () => nobody }
  test = await createTestApp(db, {
    extraRoutes: (app) =>
      registerMqttHooks(app, {
        access,
        secret: HOOK_SECRET,
        onRefused: (address) => refusedHook(address),
      }),
  })
  refusedHook = (address) => test.security.note({ kind: 'token_unknown', address })
  world = await createAccessWorld(test, db)
})
afterAll(async () => {
  await test.app.close()
})

async function send(route: string, row: AccessRow, identity: Identity): Promise<LightMyRequestResponse> {
  const [method = 'GET', path = ''] = route.split(' ')
  const request = await row.request(world)
  addresses += 1
  return test.app.inject({
    method: method as NonNullable<InjectOptions['method']>,
    url: path,
    ...request,
    // Wrong tokens from one address wait after a while, and the metrics are free on this machine.
    remoteAddress: `10.0.${addresses >> 8}.${addresses & 255}`,
    headers: { ...world.as[identity], ...request.headers },
  })
}

async function countEvents(): Promise<number> {
  const counted = await test.metrics.registry.getSingleMetric('mstore_security_events_total')?.get()
  return (counted?.values ?? []).reduce((sum, { value }) => sum + value, 0)
}

function refusalIn(answer: LightMyRequestResponse): Refusal {
  return [answer.statusCode, answer.json<{ error: { kind: string } }>().error.kind]
}

it('has a row for every route, and none for what is gone', async () => {
  expect(Object.keys(ACCESS_ROWS).toSorted()).toEqual((await routesOf(test.app)).toSorted())
})

describe.each(Object.entries(ACCESS_ROWS))('%s', (route, row) => {
  it('refuses who has no right to it, and nothing changes', async () => {
    const before = await world.snapshot()
    for (const [identity, refusal] of Object.entries(REFUSED[row.right]) as [Identity, Refusal][]) {
      const answer = await send(route, row, identity)
      expect([identity, ...refusalIn(answer)]).toEqual([identity, ...refusal])
      expect(answer.body).not.toContain(MARK)
    }
    expect(await world.snapshot()).toBe(before)
  })

  // What is open to all is about no branch, but for the code that names it.
  const isOfBranch = row.right !== 'open'
  if (isOfBranch)
    it('gives the ids of this branch to no owner of another', async () => {
      const before = await world.snapshot()
      for (const identity of ['other branch', 'other merchant'] as const) {
        if (REFUSED[row.right][identity]) continue
        const answer = await send(route, row, identity)
        if (row.foreign) expect([identity, ...refusalIn(answer)]).toEqual([identity, ...row.foreign])
        else expect([identity, answer.statusCode]).toEqual([identity, row.status ?? 200])
        expect(answer.body).not.toContain(MARK)
      }
      expect(await world.snapshot()).toBe(before)
    })

  it('refuses nobody in silence: each refusal is a security event', async () => {
    const isForeign = (identity: Identity) => identity === 'other branch' || identity === 'other merchant'
    const refused = IDENTITIES.filter(
      (identity) => REFUSED[row.right][identity] || (isOfBranch && row.foreign && isForeign(identity)),
    )
    for (const identity of refused) {
      const before = await countEvents()
      const answer = await send(route, row, identity)
      expect([identity, answer.statusCode]).not.toEqual([identity, row.status ?? 200])
      expect([identity, (await countEvents()) > before]).toEqual([identity, true])
    }
  })

  it('lets in who has the right', async () => {
    for (const identity of ALLOWED[row.right]) {
      const answer = await send(route, row, identity)
      expect([identity, answer.statusCode, answer.statusCode < 400 ? '' : answer.body.slice(0, 300)]).toEqual([
        identity,
        row.status ?? 200,
        (row.status ?? 200) >= 400 ? expect.any(String) : '',
      ])
    }
  })
})

describe('ids of another branch in a query', () => {
  it('find nothing', async () => {
    const urls = [
      `${PATHS.products}?ids=${world.productId}`,
      `${PATHS.inventory}?ids=${world.inventoryId}`,
      `${PATHS.transactions}?offline_id=${world.saleId}`,
      `${PATHS.transactions}?device_id=${world.deviceId}`,
    ]
    for (const url of urls) {
      const own = await test.app.inject({ url, headers: world.as.device })
      expect([url, own.json<{ data: unknown[] }>().data.length > 0]).toEqual([url, true])
      for (const identity of ['other branch', 'other merchant'] as const) {
        const answer = await test.app.inject({ url, headers: world.as[identity] })
        expect([url, answer.json<{ data: unknown[] }>().data]).toEqual([url, []])
      }
    }
  })
})

describe('guesses at the admin token', () => {
  const guess = (request: InjectOptions, token: string) =>
    test.app.inject({ ...request, remoteAddress: '10.9.0.1', headers: bearer(token) })
  const doors: InjectOptions[] = [
    { url: '/api/v1/admin/branch' },
    { url: '/metrics' },
    {
      method: 'PUT',
      url: `${PATHS.settings}?branch_code=${BRANCH}`,
      payload: { values: {}, updated_at: '2020-01-01T00:00:00Z' },
    },
  ]

  it('wait after ten at all doors together, the right one too; other addresses and devices go on', async () => {
    const answers = await Promise.all(
      Array.from({ length: 200 }, (_, index) => guess(doors[index % doors.length] ?? {}, `guess-number-${index}`)),
    )
    expect(answers.filter(({ statusCode }) => statusCode === 401)).toHaveLength(10)
    expect(answers.filter(({ statusCode }) => statusCode === 429)).toHaveLength(190)
    for (const door of doors) {
      const answer = await guess(door, ADMIN_TOKEN)
      expect([door.url, answer.statusCode]).toEqual([door.url, 429])
      expect(Number(answer.headers['retry-after'])).toBeGreaterThan(20)
    }
    const elsewhere = { url: '/api/v1/admin/branch', remoteAddress: '10.9.0.2', headers: asAdminUser }
    expect((await test.app.inject(elsewhere)).statusCode).toBe(200)
    const owner = await test.app.inject({
      ...doors[2],
      remoteAddress: '10.9.0.1',
      headers: world.as.owner,
      payload: { values: {}, updated_at: new Date().toISOString() },
    })
    expect(owner.statusCode).toBe(200)
  })

  it('do not keep out who works on this machine while somebody guesses through its proxy', async () => {
    const proxied = { url: '/api/v1/admin/branch', headers: { ...bearer('a-guess'), 'x-forwarded-for': '203.0.113.7' } }
    for (let count = 0; count < 12; count++) await test.app.inject(proxied)
    expect((await test.app.inject(proxied)).statusCode).toBe(429)
    expect((await test.app.inject({ url: '/api/v1/admin/branch', headers: asAdminUser })).statusCode).toBe(200)
  })

  it('are no guesses when a device of the shop saves its settings often', async () => {
    for (let count = 0; count < 15; count++) {
      const answer = await test.app.inject({
        ...doors[2],
        remoteAddress: '10.9.0.3',
        headers: world.as.owner,
        payload: { values: {}, updated_at: new Date().toISOString() },
      })
      expect(answer.statusCode).toBe(200)
    }
  })
})
