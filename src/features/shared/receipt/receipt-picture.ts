/** A receipt as a picture, drawn without the page: the same rows, on a canvas. For sharing and saving. */
import { plainText } from '../../../domain/receipt.ts'
import type { ReceiptRow } from './receipt-rows.ts'
import type { PaperWidth } from './receipt-view.tsx'

/** Pixels of a millimetre: about 200 dots an inch, as receipt printers have. */
const SCALE = 8
const INK = '#000'
const PAPER = '#fff'
const LINE = 1.35
/** Font sizes and margins in mm, as in receipt-view.module.css. */
const TEXT = 3
const MARGIN = 4

type Draw = (context: CanvasRenderingContext2D, top: number) => void

/** Resolves to a PNG. Rejects where the browser can't draw or decode. */
export async function drawReceipt(rows: readonly ReceiptRow[], paper: PaperWidth, fontFamily: string): Promise<Blob> {
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  if (!context) throw new Error('this browser has no canvas')
  const width = paper * SCALE
  const parts: { readonly height: number; readonly draw: Draw }[] = []
  for (const row of rows) parts.push(await layOut(row, width, fontFamily, context))
  const margin = MARGIN * SCALE
  canvas.width = width
  canvas.height = Math.ceil(parts.reduce((sum, { height }) => sum + height, 2 * margin))
  context.fillStyle = PAPER
  context.fillRect(0, 0, canvas.width, canvas.height)
  context.fillStyle = INK
  context.strokeStyle = INK
  context.textBaseline = 'alphabetic'
  let top = margin
  for (const { height, draw } of parts) {
    draw(context, top)
    top += height
  }
  return await new Promise((resolve, reject) => {
    canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error('no picture came'))), 'image/png')
  })
}

async function layOut(
  row: ReceiptRow,
  width: number,
  family: string,
  measure: CanvasRenderingContext2D,
): Promise<{ height: number; draw: Draw }> {
  const left = MARGIN * SCALE
  const room = width - 2 * left
  const gap = 1.5 * SCALE
  switch (row.kind) {
    case 'rule':
      return {
        height: 2 * gap,
        draw(context, top) {
          context.setLineDash([6, 4])
          context.beginPath()
          context.moveTo(left, top + gap)
          context.lineTo(left + room, top + gap)
          context.stroke()
          context.setLineDash([])
        },
      }
    case 'picture': {
      const picture = new Image()
      picture.src = row.source
      await picture.decode()
      const scale = Math.min((room * 0.6) / picture.width, (20 * SCALE) / picture.height)
      const [w, h] = [picture.width * scale, picture.height * scale]
      return { height: h + gap, draw: (context, top) => context.drawImage(picture, left + (room - w) / 2, top, w, h) }
    }
    case 'mark': {
      const font = `700 ${TEXT * SCALE}px ${family}`
      measure.font = font
      const lines = breakLines(row.text, room - 2 * gap, measure)
      const lineHeight = TEXT * SCALE * LINE
      const box = lines.length * lineHeight + gap
      return {
        height: box + gap,
        draw(context, top) {
          context.font = font
          context.textAlign = 'center'
          context.lineWidth = 2
          context.strokeRect(left, top + gap, room, box - gap / 2)
          for (const [place, line] of lines.entries())
            context.fillText(line, left + room / 2, top + gap + (place + 0.85) * lineHeight)
        },
      }
    }
    case 'text': {
      const isCentred = row.look === 'title' || row.look === 'centred'
      const size = TEXT * SCALE * (row.look === 'title' ? 1.2 : 1)
      const weight = row.look === 'title' ? 750 : row.look === 'strong' ? 650 : 400
      const font = `${weight} ${size}px ${family}`
      measure.font = font
      const lines = breakLines(row.text, room, measure)
      return {
        height: lines.length * size * LINE,
        draw(context, top) {
          context.font = font
          context.textAlign = isCentred ? 'center' : 'left'
          const x = isCentred ? left + room / 2 : left + (row.look === 'small' ? 2 * SCALE : 0)
          for (const [place, line] of lines.entries()) context.fillText(line, x, top + (place + 0.8) * size * LINE)
        },
      }
    }
    case 'pair': {
      const size = TEXT * SCALE * (row.look === 'large' ? 1.3 : 1)
      const font = `${row.look === 'large' ? 750 : row.look === 'strong' ? 650 : 400} ${size}px ${family}`
      measure.font = font
      const rightWidth = measure.measureText(row.right).width
      const isTogether = measure.measureText(row.left).width + 2 * SCALE + rightWidth <= room
      const lines = isTogether ? [row.left] : breakLines(row.left, room, measure)
      const rights = isTogether ? [] : breakLines(row.right, room, measure)
      return {
        height: (lines.length + rights.length) * size * LINE,
        draw(context, top) {
          context.font = font
          context.textAlign = 'left'
          for (const [place, line] of lines.entries()) context.fillText(line, left, top + (place + 0.8) * size * LINE)
          context.textAlign = 'right'
          for (const [place, line] of (isTogether ? [row.right] : rights).entries())
            context.fillText(line, left + room, top + ((isTogether ? 0 : lines.length) + place + 0.8) * size * LINE)
        },
      }
    }
  }
}

function breakLines(text: string, room: number, measure: CanvasRenderingContext2D): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of plainText(text).split(' ')) {
    const joined = line === '' ? word : `${line} ${word}`
    if (measure.measureText(joined).width <= room) {
      line = joined
      continue
    }
    if (line !== '') lines.push(line)
    line = ''
    for (const letter of word) {
      if (line !== '' && measure.measureText(line + letter).width > room) {
        lines.push(line)
        line = ''
      }
      line += letter
    }
  }
  lines.push(line)
  return lines
}
