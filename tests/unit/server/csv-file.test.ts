import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import { type CsvColumn, csvHead, csvLines, harmless } from '../../../server/reports/csv-file.ts'

interface Row {
  readonly name: string | null
  readonly amount: number
}
const COLUMNS: readonly CsvColumn<Row>[] = [
  { id: 'Nama', en: 'Name', value: (row) => row.name },
  { id: 'Nilai', en: 'Amount', value: (row) => row.amount },
]

describe('a file for spreadsheets', () => {
  it('begins with a byte order mark and the words of its language, in lines that end with CRLF', () => {
    expect(csvHead(COLUMNS, 'id')).toBe('\uFEFFNama,Nilai\r\n')
    expect(csvHead(COLUMNS, 'en')).toBe('\uFEFFName,Amount\r\n')
    expect(csvLines(COLUMNS, [{ name: 'Teh', amount: 1.5 }])).toBe('Teh,1.5\r\n')
    expect(csvLines(COLUMNS, [])).toBe('')
  })

  it('quotes what RFC 4180 wants quoted', () => {
    const names = ['a,b', 'say "yes"', 'two\nlines', 'two\r\nlines', '', 'ünï 🍚', ' spaces ']
    const lines = csvLines(
      COLUMNS,
      names.map((name) => ({ name, amount: 0 })),
    )
    expect(lines.split('\r\n')[0]).toBe('"a,b",0')
    expect(lines).toContain('"say ""yes""",0\r\n')
    const read: string[][] = parse(lines, { recordDelimiter: '\r\n' })
    expect(read.map(([name]) => name)).toEqual(names)
  })

  it('never holds a formula: a text that begins like one is shown, a number below zero stays a number', () => {
    for (const start of ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
      expect(harmless(`${start}1+1`)).toBe(`'${start}1+1`)
    }
    for (const text of ['a=b', '1-2', '', ' =1', "'=1"]) expect(harmless(text)).toBe(text)
    expect(csvLines(COLUMNS, [{ name: '=HYPERLINK("x")', amount: -1_500 }])).toBe(`"'=HYPERLINK(""x"")",-1500\r\n`)
    expect(csvLines(COLUMNS, [{ name: null, amount: 0 }])).toBe(',0\r\n')
  })
})
