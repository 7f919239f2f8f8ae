import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CatalogueEntry } from '../../../src/db/catalogue.ts'
import { CatalogueIndex, type CatalogueQuery } from '../../../src/features/shared/goods/catalogue-index.ts'
import { findProducts } from '../../../src/features/shared/goods/find-products.ts'
import { foldText, looksLikeCode, searchWords } from '../../../src/features/shared/goods/fold-text.ts'

const ALL: CatalogueQuery = { text: '', category: null, inactive: false, order: 'name', stocks: null }

function entry(id: number, fields: Partial<CatalogueEntry> = {}): CatalogueEntry {
  const none = { sku: null, barcode: null, category: null, price: 1000, unit: 'pcs', active: true }
  return { id, name: `Product ${id}`, ...none, ...fields }
}

function indexOf(...entries: CatalogueEntry[]): CatalogueIndex {
  const index = new CatalogueIndex()
  index.apply({ changed: entries, removed: [] })
  return index
}

function found(index: CatalogueIndex, query: Partial<CatalogueQuery>): number[] {
  return index.search({ ...ALL, ...query }).map(({ id }) => id)
}

describe('[V1] searching the catalogue', () => {
  const index = indexOf(
    entry(1, { name: 'Chicken Breast sadia 2 kg', sku: 'AYM-002', barcode: '8991000000012', category: 'Beku' }),
    entry(2, { name: 'Indomie goreng', sku: 'IND-001', barcode: '089686010947', category: 'Mi' }),
    entry(3, { name: 'Café Luwak 3 in 1', sku: null, barcode: '8992222', category: 'Minuman' }),
    entry(4, { name: 'Bumbu 8991000000012 tiruan', category: 'Bumbu' }),
    entry(5, { name: 'Sabun lama', category: 'Mandi', active: false }),
  )

  it('finds by name, SKU and barcode, anywhere in them', () => {
    expect(found(index, { text: 'sadia' })).toEqual([1])
    expect(found(index, { text: 'ind-0' })).toEqual([2])
    expect(found(index, { text: '6010' })).toEqual([2])
  })

  it('wants every word, in any order and across fields', () => {
    expect(found(index, { text: 'kg chicken' })).toEqual([1])
    expect(found(index, { text: 'chicken aym' })).toEqual([1])
    expect(found(index, { text: 'chicken goreng' })).toEqual([])
  })

  it('takes no word for a match that runs over two fields', () => {
    expect(found(index, { text: 'gorengind' })).toEqual([])
  })

  it('folds case and diacritics', () => {
    expect(found(index, { text: 'CAFE' })).toEqual([3])
    expect(found(index, { text: 'café' })).toEqual([3])
  })

  it('puts the product with exactly that barcode first, whatever the order', () => {
    expect(found(index, { text: '8991000000012' })).toEqual([1, 4])
    expect(found(index, { text: ' 8991000000012 ', order: 'price' })).toEqual([1, 4])
    expect(found(index, { text: 'ind-001' })).toEqual([2])
  })

  it('shows one category, and products that are no longer sold only when asked for', () => {
    expect(found(index, { category: 'Mi' })).toEqual([2])
    expect(found(index, {})).not.toContain(5)
    expect(found(index, { inactive: true })).toEqual([5])
    expect(index.categories()).toEqual(['Beku', 'Bumbu', 'Mi', 'Minuman'])
    expect(index.hasInactive()).toBe(true)
  })

  it('treats the characters of a pattern as plain text', () => {
    for (const text of ['.*', '(', '[', '\\', '<b>', '$&']) expect(found(index, { text })).toEqual([])
  })
})

