/**
 * Every route with its own request, changed somewhere: what the owner of a branch, a device, the admin and the broker may send. A route is
 * in here by its row in access-rows.ts.
 */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import type { Database } from '../../../server/database.ts'
import { registerMqttHooks } from '../../../server/routes/mqtt-hooks.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { boundCosts, type Costs } from '../../support/bounded-costs.ts'
import { type CostlyJson, costlyJson } from '../../support/costly-json.ts'
import { oddValue, withValue } from '../../support/mutate-json.ts'
import { withinTime } from '../../support/within-time.ts'
import { ACCESS_ROWS, type AccessRow, type Right } from './access-rows.ts'
import { type AccessWorld, createAccessWorld, HOOK_SECRET, type Identity } from './access-world.ts'
import { createTestApp, setUpDatabase, type TestApp } from './support.ts'

const RUNS = 8
/** Characters of a body that is dear to read, of an upload and of a query string: some as many as may be. */
const [COSTLY_BODY, COSTLY_UPLOAD, COSTLY_QUERY] = [512 * 1024, 15 * 1024 * 1024, 16 * 1024]
/** More than any page of this small shop, and than the words about any of these requests. */
const LONGEST_ANSWER = 256 * 1024
const SENDERS: Readonly<Record<Right, Identity>> = {
  open: 'nobody',
  device: 'device',
  owner: 'owner',
  'owner-or-admin': 'owner',
  admin: 'admin',
  broker: 'broker',
}
/** Reads nothing of its request, and answers with all that the server has. */
const ROWS = Object.entries(ACCESS_ROWS).filter(([route]) => route !== 'GET /api/v1/admin/backup')
const isOfBranch = ([, { right }]: readonly [string, AccessRow]) => right !== 'admin' && right !== 'broker'

let db: Database
let test: TestApp
let world: AccessWorld
let costs: Costs
let addresses = 0

setUpDatabase(async (opened) => {
  db = opened
  const nobody = { kind: 'none' } as const
  const access = { authenticate: async () => nobody, identify: async () => nobody }
  test = await createTestApp(db, { extraRoutes: (app) => registerMqttHooks(app, { access, secret: HOOK_SECRET }) })
  world = await createAccessWorld(test, db)
  costs = boundCosts({ grownBytes: 1024 * 1024 * 1024 })
})
afterAll(async () => {
  await test.app.close()
})

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom(
    '',
    ' ',
    '0',
    '-1',
    '1e999',
    '9'.repeat(40),
    '__proto__',
    '\u0000',
    '\ud800',
    '%',
    '%zz',
    '%00',
    '../..',
  ),
)
const NAMES = [
  'after',
  'branch_code',
  'dry_run',
  'from',
  'ids',
  'last_id',
  'limit',
  'offline_id',
  'resource',
  'search',
  'to',
  'x',
]
const body = fc.record({
  what: fc.constant('body' as const),
  path: fc.array(fc.nat(40), { minLength: 1, maxLength: 4 }),
  value: fc.oneof(oddValue, text),
})
const bytes = fc.record({ what: fc.constant('bytes' as const), at: fc.double({ min: 0, max: 1, noNaN: true }), text })
const query = fc.record({
  what: fc.constant('query' as const),
  place: fc.nat(4),
  name: fc.constantFrom(...NAMES),
  text,
})
const id = fc.record({ what: fc.constant('id' as const), text })
/** Dear to read: JSON in the place of the body, or of a value in it; or a query string as long as it may be. */
const costlyBody = fc.record({
  what: fc.constant('costly body' as const),
  path: fc.array(fc.nat(40), { maxLength: 2 }),
  json: costlyJson(COSTLY_BODY),
})
const costlyQuery = fc
  .tuple(
    fc.constantFrom('', ...NAMES.map((name) => `${name}=`)),
    fc.constantFrom('1,', 'a', '&', '&ids=1', '&x[]=', '%00', '%F0%9F%98%80', '%', '=', '+'),
  )
  .map(([head, text]) => ({ what: 'costly query' as const, raw: head + text.repeat(COSTLY_QUERY / text.length) }))
type Change = Value<typeof body | typeof bytes | typeof query | typeof id | typeof costlyBody | typeof costlyQuery>
type Value<T> = T extends fc.Arbitrary<infer V> ? V : never

/** What can be changed in the request of a route. */
function changesOf(route: string): fc.Arbitrary<Change> {
  const written = route.startsWith('GET ') ? [] : [body, body, body, bytes, costlyBody]
  return fc.oneof(query, costlyQuery, ...written, ...(route.includes(':id') ? [id, id] : []))
}

