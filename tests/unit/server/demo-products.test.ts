import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import {
  ean13CheckDigit,
  makeFirstBranchProducts,
  makeSecondBranchProducts,
} from '../../../server/demo/make-demo-products.ts'
import { inventorySchema } from '../../../src/contract/records/inventory.ts'
import { productSchema } from '../../../src/contract/records/product.ts'
import { addQuantities } from '../../../src/domain/quantity.ts'

const first = makeFirstBranchProducts()
const second = makeSecondBranchProducts()
const all = [...first, ...second]
const isDistinct = (values: readonly unknown[]): boolean => new Set(values).size === values.length

describe('the demo shop', () => {
  it('holds the specification’s product and inventory', () => {
    expect(first.find(({ id }) => id === 1386)).toMatchObject({
      name: 'Chicken Breast sadia 2 kg',
      price: 15_000,
      stock: 100,
      inventory: [{ id: 6486, quantity: 100 }],
    })
  })

  it('is large enough, with enough categories', () => {
    expect(first.length).toBeGreaterThanOrEqual(320)
    expect(second.length).toBeGreaterThanOrEqual(120)
    expect(new Set(first.map(({ category }) => category)).size).toBeGreaterThanOrEqual(12)
  })

  it('is the same at every start', () => {
    expect(makeFirstBranchProducts()).toEqual(first)
  })

  it('has records that clients accept', () => {
    for (const product of all) {
      expect(v.safeParse(productSchema, product).success).toBe(true)
      for (const place of product.inventory) {
        expect(v.safeParse(inventorySchema, { ...place, product_id: product.id }).success).toBe(true)
      }
    }
  })

  it('has stock equal to the sum of its inventory', () => {
    for (const { stock, inventory } of all)
      expect(stock).toBe(addQuantities(...inventory.map(({ quantity }) => quantity)))
  })

  it('repeats no id, and within a branch no SKU, barcode or name', () => {
    expect(isDistinct(all.map(({ id }) => id))).toBe(true)
    expect(isDistinct(all.flatMap(({ inventory }) => inventory.map(({ id }) => id)))).toBe(true)
    for (const products of [first, second]) {
      expect(isDistinct(products.map(({ sku }) => sku))).toBe(true)
      expect(isDistinct(products.map(({ name }) => name))).toBe(true)
      expect(isDistinct(products.flatMap(({ barcode }) => barcode ?? []))).toBe(true)
    }
  })

  it('has Indonesian EAN-13 barcodes with their check digit', () => {
    const barcodes = all.flatMap(({ barcode }) => barcode ?? [])
    expect(barcodes.length).toBeGreaterThan(300)
    for (const barcode of barcodes) {
      expect(barcode).toMatch(/^899\d{10}$/)
      expect(Number(barcode.at(-1))).toBe(ean13CheckDigit(barcode.slice(0, 12)))
    }
  })

  it('computes the check digit of a known barcode', () => {
    expect(ean13CheckDigit('400638133393')).toBe(1)
  })

  it('shows the cases that a counter meets: sold out, low, by weight, in two places', () => {
    const some = (matches: (product: (typeof first)[number]) => boolean): number => first.filter(matches).length
    expect(some(({ stock }) => stock === 0)).toBeGreaterThan(3)
    expect(some(({ stock }) => stock > 0 && stock <= 5)).toBeGreaterThan(5)
    expect(some(({ unit, stock }) => unit === 'kg' && !Number.isInteger(stock))).toBeGreaterThan(10)
    expect(some(({ inventory }) => inventory.length === 2)).toBeGreaterThan(100)
  })
})