describe('[V1] a search that goes on from the one before', () => {
  const piece = fc.constantFrom('a', 'ab', 'b', '1', '12', ' ', 'x')
  const text = fc.array(piece, { maxLength: 4 }).map((pieces) => pieces.join(''))
  const product = fc.record({
    name: text,
    sku: fc.option(text),
    barcode: fc.option(text),
    category: fc.constantFrom(null, 'Mi', 'Beku'),
    price: fc.constantFrom(1, 2),
    active: fc.boolean(),
  })
  const step = fc.oneof(
    fc.record({ changed: fc.array(product, { maxLength: 2 }), at: fc.nat(5) }),
    fc.record({
      text: fc.constantFrom('', 'a', 'b', 'ab', 'a 1', 'b 1', 'ab 1', 'x 12', '1 a', '12'),
      category: fc.constantFrom(null, 'Mi'),
      inactive: fc.boolean(),
      order: fc.constantFrom('name' as const, 'price' as const),
    }),
  )

  it('finds what a first search finds, whatever was typed or changed before', () => {
    fc.assert(
      fc.property(
        fc.array(product, { minLength: 6, maxLength: 9 }),
        fc.array(step, { maxLength: 20 }),
        (products, steps) => {
          const index = indexOf(...products.map((fields, id) => entry(id, fields)))
          const rows = new Map(products.map((fields, id) => [id, entry(id, fields)]))
          for (const next of steps) {
            if ('changed' in next) {
              const changed = next.changed.map((fields, offset) => entry(next.at + offset, fields))
              for (const row of changed) rows.set(row.id, row)
              index.apply({ changed, removed: [] })
            } else expect(found(index, next)).toEqual(found(indexOf(...rows.values()), next))
          }
        },
      ),
    )
  })
})

describe('[V1] what is similar to what was typed', () => {
  const index = indexOf(
    entry(1, { name: 'Indomie goreng', sku: 'IND-001', barcode: '8996001', category: 'Mi' }),
    entry(2, { name: 'Sabun Lifebuoy merah', category: 'Mandi' }),
    entry(3, { name: 'Café Luwak', category: 'Minuman', price: 9000 }),
    entry(4, { name: 'Indomie kari', category: 'Mi', price: 3500, active: false }),
    entry(5, { name: 'Indomie soto', category: 'Mi', price: 500 }),
  )
  const similar = (query: Partial<CatalogueQuery>) => index.similar({ ...ALL, ...query }).map(({ id }) => id)

  it.each([
    ['two letters in the wrong order', 'indomei'],
    ['one too few', 'indmie'],
    ['one too many', 'indoomie'],
    ['another one', 'indonie'],
    ['another one at the beginning', 'undomie'],
    ['case and diacritics besides', 'ÍNDOMEI'],
  ])('forgives %s', (_slip, text) => expect(similar({ text })).toEqual([1, 5]))

  it('forgives one edit of each word, and wants every word', () => {
    expect(similar({ text: 'lifebouy sabum' })).toEqual([2])
    expect(similar({ text: 'indomei goerng' })).toEqual([1])
    expect(similar({ text: 'indomei 001' })).toEqual([1])
    expect(similar({ text: 'indomei merah' })).toEqual([])
  })

  it('forgives no two edits, no short word, no code and nothing in the middle of a word', () => {
    for (const text of ['inodmei', 'mira', 'cafa', '8996002', 'ind-002', 'domie', '']) {
      expect(similar({ text }), text).toEqual([])
    }
  })

  it('keeps to the category, the order and what is sold', () => {
    expect(similar({ text: 'indomei', order: 'price' })).toEqual([5, 1])
    expect(similar({ text: 'indomei', category: 'Mandi' })).toEqual([])
    expect(similar({ text: 'indomei', inactive: true })).toEqual([4])
    expect(similar({ text: 'indomei', only: new Set([5]) })).toEqual([5])
  })

  it('is shown only where nothing is spelled as it was typed', () => {
    expect(findProducts({ index, revision: 1, front: null }, { ...ALL, text: 'indomie' })).toEqual({
      entries: index.search({ ...ALL, text: 'indomie' }),
      isSimilar: false,
    })
    expect(findProducts({ index, revision: 1, front: null }, { ...ALL, text: 'luwka' })).toEqual({
      entries: [index.get(3)],
      isSimilar: true,
    })
    expect(findProducts({ index, revision: 1, front: null }, { ...ALL, text: 'tidak ada' })).toEqual({
      entries: [],
      isSimilar: false,
    })
  })
})

