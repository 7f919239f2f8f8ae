import { describe, expect, it } from 'vitest'
import { shownPlaces } from '../../../src/features/owner/stock/shown-places.ts'
import { addLine, type DraftLine, differenceOf, worthOf } from '../../../src/features/owner/stock/stock-draft.ts'

const line: DraftLine = {
  productId: 1,
  inventoryId: 11,
  name: 'Beras',
  unit: 'kg',
  place: 'Toko',
  price: 15_000,
  quantity: 0.1,
  shown: 0.3,
}
const empty = { requestId: 'r', note: '', lines: [] }

describe('lines of a draft', () => {
  it('add up for goods of one place, exactly; a count replaces the earlier one', () => {
    const again = { ...line, quantity: 0.2 }
    expect(addLine(addLine(empty, line, 'receiving'), again, 'receiving').lines).toEqual([{ ...line, quantity: 0.3 }])
    expect(addLine(addLine(empty, line, 'stocktake'), again, 'stocktake').lines).toEqual([again])
  })

  it('of two places of a product are two', () => {
    const draft = addLine(addLine(empty, line, 'stocktake'), { ...line, inventoryId: 12 }, 'stocktake')
    expect(draft.lines.map(({ inventoryId }) => inventoryId)).toEqual([12, 11])
  })

  it('differ by counted − shown, in thousandths, and are worth that at the selling price', () => {
    expect(differenceOf(line)).toBe(-0.2)
    expect(worthOf([line, { ...line, quantity: 1.3 }])).toBe(-3000 + 15_000)
  })
})

describe('what a counter shows of a place', () => {
  const place = (id: number, quantity: number) => ({
    id,
    product_id: 1,
    place: `P${id}`,
    quantity,
    version: 1,
    provenance: { epoch: null },
  })

  it('is the product’s stock where there is one place or none', () => {
    expect(shownPlaces({ stock: 7 }, [])).toEqual([{ inventoryId: null, name: '', shown: 7 }])
    // Three are sold here and not yet on the server: they are gone from the shelf.
    expect(shownPlaces({ stock: 7 }, [place(5, 10)])).toMatchObject([{ inventoryId: 5, shown: 7 }])
  })

  it('[D1] takes unsent sales from the first place, so that the places sum up to what is shown', () => {
    const places = shownPlaces({ stock: 12.3 }, [place(9, 4), place(5, 10.5)])
    expect(places.map(({ inventoryId, shown }) => [inventoryId, shown])).toEqual([
      [9, 4],
      [5, 8.3],
    ])
  })
})
