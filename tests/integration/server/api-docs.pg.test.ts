/** The OpenAPI document against the real server: every route, who may call it, and what it really answers. */
import { Ajv } from 'ajv'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import type { InjectOptions, LightMyRequestResponse } from 'fastify'
import { afterAll, describe, expect, it } from 'vitest'
import { writeAsyncApi } from '../../../scripts/api-docs/asyncapi.ts'
import { OPERATIONS, writeOpenApi } from '../../../scripts/api-docs/openapi.ts'
import type { Operation } from '../../../scripts/api-docs/operation.ts'
import { PATHS } from '../../../src/contract/rest.ts'
import { ACCESS_ROWS, type AccessRow, type Right } from './access-rows.ts'
import { type AccessWorld, createAccessWorld, type Identity } from './access-world.ts'
import { routesOf } from './routes-of.ts'
import { createTestApp, setUpDatabase, type TestApp } from './support.ts'

/** Whose request works, and whose is refused. */
const ALLOWED: Readonly<Record<Exclude<Right, 'broker'>, Identity>> = {
  open: 'nobody',
  device: 'device',
  owner: 'owner',
  'owner-or-admin': 'owner',
  admin: 'admin',
}
const REFUSED: readonly Identity[] = ['nobody', 'revoked device', 'device', 'cashier', 'other branch', 'admin']

const document = writeOpenApi('0')
const ajv = new Ajv2020({ strict: false, allErrors: true })
addFormats.default(ajv)
ajv.addSchema(document, 'openapi')
ajv.addSchema(closed(document) as object, 'closed')

/** The same with no room for a field that it does not name: what the server sends is told whole. */
function closed(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(closed)
  if (typeof part !== 'object' || part === null) return part
  const whole = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, closed(value)]))
  const isObject = whole.type === 'object' && 'properties' in whole && !('additionalProperties' in whole)
  return isObject ? { ...whole, additionalProperties: false } : whole
}

const nameOf = ({ method, path }: Operation) => `${method} ${path}`
const CASES = OPERATIONS.map((operation): [string, Operation, AccessRow] => {
  const row = ACCESS_ROWS[nameOf(operation)]
  if (!row) throw new Error(`${nameOf(operation)} has no row in access-rows.ts`)
  return [nameOf(operation), operation, row]
})

let test: TestApp
let world: AccessWorld
let addresses = 0

setUpDatabase(async (db) => {
  test = await createTestApp(db)
  world = await createAccessWorld(test, db)
})
afterAll(() => test.app.close())

async function send(operation: Operation, row: AccessRow, identity: Identity): Promise<LightMyRequestResponse> {
  const request = await row.request(world)
  addresses += 1
  return test.app.inject({
    method: operation.method as NonNullable<InjectOptions['method']>,
    url: operation.path,
    ...request,
    remoteAddress: `10.1.${addresses >> 8}.${addresses & 255}`,
    headers: { ...world.as[identity], ...request.headers },
  })
}

/** What the document says of an answer with this status; throws when it says nothing. */
function schemaOf({ method, path }: Operation, status: number, type: string): ValidateFunction {
  const steps = [
    'paths',
    path.replaceAll(/:(\w+)/g, '{$1}'),
    method.toLowerCase(),
    'responses',
    String(status),
    'content',
    type,
    'schema',
  ]
  const pointer = steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/')
  // A refusal may tell more, for people: the lines of a file that are wrong.
  const validate = ajv.getSchema(`${status === 200 ? 'closed' : 'openapi'}#/${pointer}`)
  if (!validate) throw new Error(`the document has no ${type} with status ${status} for ${method} ${path}`)
  return validate
}

function faultsOf(operation: Operation, answer: LightMyRequestResponse): unknown[] {
  const [type = ''] = String(answer.headers['content-type']).split(';')
  const validate = schemaOf(operation, answer.statusCode, type)
  const body: unknown = type === 'application/json' ? answer.json() : answer.body
  validate(body)
  return (validate.errors ?? []).map(({ instancePath, message, params }) => [instancePath, message, params])
}

it('the document has every route under /api, and none that the server lacks', async () => {
  const routes = (await routesOf(test.app)).filter((route) => route.includes(' /api/'))
  expect(OPERATIONS.map(nameOf).toSorted()).toEqual(routes.toSorted())
})

it('the document says who may call what, as the server has it', () => {
  const said = OPERATIONS.map((operation) => [nameOf(operation), operation.caller])
  expect(said).toEqual(CASES.map(([name, , { right }]) => [name, right]))
})

