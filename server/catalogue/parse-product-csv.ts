/**
 * Reads a catalogue as spreadsheets write it: a header line, comma, semicolon or tab between, any order of columns,
 * English or Indonesian names. Pure; it knows nothing of what the database holds.
 */
import { CsvError, parse } from 'csv-parse/sync'
import * as v from 'valibot'
import { barcodeKey, skuKey } from '../../src/domain/product-code.ts'
import { csvCells } from './csv-cells.ts'
import { CSV_WORDS, type CsvColumnName, type CsvLanguage, type CsvWords } from './csv-words.ts'
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
/** With those that hold nothing but separators, as a spreadsheet writes them under a catalogue. A parser takes 10 µs for each. */
const MAX_ROWS = 4 * MAX_LINES
/** Parses the whole file and names every bad line, not only the first, in `language`. Never throws on content. */
export function parseProductCsv(content: string, language: CsvLanguage = 'en'): ParsedProducts {
  const words = CSV_WORDS[language]
  const problems: LineProblem[] = []
  const products: ProductLine[] = []
  if (WORKBOOK_STARTS.some((start) => content.startsWith(start)))
    return { products, problems: [{ line: 1, reason: words.workbook }] }
  const longLine = findLongLine(content)
  if (longLine !== null)
    return { products, problems: [{ line: longLine, reason: words.longLine(LINE_CHARACTERS_MAX) }] }
  const table = findTable(content)
  const { rows, excess } = readRecords(table, problems, words)
  const [header, ...records] = rows
  if (!header) return { products, problems: problems.length > 0 ? problems : [{ line: 1, reason: words.emptyFile }] }
  const columns = readHeader(header, problems, words)
  if (columns === null) return { products, problems }
  if (records.length === 0) problems.push({ line: header.line + 1, reason: words.noProducts })
  if (excess === 'products') return { products, problems: [{ line: MAX_LINES + 2, reason: words.tooMany(MAX_LINES) }] }
  if (excess === 'rows') return { products, problems: [{ line: MAX_ROWS + 1, reason: words.tooManyRows(MAX_ROWS) }] }
  const cells = csvCells({ hasCommas: table.delimiter === ',' })
  for (const record of records) {
    const reason = readProduct(record, columns, cells, products, words)
    if (reason !== null) problems.push({ line: record.line, reason })
  }
  problems.push(...findRepeats(products, words))
  problems.sort((a, b) => a.line - b.line)
  return { products, problems }
}

/** How a zipped or an old workbook begins, read as text. */
const WORKBOOK_STARTS = ['PK\u0003\u0004', '\u00d0\u00cf\u0011\u00e0'] as const
/** Excel's own first line: which sign stands between the cells. */
const SEPARATOR_LINE = /^\ufeff?"?sep=([,;\t|])"?[^\S\r\n]*(?=\r|\n|$)/i

interface CsvLine {
  readonly line: number
  readonly cells: readonly string[]
}

interface CsvTable {
  readonly content: string
  readonly delimiter: string
}

function findTable(content: string): CsvTable {
  const said = SEPARATOR_LINE.exec(content)
  if (!said) return { content, delimiter: findDelimiter(content) }
  // Its line stays, empty, so that lines count as in the spreadsheet.
  return { content: content.slice(said[0].length), delimiter: said[1] ?? ',' }
}

/** Ends the parser, which knows no other way to be ended by what it has found. */
/** Of which there are more than a file may have, the blank rows among the rows. */
type Excess = 'products' | 'rows'

class TooMany extends Error {
  readonly of: Excess
  constructor(of: Excess) {
    super(`Too many ${of}`)
    this.of = of
  }
}

/** `excess`: the rows are a beginning of them; the rest was not read. */
function readRecords(
  { content, delimiter }: CsvTable,
  problems: LineProblem[],
  words: CsvWords,
): { rows: CsvLine[]; excess: Excess | null } {
  const rows: CsvLine[] = []
  let lastLine = 0
  let seen = 0
  const countRow = () => {
    seen += 1
    // The header is one of them.
    if (rows.length > MAX_LINES + 1) throw new TooMany('products')
    if (seen > MAX_ROWS) throw new TooMany('rows')
  }
  const noteBrokenQuote = (): undefined => {
    // The parser tells of one broken cell more than once.
    if (problems.at(-1)?.line === lastLine + 1) return
    problems.push({ line: lastLine + 1, reason: words.openQuote })
  }
  try {
    parse(content, {
      bom: true,
      delimiter,
      trim: true,
      relax_column_count: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      on_skip: () => {
        countRow()
        noteBrokenQuote()
      },
      on_record: (raw: string[], context) => {
        // The context counts the lines up to the record's end; a quoted cell can span several.
        const inside = raw.reduce((count, cell) => count + (cell.match(/\n/g)?.length ?? 0), 0)
        // The parser leaves blanks alone that stand inside of quotes, where nobody sees them.
        const cells = raw.map((cell) => cell.trim())
        if (cells.some((cell) => cell !== '')) rows.push({ line: context.lines - inside, cells })
        lastLine = context.lines
        countRow()
        return null
      },
    })
  } catch (error) {
    if (error instanceof TooMany) return { rows, excess: error.of }
    if (!(error instanceof CsvError)) throw error
    noteBrokenQuote()
  }
  return { rows, excess: null }
}

/** Spreadsheets set to Indonesian write semicolons, because their comma is the decimal sign. */
function findDelimiter(content: string): string {
  const header = content.trimStart().split(/[\r\n]/, 1)[0] ?? ''
  const counts = [',', ';', '\t', '|'].map((sign) => ({ sign, count: header.split(sign).length }))
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
  schemas: ReturnType<typeof csvCells>,
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
    const parsed = v.safeParse(schemas[column], cell, { abortPipeEarly: true })
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

const REPEATED = [
  ['id', String],
  ['sku', skuKey],
  ['barcode', barcodeKey],
] as const

/** A number, SKU or barcode names one product, however it is spelled: the second line with it cannot be meant. */
function findRepeats(products: readonly ProductLine[], words: CsvWords): LineProblem[] {
  const problems: LineProblem[] = []
  for (const [column, keyOf] of REPEATED) {
    const first = new Map<string, number>()
    for (const { line, [column]: value } of products) {
      if (!value) continue
      const key = keyOf(String(value))
      const earlier = first.get(key)
      if (earlier === undefined) first.set(key, line)
      else problems.push({ line, reason: words.repeated(words.column(column), String(value), earlier) })
    }
  }
  return problems
}
