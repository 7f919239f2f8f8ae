/**
 * Which product each line of a file means, and which lines would take a code that is another's. Pure but for the pauses.
 *
 * The product's number decides, else its SKU, else its barcode; what none of them knows is new. A line that gives a number or a SKU is
 * never matched by its barcode: two products whose barcodes were mixed up in a file must not become one.
 */
import type { Product } from '../../src/contract/records/product.ts'
import { barcodeKey, skuKey } from '../../src/domain/product-code.ts'
import { CSV_WORDS, type CsvLanguage, type CsvWords } from './csv-words.ts'
import type { LineProblem, ProductLine } from './parse-product-csv.ts'

export interface ResolvedImport {
  /** In the lines' order; null: a new product. Nothing is to be written when there are problems. */
  readonly known: readonly (Product | null)[]
  /** A code that the product has already, in whatever spelling, as it is stored: nothing changes by it. */
  readonly lines: readonly ProductLine[]
  readonly problems: readonly LineProblem[]
}

const CODES = [
  ['sku', skuKey],
  ['barcode', barcodeKey],
] as const
type CodeColumn = (typeof CODES)[number][0]

/** What to look for in the branch before a file is resolved. */
export function keysOfLines(lines: readonly ProductLine[]): { ids: number[]; skus: string[]; barcodes: string[] } {
  const keysOf = (column: CodeColumn, key: (code: string) => string) => [
    ...new Set(lines.flatMap(({ [column]: code }) => (code ? [key(code)] : []))),
  ]
  return {
    ids: lines.flatMap(({ id }) => (id === undefined ? [] : [id])),
    skus: keysOf('sku', skuKey),
    barcodes: keysOf('barcode', barcodeKey),
  }
}

/**
 * @param bearers the branch's products that have one of the lines' numbers or codes
 * @param breathe awaited again and again, so that others run while a long file is looked at
 */
export async function resolveImport(
  lines: readonly ProductLine[],
  bearers: readonly Product[],
  language: CsvLanguage,
  breathe: () => Promise<void>,
): Promise<ResolvedImport> {
  const words = CSV_WORDS[language]
  const problems: LineProblem[] = []
  const byId = new Map(bearers.map((product) => [product.id, product]))
  const before = {
    sku: await groupByCode(bearers, 'sku', skuKey, breathe),
    barcode: await groupByCode(bearers, 'barcode', barcodeKey, breathe),
  }
  const known: (Product | null)[] = []
  for (const line of lines) {
    await breathe()
    const found = productsOf(line, byId, before)
    if (found.products.length > 1) problems.push({ line: line.line, reason: sharedBy(found, words) })
    known.push(found.products[0] ?? null)
  }
  problems.push(...findTwins(lines, known, words), ...(await findTakenCodes(lines, known, bearers, words, breathe)))
  problems.sort((a, b) => a.line - b.line)
  const stored: ProductLine[] = []
  for (const [index, line] of lines.entries()) {
    await breathe()
    stored.push(asStored(line, known[index] ?? null))
  }
  return { known, lines: stored, problems }
}

function asStored(line: ProductLine, product: Product | null): ProductLine {
  const same: { -readonly [K in keyof ProductLine]: ProductLine[K] } = { ...line }
  for (const [column, keyOf] of CODES) {
    const code = line[column]
    const stored = product?.[column]
    if (code && stored && keyOf(code) === keyOf(stored)) same[column] = stored
  }
  return same
}

interface Found {
  readonly products: readonly Product[]
  readonly column: CodeColumn
  readonly code: string
}

function productsOf(
  line: ProductLine,
  byId: ReadonlyMap<number, Product>,
  before: Readonly<Record<CodeColumn, ReadonlyMap<string, readonly Product[]>>>,
): Found {
  const numbered = line.id === undefined ? undefined : byId.get(line.id)
  if (numbered) return { products: [numbered], column: 'sku', code: '' }
  if (line.sku) return { products: before.sku.get(skuKey(line.sku)) ?? [], column: 'sku', code: line.sku }
  if (line.id !== undefined) return { products: [], column: 'barcode', code: '' }
  const barcode = line.barcode ?? ''
  return { products: before.barcode.get(barcodeKey(barcode)) ?? [], column: 'barcode', code: barcode }
}

/** Two lines that name one product in different ways: neither can be the one that is meant. */
function findTwins(lines: readonly ProductLine[], known: readonly (Product | null)[], words: CsvWords): LineProblem[] {
  const first = new Map<number, number>()
  return lines.flatMap(({ line }, index) => {
    const id = known[index]?.id
    const earlier = id === undefined ? undefined : first.get(id)
    if (earlier !== undefined) return [{ line, reason: words.sameProduct(earlier) }]
    if (id !== undefined) first.set(id, line)
    return []
  })
}

/** As it would be after the file: two products may exchange their codes in it. */
async function findTakenCodes(
  lines: readonly ProductLine[],
  known: readonly (Product | null)[],
  bearers: readonly Product[],
  words: CsvWords,
  breathe: () => Promise<void>,
): Promise<LineProblem[]> {
  const problems: LineProblem[] = []
  const given = new Map(known.flatMap((product, index) => (product ? [[product.id, lines[index]] as const] : [])))
  for (const [column, keyOf] of CODES) {
    const after = bearers.map((product) => ({
      ...product,
      [column]: given.get(product.id)?.[column] ?? product[column],
    }))
    const owners = await groupByCode(after, column, keyOf, breathe)
    for (const [index, { line, [column]: code }] of lines.entries()) {
      await breathe()
      if (!code) continue
      const own = known[index]
      // Nothing is taken by a product that shared the code already.
      if (own?.[column] && keyOf(own[column]) === keyOf(code)) continue
      const owner = owners.get(keyOf(code))?.find(({ id }) => id !== own?.id)
      if (owner) problems.push({ line, reason: words.codeTaken(words.column(column), code, nameOf(owner, words)) })
    }
  }
  return problems
}

async function groupByCode(
  products: readonly Product[],
  column: CodeColumn,
  keyOf: (code: string) => string,
  breathe: () => Promise<void>,
): Promise<ReadonlyMap<string, readonly Product[]>> {
  const groups = new Map<string, Product[]>()
  for (const product of products) {
    await breathe()
    const key = keyOf(product[column] ?? '')
    if (key === '') continue
    const group = groups.get(key)
    if (group) group.push(product)
    else groups.set(key, [product])
  }
  return groups
}

function sharedBy({ products, column, code }: Found, words: CsvWords): string {
  return words.codeShared(words.column(column), code, products.map((product) => nameOf(product, words)).join('; '))
}

function nameOf({ name, id, sku }: Product, words: CsvWords): string {
  return words.owner(name, id, sku)
}
