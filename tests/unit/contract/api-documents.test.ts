/** Both documents are valid by the schemas that their standards publish, and say what the contract says. */

import asyncApiStandard from '@asyncapi/specs/schemas/3.0.0-without-$id.json' with { type: 'json' }
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { EVENTS_OF_TOPIC, writeAsyncApi } from '../../../scripts/api-docs/asyncapi.ts'
import { EVENT_EXAMPLES } from '../../../scripts/api-docs/event-examples.ts'
import { OPERATIONS, writeOpenApi } from '../../../scripts/api-docs/openapi.ts'
import { eventDataSchemas, parseEvent } from '../../../src/contract/events.ts'
import { TOPIC_KINDS } from '../../../src/contract/topics.ts'
import { BARE_STOCK_SAMPLE, SAMPLES } from './specification-samples.ts'

interface Message {
  readonly payload: object
  readonly examples: readonly { readonly payload: unknown }[]
}
interface EventsDocument {
  readonly channels: Readonly<Record<string, { readonly address: string; readonly messages: object }>>
  readonly operations: Readonly<Record<string, { readonly bindings: { readonly mqtt: object } }>>
  readonly components: { readonly messages: Readonly<Record<string, Message>> }
}

const openApi = writeOpenApi('1.2.3')
const asyncApi = writeAsyncApi('1.2.3') as unknown as EventsDocument
const lenient = () => {
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true, logger: false })
  addFormats.default(ajv)
  return ajv
}

/** Where each `$ref` of a document leads. */
function danglingIn(document: unknown): string[] {
  const found: string[] = []
  JSON.stringify(document, (key, value: unknown) => {
    if (key === '$ref' && typeof value === 'string' && at(document, value) === undefined) found.push(value)
    return value
  })
  return found
}

function at(document: unknown, pointer: string): unknown {
  const steps = pointer.slice(2).split('/')
  return steps.reduce<unknown>((part, step) => (part as Record<string, unknown> | undefined)?.[step], document)
}

describe('REST', () => {
  it('is a valid OpenAPI 3.1 document, and each reference leads somewhere', async () => {
    const validator = new Validator()
    expect(await validator.validate(structuredClone(openApi))).toEqual({ valid: true })
    expect(validator.version).toBe('3.1')
    expect(danglingIn(openApi)).toEqual([])
  })

  it('a document that is wrong would be noticed', async () => {
    const { info: _info, ...headless } = openApi
    expect((await new Validator().validate(headless)).valid).toBe(false)
  })

  it('shows examples of bodies that the contract takes', () => {
    const shown = OPERATIONS.filter(({ bodyExample }) => bodyExample !== undefined)
    expect(shown.map(({ id }) => id)).toContain('batchSync')
    for (const { id, body, bodyExample } of shown) {
      expect([id, body && v.safeParse(body, bodyExample).issues]).toEqual([id, undefined])
    }
  })

  it('names each operation once, and describes no answer as nothing', () => {
    const ids = OPERATIONS.map(({ id }) => id)
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted())
    expect(OPERATIONS.filter(({ answer, answerFile }) => !answer && !answerFile)).toEqual([])
  })
})

describe('events', () => {
  it('are a valid AsyncAPI 3 document, and each reference leads somewhere', () => {
    const validate = lenient().compile(asyncApiStandard)
    validate(structuredClone(asyncApi))
    expect(validate.errors).toBeNull()
    expect(danglingIn(asyncApi)).toEqual([])
    expect(validate({ ...structuredClone(asyncApi), channels: { product: { address: 7 } } })).toBe(false)
  })

  it('have every type that the product reads on one topic, and heartbeats', () => {
    expect(Object.values(EVENTS_OF_TOPIC).flat().toSorted()).toEqual(Object.keys(eventDataSchemas).toSorted())
    expect(Object.keys(asyncApi.channels)).toEqual(TOPIC_KINDS)
    expect(asyncApi.channels.product?.address).toBe('{env}/{merchant_code}/{branch_code}/product/updates')
    expect(Object.keys(asyncApi.channels.branch?.messages ?? {})).toContain('heartbeat')
    for (const { bindings } of Object.values(asyncApi.operations)) {
      expect(bindings.mqtt).toMatchObject({ qos: 1, retain: false })
    }
  })

  it('show the specification’s samples to the letter', () => {
    const shown = Object.values(EVENT_EXAMPLES)
      .flat()
      .map(({ payload }) => payload)
    for (const sample of [...SAMPLES, BARE_STOCK_SAMPLE]) expect(shown).toContainEqual(JSON.parse(sample))
  })

  it.each(Object.entries(asyncApi.components.messages))(
    '%s: its examples are read, and fit its schema',
    (name, message) => {
      const ajv = lenient().addSchema(asyncApi, 'events')
      const validate = ajv.getSchema(`events#/components/messages/${name}/payload`)
      expect(message.examples.length).toBeGreaterThan(0)
      for (const { payload } of message.examples) {
        expect([validate?.(payload), validate?.errors]).toEqual([true, null])
        expect(parseEvent(payload).type).toBe(name === 'operation_booked' ? 'unknown' : name)
      }
      expect(validate?.({ event_type: name, data: { nothing: 'of use' } })).toBe(false)
    },
  )
})