describe.each(CASES)('%s', (_name, operation, row) => {
  it('what it answers is what the document says', async () => {
    const answer = await send(operation, row, ALLOWED[row.right as keyof typeof ALLOWED])
    expect(answer.statusCode).toBe(row.status ?? 200)
    expect(faultsOf(operation, answer)).toEqual([])
  })

  it('what refuses others is in the document, by status and kind', async () => {
    for (const identity of REFUSED) {
      const answer = await send(operation, row, identity)
      if (answer.statusCode !== 200) expect([identity, ...faultsOf(operation, answer)]).toEqual([identity])
    }
  })

  it('a query, id or body that is none is refused as the document says', async () => {
    const { url = operation.path, ...request } = await row.request(world)
    const path = String(url).split('?')[0]
    addresses += 1
    const answer = await test.app.inject({
      method: operation.method as NonNullable<InjectOptions['method']>,
      url: `${path}?limit=x&after=x&branch_code=%2B&resource=x&from=x&language=x`,
      ...(request.payload === undefined ? {} : { payload: { nothing: 'of use' } }),
      remoteAddress: `10.2.${addresses >> 8}.${addresses & 255}`,
      headers: world.as[ALLOWED[row.right as keyof typeof ALLOWED]],
    })
    expect(faultsOf(operation, answer)).toEqual([])
  })
})

it('[R2] an unchanged page is 304 with its ETag, as the document says', async () => {
  const headers = world.as.device
  for (const { path, query } of [
    { path: PATHS.products, query: '' },
    { path: PATHS.checksums, query: '?resource=product' },
  ]) {
    const url = `${path}${query}`
    const { etag } = (await test.app.inject({ url, headers })).headers
    const again = await test.app.inject({ url, headers: { ...headers, 'if-none-match': String(etag) } })
    expect([again.statusCode, again.headers.etag]).toEqual([304, etag])
    const said = (document.paths as Record<string, { get: { responses: Record<string, unknown> } }>)[path]
    expect(Object.keys(said?.get.responses ?? {})).toContain('304')
  }
})

it('the events of the log are those of the AsyncAPI document, and carry nothing that it does not name', async () => {
  const events = new Ajv({ strict: false, allErrors: true, logger: false })
  addFormats.default(events)
  events.addSchema(closed(writeAsyncApi('0')) as object, 'events')
  await send(...operationAndRow('batchSync'), 'device')
  for (const id of ['adminAddProduct', 'adminChangeProduct', 'adminAddStaff']) {
    await send(...operationAndRow(id), 'admin')
  }
  for (const id of ['writeSettings', 'countStock']) await send(...operationAndRow(id), 'owner')
  const answer = await test.app.inject({ url: `${PATHS.changes}?after=0&limit=1000`, headers: world.as.device })
  const { data } = answer.json<{ data: { events: { topic: string; event_type: string }[] } }>()
  for (const { topic: _topic, ...event } of data.events) {
    const validate = events.getSchema(`events#/components/messages/${event.event_type}/payload`)
    validate?.(event)
    expect([event.event_type, validate?.errors]).toEqual([event.event_type, null])
  }
  const seen = new Set(data.events.map(({ event_type: type }) => type))
  for (const type of ['stock_updated', 'quantity_updated', 'product_changed', 'inventory_changed']) {
    expect(seen).toContain(type)
  }
  for (const type of ['transaction_created', 'transaction_updated', 'settings_changed', 'staff_changed']) {
    expect(seen).toContain(type)
  }
})

function operationAndRow(wanted: string): [Operation, AccessRow] {
  const found = CASES.find(([, { id }]) => id === wanted)
  if (!found) throw new Error(`no operation ${wanted}`)
  return [found[1], found[2]]
}

it('a field of another type, and one that the document does not name, are noticed', () => {
  const products = OPERATIONS.find(({ id }) => id === 'productPage')
  if (!products) throw new Error('no products')
  const validate = schemaOf(products, 200, 'application/json')
  expect(validate({ code: 200, data: [{ id: 1, name: 'Beras', price: 1000, stock: 4 }] })).toBe(true)
  expect(validate({ code: 200, data: [{ id: 1, name: 'Beras', price: 1000, stock: '4' }] })).toBe(false)
  expect(validate({ code: 200, data: [{ id: 1, name: 'Beras', price: 1000, stock: 4, owner: 'Hartono' }] })).toBe(false)
})