const encoded = (part: string) =>
  part.includes('%') ? part.replace(/[^\x21-\x7e]|[?#&]/g, '') : encodeURIComponent(part.toWellFormed())

/** The request of a row, as it is or changed; what a row has nothing of stays as it is. */
async function requestOf(route: string, row: AccessRow, changed: Change | null): Promise<InjectOptions> {
  const [method = 'GET', pattern = ''] = route.split(' ')
  const { url, payload, ...rest } = await row.request(world)
  const [path = pattern, query = ''] = String(url ?? pattern).split('?')
  addresses += 1
  return {
    ...rest,
    method: method as NonNullable<InjectOptions['method']>,
    url: [
      changed?.what === 'id' ? pattern.replace(':id', encoded(changed.text)) : path,
      changed?.what === 'query' ? queryWith(query, changed) : query,
    ]
      .join('?')
      .concat(changed?.what === 'costly query' ? `&${changed.raw}` : ''),
    // Wrong tokens from one address wait after a while.
    remoteAddress: `10.1.${addresses >> 8}.${addresses & 255}`,
    ...(payload === undefined ? {} : { payload: payloadWith(payload, changed) }),
    headers: {
      ...world.as[SENDERS[row.right]],
      ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
      ...rest.headers,
    },
  }
}

function queryWith(query: string, { place, name, text }: Extract<Change, { what: 'query' }>): string {
  const pairs = query === '' ? [] : query.split('&')
  const known = pairs[place]?.split('=')[0]
  const pair = `${known ?? name}=${encoded(text)}`
  return (known === undefined ? [...pairs, pair] : pairs.with(place, pair)).join('&')
}

function payloadWith(payload: NonNullable<InjectOptions['payload']>, changed: Change | null): string {
  const plain = typeof payload === 'string' ? payload : JSON.stringify(payload)
  if (changed?.what === 'bytes') {
    const at = Math.floor(changed.at * plain.length)
    return plain.slice(0, at) + changed.text + plain.slice(at + changed.text.length)
  }
  if (changed?.what === 'costly body') {
    // It may be no JSON, and its repeated names would be gone once parsed.
    const place = JSON.stringify(randomUUID())
    const whole =
      typeof payload === 'string' ? place : JSON.stringify(withValue(payload, changed.path, JSON.parse(place)))
    return whole.replace(place, () => changed.json.text)
  }
  if (changed?.what !== 'body' || typeof payload === 'string') return plain
  return JSON.stringify(withValue(payload, changed.path, changed.value))
}

async function expectRefusalOrAnswer(request: InjectOptions): Promise<LightMyRequestResponse> {
  const answer = await test.app.inject(request)
  expect([answer.statusCode < 500, answer.statusCode < 500 ? '' : answer.body]).toEqual([true, ''])
  expect(answer.rawPayload.length).toBeLessThan(LONGEST_ANSWER)
  return answer
}

async function fuzz(route: string, row: AccessRow): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      changesOf(route),
      costs.held(async (changed) => {
        await expectRefusalOrAnswer(await requestOf(route, row, changed))
      }),
    ),
    { numRuns: RUNS },
  )
  // Whatever came before it: who sent all that still has the right to it.
  const answer = await expectRefusalOrAnswer(await requestOf(route, row, null))
  expect(['unauthorized', 'forbidden', 'staff_sign_in_needed', 'device_revoked']).not.toContain(kindIn(answer))
}

function kindIn(answer: LightMyRequestResponse): string | null {
  if (answer.statusCode < 400) return null
  return answer.json<{ error: { kind: string } }>().error.kind
}

/** Of all branches but the one whose devices and owner send. */
async function otherBranches(): Promise<unknown> {
  const tables = [
    'staff',
    'products',
    'inventory',
    'settings',
    'devices',
    'transactions',
    'catalogue_imports',
    'changes',
  ]
  const parts = tables.map((table) =>
    db.query(`SELECT (to_jsonb(t) - 'last_seen_at')::text AS row FROM ${table} t WHERE branch_id <> 1 ORDER BY 1`),
  )
  return Promise.all([...parts, db.query('SELECT code, name FROM branches ORDER BY code')])
}

describe('[fuzz] what a device or an owner sends, changed somewhere, is answered or refused', () => {
  let before: unknown
  it('by an app that knows other branches', async () => {
    before = await otherBranches()
    expect(JSON.stringify(before).length).toBeGreaterThan(1000)
  })
  it.each(ROWS.filter(isOfBranch))('%s', fuzz)
  it('and no other branch has changed', async () => {
    expect(await otherBranches()).toEqual(before)
  })
})

describe('[fuzz] what the admin or the broker sends, changed somewhere, is answered or refused', () => {
  it.each(ROWS.filter((row) => !isOfBranch(row)))('%s', fuzz)
})

it('[fuzz] an upload of as many bytes as one may have is answered or refused', async () => {
  const route = `POST ${PATHS.batchSync}`
  const row = ACCESS_ROWS[route]
  if (!row) throw new Error(`no row for ${route}`)
  const path = fc.array(fc.nat(6), { maxLength: 3 })
  const run = async (at: readonly number[], json: CostlyJson) => {
    await expectRefusalOrAnswer(await requestOf(route, row, { what: 'costly body', path: [...at], json }))
  }
  await fc.assert(fc.asyncProperty(path, costlyJson(COSTLY_UPLOAD), withinTime(8_000, costs.held(run))), {
    numRuns: 25,
  })
})

it('[fuzz] all of it together costs little', async () => {
  await costs.expectBounded()
})
