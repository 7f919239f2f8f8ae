/**
 * A receipt as the bytes that a receipt printer takes. Loaded on demand (the encoder is large): import it with `import()`.
 */
import ReceiptPrinterEncoder, { type Language } from '@point-of-sale/receipt-printer-encoder'
import { pairText, plainText, wrapText } from '../../../domain/receipt.ts'
import type { ReceiptRow } from '../receipt/receipt-rows.ts'
import type { PaperWidth } from '../receipt/receipt-view.tsx'

/** Language and code pages that the printer reported when it connected; null: none, so use Epson's ESC/POS. */
export interface PrinterDialect {
  readonly language: string | null
  readonly codepageMapping: string | null
}

export interface PrintJob {
  readonly rows: readonly ReceiptRow[]
  readonly paper: PaperWidth
  readonly dialect: PrinterDialect
  /** Kicks the cash drawer open before anything is printed. */
  readonly opensDrawer: boolean
  /** The logo, scaled to a multiple of eight dots each way; null: none, or it cannot be drawn here. */
  readonly picture: HTMLCanvasElement | null
}

/** Characters in one line, in the printer's font A. */
export const COLUMNS: Record<PaperWidth, number> = { 58: 32, 80: 48 }
/** Dots in one line of the print head. */
export const DOTS: Record<PaperWidth, number> = { 58: 384, 80: 576 }

const LANGUAGES: readonly Language[] = ['esc-pos', 'star-prnt', 'star-line']

export function encodeReceipt({ rows, paper, dialect, opensDrawer, picture }: PrintJob): Uint8Array {
  const columns = COLUMNS[paper]
  const encoder = newEncoder(dialect, columns).initialize()
  if (opensDrawer) encoder.pulse()
  encoder.codepage('auto')
  for (const row of rows) {
    switch (row.kind) {
      case 'picture':
        if (picture) encoder.align('center').image(picture, picture.width, picture.height, 'atkinson').align('left')
        break
      case 'rule':
        encoder.line('-'.repeat(columns))
        break
      case 'mark':
        encoder.align('center').bold(true)
        for (const line of wrapText(printable(row.text), columns - 4)) encoder.line(`* ${line} *`)
        encoder.bold(false).align('left')
        break
      case 'text': {
        const isStrong = row.look === 'title' || row.look === 'strong'
        encoder.align(row.look === 'title' || row.look === 'centred' ? 'center' : 'left').bold(isStrong)
        for (const line of wrapText(printable(row.text), columns)) encoder.line(line)
        encoder.bold(false).align('left')
        break
      }
      case 'pair': {
        // Double height but normal width, so that the columns still fit.
        if (row.look === 'large') encoder.height(2)
        encoder.bold(row.look !== 'plain')
        for (const line of pairText(printable(row.left), printable(row.right), columns)) encoder.line(line)
        encoder.bold(false)
        if (row.look === 'large') encoder.height(1)
        break
      }
    }
  }
  return encoder.newline(FEED_LINES).cut('partial').encode()
}

/** Opens the drawer without printing. */
export function encodeDrawerKick(dialect: PrinterDialect): Uint8Array {
  return newEncoder(dialect, COLUMNS[58]).initialize().pulse().encode()
}

/** Lines from the print head to the tear-off edge. */
const FEED_LINES = 4

function newEncoder({ language, codepageMapping }: PrinterDialect, columns: number): ReceiptPrinterEncoder {
  const known = LANGUAGES.find((candidate) => candidate === language) ?? 'esc-pos'
  const options = { columns, language: known, feedBeforeCut: 0, imageMode: 'raster', errors: 'relaxed' } as const
  // The encoder throws on a code page mapping that it does not know: fall back to the language's default.
  try {
    return new ReceiptPrinterEncoder({ ...options, ...mapping(codepageMapping) })
  } catch {
    return new ReceiptPrinterEncoder(options)
  }
}

const MAPPINGS = [
  'bixolon',
  'citizen',
  'epson',
  'fujitsu',
  'hp',
  'metapace',
  'mpt',
  'star',
  'sunmi',
  'xprinter',
  'youku',
] as const

function mapping(name: string | null): { codepageMapping?: (typeof MAPPINGS)[number] } {
  const known = MAPPINGS.find((candidate) => candidate === name)
  return known === undefined ? {} : { codepageMapping: known }
}

/** Replaces characters that receipt printers lack by the nearest one that all of them have. */
function printable(text: string): string {
  return plainText(text)
    .replaceAll('×', 'x')
    .replace(/[‘’]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/[–—−]/g, '-')
    .replaceAll('…', '...')
    .replace(/\p{Extended_Pictographic}/gu, '?')
}

/** The logo in the printer's dots: at most a third of the paper wide, on white, both sides a multiple of eight. */
export async function scalePicture(source: string, paper: PaperWidth): Promise<HTMLCanvasElement | null> {
  const picture = new Image()
  picture.src = source
  try {
    await picture.decode()
  } catch {
    return null
  }
  const scale = Math.min(DOTS[paper] / 2 / picture.width, DOTS[paper] / 3 / picture.height)
  const canvas = document.createElement('canvas')
  canvas.width = toEights(picture.width * scale)
  canvas.height = toEights(picture.height * scale)
  const context = canvas.getContext('2d')
  if (!context) return null
  context.fillStyle = '#fff'
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.drawImage(picture, 0, 0, canvas.width, canvas.height)
  return canvas
}

function toEights(size: number): number {
  return Math.max(8, Math.round(size / 8) * 8)
}
