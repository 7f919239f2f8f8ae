/** What a file would change, for the person who is about to import it. Pure. */
import type { ImportChange } from '../../src/contract/owner.ts'
import type { Product } from '../../src/contract/records/product.ts'
import type { ProductLine } from './parse-product-csv.ts'

const FIELDS = ['name', 'sku', 'barcode', 'category', 'price', 'unit', 'active'] as const

export interface ImportPlan {
  readonly created: number
  readonly updated: number
  readonly unchanged: number
  /** The first `most` lines that change something. */
  readonly changes: readonly ImportChange[]
}

/**
 * @param known the product that each line means, in the lines' order; null: a new one. As the import itself: an empty or
 * missing cell leaves a known product's value, and its stock is never touched.
 */
export function planImport(
  lines: readonly ProductLine[],
  known: readonly (Product | null)[],
  most: number,
): ImportPlan {
  const changes: ImportChange[] = []
  let created = 0
  let updated = 0
  for (const [index, line] of lines.entries()) {
    const product = known[index] ?? null
    const change = product === null ? creation(line) : difference(line, product)
    if (change === null) continue
    if (change.kind === 'create') created += 1
    else updated += 1
    if (changes.length < most) changes.push(change)
  }
  return { created, updated, unchanged: lines.length - created - updated, changes }
}

function creation(line: ProductLine): ImportChange {
  const after: Record<string, unknown> = {}
  for (const field of [...FIELDS, 'stock'] as const) {
    const value = line[field]
    if (value !== undefined && value !== null) after[field] = value
  }
  return { line: line.line, kind: 'create', product_id: null, name: line.name, before: {}, after }
}

function difference(line: ProductLine, product: Product): ImportChange | null {
  const before: Record<string, unknown> = {}
  const after: Record<string, unknown> = {}
  for (const field of FIELDS) {
    const value = line[field]
    if (value === undefined || value === null || value === product[field]) continue
    before[field] = product[field]
    after[field] = value
  }
  if (Object.keys(after).length === 0) return null
  return { line: line.line, kind: 'update', product_id: product.id, name: product.name, before, after }
}
