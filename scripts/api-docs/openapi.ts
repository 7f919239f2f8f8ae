/** The OpenAPI 3.1 document of REST, from one table of operations and the schemas of src/contract. */
import type { ErrorKind } from '../../src/contract/rest.ts'
import { IDEMPOTENCY_HEADER } from '../../src/contract/rest.ts'
import { STAFF_TOKEN_HEADER } from '../../src/contract/staff-session.ts'
import { WIRE_VERSION } from '../../src/contract/wire-version.ts'
import { ADMIN_OPERATIONS } from './admin-operations.ts'
import { REST_COMPONENTS } from './components.ts'
import { DEVICE_OPERATIONS } from './device-operations.ts'
import { createSchemaWriter, type JsonObject, type SchemaWriter } from './json-schema.ts'
import { INTRODUCTION, STATUS_WORDS, TAGS } from './openapi-text.ts'
import { type Caller, type Operation, refusalsOf } from './operation.ts'
import { OWNER_OPERATIONS } from './owner-operations.ts'
import { SELLING_OPERATIONS } from './selling-operations.ts'

export const OPERATIONS: readonly Operation[] = [
  ...DEVICE_OPERATIONS,
  ...SELLING_OPERATIONS,
  ...OWNER_OPERATIONS,
  ...ADMIN_OPERATIONS,
]

const DEVICE = [{ deviceToken: [], proof: [] }, { deviceToken: [] }]
const OWNER = DEVICE.map((device) => ({ ...device, staffToken: [] }))
const SECURITY: Readonly<Record<Caller, readonly JsonObject[]>> = {
  open: [],
  device: DEVICE,
  owner: OWNER,
  'owner-or-admin': [...OWNER, { adminToken: [] }],
  admin: [{ adminToken: [] }],
}

/** @param version of the product */
export function writeOpenApi(version: string): JsonObject {
  const schemas = createSchemaWriter('draft-2020-12', REST_COMPONENTS)
  const paths: Record<string, JsonObject> = {}
  for (const operation of OPERATIONS) {
    const path = operation.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: writeOperation(operation, schemas) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'MStore Counter: REST',
      version,
      description: INTRODUCTION,
      license: { name: 'MIT', identifier: 'MIT' },
      'x-wire-version': WIRE_VERSION,
    },
    servers: [{ url: '/', description: 'This server' }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: { schemas: schemas.components, securitySchemes: SECURITY_SCHEMES, headers: HEADERS },
  }
}

function writeOperation(operation: Operation, schemas: SchemaWriter): JsonObject {
  const { id, tag, summary, description, body, bodyExample, bodyFile, caller } = operation
  const content = bodyFile
    ? { [bodyFile]: { schema: { type: 'string' } } }
    : body && {
        'application/json': { schema: schemas.write(body), ...(bodyExample ? { example: bodyExample } : {}) },
      }
  return {
    operationId: id,
    tags: [tag],
    summary,
    ...(description ? { description } : {}),
    'x-caller': caller,
    security: SECURITY[caller],
    parameters: parametersOf(operation, schemas),
    ...(content ? { requestBody: { required: true, content } } : {}),
    responses: Object.fromEntries([
      ['200', answerOf(operation, schemas)],
      ...(operation.hasEtag
        ? [['304', { description: 'What the asker has still holds', headers: headers('ETag') }]]
        : []),
      ...[...refusalsOf(operation)].map(([status, kinds]) => [String(status), refusal(status, kinds)]),
    ]),
  }
}

function answerOf({ answer, answerFile, hasEtag, caller }: Operation, schemas: SchemaWriter): JsonObject {
  const named = [...(hasEtag ? ['ETag'] : []), ...(caller === 'device' || caller === 'owner' ? ['DPoP-Nonce'] : [])]
  return {
    description: 'Done',
    ...(named.length > 0 ? { headers: headers(...named) } : {}),
    content: {
      ...(answer ? { 'application/json': { schema: schemas.write(answer) } } : {}),
      ...(answerFile ? { [answerFile]: { schema: { type: 'string' } } } : {}),
    },
  }
}

function refusal(status: number, kinds: readonly ErrorKind[]): JsonObject {
  const named = status === 401 ? ['DPoP-Nonce'] : status === 429 || status === 503 ? ['Retry-After'] : []
  return {
    description: `${STATUS_WORDS[status] ?? 'Refused'}: ${kinds.map((kind) => `\`${kind}\``).join(', ')}`,
    ...(named.length > 0 ? { headers: headers(...named) } : {}),
    content: {
      'application/json': {
        example: { code: status, error: { kind: kinds[0], message: 'Words for people, which may change' } },
        schema: {
          allOf: [
            { $ref: '#/components/schemas/Error' },
            { type: 'object', properties: { error: { type: 'object', properties: { kind: { enum: kinds } } } } },
          ],
        },
      },
    },
  }
}

const headers = (...names: readonly string[]): JsonObject =>
  Object.fromEntries(names.map((name) => [name, { $ref: `#/components/headers/${name}` }]))

function parametersOf({ params, query, hasEtag, takesKey }: Operation, schemas: SchemaWriter): JsonObject[] {
  return [
    ...(params ? fieldsOf('path', schemas.write(params)) : []),
    ...(query ? fieldsOf('query', schemas.write(query)) : []),
    ...(hasEtag ? [header('If-None-Match', 'The ETag of the answer that the asker has', { type: 'string' })] : []),
    ...(takesKey
      ? [
          header(IDEMPOTENCY_HEADER, 'The same again is the same request, with the same answer', {
            $ref: '#/components/schemas/OfflineId',
          }),
        ]
      : []),
  ]
}

const header = (name: string, description: string, schema: JsonObject): JsonObject => ({
  name,
  in: 'header',
  description,
  schema,
})

function fieldsOf(where: 'path' | 'query', written: JsonObject): JsonObject[] {
  const { properties = {}, required = [] } = written as {
    properties?: Record<string, JsonObject>
    required?: readonly string[]
  }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema: asParameter(schema),
  }))
}

/** A number in a URL is text; its schema says what it is read as. */
function asParameter(schema: JsonObject): JsonObject {
  if (schema.type !== 'integer') return schema
  const { pattern: _pattern, default: absent, ...rest } = schema
  return absent === undefined ? rest : { ...rest, default: Number(absent) }
}

const HEADERS = {
  ETag: {
    description: "Changes with every change of the branch's log, and with the shape of answers.",
    schema: { type: 'string' },
  },
  'DPoP-Nonce': {
    description: 'For the next proof, to devices whose token is bound to a key.',
    schema: { type: 'string' },
  },
  'Retry-After': { description: 'Seconds.', schema: { type: 'integer', minimum: 0 } },
}

const SECURITY_SCHEMES = {
  deviceToken: {
    type: 'http',
    scheme: 'bearer',
    description: '`device_secret_token` of the enrolment.',
  },
  proof: {
    type: 'apiKey',
    in: 'header',
    name: 'DPoP',
    description: "Proof that the sender holds the device's key (RFC 9449). Needed once the token is bound to one.",
  },
  staffToken: {
    type: 'apiKey',
    in: 'header',
    name: STAFF_TOKEN_HEADER,
    description: 'Of a session at the same device, from `POST /api/v1/staff/session`.',
  },
  adminToken: { type: 'http', scheme: 'bearer', description: '`ADMIN_TOKEN` of the server.' },
}
