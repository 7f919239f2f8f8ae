import fc from 'fast-check'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import { eventDataSchemas, MAX_EVENT_BYTES, parseEventPayload } from '../../../src/contract/events.ts'
import { boundCosts } from '../../support/bounded-costs.ts'
import { costlyJson } from '../../support/costly-json.ts'
import { oddValue, withValue } from '../../support/mutate-json.ts'
import { SAMPLES } from './specification-samples.ts'

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
          if (!('data' in event)) return
          expect(v.is(eventDataSchemas[event.type], event.data)).toBe(true)
        },
      ),
      { numRuns: 500 },
    )
  })

  it('costs little, however long it is and whatever stands where', async () => {
    const costs = boundCosts({ cpuMs: 1_000 })
    const place = fc.constantFrom(
      '',
      '{"type":"stock_updated","data":',
      '{"type":"product_updated","seq":1,"data":{"name":',
    )
    await fc.assert(
      fc.asyncProperty(
        place,
        costlyJson(2 * MAX_EVENT_BYTES),
        costs.held((head, { text: value }) => {
          for (const text of [value, head + value, `${head}${value}}`]) {
            expect(typeof parseEventPayload(Buffer.from(text)).type).toBe('string')
          }
        }),
      ),
    )
    await costs.expectBounded()
  })
})
