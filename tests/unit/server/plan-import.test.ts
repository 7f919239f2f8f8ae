import { describe, expect, it } from 'vitest'
import { planImport } from '../../../server/catalogue/plan-import.ts'

const product = {
  id: 7,
  name: 'Gula',
  sku: 'G-1',
  barcode: null,
  category: 'Sembako',
  price: 14_000,
  unit: 'kg',
  active: true,
  version: 3,
  stock: 5,
  stock_version: 9,
}

describe('what a file would change', () => {
  it('names only the fields that differ; a cell that is empty or missing leaves the value', () => {
    const line = { line: 2, name: 'Gula pasir', price: 14_000, sku: null, category: null, stock: 99 }
    expect(planImport([line], [product], 10)).toEqual({
      created: 0,
      updated: 1,
      unchanged: 0,
      changes: [
        {
          line: 2,
          kind: 'update',
          product_id: 7,
          name: 'Gula',
          before: { name: 'Gula' },
          after: { name: 'Gula pasir' },
        },
      ],
    })
  })

  it('counts a line as unchanged when only its stock differs, and shows no more changes than asked for', () => {
    const same = { line: 2, name: 'Gula', price: 14_000, stock: 1 }
    const fresh = (line: number) => ({ line, name: `Baru ${line}`, price: 1, stock: 2 })
    const plan = planImport([same, fresh(3), fresh(4)], [product, null, null], 1)
    expect(plan).toMatchObject({ created: 2, updated: 0, unchanged: 1 })
    expect(plan.changes).toHaveLength(1)
    expect(plan.changes[0]).toMatchObject({ kind: 'create', after: { name: 'Baru 3', price: 1, stock: 2 } })
  })
})
