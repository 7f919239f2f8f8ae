import { describe, expect, it } from 'vitest'
import { parseProductCsv } from '../../../server/catalogue/parse-product-csv.ts'
import { createProductCsvReader } from '../../../server/catalogue/read-product-csv.ts'

const file = (products: number) =>
  `nama,harga\n${Array.from({ length: products }, (_, index) => `Barang ${index},${index % 7 === 0 ? 'x' : 1000}`).join('\n')}`

describe('a large catalogue file', () => {
  it('is read in a thread of its own, to the same products and problems, while the server goes on', async () => {
    const large = file(20_000)
    let ticks = 0
    const ticking = setInterval(() => {
      ticks += 1
    }, 1)
    const parsed = await createProductCsvReader()(large, 'id')
    clearInterval(ticking)
    expect(ticks).toBeGreaterThan(5)
    expect(parsed).toEqual(parseProductCsv(large, 'id'))
    expect(parsed.products).toHaveLength(17_142)
  })

  it('waits for the one before it, and more than a few are refused for now', async () => {
    const read = createProductCsvReader()
    const outcomes = await Promise.allSettled(Array.from({ length: 5 }, () => read(file(4_000))))
    expect(outcomes.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'fulfilled',
      'rejected',
      'rejected',
    ])
    expect(outcomes[4]).toMatchObject({ reason: { status: 503, kind: 'unavailable' } })
    expect((await read(file(4_000))).problems).not.toEqual([])
  })
})
