import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  elementsOf,
  JsonScanError,
  membersOf,
  scanJson,
  scanValue,
  startOf,
} from '../../../server/http/json-scanner.ts'

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0
  return 1 + Math.max(0, ...Object.values(value).map(depthOf))
}

const json = fc.jsonValue({ maxDepth: 5 })
const spacing = fc.constantFrom(0, 1, '\t')

describe('a JSON text that is looked at before it is parsed', () => {
  it('shows its depth and where it ends', () => {
    fc.assert(
      fc.property(json, spacing, (value, space) => {
        const bytes = Buffer.from(` ${JSON.stringify(value, null, space)}\n`)
        const extent = scanJson(bytes)
        expect(extent.depth).toBe(depthOf(value))
        expect(JSON.parse(bytes.toString('utf8', extent.start, extent.end))).toEqual(JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  it('comes apart into the same parts that a parser finds', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.array(json)), spacing, (object, space) => {
        const bytes = Buffer.from(JSON.stringify(object, null, space))
        const found: [string, unknown[]][] = []
        const members = membersOf(bytes, startOf(bytes))
        for (let next = members.next(0); !next.done; ) {
          const items: unknown[] = []
          const array = elementsOf(bytes, next.value.value)
          let element = array.next()
          for (; !element.done; element = array.next()) {
            items.push(JSON.parse(bytes.toString('utf8', element.value.start, element.value.end)))
          }
          found.push([String(JSON.parse(next.value.key)), items])
          next = members.next(element.value)
        }
        expect(found).toEqual(Object.entries(JSON.parse(JSON.stringify(object))))
      }),
    )
  })

  it('is measured at any depth, without recursion', () => {
    const levels = 2_000_000
    expect(scanJson(Buffer.from('['.repeat(levels) + ']'.repeat(levels))).depth).toBe(levels)
  })

  it('is refused when it is none, in whatever way, and never read beyond its end', () => {
    for (const text of ['', ' ', '{', '["a', '"\\"', '[1]]', '1 2', ',', ':', ']', '[1', '{"a":1}x']) {
      expect(() => scanJson(Buffer.from(text)), text).toThrow(JsonScanError)
    }
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        try {
          scanValue(Buffer.from(bytes), 0)
        } catch (error) {
          expect(error).toBeInstanceOf(JsonScanError)
        }
      }),
    )
  })
})
