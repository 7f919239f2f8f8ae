import { describe, expect, it } from 'vitest'
import { COLUMNS, encodeDrawerKick, encodeReceipt } from '../../../src/features/shared/printing/printer-bytes.ts'
import { receiptFacts } from '../../../src/features/shared/receipt/receipt-facts.ts'
import { type ReceiptRow, receiptRows } from '../../../src/features/shared/receipt/receipt-rows.ts'
import type { PaperWidth } from '../../../src/features/shared/receipt/receipt-view.tsx'
import { createFormat } from '../../../src/i18n/format.ts'
import { names, operation, payments, sale } from './records.ts'
import { wordsOf } from './words.ts'

const EPSON = { language: 'esc-pos', codepageMapping: 'epson' }
const DRAWER_KICK = '<1b>p<00>'
const CUT = '<1d>V<01>'

/** Bytes as text that a person can read in a fixture; each byte keeps a form of its own. */
function readable(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) =>
    byte === 0x0a ? '<0a>\n' : byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : `<${hex(byte)}>`,
  ).join('')
}

const hex = (byte: number) => byte.toString(16).padStart(2, '0')

/** What stands on the paper: without the printer's commands. */
function printedLines(bytes: Uint8Array): string[] {
  return readable(bytes)
    .replaceAll(/<1b>(@|[EMta]<..>|p<..>(.|<..>)(.|<..>))|<1c>\.|<1d>(!|V)<..>/g, '')
    .replaceAll(/<0d>/g, '')
    .split('<0a>\n')
}

function rowsOf(language: 'id' | 'en', isCopy = false): readonly ReceiptRow[] {
  const row = operation({ type: 'sale', sale, payments }, { state: 'queued' })
  const facts = receiptFacts({ operation: row, subject: null, since: [] }, names, { isCopy })
  if (!facts) throw new Error('a sale has a receipt')
  return receiptRows(facts, wordsOf(language), createFormat(language, 'Asia/Jakarta'))
}

function encode(paper: PaperWidth, rows: readonly ReceiptRow[], opensDrawer = true): Uint8Array {
  return encodeReceipt({ rows, paper, dialect: EPSON, opensDrawer, picture: null })
}

describe('a receipt as printer bytes', () => {
  it.each([58, 80] as const)('is byte for byte what it was on %i mm', async (paper) => {
    const text = readable(encode(paper, rowsOf('id', true)))
    await expect(text).toMatchFileSnapshot(`../../fixtures/receipt-${paper}mm.txt`)
  })

  it.each([58, 80] as const)('never sets a line wider than %i mm paper', (paper) => {
    for (const language of ['id', 'en'] as const)
      for (const line of printedLines(encode(paper, rowsOf(language))))
        expect(line.length).toBeLessThanOrEqual(COLUMNS[paper])
  })

  it('kicks the drawer before the print, and only when it should', () => {
    const kicked = readable(encode(58, rowsOf('id')))
    expect(kicked.indexOf(DRAWER_KICK)).toBeGreaterThanOrEqual(0)
    expect(kicked.indexOf(DRAWER_KICK)).toBeLessThan(kicked.indexOf('Sumber'))
    expect(readable(encode(58, rowsOf('id'), false))).not.toContain(DRAWER_KICK)
    expect(readable(encodeDrawerKick(EPSON))).toContain(DRAWER_KICK)
  })

  it('cuts once, at the end, whatever a product is called', () => {
    const text = readable(encode(58, rowsOf('id')))
    expect(text.split(CUT)).toHaveLength(2)
    // The name in the fixture tries ESC @ (reset) and GS V (cut).
    expect(text.split('<1b>@')).toHaveLength(2)
    expect(printedLines(encode(80, rowsOf('id'))).join('\n')).toContain('Indomie <b>goreng</b> @ V')
  })

  it('says that the server has not confirmed it, and that it is a copy', () => {
    const text = printedLines(encode(58, rowsOf('id', true))).join('\n')
    expect(text).toContain('* SALINAN *')
    expect(text).toContain('Belum dikonfirmasi server')
    expect(text).toContain('DEV-DBBA60CF-20261122-0007')
  })

  it('prints letters that the code page lacks as their nearest, and never fails', () => {
    const rows: ReceiptRow[] = [
      { kind: 'text', text: 'Café “Mûller” – 2 × ½ 茶 🍵 …', look: 'strong' },
      { kind: 'pair', left: '茶'.repeat(40), right: 'Rp 1', look: 'large' },
    ]
    const text = readable(encode(58, rows))
    expect(text).toContain('"M')
    expect(text).toContain(' - 2 x ')
  })

  it('goes on in ESC/POS when the printer speaks what the encoder does not know', () => {
    const dialect = { language: 'star-graphics', codepageMapping: 'zjiang' }
    const bytes = encodeReceipt({ rows: rowsOf('id'), paper: 58, dialect, opensDrawer: false, picture: null })
    expect(readable(bytes)).toContain('<1b>@')
  })
})
