import { describe, expect, it } from 'vitest'
import { storedContent } from '../../../server/selling/comparable-content.ts'

const value = { offline_id: 'a', note: null, items: [{ product_id: 1, quantity: 2 }] }
const sale = (more: object = {}, line: object = {}) => ({
  offline_id: 'a',
  note: null,
  sync_status: 'pending',
  items: [{ product_id: 1, quantity: 2, ...line }],
  ...more,
})
const long = 'x'.repeat(1_000_000)

describe('[Q2] what is stored of an item, and compared', () => {
  it('is all of it while it carries little that the contract does not know', () => {
    expect(storedContent(sale({ tip: 5 }, { seat: 'A' }), value)).toEqual({
      offline_id: 'a',
      tip: 5,
      items: [{ product_id: 1, quantity: 2, seat: 'A' }],
    })
  })

  it('is what the contract knows and a digest, when it carries much else, wherever that stands', () => {
    for (const large of [sale({ tip: long }), sale({}, { seat: long }), sale({ tip: { more: [long] } })]) {
      expect(storedContent(large, value)).toEqual({
        offline_id: 'a',
        items: [{ product_id: 1, quantity: 2 }],
        content_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      })
    }
  })

  it('is large where the contract allows it: a sale of many lines is kept as it is', () => {
    const items = Array.from({ length: 500 }, (_, index) => ({ product_id: index, note: 'x'.repeat(200) }))
    expect(storedContent({ items }, { items })).toEqual({ items })
  })

  it('is the same for a retry, and another for every other content', () => {
    const first = storedContent(sale({ tip: long, b: 1, 10: 'x' }), value)
    expect(storedContent({ 10: 'x', b: 1, tip: long, ...sale() }, value)).toEqual(first)
    expect(storedContent(sale({ tip: long, b: 1, 10: 'x', sync_status: 'failed', other: null }), value)).toEqual(first)
    for (const other of [
      sale({ tip: `${long}x`, b: 1, 10: 'x' }),
      sale({ tip: long, b: 2, 10: 'x' }),
      sale({ tip: long, b: 1, 10: 'x' }, { seat: 1 }),
    ]) {
      expect(storedContent(other, value)).not.toEqual(first)
    }
  })
})
