/**
 * Reads a catalogue as spreadsheets write it: a header line, comma, semicolon or tab between, any order of columns,
 * English or Indonesian names. Pure; it knows nothing of what the database holds.
 */
import { CsvError, parse } from 'csv-parse/sync'
import * as v from 'valibot'
import { idSchema, priceSchema, quantitySchema } from '../../src/contract/values.ts'
import { type CellFault, CSV_WORDS, type CsvColumnName, type CsvLanguage, type CsvWords } from './csv-words.ts'
import { findLongLine, LINE_CHARACTERS_MAX } from './long-line.ts'

/** One product of the file. Price in whole rupiah. A missing column is undefined, an empty cell null: "has none". */
export interface ProductLine {
  /** Counted from 1, the header included: what a spreadsheet shows at the left. */
  readonly line: number
  /** The product's number, as an exported file carries it. */
  readonly id?: number
  readonly name: string
  readonly price: number
  readonly sku?: string | null
  readonly barcode?: string | null
  readonly category?: string | null
  readonly unit?: string
  readonly active?: boolean
  readonly stock?: number
}

export interface LineProblem {
  readonly line: number
  readonly reason: string
}

export interface ParsedProducts {
  readonly products: readonly ProductLine[]
  /** In the order of the file. */
  readonly problems: readonly LineProblem[]
}

/** A Map, as FLAGS: what is looked up comes from outside, and every object has a `constructor`. */
const COLUMN_NAMES: ReadonlyMap<string, Column> = new Map([
  ['id', 'id'],
  ['name', 'name'],
  ['nama', 'name'],
  ['price', 'price'],
  ['harga', 'price'],
  ['sku', 'sku'],
  ['barcode', 'barcode'],
  ['category', 'category'],
  ['kategori', 'category'],
  ['unit', 'unit'],
  ['satuan', 'unit'],
  ['active', 'active'],
  ['aktif', 'active'],
  ['stock', 'stock'],
  ['stok', 'stock'],
])
type Column = CsvColumnName

const MAX_LINES = 50_000
const FLAGS: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['yes', true],
  ['ya', true],
  ['0', false],
  ['false', false],
  ['no', false],
  ['tidak', false],
])

/** The schemas' messages are faults, which the words are looked up by. */
const fault = (name: CellFault): CellFault => name
const text = (longest: 20 | 200) => v.pipe(v.string(), v.maxLength(longest, fault(`long${longest}`)))
const filled = v.minLength<string, 1, string>(1, fault('empty'))

/** Keeps out what a person would not see in a spreadsheet but would find in a database. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused here
const printable = v.regex<string, string>(/^[^\u0000-\u001f\u007f]*$/, fault('control'))

/** What an export put before a text that a spreadsheet would have taken for a formula. */
const unquoted = v.transform<string, string>((cell) =>
  /^'[=+\-@\uFF1D\uFF0B\uFF0D\uFF20]/.test(cell) ? cell.slice(1) : cell,
)

const cellSchemas = {
  id: v.pipe(
    v.string(),
    v.regex(/^\d{1,16}$/, fault('id')),
    v.transform(Number),
    v.check((id) => v.is(idSchema, id), fault('id')),
  ),
  name: v.pipe(text(200), filled, printable, unquoted),
  price: v.pipe(
    v.string(),
    filled,
    v.regex(/^\d+$/, fault('rupiah')),
    v.transform(Number),
    v.check((price) => v.is(priceSchema, price), fault('large')),
  ),
  sku: v.pipe(text(200), printable, unquoted),
  barcode: v.pipe(text(200), v.regex(/^[\x21-\x7e]*$/, fault('blanks')), unquoted),
  category: v.pipe(text(200), printable, unquoted),
  unit: v.pipe(text(20), printable, unquoted),
  active: v.pipe(
    v.string(),
    v.transform((cell) => FLAGS.get(cell.toLowerCase())),
    v.boolean(fault('flag')),
  ),
  stock: v.pipe(
    v.string(),
    v.regex(/^-?\d+(\.\d{1,3})?$/, fault('quantity')),
    v.transform(Number),
    v.check((stock) => v.is(quantitySchema, stock), fault('large')),
  ),
} as const satisfies Record<Column, v.GenericSchema<string, unknown>>

