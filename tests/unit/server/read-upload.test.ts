import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RefusedItem, readUpload } from '../../../server/selling/read-upload.ts'

const noPause = async () => undefined
const read = (text: string) => readUpload(Buffer.from(text), noPause)
const nested = (levels: number) => `${'['.repeat(levels)}${']'.repeat(levels)}`

describe('the body of an upload', () => {
  it('is what a parser makes of it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), async (body) => {
        const text = JSON.stringify(body, null, 1)
        expect(await read(`\uFEFF${text}`)).toEqual(JSON.parse(text))
      }),
    )
  })

  it('keeps the neighbours of an item that is too deep, too large or too full, and its name', async () => {
    const id = 'b5a8c2a0-0000-4000-8000-000000000001'
    const names = `"offline_id":"${id}","transaction_offline_id":"${id}"`
    for (const [fault, reason] of [
      [nested(3_000), 'deeper'],
      [nested(20_000), 'deeper'],
      [nested(2_000_000), 'deeper'],
      [JSON.stringify('x'.repeat(5_000_000)), 'larger'],
      [JSON.stringify(Array.from({ length: 30_000 }, () => 0)), 'more than'],
    ] as const) {
      const { transactions } = await read(`{"transactions":[{"a":1},{"x":${fault},${names}},{"b":[2]}]}`)
      const [before, refused, after] = Array.isArray(transactions) ? transactions : []
      expect([before, after]).toEqual([{ a: 1 }, { b: [2] }])
      expect(refused).toBeInstanceOf(RefusedItem)
      expect(refused).toMatchObject({
        offline_id: id,
        transaction_offline_id: id,
        reason: expect.stringContaining(reason),
      })
    }
  })

  it('has keys that name no prototype', async () => {
    const body = await read('{"__proto__":[1],"constructor":{"prototype":2},"transactions":[{"__proto__":{"a":1}}]}')
    expect(Object.keys(body)).toEqual(['__proto__', 'constructor', 'transactions'])
    expect(Object.getPrototypeOf(body)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>).a).toBeUndefined()
  })

  it('is refused whole when it is no object, no JSON, or has more parts than anyone sends', async () => {
    const many = Array.from({ length: 20_000 }, () => 0)
    for (const text of [
      '',
      '[]',
      'null',
      '{"a":[1,]}',
      '{"a":[1 2]}',
      '{"a":tru}',
      '{"a":1',
      JSON.stringify({ other: many }),
      JSON.stringify({ device_id: 'x'.repeat(100_000) }),
      `{"device_id":{"a":${nested(50)}}}`,
      JSON.stringify(Object.fromEntries(many.slice(0, 200).map((_, index) => [`k${index}`, 0]))),
    ]) {
      await expect(read(text), text.slice(0, 40)).rejects.toMatchObject({ status: 400, kind: 'invalid_request' })
    }
  })

  it('lets others run between two items', async () => {
    let pauses = 0
    await readUpload(Buffer.from('{"transactions":[1,2,3],"payments":[4]}'), async () => {
      pauses += 1
    })
    expect(pauses).toBe(4)
  })
})
