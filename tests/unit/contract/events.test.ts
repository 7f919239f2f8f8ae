import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_EVENT_BYTES, parseEvent, parseEventPayload } from '../../../src/contract/events.ts'
import {
  BARE_STOCK_SAMPLE,
  QUANTITY_UPDATED_SAMPLE,
  SAMPLES,
  STOCK_UPDATED_SAMPLE,
  TRANSACTION_CREATED_SAMPLE,
} from './specification-samples.ts'

describe('the samples of the specification', () => {
  it('[C6] accepts each exactly as shown', () => {
    expect(parseEventPayload(STOCK_UPDATED_SAMPLE)).toMatchObject({
      type: 'stock_updated',
      timestamp: '2025-10-14T21:30:00Z',
      data: { product_id: 1386, old_stock: 100, new_stock: 99, delta: -1, transaction_id: 12345, updated_by: 'user_5' },
    })
    expect(parseEventPayload(QUANTITY_UPDATED_SAMPLE)).toMatchObject({
      type: 'quantity_updated',
      data: { inventory_id: 6486, product_id: 1386, new_quantity: 99 },
    })
    expect(parseEventPayload(TRANSACTION_CREATED_SAMPLE)).toMatchObject({
      type: 'transaction_created',
      data: { offline_id: '56752b9f-3cb4-4b29-8512-ce3e0112c527', grand_total: 16800, items: [{ price: 15000 }] },
    })
    expect(parseEventPayload(BARE_STOCK_SAMPLE)).toEqual({
      type: 'stock_updated',
      data: { product_id: 1386, new_stock: 99 },
    })
  })

  it('[C6] drops what it does not know, at the top and in data', () => {
    for (const sample of SAMPLES) {
      const plain = JSON.parse(sample) as { data: object }
      const extended = { ...plain, colour: 'red', data: { ...plain.data, shelf: { deep: [1, 2] } } }
      expect(parseEvent(extended)).toEqual(parseEvent(plain))
    }
  })

  it('[C1] takes an unknown event type for what it is, with its place', () => {
    expect(parseEvent({ event_type: 'moon_phase', seq: 7, epoch: 'e', data: 1 })).toEqual({
      type: 'unknown',
      eventType: 'moon_phase',
      seq: 7,
      epoch: 'e',
    })
    expect(parseEvent({ event_type: 'toString' })).toEqual({ type: 'unknown', eventType: 'toString' })
  })
})

describe('bad input', () => {
  const stock = (data: object) => parseEvent({ event_type: 'stock_updated', seq: 5, epoch: 'e', data })

  it.each([
    ['a string for a stock', { product_id: 1, new_stock: '9' }],
    ['no stock', { product_id: 1 }],
    ['NaN', { product_id: 1, new_stock: Number.NaN }],
    ['more than three decimals', { product_id: 1, new_stock: 0.1234 }],
    ['a stock beyond numeric(12,3)', { product_id: 1, new_stock: 1e9 }],
    ['a fractional id', { product_id: 1.5, new_stock: 1 }],
    ['id 0', { product_id: 0, new_stock: 1 }],
    ['a negative version', { product_id: 1, new_stock: 1, version: -1 }],
  ])('[C1] refuses %s and keeps the place', (_, data) => {
    expect(stock(data)).toMatchObject({ type: 'invalid', seq: 5, epoch: 'e' })
  })

  it.each([0, -3, 0.125, 12.5, 99, -0.001, 999_999_999.999])('accepts the quantity %d', (quantity) => {
    expect(stock({ product_id: 1, new_stock: quantity })).toMatchObject({ type: 'stock_updated' })
  })

  it('[C1] refuses text that is not JSON, bytes that are not UTF-8 and huge payloads', () => {
    expect(parseEventPayload('{"event_type":')).toMatchObject({ type: 'invalid' })
    expect(parseEventPayload(new Uint8Array([0x22, 0xff, 0x22]))).toMatchObject({ type: 'invalid' })
    expect(parseEventPayload(`{"event_type":"${'x'.repeat(MAX_EVENT_BYTES)}"}`)).toMatchObject({ type: 'invalid' })
  })

  it('keeps markup in a name as plain text', () => {
    const name = '<img src=x onerror=alert(1)>'
    expect(stock({ product_id: 1, new_stock: 1, product_name: name })).toMatchObject({ data: { product_name: name } })
  })

  it('refuses a heartbeat without a place', () => {
    expect(parseEvent({ event_type: 'heartbeat', epoch: 'e' })).toMatchObject({ type: 'invalid' })
    expect(parseEvent({ event_type: 'heartbeat', epoch: 'e', seq: 3 })).toMatchObject({ type: 'heartbeat', seq: 3 })
  })

  it('[C1] never throws, whatever comes', () => {
    fc.assert(
      fc.property(fc.anything(), (input) => {
        expect(parseEvent(input).type).toBeTypeOf('string')
      }),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (payload) => {
        expect(parseEventPayload(payload).type).toBeTypeOf('string')
      }),
    )
    fc.assert(
      fc.property(fc.constantFrom('stock_updated', 'product_changed', 'heartbeat'), fc.jsonValue(), (type, data) => {
        expect(parseEvent({ event_type: type, data }).type).toBeTypeOf('string')
      }),
    )
  })
})
