/** The AsyncAPI 3.0 document of what is published by MQTT, from the event schemas of src/contract. */
import * as v from 'valibot'
import { operationTypeSchema } from '../../src/contract/batch-sync.ts'
import { type EventType, eventDataSchemas, eventPositionSchema, heartbeatSchema } from '../../src/contract/events.ts'
import { inventorySchema } from '../../src/contract/records/inventory.ts'
import { productSchema } from '../../src/contract/records/product.ts'
import { buildTopic, TOPIC_KINDS, type TopicKind } from '../../src/contract/topics.ts'
import { offlineIdSchema } from '../../src/contract/values.ts'
import { WIRE_VERSION } from '../../src/contract/wire-version.ts'
import { EVENT_WORDS, INTRODUCTION, TOPIC_WORDS } from './asyncapi-text.ts'
import { EVENT_COMPONENTS } from './components.ts'
import { BOOKED_EXAMPLE, EVENT_EXAMPLES, type EventExample, HEARTBEAT_EXAMPLE } from './event-examples.ts'
import { createSchemaWriter, type JsonObject, type SchemaWriter } from './json-schema.ts'

/** Which events travel on which topic. */
export const EVENTS_OF_TOPIC: Readonly<Record<TopicKind, readonly EventType[]>> = {
  product: ['stock_updated', 'product_changed', 'product_removed'],
  inventory: ['quantity_updated', 'inventory_changed', 'inventory_removed'],
  transaction: ['transaction_created', 'transaction_updated'],
  branch: ['settings_changed', 'staff_changed'],
}

/** Who and why, of a whole row: the app passes over them, because nobody is shown the history of a name or a price. */
const byWhom = { reason: v.optional(v.nullable(v.string())), updated_by: v.optional(v.nullable(v.string())) }
/** `data` as the server sends it, where that is more than the app reads. */
const SENT: Partial<Record<EventType, v.GenericSchema>> = {
  product_changed: v.object({ ...productSchema.entries, ...byWhom }),
  inventory_changed: v.object({ ...inventorySchema.entries, ...byWhom }),
}

const bookedSchema = v.object({ offline_id: offlineIdSchema, type: operationTypeSchema })
const eventOf = (type: string, data: v.GenericSchema) =>
  v.object({ event_type: v.literal(type), ...eventPositionSchema.entries, data })

/** @param version of the product */
export function writeAsyncApi(version: string): JsonObject {
  const schemas = createSchemaWriter('draft-07', EVENT_COMPONENTS)
  const messages: Record<string, JsonObject> = {
    heartbeat: message(schemas, {
      name: 'heartbeat',
      summary: 'The last position that was published, every 4 s at least (S8)',
      payload: heartbeatSchema,
      examples: [HEARTBEAT_EXAMPLE],
    }),
    operation_booked: message(schemas, {
      name: 'operation_booked',
      summary: 'What was booked and changes no record has its place in the log by it (S6)',
      payload: eventOf('operation_booked', bookedSchema),
      examples: [BOOKED_EXAMPLE],
    }),
  }
  for (const [type, data] of Object.entries(eventDataSchemas) as [EventType, v.GenericSchema][]) {
    const about = { name: type, summary: EVENT_WORDS[type], examples: EVENT_EXAMPLES[type] }
    messages[type] = message(schemas, { ...about, payload: eventOf(type, SENT[type] ?? data) })
  }
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'MStore Counter: events',
      version,
      description: INTRODUCTION,
      license: { name: 'MIT' },
      'x-wire-version': WIRE_VERSION,
    },
    defaultContentType: 'application/json',
    servers: SERVERS,
    channels: Object.fromEntries(TOPIC_KINDS.map((kind) => [kind, channel(kind)])),
    operations: Object.fromEntries(TOPIC_KINDS.map((kind) => [`publish_${kind}`, operation(kind)])),
    components: { messages, schemas: schemas.components, securitySchemes: SECURITY_SCHEMES },
  }
}

function namesOf(kind: TopicKind): readonly string[] {
  return [...EVENTS_OF_TOPIC[kind], ...(kind === 'branch' ? ['operation_booked', 'heartbeat'] : [])]
}

function channel(kind: TopicKind): JsonObject {
  return {
    address: buildTopic({ env: '{env}', merchantCode: '{merchant_code}', branchCode: '{branch_code}' }, kind),
    description: TOPIC_WORDS[kind],
    parameters: {
      env: { description: 'The environment, as the enrolment tells it', examples: ['dev'] },
      merchant_code: { description: 'The merchant', examples: ['MCH-MST-001'] },
      branch_code: { description: 'The branch', examples: ['BRN-MST-OSK00001'] },
    },
    messages: Object.fromEntries(namesOf(kind).map((name) => [name, { $ref: `#/components/messages/${name}` }])),
  }
}

/** From the server's side: it sends, and counters receive. */
function operation(kind: TopicKind): JsonObject {
  return {
    action: 'send',
    channel: { $ref: `#/channels/${kind}` },
    summary: 'Published by the backend alone, to every counter of the branch',
    messages: namesOf(kind).map((name) => ({ $ref: `#/channels/${kind}/messages/${name}` })),
    bindings: { mqtt: { qos: 1, retain: false, bindingVersion: '0.2.0' } },
  }
}

function message(
  schemas: SchemaWriter,
  about: { name: string; summary: string; payload: v.GenericSchema; examples: readonly EventExample[] },
): JsonObject {
  return { ...about, title: about.name, contentType: 'application/json', payload: schemas.write(about.payload) }
}

const SESSION = { cleanSession: true, keepAlive: 60, sessionExpiryInterval: 0, bindingVersion: '0.2.0' }
const broker = (protocol: 'ws' | 'wss', description: string): JsonObject => ({
  host: '{host}',
  pathname: '/mqtt',
  protocol,
  description,
  variables: { host: { description: 'As `mqtt.url` of the enrolment says', default: 'localhost:8080' } },
  security: [{ $ref: '#/components/securitySchemes/device' }],
  bindings: { mqtt: SESSION },
})

const SERVERS = {
  plain: broker(
    'ws',
    'MQTT over WebSocket, subprotocol `mqtt`; MQTT 5, or 3.1.1 on the embedded broker (`mqtt.protocol_version` of the enrolment)',
  ),
  encrypted: broker('wss', 'The same over TLS: what a tablet uses that is not this machine'),
}

const SECURITY_SCHEMES = {
  device: {
    type: 'userPassword',
    description:
      'User name: the device id. Password: from `POST /api/v1/device/mqtt-password`, or the device’s token where the enrolment says no `own_password`.',
  },
}