describe('a product by its code', () => {
  const coded = () =>
    indexOf(
      entry(1, { name: 'Tisu', barcode: '036000291453' }),
      entry(2, { name: 'Kecap', sku: 'SM-2', barcode: "'09501101530003" }),
      entry(3, { name: 'Lama', barcode: '8990000000001', active: false }),
    )
  const bearers = (index: CatalogueIndex, code: string) => index.withCode(code).map(({ id }) => id)

  it.each([
    ['036000291453', [1]],
    ['0036000291453', [1]],
    ['00036000291453', [1]],
    [']E00036000291453', [1]],
    ['9501101530003', [2]],
    [']C1010950110153000310AB', [2]],
    ['(01)09501101530003(17)261231', [2]],
    ['sm-2', [2]],
    [' SM-2 ', [2]],
    ['8990000000001', [3]],
    ['19501101530000', []],
    ['SM', []],
    ['', []],
  ])('%j is that of %j', (code, ids) => expect(bearers(coded(), code)).toEqual(ids))

  it('of two with one code both are found, the one that is sold first, and shown before all others', () => {
    const index = coded()
    index.apply({ changed: [entry(4, { barcode: '0036000291453' }), entry(5, { sku: '36000291453' })], removed: [] })
    expect(bearers(index, '00036000291453')).toEqual([1, 4])
    expect(found(index, { text: '00036000291453', order: 'price' })).toEqual([4, 1])
    index.apply({ changed: [entry(1, { barcode: '036000291453', active: false })], removed: [] })
    expect(bearers(index, '0036000291453')).toEqual([4, 1])
  })

  it('is no longer found by a code that it lost, nor when it is gone', () => {
    const index = coded()
    index.apply({ changed: [entry(2, { sku: 'SM-2', barcode: null })], removed: [1] })
    expect(bearers(index, '9501101530003')).toEqual([])
    expect(bearers(index, 'SM-2')).toEqual([2])
    expect(bearers(index, '036000291453')).toEqual([])
  })
})

describe('[V1] the order of the list', () => {
  it('sorts names as people count: 5 kg before 12 kg', () => {
    const index = indexOf(entry(1, { name: 'Gula 12 kg' }), entry(2, { name: 'gula 5 kg' }), entry(3, { name: 'Air' }))
    expect(found(index, {})).toEqual([3, 2, 1])
  })

  it('sorts by price, names deciding among equals', () => {
    const index = indexOf(
      entry(1, { name: 'B', price: 2000 }),
      entry(2, { name: 'C', price: 1000 }),
      entry(3, { name: 'A', price: 2000 }),
    )
    expect(found(index, { order: 'price' })).toEqual([2, 3, 1])
  })

  it('sorts by the stock numbers it is given, lowest first, below zero included, unknown last', () => {
    const index = indexOf(entry(1), entry(2), entry(3), entry(4))
    const stocks = new Map([
      [1, 5],
      [2, -3],
      [4, 0.5],
    ])
    expect(found(index, { order: 'stock', stocks })).toEqual([2, 4, 1, 3])
  })
})

describe('[V1] changes of the catalogue', () => {
  it('replaces a changed product and forgets a removed one', () => {
    const index = indexOf(entry(1, { name: 'Alpha' }), entry(2, { name: 'Beta' }))
    expect(found(index, {})).toEqual([1, 2])
    index.apply({ changed: [entry(1, { name: 'Gamma' })], removed: [] })
    expect(found(index, {})).toEqual([2, 1])
    expect(found(index, { text: 'alpha' })).toEqual([])
    index.apply({ changed: [], removed: [2] })
    expect(found(index, {})).toEqual([1])
    expect(index.get(2)).toBeUndefined()
  })

  it('keeps a product that was removed and came back in one batch', () => {
    const index = indexOf(entry(1))
    index.apply({ changed: [entry(1, { name: 'Back' })], removed: [1] })
    expect(index.get(1)?.name).toBe('Back')
  })

  it('gives the same lists as an index that was built anew', () => {
    const entries = fc.uniqueArray(
      fc.record({
        id: fc.integer({ min: 1, max: 12 }),
        name: fc.constantFrom('Air', 'air', 'Beras 5', 'Beras 12', 'Ćevapi'),
        price: fc.integer({ min: 0, max: 3 }),
        active: fc.boolean(),
      }),
      { selector: ({ id }) => id },
    )
    fc.assert(
      fc.property(fc.array(fc.tuple(entries, fc.array(fc.integer({ min: 1, max: 12 })))), (batches) => {
        const grown = new CatalogueIndex()
        const model = new Map<number, CatalogueEntry>()
        for (const [rows, removed] of batches) {
          const changed = rows.map(({ id, ...fields }) => entry(id, fields))
          grown.apply({ changed, removed })
          for (const order of ['name', 'price'] as const) grown.search({ ...ALL, order })
          for (const id of removed) model.delete(id)
          for (const row of changed) model.set(row.id, row)
        }
        const fresh = indexOf(...model.values())
        for (const order of ['name', 'price'] as const) {
          expect(found(grown, { order })).toEqual(found(fresh, { order }))
        }
        expect(grown.size).toBe(model.size)
      }),
    )
  })
})

