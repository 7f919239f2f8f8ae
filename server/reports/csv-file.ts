/** Tables as files for spreadsheets: RFC 4180 with CRLF, UTF-8 with a byte order mark (without it Excel guesses). */
import { stringify } from 'csv-stringify/sync'

export type Language = 'id' | 'en'

/** One column: its name in both languages and its cell. Numbers are written as they are, with a point before decimals. */
export interface CsvColumn<Row> {
  readonly id: string
  readonly en: string
  readonly value: (row: Row) => string | number | null
}

const BYTE_ORDER_MARK = '\uFEFF'
/** What a spreadsheet takes for the beginning of a formula, full-width forms included. */
const FORMULA_START = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/

/** A text that a spreadsheet shows and never calculates. */
export function harmless(text: string): string {
  return FORMULA_START.test(text) ? `'${text}` : text
}

/** The beginning of a file: byte order mark and header line. */
export function csvHead<Row>(columns: readonly CsvColumn<Row>[], language: Language): string {
  return BYTE_ORDER_MARK + toLines([columns.map((column) => column[language])])
}

/** Further lines of a file; empty for no rows. */
export function csvLines<Row>(columns: readonly CsvColumn<Row>[], rows: readonly Row[]): string {
  return toLines(rows.map((row) => columns.map((column) => column.value(row))))
}

function toLines(cells: readonly (readonly (string | number | null)[])[]): string {
  return stringify([...cells], { record_delimiter: 'windows', cast: { string: harmless } })
}