/** Parses the whole file and names every bad line, not only the first, in `language`. Never throws on content. */
export function parseProductCsv(content: string, language: CsvLanguage = 'en'): ParsedProducts {
  const words = CSV_WORDS[language]
  const problems: LineProblem[] = []
  const products: ProductLine[] = []
  const longLine = findLongLine(content)
  if (longLine !== null)
    return { products, problems: [{ line: longLine, reason: words.longLine(LINE_CHARACTERS_MAX) }] }
  const [header, ...records] = readRecords(content, problems, words)
  if (!header) return { products, problems: problems.length > 0 ? problems : [{ line: 1, reason: words.emptyFile }] }
  const columns = readHeader(header, problems, words)
  if (columns === null) return { products, problems }
  if (records.length === 0) problems.push({ line: header.line + 1, reason: words.noProducts })
  if (records.length > MAX_LINES) {
    return { products, problems: [{ line: MAX_LINES + 2, reason: words.tooMany(MAX_LINES) }] }
  }
  for (const record of records) {
    const reason = readProduct(record, columns, products, words)
    if (reason !== null) problems.push({ line: record.line, reason })
  }
  problems.push(...findRepeats(products, words))
  problems.sort((a, b) => a.line - b.line)
  return { products, problems }
}

interface CsvLine {
  readonly line: number
  readonly cells: readonly string[]
}

function readRecords(content: string, problems: LineProblem[], words: CsvWords): CsvLine[] {
  const records: CsvLine[] = []
  let lastLine = 0
  const noteBrokenQuote = (): undefined => {
    // The parser tells of one broken cell more than once.
    if (problems.at(-1)?.line === lastLine + 1) return
    problems.push({ line: lastLine + 1, reason: words.openQuote })
  }
  try {
    parse(content, {
      bom: true,
      delimiter: findDelimiter(content),
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: noteBrokenQuote,
      on_record: (cells: string[], context) => {
        // The context counts the lines up to the record's end; a quoted cell can span several.
        const inside = cells.reduce((count, cell) => count + (cell.match(/\n/g)?.length ?? 0), 0)
        if (cells.some((cell) => cell !== '')) records.push({ line: context.lines - inside, cells })
        lastLine = context.lines
        return null
      },
    })
  } catch (error) {
    if (!(error instanceof CsvError)) throw error
    noteBrokenQuote()
  }
  return records
}

/** Spreadsheets set to Indonesian write semicolons, because their comma is the decimal sign. */
function findDelimiter(content: string): string {
  const header = content.split(/\r?\n/, 1)[0] ?? ''
  const counts = [',', ';', '\t'].map((sign) => ({ sign, count: header.split(sign).length }))
  return counts.reduce((best, candidate) => (candidate.count > best.count ? candidate : best)).sign
}

/** The column at each position, null for one that is not ours; null instead of all when the header cannot be used. */
function readHeader(header: CsvLine, problems: LineProblem[], words: CsvWords): readonly (Column | null)[] | null {
  const columns = header.cells.map((cell) => COLUMN_NAMES.get(cell.trim().toLowerCase()) ?? null)
  const missing = (['name', 'price'] as const).filter((column) => !columns.includes(column))
  const twice = columns.find((column, index) => column !== null && columns.indexOf(column) !== index)
  if (missing.length > 0) problems.push({ line: header.line, reason: words.lacksColumns(missing.map(words.column)) })
  if (twice) problems.push({ line: header.line, reason: words.columnTwice(words.column(twice)) })
  return missing.length === 0 && !twice ? columns : null
}

/** Adds the product, or says what is wrong with the line. */
function readProduct(
  record: CsvLine,
  columns: readonly (Column | null)[],
  products: ProductLine[],
  words: CsvWords,
): string | null {
  const { cells, line } = record
  if (cells.length !== columns.length) return words.cellCount(cells.length, columns.length)
  const reasons: string[] = []
  const values: Partial<Record<Column, unknown>> = {}
  for (const [index, column] of columns.entries()) {
    const cell = cells[index] ?? ''
    if (column === null) continue
    if (cell === '' && column !== 'name' && column !== 'price') {
      if (column === 'sku' || column === 'barcode' || column === 'category') values[column] = null
      continue
    }
    const parsed = v.safeParse(cellSchemas[column], cell, { abortPipeEarly: true })
    if (parsed.success) values[column] = parsed.output
    else reasons.push(`${words.column(column)} ${wordsOf(parsed.issues[0].message, words)}`)
  }
  if (reasons.length > 0) return reasons.join('; ')
  // Name and price stand in every usable header, and each value passed the schema of its column.
  products.push({ ...(values as Omit<ProductLine, 'line'>), line })
  return null
}

function wordsOf(message: string, words: CsvWords): string {
  const found = Object.entries(words).find(([name]) => name === message)?.[1]
  return typeof found === 'string' ? found : message
}

/** A SKU or barcode names one product: the second line with it cannot be meant. */
function findRepeats(products: readonly ProductLine[], words: CsvWords): LineProblem[] {
  const problems: LineProblem[] = []
  for (const column of ['id', 'sku', 'barcode'] as const) {
    const first = new Map<string | number, number>()
    for (const { line, [column]: value } of products) {
      if (!value) continue
      const earlier = first.get(value)
      if (earlier === undefined) first.set(value, line)
      else problems.push({ line, reason: words.repeated(words.column(column), String(value), earlier) })
    }
  }
  return problems
}