describe('a catalogue of 50,000 products', () => {
  const index = new CatalogueIndex()
  const kinds = ['Indomie goreng', 'Teh botol', 'Beras pandan wangi', 'Sabun mandi', 'Kopi tubruk']
  index.apply({
    removed: [],
    changed: Array.from({ length: 50_000 }, (_, at) =>
      entry(at + 1, {
        name: `${kinds[at % kinds.length]} ${at}`,
        barcode: `899${String(at).padStart(10, '0')}`,
        price: (at * 7919) % 100_000,
      }),
    ),
  })

  it('finds one by its barcode and all by nothing', () => {
    expect(found(index, { text: '8990000031415' })).toEqual([31_416])
    expect(index.search(ALL)).toHaveLength(50_000)
  })

  it('finds the same products as a plain filter', () => {
    expect(found(index, { text: 'teh 123' })).toEqual(
      index
        .search(ALL)
        .filter(({ name, barcode }) => name.startsWith('Teh') && `${name}\n${barcode}`.includes('123'))
        .map(({ id }) => id),
    )
  })

  it('stays in order through a change of one', () => {
    index.apply({ changed: [entry(7, { name: 'AAA first', price: 5 })], removed: [] })
    expect(found(index, {})[0]).toBe(7)
    const prices = index.search({ ...ALL, order: 'price' }).map(({ price }) => price)
    expect(prices).toEqual(prices.toSorted((a, b) => a - b))
  })
})

describe('search text', () => {
  it('is folded', () => {
    expect(foldText('ÀÉÎ ß Çay')).toBe('aei ß cay')
    expect(searchWords('  Teh   BOTOL ')).toEqual(['teh', 'botol'])
  })

  it('is recognised as a code when a scanner typed it', () => {
    for (const code of ['8991234567890', 'SKU-001386', ' 96385074 ']) expect(looksLikeCode(code)).toBe(true)
    for (const words of ['kopi luwak', 'teh', 'minyak 2 l', 'goreng', '12']) expect(looksLikeCode(words)).toBe(false)
  })
})

describe('a scanned code', () => {
  const index = indexOf(
    entry(1, { barcode: '8991000000012', sku: 'AYM-002' }),
    entry(2, { barcode: '089686010947', sku: 'IND-001' }),
    entry(3, { sku: '8991000000012' }),
    entry(4, { barcode: '777', active: false }),
    entry(5, { barcode: '777' }),
    entry(6),
  )
  const codes = (code: string) => index.withCode(code).map(({ id }) => id)

  it('is a barcode before it is an SKU, whatever its case and the spaces around it', () => {
    expect(codes('8991000000012')).toEqual([1])
    expect(codes(' ind-001 ')).toEqual([2])
  })

  it('is the same as UPC-A and as EAN-13 with a leading zero', () => {
    expect(codes('089686010947')).toEqual([2])
    expect(codes('0089686010947')).toEqual([2])
  })

  it('means a product that is sold before one that is not, and nothing without a code', () => {
    expect(codes('777')).toEqual([5, 4])
    expect(codes('')).toEqual([])
    expect(codes('899100000001')).toEqual([])
  })
})

it('searches among the favourites only', () => {
  const index = indexOf(entry(1), entry(2), entry(3))
  expect(found(index, { only: new Set([3, 1, 99]) })).toEqual([1, 3])
  expect(found(index, { only: new Set() })).toEqual([])
})
