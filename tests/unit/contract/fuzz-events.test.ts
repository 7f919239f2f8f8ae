import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { eventDataSchemas, isEventType, parseEventPayload } from '../../../src/contract/events.ts'
import { SAMPLES } from './specification-samples.ts'

/** One value, at any depth, is put in the place of another. */
function withValue(json: unknown, path: readonly number[], value: unknown): unknown {
  const [step, ...rest] = path
  if (step === undefined || typeof json !== 'object' || json === null) return value
  const entries = Object.entries(json)
  const chosen = entries[step % Math.max(1, entries.length)]
  if (!chosen) return value
  const [key, inner] = chosen
  return Array.isArray(json)
    ? json.map((each: unknown, index) => (String(index) === key ? withValue(inner, rest, value) : each))
    : { ...json, [key]: withValue(inner, rest, value) }
}

const oddValue = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(1e308, -0, 1e15 + 0.5, 0.1234, '', '__proto__', [], {}, null, '9'.repeat(400)),
)

describe('[fuzz] what a broker delivers', () => {
  it('never throws, whatever bytes come', () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), fc.string({ unit: 'binary' }), fc.json()), (payload) => {
        expect(typeof parseEventPayload(payload).type).toBe('string')
      }),
    )
  })

  it('is applied only when its data is what the contract says, whichever value in it was changed', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...SAMPLES),
        fc.array(fc.nat(12), { maxLength: 4 }),
        oddValue,
        (sample, path, value) => {
          const event = parseEventPayload(JSON.stringify(withValue(JSON.parse(sample), path, value)))
          if (!isEventType(event.type) || !('data' in event)) return
          expect(v.is(eventDataSchemas[event.type], event.data)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })
})
